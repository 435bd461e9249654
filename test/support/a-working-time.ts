/** Working times for tests, and instants written as a wall clock shows them. */
import { DateTime } from 'luxon';
import type { LocalDate } from '../../src/core/local-date.ts';
import { dateKey, weekdayOf } from '../../src/core/local-date.ts';
import type { Instant } from '../../src/core/ticket.ts';
import type { WorkCalendar, WorkingTime } from '../../src/core/working-time.ts';
import { zoneRules } from '../../src/calendar/zone-rules.ts';

export interface WorkDays {
  readonly dayStart?: number;
  readonly dayEnd?: number;
  readonly weekDaysOff?: readonly number[];
  readonly daysOff?: readonly string[];
  readonly workDays?: readonly string[];
}

/** Monday to Friday, 9:00 to 18:00, unless the case says otherwise. */
export function aWorkCalendar(days: WorkDays = {}): WorkCalendar {
  const weekDaysOff = new Set(days.weekDaysOff ?? [6, 7]);
  const daysOff = new Set(days.daysOff ?? []);
  const workDays = new Set(days.workDays ?? []);
  return {
    dayStart: days.dayStart ?? 9 * 60,
    dayEnd: days.dayEnd ?? 18 * 60,
    worksOn(date: LocalDate) {
      const key = dateKey(date);
      return workDays.has(key) || (!daysOff.has(key) && !weekDaysOff.has(weekdayOf(date)));
    },
  };
}

export function aWorkingTime(days: WorkDays = {}, zone = 'Europe/Moscow'): WorkingTime {
  return { calendar: aWorkCalendar(days), zone: zoneRules(zone) };
}

/** `2026-05-08 17:30` in a zone; with an offset (`2026-10-25 02:30+01:00`) the offset decides. */
export function instant(text: string, zone = 'Europe/Moscow'): Instant {
  return DateTime.fromSQL(text, { zone }).toMillis();
}

/** How a wall clock in the zone shows an instant, by Luxon's own arithmetic; null stays null. */
export function wallClock(at: Instant | null, zone = 'Europe/Moscow'): string | null {
  return at === null ? null : DateTime.fromMillis(at, { zone }).toFormat('ccc yyyy-MM-dd HH:mm:ss');
}
