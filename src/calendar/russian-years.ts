/** Days off of the Russian production calendar: from the yearly decree where it is bundled, else by the Labour Code alone. */
import type { LocalDate } from '../core/local-date.ts';
import { dateKey, dateOfDay, dayNumber, weekdayOf } from '../core/local-date.ts';
import ru2025 from './data/ru-2025.json' with { type: 'json' };
import ru2026 from './data/ru-2026.json' with { type: 'json' };

/** Exceptions of one year to the weekly days off, as `YYYY-MM-DD`. */
export interface YearDays {
  readonly daysOff: ReadonlySet<string>;
  readonly workDays: ReadonlySet<string>;
}

const BUNDLED: ReadonlyMap<number, YearDays> = new Map(
  [ru2025, ru2026].map(({ year, daysOff, workDays }) => [
    year,
    { daysOff: new Set(daysOff), workDays: new Set(workDays) },
  ]),
);

/** Day, month: Labour Code, art. 112. */
const HOLIDAYS: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 1],
  [3, 1],
  [4, 1],
  [5, 1],
  [6, 1],
  [7, 1],
  [8, 1],
  [23, 2],
  [8, 3],
  [1, 5],
  [9, 5],
  [12, 6],
  [4, 11],
];
const JANUARY = 1;

/** The official calendar of a year; undefined when this version carries none. */
export function bundledYear(year: number): YearDays | undefined {
  return BUNDLED.get(year);
}

/**
 * What can be known of a year before its decree: the holidays, and the next working day for each that falls on a weekly day off.
 * January's are moved by the decree only, so their substitutes are missing here, and so are all working Saturdays.
 */
export function statutoryYear(year: number, weekDaysOff: ReadonlySet<number>): YearDays {
  const holidays: readonly LocalDate[] = HOLIDAYS.map(([day, month]) => ({ year, month, day }));
  const daysOff = new Set(holidays.map(dateKey));
  for (const holiday of holidays) {
    if (holiday.month === JANUARY || !weekDaysOff.has(weekdayOf(holiday))) continue;
    daysOff.add(dateKey(nextWeekdayOn(holiday, weekDaysOff)));
  }
  return { daysOff, workDays: new Set() };
}

/** The holiday itself when all weekdays are off. No holidays but January's follow each other, so the day found is none. */
function nextWeekdayOn(holiday: LocalDate, weekDaysOff: ReadonlySet<number>): LocalDate {
  const number = dayNumber(holiday);
  const week = [1, 2, 3, 4, 5, 6, 7].map((days) => dateOfDay(number + days));
  return week.find((date) => !weekDaysOff.has(weekdayOf(date))) ?? holiday;
}
