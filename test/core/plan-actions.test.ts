import { describe, expect, test } from '@jest/globals';
import type { ClosingDecision } from '../../src/core/decision.ts';
import { planActions } from '../../src/core/plan-actions.ts';
import { aPolicy } from '../support/a-policy.ts';
import type { TicketOverrides } from '../support/a-ticket.ts';
import { NOON, aTicket } from '../support/a-ticket.ts';

const REF = { entityTypeId: 2, id: 759 };
const GAPS = [{ code: 'cause-missing', params: {} }] as const;
const TARGETS = [{ categoryId: 5, stageId: 'C5:NEW' }];
const RETURN: ClosingDecision = {
  kind: 'return',
  outcome: 'confirmed',
  results: [],
  gaps: GAPS,
  targets: TARGETS,
};

function plan(decision: ClosingDecision, ticket: TicketOverrides = {}) {
  return planActions(aTicket(ticket), decision, aPolicy({ leads: [1, 2] }));
}

describe('planActions', () => {
  test('a return moves the ticket, explains itself, then tells mover and assignee', () => {
    expect(plan(RETURN, { movedBy: 11, assigneeId: 12 })).toEqual([
      { kind: 'return-ticket', ref: REF, targets: TARGETS, returns: 1 },
      { kind: 'explain-return', ref: REF, gaps: GAPS },
      { kind: 'notify-staff', ref: REF, userIds: [11, 12], gaps: GAPS },
    ]);
  });

  test('a return counts on from the ticket’s own counter', () => {
    expect(plan(RETURN, { record: { returns: 4 } })[0]).toMatchObject({ returns: 5 });
  });

  test.each([
    { who: 'one person once', movedBy: 12, assigneeId: 12, userIds: [12] },
    { who: 'the assignee when a robot moved it', movedBy: 0, assigneeId: 12, userIds: [12] },
    { who: 'the mover when nobody is assigned', movedBy: 11, assigneeId: 0, userIds: [11] },
    { who: 'nobody with a negative id', movedBy: -1, assigneeId: 1, userIds: [1] },
  ])('a return tells $who', ({ movedBy, assigneeId, userIds }) => {
    expect(plan(RETURN, { movedBy, assigneeId })[2]).toMatchObject({ userIds });
  });

  test('a return tells nobody when there is nobody to tell', () => {
    expect(plan(RETURN, { movedBy: 0, assigneeId: 0 })).toStrictEqual([
      { kind: 'return-ticket', ref: REF, targets: TARGETS, returns: 1 },
      { kind: 'explain-return', ref: REF, gaps: GAPS },
    ]);
  });

  test('a stop alerts the leads and touches nothing', () => {
    const stop: ClosingDecision = {
      kind: 'stop',
      outcome: 'confirmed',
      results: [],
      gaps: GAPS,
      returns: 2,
    };

    expect(plan(stop)).toEqual([
      {
        kind: 'alert-leads',
        ref: REF,
        code: 'return-loop',
        userIds: [1, 2],
        params: { id: 759, returns: 2 },
      },
    ]);
  });

  test('step 7 · a pass stamps the closing', () => {
    const stamp = {
      outcome: 'confirmed',
      closeReason: 'solved',
      resolution: '',
      closedAt: NOON,
      cycle: 1,
      policyVersion: '2:5@3',
    } as const;
    const moveTo = { categoryId: 5, stageId: 'C5:WON' };

    const pass = { kind: 'pass', outcome: 'confirmed', results: [], stamp, moveTo } as const;
    expect(plan({ ...pass, exception: null })).toEqual([
      { kind: 'stamp-closing', ref: REF, stamp, moveTo },
    ]);
  });

  test.each<ClosingDecision>([
    { kind: 'not-gated', why: 'work-stage' },
    { kind: 'undecided', results: [] },
  ])('$kind plans nothing', (decision) => {
    expect(plan(decision)).toEqual([]);
  });
});
