import { describe, expect, test } from '@jest/globals';
import {
  addWorkingDays,
  isWorkingMoment,
  nextWorkingMoment,
  workingMinutesBetween,
} from '../../src/core/working-time.ts';
import { aWorkingTime, instant, wallClock } from '../support/a-working-time.ts';

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';
const ROUND_THE_CLOCK = { dayStart: 0, dayEnd: 1_440, weekDaysOff: [] };

describe('isWorkingMoment', () => {
  const time = aWorkingTime();

  test.each([
    ['the opening hour', '2026-11-20 09:00:00', true],
    ['the last second of the day', '2026-11-20 17:59:59', true],
    ['the closing hour', '2026-11-20 18:00:00', false],
    ['the second before opening', '2026-11-20 08:59:59', false],
    ['noon on Saturday', '2026-11-21 12:00:00', false],
  ])('%s (%s): %s', (_what, at, works) => {
    expect(isWorkingMoment(instant(at), time)).toBe(works);
  });

  test('the last second before midnight belongs to hours that end at midnight', () => {
    const late = aWorkingTime({ dayStart: 12 * 60, dayEnd: 1_440 });
    expect(isWorkingMoment(instant('2026-11-20 23:59:59'), late)).toBe(true);
    expect(isWorkingMoment(instant('2026-11-21 00:00:00'), late)).toBe(false);
  });
});

describe('nextWorkingMoment', () => {
  const time = aWorkingTime();

  test('a working moment is its own next one, to the millisecond', () => {
    const at = instant('2026-11-20 12:34:56.789');
    expect(nextWorkingMoment(at, time)).toBe(at);
  });

  test.each([
    ['before opening', '2026-11-20 03:00', 'Fri 2026-11-20 09:00:00'],
    ['at closing', '2026-11-20 18:00', 'Mon 2026-11-23 09:00:00'],
    ['on Sunday', '2026-11-22 23:00', 'Mon 2026-11-23 09:00:00'],
  ])('%s waits for the next opening', (_when, at, expected) => {
    expect(wallClock(nextWorkingMoment(instant(at), time))).toBe(expected);
  });

  test('round the clock every instant is a working one', () => {
    const at = instant('2026-11-22 00:00');
    expect(nextWorkingMoment(at, aWorkingTime(ROUND_THE_CLOCK))).toBe(at);
  });
});

describe('addWorkingDays', () => {
  const time = aWorkingTime();

  test.each([
    ['Friday evening to Monday evening', '2026-11-20 17:30', 1, 'Mon 2026-11-23 17:30:00'],
    ['seconds are kept', '2026-11-20 17:30:45', 1, 'Mon 2026-11-23 17:30:45'],
    ['Friday evening and two days', '2026-11-20 17:30', 2, 'Tue 2026-11-24 17:30:00'],
    ['Saturday counts from Monday morning', '2026-11-21 12:00', 1, 'Tue 2026-11-24 09:00:00'],
    ['after hours counts from the morning', '2026-11-19 18:00', 1, 'Mon 2026-11-23 09:00:00'],
    ['before hours counts from the opening', '2026-11-19 06:00', 1, 'Fri 2026-11-20 09:00:00'],
    ['a week of working days', '2026-11-18 10:00', 5, 'Wed 2026-11-25 10:00:00'],
    ['no day is the next working moment', '2026-11-21 12:00', 0, 'Mon 2026-11-23 09:00:00'],
    ['a negative number is no day', '2026-11-20 12:00', -3, 'Fri 2026-11-20 12:00:00'],
    ['a fraction is dropped', '2026-11-19 12:00', 1.9, 'Fri 2026-11-20 12:00:00'],
  ])('%s', (_what, at, days, expected) => {
    expect(wallClock(addWorkingDays(instant(at), days, time))).toBe(expected);
  });

  test('a working Saturday counts, and so does a request that comes on it', () => {
    const saturday = aWorkingTime({
      workDays: ['2025-11-01'],
      daysOff: ['2025-11-03', '2025-11-04'],
    });
    expect(wallClock(addWorkingDays(instant('2025-10-31 17:30'), 1, saturday))).toBe(
      'Sat 2025-11-01 17:30:00',
    );
    expect(wallClock(addWorkingDays(instant('2025-11-01 11:00'), 1, saturday))).toBe(
      'Wed 2025-11-05 11:00:00',
    );
  });

  test('hours that end at midnight keep a time one minute before it', () => {
    const late = aWorkingTime({ dayStart: 9 * 60, dayEnd: 1_440 });
    expect(wallClock(addWorkingDays(instant('2026-11-20 23:59:59'), 1, late))).toBe(
      'Mon 2026-11-23 23:59:59',
    );
    expect(wallClock(addWorkingDays(instant('2026-11-21 00:00'), 1, late))).toBe(
      'Tue 2026-11-24 09:00:00',
    );
  });

  test.each([
    [BERLIN, '2026-03-27 17:30', 'Mon 2026-03-30 17:30:00', 71],
    [BERLIN, '2026-10-23 17:30', 'Mon 2026-10-26 17:30:00', 73],
    [NEW_YORK, '2026-03-06 17:30', 'Mon 2026-03-09 17:30:00', 71],
    [NEW_YORK, '2026-10-30 17:30', 'Mon 2026-11-02 17:30:00', 73],
    ['Europe/Moscow', '2026-03-27 17:30', 'Mon 2026-03-30 17:30:00', 72],
  ])(
    '%s, %s: the wall clock shows the same time, %s, %i hours later',
    (zone, from, expected, hours) => {
      const at = instant(from, zone);
      const due = addWorkingDays(at, 1, aWorkingTime({}, zone));
      expect(wallClock(due, zone)).toBe(expected);
      expect(((due ?? 0) - at) / 3_600_000).toBe(hours);
    },
  );

  test('a time that the clock skips becomes the next one that exists', () => {
    const due = addWorkingDays(
      instant('2026-03-28 02:30', BERLIN),
      1,
      aWorkingTime(ROUND_THE_CLOCK, BERLIN),
    );
    expect(wallClock(due, BERLIN)).toBe('Sun 2026-03-29 03:00:00');
  });

  test('a time that comes twice is the first', () => {
    const due = addWorkingDays(
      instant('2026-10-24 02:30', BERLIN),
      1,
      aWorkingTime(ROUND_THE_CLOCK, BERLIN),
    );
    expect(due).toBe(instant('2026-10-25 02:30+02:00', BERLIN));
  });

  test('a due time pushed past the closing hour by the clock stays within the hours', () => {
    const night = aWorkingTime({ dayStart: 60, dayEnd: 150, weekDaysOff: [] }, BERLIN);
    const due = addWorkingDays(instant('2026-03-28 02:15', BERLIN), 1, night);
    expect(wallClock(due, BERLIN)).toBe('Sun 2026-03-29 01:59:59');
  });

  test('a start that the returning clock shows before the opening hour is due at the opening', () => {
    const night = aWorkingTime({ dayStart: 150, dayEnd: 300, weekDaysOff: [] }, BERLIN);
    const due = addWorkingDays(instant('2026-10-25 02:10+01:00', BERLIN), 1, night);
    expect(wallClock(due, BERLIN)).toBe('Mon 2026-10-26 02:30:00');
  });

  test('a day whose hours the clock skips is no working day', () => {
    const night = aWorkingTime({ dayStart: 120, dayEnd: 180, weekDaysOff: [] }, BERLIN);
    const due = addWorkingDays(instant('2026-03-28 02:15', BERLIN), 1, night);
    expect(wallClock(due, BERLIN)).toBe('Mon 2026-03-30 02:15:00');
  });
});

