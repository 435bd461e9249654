import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { Moment } from '../../src/core/solution-times.ts';
import { courseOf, solutionTimes } from '../../src/core/solution-times.ts';
import type { WorkDays } from '../support/a-working-time.ts';
import { aWorkingTime, instant } from '../support/a-working-time.ts';

interface Case {
  readonly days?: WorkDays;
  readonly zone?: string;
  readonly started: string;
  /** When the first request reached the client; left out: the closing is the solution. */
  readonly asked?: string;
  readonly answered?: string;
  readonly closed: string;
  /** `working / calendar` in minutes. */
  readonly toSolution: string;
  readonly toClosing: string;
  readonly waiting: string;
}

/*
 * Counted by hand, working day 9:00-18:00 = 540 min unless the case says otherwise.
 *
 * Friday evening      Fri 20 Nov 17:30-18:00 = 30, Mon 23 Nov 9:00-10:15 = 75; solved in 105.
 *                     Mon 10:15-12:00 = 105 waiting; closed in 210. Calendar: Fri 17:30 to Mon 10:15 = 64:45 h = 3885;
 *                     to Mon 12:00 = 66:30 h = 3990; waiting 105.
 * New Year            Mon 29 Dec 2025 16:00-18:00 = 120; 30 Dec-11 Jan nobody works; Mon 12 Jan 9:00-9:40 = 40; together 160.
 *                     Calendar: 13 d 17:40 h = 13 * 1440 + 1060 = 19780.
 * Working Saturday    Fri 31 Oct 2025 17:00-18:00 = 60; Sat 1 Nov (a working day) 540; Mon 3 and Tue 4 off; Wed 5 Nov
 *                     9:00-9:30 = 30; together 630. Calendar: 4 d 16:30 h = 5760 + 990 = 6750.
 * Spring, Berlin      hours 0:00-24:00 every day; Sat 28 Mar 2026 22:00 to Sun 29 Mar 6:00 shows 8 h on the wall, the clock
 *                     skips one of them: 7 h = 420, working and calendar.
 * Autumn, Berlin      the same on 24/25 Oct 2026, one hour comes twice: 9 h = 540.
 * Till midnight       hours 12:00-24:00; Thu 23:10-24:00 = 50, Fri 12:00-12:20 = 20; together 70. Calendar 13:10 h = 790.
 * Seconds             10:00:59 to 10:02:01 is minute 0 to minute 2 = 2.
 * At night            asked Fri 20:00 and answered Sun 9:00: no working minute was the client's; calendar 37 h = 2220.
 */
const CASES: readonly (readonly [string, Case])[] = [
  [
    'Friday evening to Monday noon',
    {
      started: '2026-11-20 17:30',
      asked: '2026-11-23 10:15',
      answered: '2026-11-23 12:00',
      closed: '2026-11-23 12:00',
      toSolution: '105 / 3885',
      toClosing: '210 / 3990',
      waiting: '105 / 105',
    },
  ],
  [
    'over the New Year holidays',
    {
      days: {
        daysOff: [
          '2025-12-30',
          '2025-12-31',
          ...Array.from({ length: 9 }, (_, day) => `2026-01-0${day + 1}`),
        ],
      },
      started: '2025-12-29 16:00',
      closed: '2026-01-12 09:40',
      toSolution: '160 / 19780',
      toClosing: '160 / 19780',
      waiting: '0 / 0',
    },
  ],
  [
    'over a working Saturday',
    {
      days: { workDays: ['2025-11-01'], daysOff: ['2025-11-03', '2025-11-04'] },
      started: '2025-10-31 17:00',
      closed: '2025-11-05 09:30',
      toSolution: '630 / 6750',
      toClosing: '630 / 6750',
      waiting: '0 / 0',
    },
  ],
  [
    'over the night when clocks go forward',
    {
      days: { dayStart: 0, dayEnd: 1_440, weekDaysOff: [] },
      zone: 'Europe/Berlin',
      started: '2026-03-28 22:00',
      closed: '2026-03-29 06:00',
      toSolution: '420 / 420',
      toClosing: '420 / 420',
      waiting: '0 / 0',
    },
  ],
  [
    'over the night when clocks go back',
    {
      days: { dayStart: 0, dayEnd: 1_440, weekDaysOff: [] },
      zone: 'Europe/Berlin',
      started: '2026-10-24 22:00',
      closed: '2026-10-25 06:00',
      toSolution: '540 / 540',
      toClosing: '540 / 540',
      waiting: '0 / 0',
    },
  ],
  [
    'with hours till midnight',
    {
      days: { dayStart: 12 * 60, dayEnd: 1_440 },
      started: '2026-11-19 23:10',
      closed: '2026-11-20 12:20',
      toSolution: '70 / 790',
      toClosing: '70 / 790',
      waiting: '0 / 0',
    },
  ],
  [
    'to the minute, not to the second',
    {
      started: '2026-11-20 10:00:59',
      closed: '2026-11-20 10:02:01',
      toSolution: '2 / 2',
      toClosing: '2 / 2',
      waiting: '0 / 0',
    },
  ],
  [
    'with a wait outside working hours',
    {
      // Fri 17:00-18:00 = 60; closed Mon 9:30: 60 + 30 = 90. Calendar 3 h; 64:30 h = 3870.
      started: '2026-11-20 17:00',
      asked: '2026-11-20 20:00',
      answered: '2026-11-22 09:00',
      closed: '2026-11-23 09:30',
      toSolution: '60 / 180',
      toClosing: '90 / 3870',
      waiting: '0 / 2220',
    },
  ],
];

