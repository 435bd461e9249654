import { describe, expect, test } from '@jest/globals';
import { aGate } from '../support/a-gate.ts';
import { aPolicy, criteriaWith } from '../support/a-policy.ts';
import { AppError } from '../../src/errors.ts';

const ROUGH = { solution: 'ок' };

describe('hints at a closing (strictness warn)', () => {
  test('do not hold it back, and are told to the mover and the assignee', async () => {
    const gate = aGate();
    gate.put({ record: ROUGH });
    await gate.sweep();

    expect(gate.journal.kinds()).toEqual(['closed']);
    expect(gate.tickets.notices.map(({ userId, text }) => [userId, text])).toEqual([
      [11, expect.stringContaining('hints 1: 759[solution-says-nothing')],
      [12, expect.stringContaining('hints 1: 759[solution-says-nothing')],
    ]);
  });

  test('of many closings make one notice a person', async () => {
    const gate = aGate();
    for (const id of [759, 760, 761]) gate.put({ ref: { entityTypeId: 2, id }, record: ROUGH });
    await gate.sweep();

    expect(gate.tickets.notices.map(({ userId }) => userId)).toEqual([11, 12]);
    expect(gate.tickets.notices[0]?.text).toContain('hints 3: 759');
  });

  test('are said to nobody where a robot closed a ticket without an assignee', async () => {
    const gate = aGate();
    gate.put({ movedBy: 0, assigneeId: 0, record: ROUGH });
    await gate.sweep();

    expect(gate.tickets.notices).toEqual([]);
  });

  test('are not told where the criterion is off', async () => {
    const gate = aGate([
      aPolicy({ criteria: criteriaWith('text-quality', { strictness: 'off' }) }),
    ]);
    gate.put({ record: ROUGH });
    await gate.sweep();

    expect(gate.tickets.notices.some(({ text }) => text.includes('solution-says-nothing'))).toBe(
      false,
    );
  });

  test('that cannot be told leave the closing closed', async () => {
    const gate = aGate();
    gate.put({ record: ROUGH });
    gate.tickets.notify = async () => {
      throw new AppError('portal-outcome-unknown', 'lost', { retry: 'backoff' });
    };
    await gate.sweep();

    expect(gate.journal.kinds()).toEqual(['closed']);
    expect(gate.logged).toContainEqual({ code: 'portal-outcome-unknown', notices: 2 });
  });
});
