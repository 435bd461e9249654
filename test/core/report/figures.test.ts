import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  agentsCounters,
  agentsIn,
  knowsAgents,
  withoutAgents,
  withAgents,
} from '../../../src/core/report/by-agent.ts';
import { closingReport } from '../../../src/core/report/closing-report.ts';
import { agentOf, figuresOf, foldJournal } from '../../../src/core/report/counters.ts';
import { countBehind, isFigure, kindsOf, standsBehind } from '../../../src/core/report/figures.ts';
import type { ReportFilter } from '../../../src/core/report/figures.ts';
import { dayOf, timeBefore } from '../../../src/core/admin/report-state.ts';
import { aJournalEntry, anyJournalEntry } from '../../support/a-journal-entry.ts';

const ALL: ReportFilter = { from: '2026-11-01', to: '2026-12-31', pipeline: null, agent: null };
const BEGINNINGS = ['kb:*', 'message:*', 'suppressed:*', 'time:toAnswer:*', 'message:request:*'];

describe('the lines behind a figure', () => {
  test('are as many as the figure counts, for every figure, pipeline, agent and day', () => {
    fc.assert(
      fc.property(
        fc.array(anyJournalEntry, { maxLength: 25 }),
        fc.constantFrom(null, '2:0', '2:1', '-'),
        fc.constantFrom(null, 1, 2),
        fc.constantFrom('2026-11-01', '2026-11-23'),
        (entries, pipeline, agent, from) => {
          const filter = { ...ALL, pipeline, agent, from };
          const days = foldJournal(entries).filter(
            (one) => one.day >= from && (pipeline === null || one.pipeline === pipeline),
          );
          const wanted = agent === null ? days : agentsCounters(days, agent);
          const names = new Set(entries.flatMap(figuresOf));
          for (const figure of [...names, ...BEGINNINGS]) {
            const lines = entries.filter((entry) => standsBehind(entry, figure, filter));
            expect([figure, countBehind(wanted, figure)]).toEqual([figure, lines.length]);
          }
        },
      ),
    );
  });

  test('are of the kinds that are looked through for it', () => {
    fc.assert(
      fc.property(anyJournalEntry, (entry) => {
        for (const figure of figuresOf(entry)) {
          expect([figure, kindsOf(figure).includes(entry.kind)]).toEqual([figure, true]);
        }
      }),
    );
  });

  test.each([
    ['class:confirmed', true],
    ['time:toAnswer:*', true],
    ['refused', true],
    ['kind:closed', true],
    ['override:person:7', true],
    ['refused:criterion:*', false],
    ['refused:*', false],
    ['*', false],
    ['', false],
    ['constructor', false],
    ['kind:nothing', false],
    ['by:7:refused', false],
    ['class:confirmed\n', false],
  ])('%j is a figure: %s', (figure, expected) => {
    expect(isFigure(figure)).toBe(expected);
  });
});

describe('the figures of one agent', () => {
  test('are those of the lines that are theirs', () => {
    fc.assert(
      fc.property(fc.array(anyJournalEntry, { maxLength: 25 }), (entries) => {
        const days = foldJournal(entries);
        for (const agent of agentsIn(days)) {
          const own = entries.filter((entry) => agentOf(entry) === agent);
          expect(closingReport(agentsCounters(days, agent))).toEqual(
            closingReport(foldJournal(own)),
          );
        }
      }),
    );
  });

  test('an attempt is whose hand it was, anything else is the assignee’s', () => {
    const line = { assigneeId: 12, movedBy: 7 };

    expect(agentOf(aJournalEntry({ ...line, kind: 'returned' }))).toBe(7);
    expect(agentOf(aJournalEntry({ ...line, kind: 'closed' }))).toBe(12);
    expect(agentOf(aJournalEntry({ ...line, kind: 'closed', assigneeId: 0 }))).toBe(7);
  });

  test('a day from before agents were counted is told apart', () => {
    const [day] = foldJournal([aJournalEntry(), aJournalEntry({ kind: 'alert', movedBy: 0 })]);
    if (!day) throw new Error('no day');
    const [refused = 0] = [day.counts.get('kind:returned')];
    const partly = { ...day, counts: new Map([...day.counts, ['kind:returned', refused + 1]]) };

    expect([knowsAgents(day), knowsAgents(partly), knowsAgents(withoutAgents(day))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('counters of agents', () => {
  test('from before they stood apart are added to those of since', () => {
    const day = { pipeline: '2:5', day: '2026-11' };
    const before = new Map([
      ['kind:returned', 5],
      ['by:2:kind:returned', 2],
    ]);
    const since = new Map([
      ['by:2:kind:returned', 1],
      ['by:7:kind:returned', 2],
    ]);

    const [whole] = withAgents([{ ...day, counts: before }], [{ ...day, counts: since }]);
    expect(Object.fromEntries(whole?.counts ?? [])).toEqual({
      'kind:returned': 5,
      'by:2:kind:returned': 3,
      'by:7:kind:returned': 2,
    });
    expect(whole && knowsAgents(whole)).toBe(true);
  });
});

describe('the time before', () => {
  test.each([
    ['2026-11-22', '2026-11-22', '2026-11-21', '2026-11-21'],
    ['2026-11-01', '2026-11-30', '2026-10-02', '2026-10-31'],
    ['2026-03-01', '2026-03-07', '2026-02-22', '2026-02-28'],
  ])('of %s to %s is %s to %s', (from, to, before, last) => {
    expect(timeBefore({ from, to })).toEqual({ from: before, to: last });
  });

  test.each(['2026-02-29', '2026-13-01', '2026-00-10', '26-01-01', '2026-1-1', ''])(
    '%j is no day',
    (text) => {
      expect(dayOf(text)).toBeNull();
    },
  );
});
