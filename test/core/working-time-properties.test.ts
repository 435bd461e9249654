import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dateKey, dateOfDay } from '../../src/core/local-date.ts';
import type { Instant } from '../../src/core/ticket.ts';
import type { WorkingTime } from '../../src/core/working-time.ts';
import {
  addWorkingDays,
  isWorkingMoment,
  nextWorkingMoment,
  workingMinutesBetween,
} from '../../src/core/working-time.ts';
import { aWorkingTime } from '../support/a-working-time.ts';

const RUNS = { numRuns: 300 };
const MINUTE_MS = 60_000;
const FIRST_DAY = 20_089; // 2025-01-01
const LAST_DAY = 21_183; // 2027-12-31
const MIDNIGHT = 1_440;

const zones = fc.constantFrom(
  'Europe/Moscow',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'UTC-9',
);
const dates = fc.integer({ min: FIRST_DAY, max: LAST_DAY }).map((day) => dateKey(dateOfDay(day)));
const instants = fc.integer({ min: FIRST_DAY * 86_400_000, max: LAST_DAY * 86_400_000 });
const waits = fc.integer({ min: 0, max: 12 });

/** At least one weekday is worked; hours start no earlier than `from` minutes. */
function workingTimes(from: number): fc.Arbitrary<WorkingTime> {
  return fc
    .record({
      hours: fc
        .tuple(fc.integer({ min: from, max: MIDNIGHT - 1 }), fc.integer({ min: 1, max: MIDNIGHT }))
        .map(([dayStart, length]) => ({ dayStart, dayEnd: Math.min(MIDNIGHT, dayStart + length) })),
      weekDaysOff: fc.subarray([1, 2, 3, 4, 5, 6, 7], { maxLength: 6 }),
      daysOff: fc.array(dates, { maxLength: 60 }),
      workDays: fc.array(dates, { maxLength: 30 }),
      zone: zones,
    })
    .map(({ hours, zone, ...days }) => aWorkingTime({ ...hours, ...days }, zone));
}

const anyHours = workingTimes(0);
/** Clocks change between one and three in the night; there «the same time» may not exist, so order cannot hold. */
const hoursWithoutChange = workingTimes(4 * 60);

function due(at: Instant, days: number, time: WorkingTime): Instant {
  const result = addWorkingDays(at, days, time);
  if (result === null) throw new Error('these calendars have working days');
  return result;
}

describe('due dates', () => {
  test('are working moments, never before the request, whatever the hours and the clocks do', () => {
    fc.assert(
      fc.property(anyHours, instants, waits, (time, at, days) => {
        const result = due(at, days, time);
        expect(result).toBeGreaterThanOrEqual(at);
        expect(isWorkingMoment(result, time)).toBe(true);
        expect(nextWorkingMoment(result, time)).toBe(result);
      }),
      RUNS,
    );
  });

  test('stand within the hours of a working date on the wall clock', () => {
    fc.assert(
      fc.property(hoursWithoutChange, instants, waits, (time, at, days) => {
        const local = time.zone.localOf(due(at, days, time));
        expect(time.calendar.worksOn(local)).toBe(true);
        expect(local.minuteOfDay).toBeGreaterThanOrEqual(time.calendar.dayStart);
        expect(local.minuteOfDay).toBeLessThan(time.calendar.dayEnd);
      }),
      RUNS,
    );
  });

  test('keep the local time of a request made within the hours', () => {
    fc.assert(
      fc.property(hoursWithoutChange, instants, waits, (time, at, days) => {
        const start = due(at, 0, time);
        const result = due(start, days, time);
        expect(time.zone.localOf(result).minuteOfDay).toBe(time.zone.localOf(start).minuteOfDay);
        expect(result % MINUTE_MS).toBe(start % MINUTE_MS);
      }),
      RUNS,
    );
  });

  test('never overtake each other', () => {
    fc.assert(
      fc.property(hoursWithoutChange, instants, instants, waits, (time, one, other, days) => {
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
        expect(due(earlier, days, time)).toBeLessThanOrEqual(due(later, days, time));
      }),
      RUNS,
    );
  });

  test('n days and then m days are n + m days', () => {
    fc.assert(
      fc.property(hoursWithoutChange, instants, waits, waits, (time, at, n, m) => {
        expect(due(due(at, n, time), m, time)).toBe(due(at, n + m, time));
      }),
      RUNS,
    );
  });

  test('lie exactly that many working dates after the start', () => {
    fc.assert(
      fc.property(hoursWithoutChange, instants, waits, (time, at, days) => {
        const start = time.zone.localOf(due(at, 0, time));
        const end = time.zone.localOf(due(at, days, time));
        let passed = 0;
        let day = Date.UTC(start.year, start.month - 1, start.day) / 86_400_000;
        while (dateKey(dateOfDay(day)) !== dateKey(end)) {
          day += 1;
          if (time.calendar.worksOn(dateOfDay(day))) passed += 1;
        }
        expect(passed).toBe(days);
      }),
      RUNS,
    );
  });
});

describe('working minutes', () => {
  const spans = fc.integer({ min: 0, max: 40 * MIDNIGHT * MINUTE_MS });

  test('of two parts add up to the whole', () => {
    fc.assert(
      fc.property(anyHours, instants, spans, spans, (time, at, one, two) => {
        const first = workingMinutesBetween(at, at + one, time) ?? Number.NaN;
        const second = workingMinutesBetween(at + one, at + one + two, time) ?? Number.NaN;
        expect(first + second).toBe(workingMinutesBetween(at, at + one + two, time));
      }),
      RUNS,
    );
  });

  test('are the minutes that are working moments, counted one by one', () => {
    const upToTwoDays = fc.integer({ min: 0, max: 2 * MIDNIGHT });
    fc.assert(
      fc.property(anyHours, instants, upToTwoDays, (time, at, minutes) => {
        const start = Math.floor(at / MINUTE_MS) * MINUTE_MS;
        const worked = Array.from({ length: minutes }, (_none, index) =>
          isWorkingMoment(start + index * MINUTE_MS, time),
        ).filter(Boolean);
        expect(workingMinutesBetween(start, start + minutes * MINUTE_MS, time)).toBe(worked.length);
      }),
      { numRuns: 25 },
    );
  });

  test('never run while nothing is open', () => {
    fc.assert(
      fc.property(anyHours, instants, (time, at) => {
        const opening = due(at, 0, time);
        expect(workingMinutesBetween(at, opening, time)).toBe(0);
      }),
      RUNS,
    );
  });
});