describe('a calendar that cannot answer', () => {
  const idle = aWorkingTime({ weekDaysOff: [1, 2, 3, 4, 5, 6, 7] });
  const at = instant('2026-11-20 12:00');

  test('without working days there is no next moment, no due date and no worked minute', () => {
    expect(nextWorkingMoment(at, idle)).toBeNull();
    expect(addWorkingDays(at, 1, idle)).toBeNull();
    expect(isWorkingMoment(at, idle)).toBe(false);
    expect(workingMinutesBetween(at, at + 7 * 86_400_000, idle)).toBe(0);
  });

  test('one working day and then none has a next moment and no day after it', () => {
    const lastDay = aWorkingTime({ weekDaysOff: [1, 2, 3, 4, 5, 6, 7], workDays: ['2026-12-01'] });
    expect(wallClock(nextWorkingMoment(at, lastDay))).toBe('Tue 2026-12-01 09:00:00');
    expect(addWorkingDays(at, 1, lastDay)).toBeNull();
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e12])('%s days have no due date', (days) => {
    expect(addWorkingDays(at, days, aWorkingTime())).toBeNull();
  });

  test('a span of more than ten years is refused', () => {
    expect(workingMinutesBetween(0, at, aWorkingTime())).toBeNull();
    expect(workingMinutesBetween(at, 8e15, aWorkingTime())).toBeNull();
  });
});

describe('workingMinutesBetween', () => {
  const time = aWorkingTime();

  test.each([
    ['within a day', '2026-11-20 10:00', '2026-11-20 11:30', 90],
    ['over a night', '2026-11-19 17:30', '2026-11-20 09:15', 45],
    ['over a weekend', '2026-11-20 17:30', '2026-11-23 17:30', 540],
    ['a weekend alone', '2026-11-20 18:00', '2026-11-23 09:00', 0],
    ['a whole week', '2026-11-16 00:00', '2026-11-23 00:00', 2_700],
    ['seconds are rounded down at both ends', '2026-11-20 10:00:59', '2026-11-20 10:01:01', 1],
    ['backwards', '2026-11-20 11:00', '2026-11-20 10:00', 0],
  ])('%s', (_what, from, to, minutes) => {
    expect(workingMinutesBetween(instant(from), instant(to), time)).toBe(minutes);
  });

  test('a round-the-clock day has 23 hours when clocks go forward and 25 when they go back', () => {
    const clock = aWorkingTime(ROUND_THE_CLOCK, BERLIN);
    const day = (from: string, to: string): number | null =>
      workingMinutesBetween(instant(from, BERLIN), instant(to, BERLIN), clock);
    expect(day('2026-03-29 00:00', '2026-03-30 00:00')).toBe(23 * 60);
    expect(day('2026-10-25 00:00', '2026-10-26 00:00')).toBe(25 * 60);
  });
});
