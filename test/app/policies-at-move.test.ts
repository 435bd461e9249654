import { describe, expect, test } from '@jest/globals';
import type { ClosingPolicy, Strictness } from '../../src/core/policy.ts';
import { aGate, PORTAL } from '../support/a-gate.ts';
import type { Gate } from '../support/a-gate.ts';
import { aPolicy, criteriaWith } from '../support/a-policy.ts';
import { MINUTE, NOON, UNREADABLE, known } from '../support/a-ticket.ts';

const TICKET = { entityTypeId: 2, id: 759 };
const SAVED = NOON + 5 * MINUTE;

const asked = (strictness: Strictness): Partial<ClosingPolicy> => ({
  criteria: criteriaWith('solution-documented', { strictness }),
});

/** A policy that changes five minutes after the ticket of these tests was moved. */
async function changed(
  before: Partial<ClosingPolicy>,
  after: Partial<ClosingPolicy>,
): Promise<Gate> {
  const first = aPolicy(before);
  const gate = aGate([first]);
  await gate.policies.save(PORTAL, { ...first, ...after }, { savedAt: SAVED });
  gate.now = SAVED + MINUTE;
  return gate;
}

describe('a changed policy applies to new attempts only', () => {
  test('an attempt made before it was made stricter is judged by the version of its own moment', async () => {
    const gate = await changed(asked('off'), asked('block'));
    gate.put({ record: { solution: '' } });
    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:WON');
    expect(gate.tickets.stamps[0]?.stamp.policyVersion).toBe('2:5@3');
    expect(gate.journal.lines).toMatchObject([{ kind: 'closed', policyVersion: 3 }]);
  });

  test('an attempt made before it was loosened comes back all the same', async () => {
    const gate = await changed(asked('block'), asked('off'));
    gate.put({ record: { solution: '' } });
    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:EXECUTING');
    expect(gate.journal.lines).toMatchObject([{ kind: 'returned', policyVersion: 3 }]);
  });

  test('an attempt made after it, within the very second too, is judged by the new one', async () => {
    const gate = await changed(asked('off'), asked('block'));
    gate.put({ movedAt: Math.floor(SAVED / 1000) * 1000, record: { solution: '' } });
    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:EXECUTING');
    expect(gate.journal.lines).toMatchObject([{ kind: 'returned', policyVersion: 4 }]);
  });

  test('a ticket that waited for a fact keeps the version of its attempt', async () => {
    const gate = await changed(asked('off'), asked('block'));
    gate.put({ record: { solution: '' }, openWork: UNREADABLE });
    await gate.sweep();
    expect(gate.tickets.stageOf(TICKET)).toBe('C5:WON');
    expect(gate.tickets.stamps).toEqual([]);

    const facts = gate.tickets.facts.get('2:759');
    if (facts) gate.tickets.facts.set('2:759', { ...facts, openWork: known([]) });
    await gate.sweep();
    expect(gate.tickets.stamps[0]?.stamp.policyVersion).toBe('2:5@3');
  });

  test('what was closed under observation is not returned when the gate is put in force', async () => {
    const gate = await changed({ mode: 'observe' }, { mode: 'enforce' });
    gate.put({ record: { solution: '' } });
    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:WON');
    expect(gate.journal.kinds()).toEqual(['would-return']);
  });

  test('a gate that was switched off touches nothing, whenever the attempt was made', async () => {
    const gate = await changed({ mode: 'enforce' }, { mode: 'observe' });
    gate.put({ record: { solution: '' } });
    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:WON');
    expect(gate.tickets.moves).toEqual([]);
  });
});
