/** Dates of the proleptic Gregorian calendar as plain numbers: no zone, no clock. */

export interface LocalDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const DAYS_PER_ERA = 146_097;
const YEARS_PER_ERA = 400;
/** From 0000-03-01, where a year that ends with February begins, to 1970-01-01. */
const DAYS_BEFORE_1970 = 719_468;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3;

/** Days since 1970-01-01. Months are counted from March, so that the leap day is the last of its year. */
export function dayNumber({ year, month, day }: LocalDate): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / YEARS_PER_ERA);
  const yearOfEra = marchYear - era * YEARS_PER_ERA;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_BEFORE_1970;
}

/** The date that is `number` days after 1970-01-01. */
export function dateOfDay(number: number): LocalDate {
  const shifted = number + DAYS_BEFORE_1970;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * YEARS_PER_ERA + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** 1 is Monday, 7 is Sunday. */
export function weekdayOf(date: LocalDate): number {
  return ((((dayNumber(date) + FIRST_WEEKDAY) % 7) + 7) % 7) + 1;
}

/** `2026-05-09`. */
export function dateKey({ year, month, day }: LocalDate): string {
  return `${String(year).padStart(4, '0')}-${monthDayKey(month, day)}`;
}

/** `05-09`: the same day of every year. */
export function monthDayKey(month: number, day: number): string {
  return `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Whether the calendar has this date: no 31 April, 29 February only in leap years. */
export function isRealDate(date: LocalDate): boolean {
  return dateKey(dateOfDay(dayNumber(date))) === dateKey(date);
}
