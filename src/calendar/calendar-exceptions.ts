/** A calendar as people look at it: its hours, its week, and the dates that differ from the week. */
import type { CalendarException, SettingsCalendar } from '../core/admin/settings-state.ts';
import { dateKey, dateOfDay, dayNumber, weekdayOf } from '../core/local-date.ts';
import type { LocalDate } from '../core/local-date.ts';
import type { PortalCalendar } from './portal-calendar.ts';
import { DEFAULT_WEEK_DAYS_OFF } from './portal-calendar.ts';
import type { LayeredCalendar } from './work-calendar.ts';

const YEAR = 365;

/** @param portal null when it tells nothing */
export function calendarPicture(
  calendar: LayeredCalendar,
  portal: PortalCalendar | null,
  { from, timeZone }: { readonly from: LocalDate; readonly timeZone: string },
): SettingsCalendar {
  const weekDaysOff = portal?.weekDaysOff ?? DEFAULT_WEEK_DAYS_OFF;
  return {
    timeZone,
    timeZones: zones(),
    source: portal === null ? 'default' : 'portal',
    dayStart: calendar.dayStart,
    dayEnd: calendar.dayEnd,
    weekDaysOff: [...weekDaysOff].toSorted((a, b) => a - b),
    exceptions: exceptions(calendar, weekDaysOff, from),
  };
}

function exceptions(
  calendar: LayeredCalendar,
  weekDaysOff: ReadonlySet<number>,
  from: LocalDate,
): readonly CalendarException[] {
  const first = dayNumber(from);
  return Array.from({ length: YEAR }, (_, days) => dateOfDay(first + days)).flatMap((date) => {
    const { works, source } = calendar.rulingOn(date);
    if (source === 'week' || works !== weekDaysOff.has(weekdayOf(date))) return [];
    return [{ date: dateKey(date), works, source }];
  });
}

let known: readonly string[] | null = null;

function zones(): readonly string[] {
  known ??= Intl.supportedValuesOf('timeZone').filter((zone) => zone.includes('/'));
  return known;
}
