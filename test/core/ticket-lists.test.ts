import { describe, expect, test } from '@jest/globals';
import { holdProblems, holdUntilOf } from '../../src/core/hold.ts';
import type { ListedTicket } from '../../src/core/list-blockers.ts';
import { nextWorkingDay, ticketLists } from '../../src/core/ticket-lists.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { aPolicy } from '../support/a-policy.ts';
import { aConversation, aTicket, known, UNREADABLE } from '../support/a-ticket.ts';
import type { TicketOverrides } from '../support/a-ticket.ts';
import { aWorkingTime, instant, wallClock } from '../support/a-working-time.ts';

/** Tuesday. */
const NOW = instant('2026-03-10 12:00');
const ASKED = instant('2026-03-09 15:00');

function listed(
  { record, ...ticket }: TicketOverrides = {},
  change: Partial<Omit<ListedTicket, 'snapshot' | 'policy'>> & {
    readonly policy?: Partial<ClosingPolicy>;
  } = {},
): ListedTicket {
  const { policy, ...rest } = change;
  return {
    snapshot: aTicket({
      stageId: 'C5:CHECK',
      movedAt: ASKED - 1000,
      conversation: aConversation(null, null),
      ...ticket,
      record: { confirmation: 'asked', askedAt: ASKED, ...record },
    }),
    policy: aPolicy({ cutoff: 0, ...policy }),
    time: aWorkingTime(),
    timers: [],
    reopenedAt: null,
    channel: null,
    ...rest,
  };
}

const lists = (...tickets: ListedTicket[]) => ticketLists(tickets, { now: NOW });
const blockersOf = (ticket: ListedTicket) =>
  lists(ticket).blocked.flatMap(({ blockers }) =>
    blockers.map((blocker) => (blocker.kind === 'gap' ? blocker.gap.code : blocker.kind)),
  );

describe('special-no-confirmation: tickets that wait for their client', () => {
  test('are listed with the request, the reminder that is due and the closing', () => {
    const [row] = lists(listed()).waiting;
    expect(row).toMatchObject({ askedAt: ASKED, remindedAt: null });
    expect(wallClock(row?.remindAt ?? null)).toBe('Tue 2026-03-10 15:00:00');
    expect(wallClock(row?.closeAt ?? null)).toBe('Wed 2026-03-11 15:00:00');
  });

  test('are listed also before they are asked, and not in observe mode', () => {
    const unasked = { record: { confirmation: null, askedAt: null } };
    expect(lists(listed(unasked)).waiting).toMatchObject([{ askedAt: null, closeAt: null }]);
    expect(lists(listed({}, { policy: { mode: 'observe' } })).waiting).toEqual([]);
  });
});

describe('close tomorrow', () => {
  test('takes a reminder that is due today and a closing after it', () => {
    const [row] = lists(listed())['close-tomorrow'];
    expect(wallClock(row?.closeAt ?? null)).toBe('Wed 2026-03-11 15:00:00');
  });

  test('leaves out what closes today, what is held back and what waits on', () => {
    const today = { record: { askedAt: ASKED - 24 * 3600_000, remindedAt: ASKED } };
    const later = { record: { askedAt: NOW - 60_000 } };
    const task = known([{ kind: 'task' as const, id: 7, title: 'Проверить' }]);
    const found = lists(listed(today), listed(later), listed({ openWork: task }));
    expect(found['close-tomorrow']).toEqual([]);
  });

  test('is the day after the days off', () => {
    const friday = instant('2026-03-13 20:00');
    expect(nextWorkingDay(friday, aWorkingTime({ daysOff: ['2026-03-16'] }))).toMatchObject({
      month: 3,
      day: 17,
    });
  });

  test('a timer that was put off acts late', () => {
    const day = 24 * 3600_000;
    const overdue = { askedAt: ASKED - 5 * day, remindedAt: ASKED - 4 * day };
    const timers = [{ kind: 'close', dueAt: instant('2026-03-11 10:30') }] as const;
    const [row] = lists(listed({ record: overdue }, { timers }))['close-tomorrow'];
    expect(wallClock(row?.closeAt ?? null)).toBe('Wed 2026-03-11 10:30:00');
  });
});

