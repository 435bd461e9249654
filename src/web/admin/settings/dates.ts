/** Dates of the settings as people read them. */
import type { Language } from '../../shared/words.ts';

const localeOf = (language: Language): string => (language === 'ru' ? 'ru-RU' : 'en-GB');

/** `Fri, 27/11, 18:30` on the clock of a zone. */
export function momentIn(language: Language, timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat(localeOf(language), {
    weekday: 'short',
    day: '2-digit',
    month: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  return (at) => together(format.format(at));
}

/** `2026-12-31` → `Thu, 31/12/2026`; what is no date stays as it is. */
export function dateWords(language: Language, date: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(at)) return date;
  const format = new Intl.DateTimeFormat(localeOf(language), {
    weekday: 'short',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return together(format.format(at));
}

/** The name of a day stays in one line with its date. */
const together = (words: string): string => words.replace(' ', '\u00A0');

/** 1 is Monday: `Mon`. */
export function weekdayWord(language: Language, day: number): string {
  // 1 January 2024 was a Monday.
  const at = Date.UTC(2024, 0, day);
  return new Intl.DateTimeFormat(localeOf(language), { weekday: 'short', timeZone: 'UTC' }).format(
    at,
  );
}

/** Minutes from midnight: 540 → `09:00`. */
export function clockWords(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