const shown = (clocks: { working: number; calendar: number } | undefined): string =>
  `${clocks?.working} / ${clocks?.calendar}`;

describe('the two clocks (step-3, step-4)', () => {
  test.each(CASES)('equal a hand calculation %s', (_what, one) => {
    const zone = one.zone ?? 'Europe/Moscow';
    const at = (text: string) => instant(text, zone);
    const noted: Moment[] = [];
    if (one.asked) noted.push({ cycle: 1, kind: 'asked', at: at(one.asked) });
    if (one.answered) noted.push({ cycle: 1, kind: 'answered', at: at(one.answered) });
    const ticket = {
      createdAt: at(one.started),
      cycle: 1,
      askedAt: null,
      closedAt: at(one.closed),
    };
    const course = courseOf(ticket, noted);
    const times = course && solutionTimes(course, aWorkingTime(one.days, zone));

    expect({
      toSolution: shown(times?.toSolution),
      toClosing: shown(times?.toClosing),
      waiting: shown(times?.waiting),
    }).toEqual({ toSolution: one.toSolution, toClosing: one.toClosing, waiting: one.waiting });
  });

  /*
   * Two cycles, by hand. Cycle 1: Wed 18 Nov 10:00, asked 11:00, "not solved" 12:00, asked again 15:00, silence, closed
   * Fri 20 Nov 15:00. Solved in 60 / 60. Wed 10-18 = 480, Thu 540, Fri 9-15 = 360: 1380 / 2 d 5 h = 3180. Waiting 11-12 = 60
   * and Wed 15-18 = 180, Thu 540, Fri 360 = 1080: 1140 working; calendar 60 + 2880 = 2940.
   * Cycle 2: reopened Fri 20 Nov 17:00, asked Mon 23 Nov 9:30, answered and closed 9:50. Solved in 60 + 30 = 90 / 64:30 h =
   * 3870; closed in 110 / 3890; waiting 20 / 20.
   */
  test('are counted per cycle, each from its own beginning', () => {
    const at = (text: string) => instant(text);
    const noted: readonly Moment[] = [
      { cycle: 1, kind: 'asked', at: at('2026-11-18 11:00') },
      { cycle: 1, kind: 'answered', at: at('2026-11-18 12:00') },
      { cycle: 1, kind: 'asked', at: at('2026-11-18 15:00') },
      { cycle: 2, kind: 'reopened', at: at('2026-11-20 17:00') },
      { cycle: 2, kind: 'asked', at: at('2026-11-23 09:30') },
      { cycle: 2, kind: 'answered', at: at('2026-11-23 09:50') },
    ];
    const createdAt = at('2026-11-18 10:00');
    const timesOf = (cycle: number, closed: string) => {
      const course = courseOf({ createdAt, cycle, askedAt: null, closedAt: at(closed) }, noted);
      return course && solutionTimes(course, aWorkingTime());
    };

    expect(timesOf(1, '2026-11-20 15:00')).toEqual({
      toSolution: { working: 60, calendar: 60 },
      toClosing: { working: 1380, calendar: 3180 },
      toAnswer: { working: 60, calendar: 60 },
      waiting: { working: 1140, calendar: 2940 },
      held: { working: 0, calendar: 0 },
    });
    expect(timesOf(2, '2026-11-23 09:50')).toEqual({
      toSolution: { working: 90, calendar: 3870 },
      toClosing: { working: 110, calendar: 3890 },
      toAnswer: { working: 20, calendar: 20 },
      waiting: { working: 20, calendar: 20 },
      held: { working: 0, calendar: 0 },
    });
  });

  /* Held 10:00-13:00, the client's turn 12:00-14:00: 120 waiting, and 10:00-12:00 = 120 held beside it. */
  test('count a pause within a wait once, as the client’s', () => {
    const at = (text: string) => instant(`2026-11-18 ${text}`);
    const course = {
      startedAt: at('09:00'),
      solvedAt: at('12:00'),
      closedAt: at('15:00'),
      waits: [
        { from: at('12:00'), until: at('14:00') },
        { from: at('13:00'), until: at('13:30') },
      ],
      holds: [{ from: at('10:00'), until: at('13:00') }],
    };

    expect(solutionTimes(course, aWorkingTime())).toMatchObject({
      waiting: { working: 120, calendar: 120 },
      held: { working: 120, calendar: 120 },
    });
  });

  test('go by the ticket’s own field where no moment was noted', () => {
    const at = (text: string) => instant(`2026-11-18 ${text}`);
    const ticket = {
      createdAt: at('10:00'),
      cycle: 1,
      askedAt: at('11:30'),
      closedAt: at('12:00'),
    };
    const course = courseOf(ticket, []);

    expect(course && solutionTimes(course, aWorkingTime())).toMatchObject({
      toSolution: { working: 90, calendar: 90 },
      waiting: { working: 30, calendar: 30 },
    });
  });

  test('are not guessed for a later cycle whose beginning nobody noted', () => {
    const ticket = { createdAt: 0, cycle: 2, askedAt: null, closedAt: 1 };
    expect(courseOf(ticket, [])).toBeNull();
  });

  test('are not guessed from a moment that is no instant of a ticket', () => {
    const course = courseOf({ createdAt: 0, cycle: 1, askedAt: null, closedAt: 1e13 }, []);
    expect(course && solutionTimes(course, aWorkingTime())).toBeNull();
  });

  test('parts never exceed the whole, and working time never exceeds the calendar’s', () => {
    const minute = fc.integer({ min: 0, max: 40 * 1440 });
    const base = instant('2026-11-02 00:00');
    const moment = fc.record({
      cycle: fc.constant(1),
      kind: fc.constantFrom<Moment['kind']>('asked', 'answered'),
      at: minute.map((value) => base + value * 60_000),
    });
    fc.assert(
      fc.property(minute, minute, fc.array(moment, { maxLength: 8 }), (a, b, noted) => {
        const ticket = {
          createdAt: base + Math.min(a, b) * 60_000,
          cycle: 1,
          askedAt: null,
          closedAt: base + Math.max(a, b) * 60_000,
        };
        const course = courseOf(ticket, noted);
        const times = course && solutionTimes(course, aWorkingTime());
        if (!times) throw new Error('a first cycle always has times');
        for (const part of [times.toSolution, times.waiting, times.held]) {
          expect(part.working).toBeLessThanOrEqual(times.toClosing.working);
          expect(part.calendar).toBeLessThanOrEqual(times.toClosing.calendar);
          expect(part.working).toBeLessThanOrEqual(part.calendar);
          expect(Math.min(part.working, part.calendar)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