describe('what holds a closing back', () => {
  test.each([
    [
      'an open task',
      { openWork: known([{ kind: 'task' as const, id: 7, title: 'т' }]) },
      'open-task',
    ],
    ['missing documentation', { record: { cause: '' } }, 'cause-missing'],
    [
      'a client message nobody answered',
      { conversation: aConversation(NOW - 60_000, null) },
      'question-unanswered',
    ],
    ['a pause', { record: { holdUntil: NOW + 60_000, holdReason: 'Отпуск' } }, 'held'],
    ['a pause without an end', { record: { holdReason: 'Клиент в отпуске' } }, 'hold-without-end'],
    ['a product update', { record: { outcome: 'product-update' as const } }, 'product-update'],
    ['a fact nobody could read', { openWork: UNREADABLE }, 'unread-fact'],
    ['an answered request', { record: { confirmation: 'not-asked' as const } }, 'client-wrote'],
    [
      'a confirmed solution without its cause',
      { record: { confirmation: 'confirmed' as const, cause: '' } },
      'cause-missing',
    ],
  ])('%s is named', (_name, ticket, code) => {
    expect(blockersOf(listed(ticket))).toContain(code);
  });

  test('nothing is named of a ticket that only waits, also where clocks differ', () => {
    expect(blockersOf(listed())).toEqual([]);
    expect(blockersOf(listed({ record: { askedAt: NOW + 60_000 } }))).toEqual([]);
  });

  test('a request that did not reach the client is told from one that waits for the morning', () => {
    const unasked = { record: { confirmation: null, askedAt: null } };
    const at = (dueAt: number) => [{ kind: 'send-request', dueAt }] as const;
    expect(blockersOf(listed(unasked, { timers: at(NOW + 24 * 3600_000) }))).toEqual([
      'undelivered',
    ]);
    expect(blockersOf(listed(unasked, { timers: at(NOW) }))).toEqual([]);
    const night = instant('2026-03-10 21:00');
    const sleeping = listed(unasked, { timers: at(instant('2026-03-11 09:00')) });
    expect(ticketLists([sleeping], { now: night }).blocked).toEqual([]);
  });
});

describe('special-mistake: tickets that came back', () => {
  const again = { stageId: 'C5:EXECUTING', record: { cycle: 2, askedAt: null } } as const;

  test('are listed with the state of their review, reopened or returned', () => {
    const returned = { stageId: 'C5:EXECUTING', record: { returns: 3 } };
    expect(lists(listed(again), listed(returned))['came-back']).toMatchObject([
      { cycle: 2, cause: null, hasMeasure: false },
      { cycle: 1, returns: 3 },
    ]);
    expect(lists(listed({ ...again, stageId: 'C5:WON' }))['came-back']).toEqual([]);
  });

  test('a review is overdue one working day after the reopening, until cause and measure stand', () => {
    const before = instant('2026-03-09 11:00');
    const overdue = (reopenedAt: number, record = {}) =>
      lists(listed({ ...again, record: { ...again.record, ...record } }, { reopenedAt }))[
        'overdue-reviews'
      ];
    expect(overdue(before)).toHaveLength(1);
    expect(overdue(ASKED)).toEqual([]);
    expect(overdue(before, { mistakeCause: 'hurried' })).toHaveLength(1);
    const done = { mistakeCause: 'hurried', mistakeMeasure: 'Сверяем с клиентом' };
    expect(overdue(before, done)).toEqual([]);
  });
});

test('special-product-update: a ticket waits for the release until its instruction stands', () => {
  const update = { outcome: 'product-update' as const, productVersion: 'PASS24 4.12' };
  const waits = (record = {}) =>
    lists(listed({ stageId: 'C5:EXECUTING', record: { ...update, ...record } }))[
      'wait-for-release'
    ];
  expect(waits()).toMatchObject([{ productVersion: 'PASS24 4.12' }]);
  expect(waits({ productInstruction: 'Обновите приложение' })).toEqual([]);
  expect(waits({ confirmation: 'confirmed' })).toEqual([]);
});

describe('a pause', () => {
  const time = aWorkingTime();

  test('given as a date lasts to the end of that working day, with a time to that minute', () => {
    expect(wallClock(holdUntilOf('2026-12-01', time))).toBe('Tue 2026-12-01 18:00:00');
    expect(wallClock(holdUntilOf('2026-12-01 15:30', time))).toBe('Tue 2026-12-01 15:30:00');
    expect(wallClock(holdUntilOf('2026-12-01T15:30', time))).toBe('Tue 2026-12-01 15:30:00');
    for (const text of ['', 'завтра', '2026-02-30', '2026-13-01', '2026-12-01 25:00', '1.12.2026'])
      expect(holdUntilOf(text, time)).toBeNull();
  });

  test('needs a reason in words and an end within ninety days; everything wrong is told at once', () => {
    const good = { reason: 'Клиент в отпуске', until: NOW + 3600_000 };
    expect(holdProblems(good, NOW)).toEqual([]);
    expect(holdProblems({ reason: 'ок', until: NOW }, NOW)).toEqual(['reason-short', 'until-past']);
    expect(holdProblems({ reason: 'отпускотпуск', until: null }, NOW)).toEqual([
      'reason-short',
      'until-unreadable',
    ]);
    const far = { reason: 'слово '.repeat(100), until: NOW + 91 * 24 * 3600_000 };
    expect(holdProblems(far, NOW)).toEqual(['reason-long', 'until-too-far']);
  });
});
