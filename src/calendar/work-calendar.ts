/**
 * The calendar that every wait is counted by. Of each date, the first layer that names it decides:
 *
 *  1. `settings`: dates that an administrator entered in Closegate for one year;
 *  2. `portal`: the portal's own lists of holidays and extra working days, which come without a year and hold for every year;
 *  3. `production-calendar`: the bundled Russian calendar with the transfers of that year; a year that settings give whole
 *     needs no such layer, and for a year without data `statutory` takes its place, with the warning `no-calendar-data`;
 *  4. `week`: the weekly days off.
 *
 * Within one layer an extra working day goes before a day off. Hours and weekly days off are those of settings, else the
 * portal's, else the defaults. See docs/adr/0010-working-time.md.
 */
import type { LocalDate } from '../core/local-date.ts';
import { dateKey, isRealDate, monthDayKey, weekdayOf } from '../core/local-date.ts';
import type { WorkCalendar } from '../core/working-time.ts';
import type { PortalCalendar, PortalCalendarField, WorkHours } from './portal-calendar.ts';
import { DEFAULT_HOURS, DEFAULT_WEEK_DAYS_OFF } from './portal-calendar.ts';
import type { YearDays } from './russian-years.ts';
import { bundledYear, statutoryYear } from './russian-years.ts';

/** What an administrator says of one year; dates are `YYYY-MM-DD` of that year. */
export interface YearOverride {
  readonly year: number;
  readonly daysOff: readonly string[];
  readonly workDays: readonly string[];
  /** The lists are the year's whole official calendar, not additions to it: no other data are looked for. */
  readonly whole: boolean;
}

export interface CalendarSettings {
  /** Whose production calendar is looked up; null for none. */
  readonly country: 'ru' | null;
  /** Null: the portal's. */
  readonly hours: WorkHours | null;
  readonly weekDaysOff: ReadonlySet<number> | null;
  readonly years: readonly YearOverride[];
}

export type DaySource = 'settings' | 'portal' | 'production-calendar' | 'statutory' | 'week';

export interface DayRuling {
  readonly works: boolean;
  readonly source: DaySource;
  /** The layer below that named the same date and said the opposite; null when none did. */
  readonly overruled: DaySource | null;
}

export type CalendarWarning =
  | { readonly code: 'no-calendar-data'; readonly year: number }
  | { readonly code: 'portal-calendar-missing' }
  | {
      readonly code: 'portal-calendar-unreadable';
      readonly field: PortalCalendarField;
      readonly value: string;
    }
  | { readonly code: 'bad-override-date'; readonly year: number; readonly value: string };

export interface LayeredCalendar extends WorkCalendar {
  /** Why a date is a working day or a day off. */
  rulingOn(date: LocalDate): DayRuling;
  /** What a person should know of these years, the last included. */
  warnings(fromYear: number, toYear: number): readonly CalendarWarning[];
}

type DaySays = (date: LocalDate) => boolean | null;

