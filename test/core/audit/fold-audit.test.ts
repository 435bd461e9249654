import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldAudit } from '../../../src/core/audit/fold-audit.ts';
import type { PastClosing } from '../../../src/core/audit/past-closing.ts';
import { aPolicy, criteriaWith } from '../../support/a-policy.ts';
import { aPastClosing, withoutFields } from '../../support/a-past-closing.ts';
import type { TicketOverrides } from '../../support/a-ticket.ts';
import {
  aConversation,
  known,
  MINUTE,
  NOON,
  UNAVAILABLE,
  UNREADABLE,
} from '../../support/a-ticket.ts';

const DAY = 24 * 60 * MINUTE;
const DAYS = {
  dates: ['2026-03-10', '2026-03-11'],
  dateOf: (at: number) => (at < NOON - 12 * 60 * MINUTE ? '2026-03-10' : '2026-03-11'),
};
const fold = (closings: readonly PastClosing[]) => foldAudit(closings, DAYS);
const rowOf = (closings: readonly PastClosing[], id: string) =>
  fold(closings).criteria.find((row) => row.id === id);

const PASSES: TicketOverrides = {};
const FAILS: TicketOverrides = { record: { cause: '', confirmation: null } };
const UNCLEAR: TicketOverrides = { openWork: UNREADABLE };
const EXEMPT: TicketOverrides = { stageId: 'C5:LOSE' };

describe('what a past closing is counted as', () => {
  test.each([
    ['passes', PASSES],
    ['fails', FAILS],
    ['unclear', UNCLEAR],
    ['ungated', EXEMPT],
  ] as const)('%s', (verdict, ticket) => {
    expect(aPastClosing(ticket)).toMatchObject({ verdict });
    expect(fold([aPastClosing(ticket)])).toMatchObject({ [verdict]: 1 });
  });

  test('an ungated one is shown with its reason and is no judged one', () => {
    expect(aPastClosing(EXEMPT)).toMatchObject({ ungatedWhy: 'exempt', outcome: null, gaps: [] });
    expect(fold([aPastClosing(EXEMPT)])).toMatchObject({ ungated: 1, judged: 0 });
  });

  test('lacking only the client’s word fails, and says so in the regulation’s words', () => {
    const closing = aPastClosing({ record: { confirmation: null } });

    expect(closing).toMatchObject({
      verdict: 'fails',
      gaps: [{ code: 'confirmation-not-asked' }],
    });
  });

  test('failing for fields that came later is told apart from failing for anything else', () => {
    const late = aPolicy({ cutoff: NOON + DAY });
    const onlyFields = aPastClosing(FAILS, late);
    const openTask = aPastClosing(
      { ...FAILS, openWork: known([{ kind: 'task', id: 5, title: '' }]) },
      late,
    );

    expect([onlyFields.beforeFields, openTask.beforeFields]).toEqual([true, false]);
    expect(aPastClosing(FAILS).beforeFields).toBe(false);
    expect(fold([onlyFields, openTask])).toMatchObject({ fails: 2, failedBeforeFields: 1 });
  });
});

describe('counts by criterion', () => {
  test.each([
    ['met', 'related-work-closed', PASSES],
    ['unmet', 'solution-documented', FAILS],
    ['unread', 'related-work-closed', UNCLEAR],
    ['unavailable', 'questions-answered', { conversation: UNAVAILABLE }],
    ['notApplicable', 'product-update-confirmed', PASSES],
  ] as const)('%s: %s', (standing, id, ticket) => {
    expect(rowOf([aPastClosing(ticket)], id)).toMatchObject({ [standing]: 1 });
  });

  test('warned: unmet where the policy only warns', () => {
    const warns = aPolicy({
      criteria: criteriaWith('solution-documented', { strictness: 'warn' }),
    });
    const closing = aPastClosing({ record: { cause: '' } }, warns);

    expect(closing.verdict).toBe('passes');
    expect(rowOf([closing], 'solution-documented')).toMatchObject({ warned: 1, unmet: 0 });
  });

  test('noField: a portal without the field is no failure of anybody', () => {
    const closing = aPastClosing({ record: { cause: '', solution: '' } }, withoutFields(aPolicy()));

    expect(closing.verdict).toBe('passes');
    expect(rowOf([closing], 'solution-documented')).toMatchObject({ noField: 1, unmet: 0 });
  });

  test('excused: a written reason let it pass', () => {
    const justified = aPolicy({
      criteria: criteriaWith('solution-documented', { strictness: 'justify' }),
    });
    const record = { cause: '', exceptionReason: 'Причину назовёт производитель в своём отчёте' };
    const closing = aPastClosing({ record }, justified);

    expect(closing.verdict).toBe('passes');
    expect(rowOf([closing], 'solution-documented')).toMatchObject({ excused: 1, unmet: 0 });
  });

  test('a row adds up to the judged closings, whatever they are', () => {
    const kinds = [PASSES, FAILS, UNCLEAR, EXEMPT, { conversation: UNAVAILABLE }];
    const policies = [aPolicy(), withoutFields(aPolicy())];
    const closing = fc
      .tuple(fc.constantFrom(...kinds), fc.constantFrom(...policies))
      .map(([ticket, policy]) => aPastClosing(ticket, policy));
    fc.assert(
      fc.property(fc.array(closing, { maxLength: 12 }), (closings) => {
        const sums = fold(closings);
        for (const { id: _id, clause: _clause, ...counts } of sums.criteria) {
          expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(sums.judged);
        }
        expect(sums.judged + sums.ungated).toBe(closings.length);
        expect(sums.passes + sums.fails + sums.unclear).toBe(sums.judged);
      }),
    );
  });
});

describe('counts by person and day', () => {
  test('the one who closed and the one responsible are both named, the worst first', () => {
    const { people } = fold([
      aPastClosing({ ...FAILS, movedBy: 11, assigneeId: 12 }),
      aPastClosing({ movedBy: 12, assigneeId: 12 }),
      aPastClosing({ ...EXEMPT, movedBy: 0, assigneeId: 12 }),
    ]);

    expect(people.map(({ userId }) => userId)).toEqual([11, 12, 0]);
    expect(people).toMatchObject([
      { moved: { fails: 1, passes: 0 }, assigned: { fails: 0 } },
      { moved: { passes: 1 }, assigned: { fails: 1, passes: 1, ungated: 1 } },
      { moved: { ungated: 1 } },
    ]);
  });

  test('every date of the report has a row, those without a closing too', () => {
    expect(fold([aPastClosing(FAILS)]).days).toEqual([
      { date: '2026-03-10', passes: 0, fails: 0, unclear: 0, ungated: 0 },
      { date: '2026-03-11', passes: 0, fails: 1, unclear: 0, ungated: 0 },
    ]);
  });

  test('a closing counts once for a gap it has twice', () => {
    const openWork = known([
      { kind: 'task', id: 5, title: '' },
      { kind: 'task', id: 6, title: '' },
    ] as const);

    expect(fold([aPastClosing({ openWork })]).gaps).toEqual([{ code: 'open-task', closings: 1 }]);
  });

  test('an unanswered client is found', () => {
    const conversation = aConversation(NOON - 5 * MINUTE, NOON - 20 * MINUTE);

    expect(fold([aPastClosing({ conversation })]).gaps).toEqual([
      { code: 'question-unanswered', closings: 1 },
    ]);
  });
});
