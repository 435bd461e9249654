import { describe, expect, test } from '@jest/globals';
import type { FakeTickets } from '../support/fake-tickets.ts';
import { aGate } from '../support/a-gate.ts';

const TICKET = { entityTypeId: 2, id: 759 };
const SECOND = { entityTypeId: 2, id: 760 };
const unsolved = { record: { solution: '' } };
const STEPS: NonNullable<FakeTickets['dieAt']>[] = [
  'before-move',
  'after-move',
  'after-comment',
  'after-notify',
];

describe.each(STEPS)('a process that dies %s', (step) => {
  test('leaves one ticket returned, explained once and told once after the next sweep', async () => {
    const gate = aGate();
    gate.put(unsolved);
    gate.tickets.dieAt = step;

    await expect(gate.sweep()).rejects.toThrow(step);
    await gate.sweep();
    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:EXECUTING');
    expect(gate.tickets.comments).toHaveLength(1);
    expect(gate.tickets.notices.map(({ userId }) => userId)).toEqual([11, 12]);
    expect(gate.journal.kinds()).toEqual(['returned']);
    expect(gate.ledger.entries.size).toBe(0);
  });

  test('leaves a storm returned, explained once each, everybody told', async () => {
    const gate = aGate();
    gate.put(unsolved);
    gate.put({ ...unsolved, ref: SECOND, assigneeId: 13 });
    gate.tickets.dieAt = step;

    await expect(gate.sweep()).rejects.toThrow(step);
    await gate.sweep();
    await gate.sweep();

    expect([gate.tickets.stageOf(TICKET), gate.tickets.stageOf(SECOND)]).toEqual([
      'C5:EXECUTING',
      'C5:EXECUTING',
    ]);
    expect(new Set(gate.tickets.comments.map(({ ref }) => ref.id))).toEqual(new Set([759, 760]));
    expect(gate.tickets.comments).toHaveLength(2);
    expect(new Set(gate.tickets.notices.map(({ userId }) => userId))).toEqual(
      new Set([11, 12, 13]),
    );
    expect(gate.journal.kinds()).toEqual(['returned', 'returned']);
  });
});

test('a ticket closed again before the first return could be explained is told both times', async () => {
  const gate = aGate();
  gate.put(unsolved);
  gate.tickets.dieAt = 'after-move';
  await expect(gate.sweep()).rejects.toThrow('after-move');
  const returned = gate.tickets.heads.get('2:759');
  expect(returned?.stageId).toBe('C5:EXECUTING');
  const movedAt = gate.now + 1000;
  const record = { ...unsolved.record, returns: returned?.record.returns ?? null };
  gate.put({ movedAt, record });

  await gate.sweep();
  await gate.sweep();

  expect(gate.tickets.stageOf(TICKET)).toBe('C5:EXECUTING');
  expect(gate.tickets.comments).toHaveLength(2);
  expect(gate.journal.kinds()).toEqual(['returned', 'returned']);
  expect(gate.ledger.entries.size).toBe(0);
});

describe('a closing whose answer is lost', () => {
  test('is stamped and noted once the portal answers', async () => {
    const gate = aGate();
    gate.put();
    gate.tickets.loseAnswers = true;
    await gate.sweep();
    expect(gate.journal.kinds()).toEqual(['closing-not-verified']);

    gate.tickets.loseAnswers = false;
    await gate.sweep();
    await gate.sweep();

    expect(gate.journal.kinds()).toEqual(['closing-not-verified', 'closed']);
    expect(gate.state.waiting.size).toBe(0);
  });
});

describe('a move whose answer is lost', () => {
  test('is finished by the next sweep after asking the portal, not repeated', async () => {
    const gate = aGate();
    gate.put(unsolved);
    gate.tickets.loseAnswers = true;

    await gate.sweep();
    gate.tickets.loseAnswers = false;
    await gate.sweep();

    expect(gate.tickets.moves).toHaveLength(1);
    expect(gate.tickets.comments).toHaveLength(1);
    expect(gate.journal.kinds()).toEqual(['returned']);
  });

  test('and whose ticket a person moved on meanwhile is left to that person', async () => {
    const gate = aGate();
    gate.put(unsolved);
    gate.tickets.dieAt = 'before-move';
    await expect(gate.sweep()).rejects.toThrow();
    gate.put({ ...unsolved, stageId: 'C5:EXECUTING', movedBy: 11 });

    await gate.sweep();

    expect(gate.tickets.comments).toEqual([]);
    expect(gate.ledger.entries.size).toBe(0);
    expect(gate.state.waiting.size).toBe(0);
  });
});