interface Layer {
  readonly source: DaySource;
  /** Null: this layer does not name the date. */
  readonly says: DaySays;
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** `portal` is null when the portal's calendar could not be had (no scope, no such method). */
export function workCalendar(
  portal: PortalCalendar | null,
  settings: CalendarSettings,
): LayeredCalendar {
  const { dayStart, dayEnd } = settings.hours ?? portal ?? DEFAULT_HOURS;
  const weekDaysOff = settings.weekDaysOff ?? portal?.weekDaysOff ?? DEFAULT_WEEK_DAYS_OFF;
  const layers: readonly Layer[] = [
    { source: 'settings', says: listed(mergedOverrides(settings.years)) },
    ...(portal === null ? [] : [{ source: 'portal' as const, says: listed(portal) }]),
    ...countryLayers(settings, weekDaysOff),
    { source: 'week', says: (date) => !weekDaysOff.has(weekdayOf(date)) },
  ];
  return {
    dayStart,
    dayEnd,
    worksOn: (date) => rule(layers, date).works,
    rulingOn: (date) => rule(layers, date),
    warnings: (fromYear, toYear) => [
      ...portalWarnings(portal),
      ...settings.years.flatMap(overrideWarnings),
      ...missingYears(settings, fromYear, toYear),
    ],
  };
}

function rule(layers: readonly Layer[], date: LocalDate): DayRuling {
  const said = layers.flatMap(({ source, says }) => {
    const works = says(date);
    return works === null ? [] : [{ source, works }];
  });
  const [first, ...below] = said;
  if (first === undefined) return { works: false, source: 'week', overruled: null };
  // Every exception contradicts the week; only lists that contradict each other are worth telling.
  const against = below.find(({ source, works }) => source !== 'week' && works !== first.works);
  return { ...first, overruled: against?.source ?? null };
}

function listed({ daysOff, workDays }: YearDays): DaySays {
  return (date) => {
    const keys = [dateKey(date), monthDayKey(date.month, date.day)];
    if (keys.some((key) => workDays.has(key))) return true;
    return keys.some((key) => daysOff.has(key)) ? false : null;
  };
}

function mergedOverrides(years: readonly YearOverride[]): YearDays {
  return {
    daysOff: new Set(years.flatMap(({ year, daysOff }) => daysOff.filter(isDateOf(year)))),
    workDays: new Set(years.flatMap(({ year, workDays }) => workDays.filter(isDateOf(year)))),
  };
}

/** The decree's layer and, for years without one, the law's; a year is asked of one of them only. */
function countryLayers(
  settings: CalendarSettings,
  weekDaysOff: ReadonlySet<number>,
): readonly Layer[] {
  if (settings.country === null) return [];
  const whole = wholeYears(settings);
  const guessed = new Map<number, DaySays>();
  const guess = (year: number): DaySays => {
    const says = guessed.get(year) ?? listed(statutoryYear(year, weekDaysOff));
    guessed.set(year, says);
    return says;
  };
  return [
    {
      source: 'production-calendar',
      says: (date) => {
        const days = whole.has(date.year) ? undefined : bundledYear(date.year);
        return days === undefined ? null : listed(days)(date);
      },
    },
    {
      source: 'statutory',
      says: (date) => (hasData(date.year, whole) ? null : guess(date.year)(date)),
    },
  ];
}

function wholeYears({ years }: CalendarSettings): ReadonlySet<number> {
  return new Set(years.filter(({ whole }) => whole).map(({ year }) => year));
}

function hasData(year: number, whole: ReadonlySet<number>): boolean {
  return whole.has(year) || bundledYear(year) !== undefined;
}

function portalWarnings(portal: PortalCalendar | null): readonly CalendarWarning[] {
  if (portal === null) return [{ code: 'portal-calendar-missing' }];
  return portal.problems.map((problem) => ({ code: 'portal-calendar-unreadable', ...problem }));
}

/** A mistyped date would otherwise be passed over in silence. */
function overrideWarnings({ year, daysOff, workDays }: YearOverride): readonly CalendarWarning[] {
  const isGood = isDateOf(year);
  return [...daysOff, ...workDays]
    .filter((value) => !isGood(value))
    .map((value) => ({ code: 'bad-override-date', year, value }));
}

function isDateOf(year: number): (value: string) => boolean {
  return (value) => {
    const match = ISO_DATE.exec(value);
    if (match === null || Number(match[1]) !== year) return false;
    return isRealDate({ year, month: Number(match[2]), day: Number(match[3]) });
  };
}

function missingYears(
  settings: CalendarSettings,
  fromYear: number,
  toYear: number,
): readonly CalendarWarning[] {
  if (settings.country === null) return [];
  const whole = wholeYears(settings);
  const warnings: CalendarWarning[] = [];
  for (let year = fromYear; year <= toYear; year += 1) {
    if (!hasData(year, whole)) warnings.push({ code: 'no-calendar-data', year });
  }
  return warnings;
}
