/** Dates, times and numbers as the reader's language and zone write them. */
import type { Language } from './words.ts';

export interface Format {
  /** `21.11, 14:20` */
  moment(at: number): string;
  /** `21.11.2026` */
  day(at: number): string;
  /** `2026-11-21`: the day it is for the reader. */
  isoDay(at: number): string;
  number(value: number): string;
  /** 0.71 → `71 %` */
  share(value: number): string;
}

/** @param timeZone IANA zone of the user; absent: the browser's own */
export function createFormat(language: Language, timeZone?: string): Format {
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB';
  const zone = timeZone === undefined ? {} : { timeZone };
  const moment = new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    ...zone,
  });
  const day = new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    ...zone,
  });
  const iso = new Intl.DateTimeFormat('sv-SE', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...zone,
  });
  const number = new Intl.NumberFormat(locale);
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  return {
    moment: (at) => moment.format(at),
    day: (at) => day.format(at),
    isoDay: (at) => iso.format(at),
    number: (value) => number.format(value),
    share: (value) => share.format(value),
  };
}
