/**
 * Business-calendar arithmetic: the one place where a due date is computed. A working day is one span of instants, from
 * its opening to its closing hour; every function below asks that span, so that they agree on the days when clocks change.
 */
import type { LocalDate } from './local-date.ts';
import { dateOfDay, dayNumber } from './local-date.ts';
import type { Instant } from './ticket.ts';

export interface LocalTime extends LocalDate {
  /** 0 to 1439. */
  readonly minuteOfDay: number;
}

/** A time zone. Implemented by calendar/. */
export interface ZoneRules {
  /** The wall clock at this instant, seconds dropped. */
  localOf(at: Instant): LocalTime;
  /** A time that the clock skips becomes the next one that exists; of a time that comes twice, the first. */
  instantOf(local: LocalTime): Instant;
}

/** Hours in minutes from midnight, the same on every working day; 0 ≤ dayStart < dayEnd ≤ 1440, where 1440 is midnight. */
export interface WorkCalendar {
  readonly dayStart: number;
  readonly dayEnd: number;
  worksOn(date: LocalDate): boolean;
}

/** Whose working time is meant. */
export interface WorkingTime {
  readonly calendar: WorkCalendar;
  readonly zone: ZoneRules;
}

const MINUTE_MS = 60_000;
const MIDNIGHT = 1_440;
/** Ten years: nothing here looks further, so that a calendar without working days ends in null and not in a hang. */
const SEARCH_DAYS = 3_660;

interface Span {
  readonly opens: Instant;
  readonly closes: Instant;
}

/** The working span of a day; null on a day off and on a day whose hours the clock skips. */
function spanOf(day: number, { calendar, zone }: WorkingTime): Span | null {
  const date = dateOfDay(day);
  if (!calendar.worksOn(date)) return null;
  const opens = zone.instantOf({ ...date, minuteOfDay: calendar.dayStart });
  const closes =
    calendar.dayEnd === MIDNIGHT
      ? zone.instantOf({ ...dateOfDay(day + 1), minuteOfDay: 0 })
      : zone.instantOf({ ...date, minuteOfDay: calendar.dayEnd });
  return opens < closes ? { opens, closes } : null;
}

function dayOf(at: Instant, { zone }: WorkingTime): number {
  return dayNumber(zone.localOf(at));
}

/** Whether a message may leave at this instant. The closing hour itself is outside. */
export function isWorkingMoment(at: Instant, time: WorkingTime): boolean {
  const span = spanOf(dayOf(at, time), time);
  return span !== null && span.opens <= at && at < span.closes;
}

/** This instant when it is a working one, else the next opening hour; null when none comes within ten years. */
export function nextWorkingMoment(at: Instant, time: WorkingTime): Instant | null {
  const today = dayOf(at, time);
  for (let day = today; day <= today + SEARCH_DAYS; day += 1) {
    const span = spanOf(day, time);
    if (span !== null && at < span.closes) return Math.max(at, span.opens);
  }
  return null;
}

/**
 * The same local time `days` working days later, within that day's hours: Friday 17:30 and one day is Monday 17:30. An instant
 * outside the hours counts from the next opening. Less than one day gives the next working moment; fractions of a day are dropped.
 * Null when there are not that many working days within ten years, so also when `days` is no number.
 */
export function addWorkingDays(at: Instant, days: number, time: WorkingTime): Instant | null {
  const start = nextWorkingMoment(at, time);
  if (start === null || days < 1) return start;
  const { minuteOfDay } = time.zone.localOf(start);
  const seconds = start - Math.floor(start / MINUTE_MS) * MINUTE_MS;
  const today = dayOf(start, time);
  let left = days;
  for (let day = today + 1; day <= today + SEARCH_DAYS; day += 1) {
    const span = spanOf(day, time);
    if (span === null) continue;
    left -= 1;
    if (!(left < 1)) continue;
    const sameTime = time.zone.instantOf({ ...dateOfDay(day), minuteOfDay }) + seconds;
    // Only a change of clocks can have moved it out of the hours.
    return Math.min(Math.max(sameTime, span.opens), span.closes - 1);
  }
  return null;
}

/**
 * Minutes of working time from `from` to `to`, both rounded down to their minute, so that parts add up to the whole; 0 when `to`
 * is not later. Null when they lie more than ten years apart: one of them is no instant of a ticket.
 */
export function workingMinutesBetween(
  from: Instant,
  to: Instant,
  time: WorkingTime,
): number | null {
  const start = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  const end = Math.floor(to / MINUTE_MS) * MINUTE_MS;
  if (end <= start) return 0;
  const firstDay = dayOf(start, time);
  const lastDay = dayOf(end, time);
  if (lastDay - firstDay > SEARCH_DAYS) return null;
  let worked = 0;
  for (let day = firstDay; day <= lastDay; day += 1) {
    const span = spanOf(day, time);
    if (span === null) continue;
    worked += Math.max(0, Math.min(end, span.closes) - Math.max(start, span.opens));
  }
  return worked / MINUTE_MS;
}
