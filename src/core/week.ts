/** Weeks of the wall clock, from Monday to Sunday. */
import { dateKey, dateOfDay, dayNumber, weekdayOf } from './local-date.ts';
import type { Instant } from './ticket.ts';
import { nextWorkingMoment } from './working-time.ts';
import type { WorkingTime } from './working-time.ts';

const WEEK_DAYS = 7;
/** Holidays last no longer; further back nobody looks. */
const MAX_WEEKS = 8;

export interface PastWeek {
  /** The Monday of the week that looks back, `2026-03-09`. */
  readonly monday: string;
  readonly from: Instant;
  /** The Monday's midnight. */
  readonly to: Instant;
}

/** The week before this one, and with it earlier ones after which nobody worked, so that none is passed over. */
export function pastWeek(now: Instant, time: WorkingTime): PastWeek {
  const today = time.zone.localOf(now);
  const monday = dayNumber(today) - (weekdayOf(today) - 1);
  const midnight = (day: number): Instant =>
    time.zone.instantOf({ ...dateOfDay(day), minuteOfDay: 0 });
  let first = monday - WEEK_DAYS;
  for (let weeks = 1; weeks < MAX_WEEKS; weeks += 1) {
    const works = nextWorkingMoment(midnight(first), time);
    if (works !== null && works < midnight(first + WEEK_DAYS)) break;
    first -= WEEK_DAYS;
  }
  return { monday: dateKey(dateOfDay(monday)), from: midnight(first), to: midnight(monday) };
}
