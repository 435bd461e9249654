import { describe, expect, test } from '@jest/globals';
import { decideClosing } from '../../src/core/decide-closing.ts';
import { planActions } from '../../src/core/plan-actions.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { aPolicy, STAGES } from '../support/a-policy.ts';
import type { TicketOverrides } from '../support/a-ticket.ts';
import { aTicket, NOON } from '../support/a-ticket.ts';

function targets(ticket: TicketOverrides, policy: Partial<ClosingPolicy> = {}): string[] {
  const decision = decideClosing(aTicket(ticket), aPolicy(policy), { now: NOON, recentReturns: 0 });
  return decision.kind === 'return' ? decision.targets.map(({ stageId }) => stageId) : [];
}

describe('step 2 · a closing that lacks nothing but the confirmation', () => {
  test.each([null, 'not-asked', 'asked', 'no-answer'] as const)(
    'goes first where the client is asked (confirmation %s)',
    (confirmation) => {
      expect(targets({ record: { confirmation } })).toEqual(['C5:CHECK', 'C5:EXECUTING', 'C5:NEW']);
    },
  );

  test('goes plainly back when the policy does not ask by itself', () => {
    expect(targets({ record: { confirmation: null } }, { autoAsk: false })).toEqual([
      'C5:EXECUTING',
      'C5:NEW',
    ]);
  });

  test('goes plainly back when no stage waits for the client', () => {
    const { 'C5:CHECK': _none, ...stages } = STAGES;

    expect(targets({ record: { confirmation: null } }, { stages })).toEqual([
      'C5:EXECUTING',
      'C5:NEW',
    ]);
  });

  test('names the awaiting stage once when it came from there', () => {
    expect(
      targets({
        record: { confirmation: 'asked' },
        previous: { categoryId: 5, stageId: 'C5:CHECK' },
      }),
    ).toEqual(['C5:CHECK', 'C5:NEW']);
  });
});

describe('step 2 · a closing that lacks more', () => {
  test('goes back to work, and nobody is asked about an unfinished solution', () => {
    expect(targets({ record: { confirmation: null, solution: '' } })).toEqual([
      'C5:EXECUTING',
      'C5:NEW',
    ]);
  });

  test('that the client rejected goes back to work', () => {
    expect(targets({ record: { confirmation: 'rejected' } })).toEqual(['C5:EXECUTING', 'C5:NEW']);
  });
});

describe('step 2 · what is said of a ticket that only waits for its client', () => {
  test('is that it will be asked, and no return is counted', () => {
    const snapshot = aTicket({ record: { confirmation: null, returns: 2 } });
    const decision = decideClosing(snapshot, aPolicy(), { now: NOON, recentReturns: 0 });

    expect(decision).toMatchObject({
      kind: 'return',
      gaps: [{ code: 'confirmation-will-be-asked' }],
    });
    expect(planActions(snapshot, decision, aPolicy())[0]).toMatchObject({ returns: 2 });
  });

  test('is what is missing when nobody will ask', () => {
    const decision = decideClosing(
      aTicket({ record: { confirmation: null } }),
      aPolicy({ autoAsk: false }),
      { now: NOON, recentReturns: 0 },
    );

    expect(decision).toMatchObject({ gaps: [{ code: 'confirmation-not-asked' }] });
  });
});
