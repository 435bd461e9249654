/** Reads the answer of calendar.settings.get; its formats beyond one sample are undocumented, so nothing here throws. */
import { isRealDate, monthDayKey } from '../core/local-date.ts';

export type PortalCalendarField =
  'work_time_start' | 'work_time_end' | 'week_holidays' | 'year_holidays' | 'year_workdays';

/** What could not be read, in the portal's own words, so that an administrator finds it in the calendar's settings. */
export interface PortalCalendarProblem {
  readonly field: PortalCalendarField;
  readonly value: string;
}

export interface WorkHours {
  /** Minutes from midnight; 1440 is midnight at the end of the day. */
  readonly dayStart: number;
  readonly dayEnd: number;
}

export interface PortalCalendar extends WorkHours {
  /** 1 is Monday. */
  readonly weekDaysOff: ReadonlySet<number>;
  /** `MM-DD` for every year, or `YYYY-MM-DD`. */
  readonly daysOff: ReadonlySet<string>;
  readonly workDays: ReadonlySet<string>;
  readonly problems: readonly PortalCalendarProblem[];
}

/** Used for whatever the portal does not tell. */
export const DEFAULT_HOURS: WorkHours = { dayStart: 9 * 60, dayEnd: 18 * 60 };
export const DEFAULT_WEEK_DAYS_OFF: ReadonlySet<number> = new Set([6, 7]);

const MIDNIGHT = 1_440;
const LEAP_YEAR = 2_000;
const LONGEST_QUOTE = 40;
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
/** `9`, `9.30`, `9:30`, `09:00:00`, and `9.3` or `9.0`: a number that lost its last zero. */
const HOUR = /^(\d{1,2})(?:[.:](\d{2}|[03]))?(?::\d{2})?$/;
const YEAR_DAY = /^(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?\.?$/;

type Problems = PortalCalendarProblem[];

/** `answer` is the method's result. Unreadable parts are named in `problems` and replaced by defaults or left out. */
export function parsePortalCalendar(answer: unknown): PortalCalendar {
  const fields = new Map(Object.entries(isObject(answer) ? answer : {}));
  const problems: Problems = [];
  const days = (field: PortalCalendarField): ReadonlySet<string> =>
    parseYearDays(field, fields.get(field), problems);
  return {
    ...parseHours(fields.get('work_time_start'), fields.get('work_time_end'), problems),
    weekDaysOff: parseWeekDays(fields.get('week_holidays'), problems),
    daysOff: days('year_holidays'),
    workDays: days('year_workdays'),
    problems,
  };
}

/**
 * An end of 0, 24 or 23.59 is midnight; 0 to 0 is round the clock. Hours that run past midnight cannot be the hours of one
 * day, so both are replaced.
 */
function parseHours(start: unknown, end: unknown, problems: Problems): WorkHours {
  const dayStart = parseHour('work_time_start', start, problems) ?? DEFAULT_HOURS.dayStart;
  const lastMinute = parseHour('work_time_end', end, problems) ?? DEFAULT_HOURS.dayEnd;
  const dayEnd = lastMinute === 0 || lastMinute === MIDNIGHT - 1 ? MIDNIGHT : lastMinute;
  if (dayStart < dayEnd) return { dayStart, dayEnd };
  name(problems, 'work_time_end', `${quote(start)} - ${quote(end)}`);
  return DEFAULT_HOURS;
}

function parseHour(field: PortalCalendarField, value: unknown, problems: Problems): number | null {
  const match = HOUR.exec(quote(value).trim());
  const tail = match?.[2] ?? '0';
  const minutes =
    Number(match?.[1] ?? Number.NaN) * 60 + Number(tail.length === 1 ? `${tail}0` : tail);
  if (Number(tail) < 60 && minutes <= MIDNIGHT) return minutes;
  name(problems, field, quote(value));
  return null;
}

/** An empty list means that no weekday is off; only a missing one is replaced. */
function parseWeekDays(value: unknown, problems: Problems): ReadonlySet<number> {
  const items = itemsOf(value);
  if (items === null) {
    name(problems, 'week_holidays', quote(value));
    return DEFAULT_WEEK_DAYS_OFF;
  }
  const weekdays = new Set<number>();
  for (const item of items) {
    const index = WEEKDAYS.indexOf(item.toUpperCase());
    if (index === -1) name(problems, 'week_holidays', item);
    else weekdays.add(index + 1);
  }
  if (weekdays.size < WEEKDAYS.length) return weekdays;
  name(problems, 'week_holidays', items.join(','));
  return DEFAULT_WEEK_DAYS_OFF;
}

function parseYearDays(
  field: PortalCalendarField,
  value: unknown,
  problems: Problems,
): ReadonlySet<string> {
  const days = new Set<string>();
  // Absent is as good as empty: year_workdays is missing from the documented table of fields.
  for (const item of itemsOf(value ?? '') ?? [quote(value)]) {
    const day = yearDay(item);
    if (day === null) name(problems, field, item);
    else days.add(day);
  }
  return days;
}

/** `9.05` is `05-09`, `2.05.2025` is `2025-05-02`; null when no calendar has that date. */
function yearDay(item: string): string | null {
  const match = YEAR_DAY.exec(item);
  if (match === null) return null;
  const year = Number(match[3] ?? LEAP_YEAR);
  const month = Number(match[2]);
  const day = Number(match[1]);
  if (!isRealDate({ year, month, day })) return null;
  const key = monthDayKey(month, day);
  return match[3] === undefined ? key : `${match[3]}-${key}`;
}

/** A comma-separated text, an array, or the object that PHP makes of an array; null for anything else. */
function itemsOf(value: unknown): readonly string[] | null {
  const parts =
    typeof value === 'string'
      ? value.split(/[,;\s]+/)
      : isObject(value)
        ? Object.values(value)
        : null;
  return parts?.map((part) => quote(part).trim()).filter((part) => part !== '') ?? null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function quote(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, LONGEST_QUOTE);
  return typeof value === 'number' ? String(value) : '';
}

function name(problems: Problems, field: PortalCalendarField, value: string): void {
  problems.push({ field, value });
}
