/** Issue 4, point 7: what the journal must hold of each closing, seen through the sweep. */
import { describe, expect, test } from '@jest/globals';
import { localStamp } from '../../src/app/local-stamp.ts';
import { aGate } from '../support/a-gate.ts';
import { aPolicy, STAGES } from '../support/a-policy.ts';
import { NOON } from '../support/a-ticket.ts';

const exempt = Object.keys(STAGES).find((id) => STAGES[id] === 'exempt') ?? '';

describe('the journal of a sweep', () => {
  test('says of a return who moved, by which version, and each criterion’s result', async () => {
    const gate = aGate();
    gate.put({ record: { solution: '' } });
    await gate.sweep();

    const [line] = gate.journal.lines;
    expect(line).toMatchObject({ kind: 'returned', policyVersion: aPolicy().version, cycle: 1 });
    expect(line?.movedBy).toBeGreaterThan(0);
    expect(line?.results.length).toBeGreaterThan(5);
    expect(line?.local).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00$/);
  });

  test('shows a closing on an exempt final stage, once, without asking the portal for facts', async () => {
    const gate = aGate();
    gate.tickets.stages = gate.tickets.stages.map((stage) =>
      stage.stageId === exempt ? { ...stage, semantics: 'failure' } : stage,
    );
    gate.put({ stageId: exempt });
    await gate.sweep();
    await gate.sweep();

    expect(gate.journal.lines).toMatchObject([
      { kind: 'ungated', from: exempt, detail: { why: 'exempt' }, results: [] },
    ]);
    expect(gate.tickets.reads.filter((read) => read.startsWith('facts'))).toEqual([]);
  });

  test('keeps the criteria of a return that is finished after a crash', async () => {
    const gate = aGate();
    gate.put({ record: { solution: '' } });
    const append = gate.journal.append.bind(gate.journal);
    gate.journal.append = () => Promise.reject(new Error('killed'));
    await expect(gate.sweep()).rejects.toThrow('killed');
    gate.journal.append = append;
    await gate.sweep();

    const line = gate.journal.lines.find(({ kind }) => kind === 'returned');
    expect(line?.detail).toEqual({ finishedAfterInterruption: 1, returns: 1 });
    expect(line?.results.some(({ verdict }) => verdict.status === 'unmet')).toBe(true);
    expect(await gate.ledger.unfinished()).toEqual([]);
  });
});

describe('the wall clock of a line', () => {
  test('is the zone’s own, over midnight too, and UTC for a zone nobody knows', () => {
    const at = Date.UTC(2026, 10, 22, 21, 30, 5);

    expect(localStamp(at, 'Europe/Moscow')).toBe('2026-11-23T00:30:05+03:00');
    expect(localStamp(at, 'America/St_Johns')).toBe('2026-11-22T18:00:05-03:30');
    expect(localStamp(at, 'Nowhere/None')).toBe('2026-11-22T21:30:05+00:00');
    expect(localStamp(NOON, 'UTC')).toMatch(/\+00:00$/);
  });
});
