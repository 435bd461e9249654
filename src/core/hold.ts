/** A pause that a person sets on a ticket: until when it may last, and what must be said about it. */
import { dateKey, dateOfDay, dayNumber, isRealDate } from './local-date.ts';
import type { LocalDate } from './local-date.ts';
import type { Instant } from './ticket.ts';
import type { WorkingTime } from './working-time.ts';

/** Longer is no pause: the ticket is to be closed with another outcome, or asked anew. */
export const MAX_HOLD_DAYS = 90;
const MIN_REASON_WORDS = 2;
const MIN_REASON_CHARACTERS = 10;
/** As the field on the ticket is read by people. */
export const MAX_REASON_CHARACTERS = 500;

const DAY_MS = 24 * 60 * 60_000;
const MIDNIGHT = 1440;

export type HoldProblem =
  'reason-short' | 'reason-long' | 'until-unreadable' | 'until-past' | 'until-too-far';

/** Everything that is wrong, so that it is mended in one go. */
export function holdProblems(
  { reason, until }: { readonly reason: string; readonly until: Instant | null },
  now: Instant,
): readonly HoldProblem[] {
  const problems: HoldProblem[] = [];
  const words = reason.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length < MIN_REASON_WORDS || words.join('').length < MIN_REASON_CHARACTERS) {
    problems.push('reason-short');
  }
  if (Array.from(reason).length > MAX_REASON_CHARACTERS) problems.push('reason-long');
  if (until === null) problems.push('until-unreadable');
  else if (until <= now) problems.push('until-past');
  else if (until > now + MAX_HOLD_DAYS * DAY_MS) problems.push('until-too-far');
  return problems;
}

const SPELLED = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?$/;

/**
 * `2026-12-01` is the end of that day's working hours, `2026-12-01 15:00` (or with a T) that minute, both on the pipeline's
 * wall clock; null when it is no date.
 */
export function holdUntilOf(text: string, { calendar, zone }: WorkingTime): Instant | null {
  const [whole, year, month, day, hour, minute] = SPELLED.exec(text.trim()) ?? [];
  if (whole === undefined) return null;
  const date: LocalDate = { year: Number(year), month: Number(month), day: Number(day) };
  if (date.month < 1 || date.month > 12 || date.day < 1 || !isRealDate(date)) return null;
  if (hour === undefined)
    return zone.instantOf({ ...date, minuteOfDay: lastMinute(calendar.dayEnd) });
  const minuteOfDay = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && minuteOfDay < MIDNIGHT
    ? zone.instantOf({ ...date, minuteOfDay })
    : null;
}

/** The date so many days from today, on the pipeline's wall clock, as holdUntilOf reads it. */
export function dayAhead(
  { days }: { readonly days: number },
  now: Instant,
  { zone }: WorkingTime,
): string {
  return dateKey(dateOfDay(dayNumber(zone.localOf(now)) + days));
}

/** A working day that ends at midnight ends on its own date. */
const lastMinute = (dayEnd: number): number => Math.min(dayEnd, MIDNIGHT - 1);
