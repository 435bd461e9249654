import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closingReport, isFarAbove } from '../../../src/core/report/closing-report.ts';
import { closingClass, foldJournal } from '../../../src/core/report/counters.ts';
import { bucketOf, minutesOf, quantile } from '../../../src/core/report/durations.ts';
import type { JournalEntry } from '../../../src/core/journal-entry.ts';
import { repeatKey } from '../../../src/core/journal-entry.ts';
import { aJournalEntry, anyJournalEntry, aResult } from '../../support/a-journal-entry.ts';

const report = (...entries: JournalEntry[]) => closingReport(foldJournal(entries));
const closed = (over: Partial<JournalEntry> = {}): JournalEntry =>
  aJournalEntry({ kind: 'closed', confirmation: 'confirmed', ...over });

describe('the lead’s report', () => {
  test('tells confirmed, silent and entered closings apart; they add up to the closings', () => {
    const { classes, closed: total } = report(
      closed(),
      closed({ outcome: 'no-answer' }),
      closed({ confirmation: 'by-agent' }),
      closed({ detail: { unheard: 1 } }),
      closed({ outcome: 'spam', confirmation: 'not-asked' }),
    );

    expect(Object.fromEntries(classes.map(({ name, count }) => [name, count]))).toEqual({
      confirmed: 1,
      silence: 1,
      'by-agent': 2,
      other: 1,
    });
    expect(total).toBe(5);
  });

  test('counts a refused attempt once, under each blocking criterion it missed, its mover and day', () => {
    const unmet = { status: 'unmet', gaps: [] } as const;
    const { refused } = report(
      aJournalEntry({
        results: [
          aResult({ verdict: unmet }),
          aResult({ id: 'problem-solved', verdict: unmet }),
          aResult({ id: 'documentation-extras', strictness: 'warn', verdict: unmet }),
        ],
      }),
      aJournalEntry({ kind: 'stopped', movedBy: 9, local: '2026-11-23T01:00:00+03:00' }),
    );

    expect(refused).toEqual({
      attempts: 2,
      byCriterion: [
        { name: 'problem-solved', count: 1 },
        { name: 'solution-documented', count: 1 },
      ],
      byPerson: [
        { name: '7', count: 1 },
        { name: '9', count: 1 },
      ],
      byDay: [
        { name: '2026-11-22', count: 1 },
        { name: '2026-11-23', count: 1 },
      ],
    });
  });

  test('shows closings the gate did not decide instead of dropping them', () => {
    const { ungated, closed: total } = report(
      aJournalEntry({ kind: 'ungated', detail: { why: 'exempt' } }),
      aJournalEntry({ kind: 'ungated', detail: { why: 'before-cutoff' } }),
      aJournalEntry({ kind: 'would-close' }),
      aJournalEntry({ kind: 'would-return' }),
      aJournalEntry({ kind: 'stopped' }),
      aJournalEntry({ kind: 'return-refused' }),
    );

    expect(total).toBe(0);
    expect(ungated.total).toBe(6);
    expect(ungated.byWhy).toContainEqual({ name: 'observe', count: 2 });
  });

  test('tells reopenings as a share of the closings, and mistakes by cause and measure', () => {
    const { reopened, mistakes } = report(
      closed(),
      closed(),
      closed(),
      closed(),
      aJournalEntry({ kind: 'reopened', detail: { byClient: 1 } }),
      aJournalEntry({ kind: 'mistake-named', detail: { cause: 'hurried', measure: 1 } }),
      aJournalEntry({ kind: 'mistake-named', detail: { cause: 'hurried', measure: 0 } }),
    );

    expect(reopened).toEqual({ total: 1, byClient: 1, share: 0.25 });
    expect(mistakes).toEqual([{ name: 'hurried', count: 2, withMeasure: 1 }]);
  });

  test('tells the share of closings with an article among those that decided', () => {
    const kb = (kbDecision: string) =>
      closed({ results: [aResult({ id: 'knowledge-base-decided', evidence: { kbDecision } })] });

    expect(
      report(kb('created'), kb('exists'), kb('not-needed'), kb('not-needed'), closed())
        .knowledgeBase.share,
    ).toBe(0.5);
    expect(report(closed()).knowledgeBase.share).toBeNull();
  });

  test('gives medians of what was measured and says of how many', () => {
    const times = (toClose: number | null) =>
      closed({ times: { toAnswer: null, toSolve: 5, toClose, waitingClient: null } });
    const { medians } = report(times(10), times(12), times(18), times(null));

    expect(medians).toMatchObject({
      toClose: { minutes: 12, measured: 3 },
      toSolve: { minutes: 5, measured: 4 },
      toAnswer: { minutes: null, measured: 0 },
    });
  });

  test('adds up over days and pipelines in any order', () => {
    fc.assert(
      fc.property(fc.array(anyJournalEntry, { maxLength: 30 }), fc.nat(30), (entries, at) => {
        const parts = [
          ...foldJournal(entries.slice(at)),
          ...foldJournal(entries.slice(0, at)).toReversed(),
        ];
        expect(closingReport(parts)).toEqual(closingReport(foldJournal(entries)));
      }),
    );
  });
});

