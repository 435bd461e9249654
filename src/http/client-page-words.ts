import type { Language } from '../app/ports/texts.ts';
import type { Instant } from '../core/ticket.ts';

/** The words of the page by key (`page.*` of the locale files); given in, because http knows no texts. */
export type Say = (
  language: Language,
  key: string,
  params?: Readonly<Record<string, string | number>>,
) => string;

/** Words and dates in the page's language. */
export interface Words {
  readonly language: Language;
  say(key: string, params?: Readonly<Record<string, string | number>>): string;
  moment(instant: Instant): string;
}

/** `20 November 2026, 14:21 (Moscow Time, GMT+3)`: a client may sit in another zone than the team. */
export function writeMoment(language: Language, instant: Instant, timeZone: string): string {
  const written = new Intl.DateTimeFormat(language === 'ru' ? 'ru' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  }).format(instant);
  const names = new Set([
    zoneName(language, instant, { timeZone, timeZoneName: 'shortGeneric' }),
    zoneName(language, instant, { timeZone, timeZoneName: 'shortOffset' }),
  ]);
  return `${written} (${[...names].join(', ')})`;
}

function zoneName(
  language: Language,
  instant: Instant,
  zone: Readonly<Pick<Intl.DateTimeFormatOptions, 'timeZone' | 'timeZoneName'>>,
): string {
  const parts = new Intl.DateTimeFormat(language, zone).formatToParts(instant);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** The language asked for by the link, else the ticket's, else the browser's, else Russian. */
export function pageLanguage(
  asked: string | null,
  ofTicket: Language | null,
  acceptLanguage: string | undefined,
): Language {
  if (asked === 'ru' || asked === 'en') return asked;
  if (ofTicket !== null) return ofTicket;
  return /^\s*(?:\*|(?:ru|be|uk|kk)\b|$)/i.test(acceptLanguage ?? '') ? 'ru' : 'en';
}
