import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dateKey, dateOfDay, dayNumber, isRealDate, weekdayOf } from '../../src/core/local-date.ts';

const DAY_MS = 86_400_000;

describe('dates as numbers', () => {
  test('day 0 is Thursday, 1970-01-01', () => {
    expect(dateOfDay(0)).toEqual({ year: 1970, month: 1, day: 1 });
    expect(weekdayOf({ year: 1970, month: 1, day: 1 })).toBe(4);
  });

  test('agree with the calendar of the machine on every day from 1600 to 2400', () => {
    fc.assert(
      fc.property(fc.integer({ min: -135_140, max: 157_054 }), (number) => {
        const date = dateOfDay(number);
        const expected = new Date(number * DAY_MS);
        expect(dateKey(date)).toBe(expected.toISOString().slice(0, 10));
        expect(weekdayOf(date)).toBe(expected.getUTCDay() || 7);
        expect(dayNumber(date)).toBe(number);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    [2024, 2, 29, true],
    [2000, 2, 29, true],
    [2025, 2, 29, false],
    [2100, 2, 29, false],
    [2026, 4, 31, false],
    [2026, 0, 10, false],
    [2026, 13, 1, false],
    [2026, 5, 0, false],
    [2026, 12, 31, true],
  ])('%i-%i-%i is a real date: %s', (year, month, day, real) => {
    expect(isRealDate({ year, month, day })).toBe(real);
  });
});