describe('an agent far above the norm', () => {
  test.each([
    ['twice the colleagues’ share and beyond chance', [40, 30], [200, 20], true],
    ['few closings', [9, 9], [200, 2], false],
    ['a share below twice the norm', [100, 70], [200, 80], false],
    ['a difference that chance explains', [10, 2], [200, 16], false],
    ['nobody to compare with', [50, 50], [0, 0], false],
    ['colleagues who never do it, and one time', [20, 1], [200, 0], false],
    ['colleagues who never do it, and often', [20, 10], [200, 0], true],
  ] as const)('%s', (_name, [closings, byAgent], [others, theirs], expected) => {
    const colleagues = { closings: others, byAgent: theirs };

    expect(isFarAbove({ closings, byAgent }, colleagues)).toBe(expected);
  });
});

describe('durations in buckets', () => {
  test('are exact up to 20 minutes and within 2.5 % above', () => {
    for (let minutes = 0; minutes <= 20; minutes += 1) {
      expect(minutesOf(bucketOf(minutes))).toBe(minutes);
    }
    fc.assert(
      fc.property(fc.integer({ min: 21, max: 5_000_000 }), (minutes) => {
        const error = Math.abs(minutesOf(bucketOf(minutes)) - minutes) / minutes;
        expect(error).toBeLessThanOrEqual(0.025 + 0.5 / minutes);
      }),
    );
  });

  test('never put a longer time into an earlier bucket', () => {
    fc.assert(
      fc.property(fc.nat(5_000_000), fc.nat(10_000), (minutes, more) => {
        expect(bucketOf(minutes + more)).toBeGreaterThanOrEqual(bucketOf(minutes));
      }),
    );
  });

  test('give the nearest rank, and nothing of nothing', () => {
    const buckets = new Map([
      [bucketOf(3), 1],
      [bucketOf(7), 1],
    ]);

    expect([quantile(buckets, 0.5), quantile(buckets, 0.51), quantile(new Map(), 0.5)]).toEqual([
      3,
      7,
      null,
    ]);
  });
});

describe('a line that a crash repeats', () => {
  test('is known by its move, its cycle or its message; lines without one may come again', () => {
    const key = (over: Partial<JournalEntry>) => repeatKey(aJournalEntry(over));

    expect(key({ at: 1 })).toBe(key({ at: 2 }));
    expect(key({ movedAt: 1 })).not.toBe(key({ movedAt: 2 }));
    expect(key({ kind: 'reopened', cycle: 2 })).not.toBe(key({ kind: 'reopened', cycle: 3 }));
    expect(key({ kind: 'alert' })).toBeNull();
    expect(key({ ref: null })).toBeNull();
  });

  test('is another when a robot closed the returned ticket again within the second', () => {
    const returned = (returns: number, more = {}) =>
      repeatKey(aJournalEntry({ kind: 'returned', movedAt: 1, detail: { returns, ...more } }));

    expect(returned(1)).toBe(returned(1, { finishedAfterInterruption: 1 }));
    expect(returned(1)).not.toBe(returned(2));
  });

  test('is another when a closing was held back for another reason', () => {
    const heldBack = (blockers: string) =>
      repeatKey(aJournalEntry({ kind: 'held-back', cycle: 1, detail: { blockers } }));

    expect(heldBack('a')).toBe(heldBack('a'));
    expect(heldBack('a')).not.toBe(heldBack('b'));
  });
});

test('a silent closing is silent whatever the confirmation field says', () => {
  expect(closingClass({ outcome: 'no-answer', confirmation: 'confirmed', detail: {} })).toBe(
    'silence',
  );
});
