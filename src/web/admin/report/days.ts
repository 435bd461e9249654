/** Days of the report (`2026-11-22`) in words, lengths of working time, and the periods one can choose. */
import type { ReportFilter } from '../../../core/report/figures.ts';
import { dateKey, dateOfDay, dayNumber } from '../../../core/local-date.ts';
import { dayOf, LONGEST_DAYS } from '../../../core/admin/report-state.ts';
import type { Language } from '../../shared/words.ts';

export const PERIODS = ['7', '30', '90', 'month', 'last-month', 'own'] as const;
export type Period = (typeof PERIODS)[number];
export type Days = Pick<ReportFilter, 'from' | 'to'>;

/** @param today in the reader's own zone; 'own' begins with the thirty days */
export function daysOfPeriod(period: Period, today: string): Days {
  const last = dayOf(today) ?? 0;
  const { year, month } = dateOfDay(last);
  const first = dayNumber({ year, month, day: 1 });
  if (period === 'month') return spelled(first, last);
  if (period === 'last-month') {
    const before = dateOfDay(first - 1);
    return spelled(dayNumber({ ...before, day: 1 }), first - 1);
  }
  return spelled(last - (period === 'own' ? 30 : Number(period)) + 1, last);
}

const spelled = (from: number, to: number): Days => ({
  from: dateKey(dateOfDay(from)),
  to: dateKey(dateOfDay(to)),
});

/** What is wrong with own dates; null: nothing. */
export function daysWrong({ from, to }: Days): 'dates.wrong' | 'dates.long' | null {
  const [first, last] = [dayOf(from), dayOf(to)];
  if (first === null || last === null || last < first) return 'dates.wrong';
  return last - first >= LONGEST_DAYS ? 'dates.long' : null;
}

export interface DayText {
  short(day: string): string;
  long(day: string): string;
  /** Both days inclusive, without saying the same month or year twice. */
  span(days: Days): string;
  month(day: string): string;
  /** Working minutes as hours and minutes. */
  length(minutes: number): string;
}

const LONG = { day: 'numeric', month: 'long', year: 'numeric' } as const;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** A day of the report has no zone of its own: it is read and written in UTC alike. */
export function createDayText(language: Language): DayText {
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB';
  const of = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    return (day: string): string => format.format(at(day));
  };
  const long = new Intl.DateTimeFormat(locale, { ...LONG, timeZone: 'UTC' });
  const unit = (name: 'hour' | 'minute') => {
    const format = new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
    });
    return (value: number): string => format.format(value);
  };
  const [hours, rest] = [unit('hour'), unit('minute')];
  return {
    short: of({ day: '2-digit', month: '2-digit' }),
    long: (day) => long.format(at(day)),
    span: ({ from, to }) =>
      from === to ? long.format(at(from)) : long.formatRange(at(from), at(to)),
    month: of({ month: 'long', year: 'numeric' }),
    length(minutes) {
      const whole = Math.round(minutes);
      if (whole < 60) return rest(whole);
      // Nobody reads the minutes of a hundred hours.
      if (whole >= 6000 || whole % 60 === 0) return hours(Math.round(whole / 60));
      return `${hours(Math.floor(whole / 60))} ${rest(whole % 60)}`;
    },
  };
}
