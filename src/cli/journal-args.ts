/** Arguments of `npm run journal`. */
import type { WhoToErase } from '../app/erase-client.ts';
import type { Language } from '../app/ports/texts.ts';
import { isRealDate } from '../core/local-date.ts';
import type { TicketRef } from '../core/ticket.ts';
import { FLAG, readOnlyOptions, TEXT, unknownOption } from './parsed-args.ts';
import type { Complaint, Parsed } from './parsed-args.ts';

export interface JournalFilter {
  /** `2026-11-01`; '' when open. */
  readonly from: string;
  readonly to: string;
  readonly ticket: TicketRef | null;
}

export type JournalWish =
  | { readonly do: 'show' | 'jsonl'; readonly filter: JournalFilter }
  | { readonly do: 'csv'; readonly filter: JournalFilter; readonly separator: string }
  | { readonly do: 'explain'; readonly ticket: TicketRef }
  | {
      readonly do: 'verify';
      readonly expect: { readonly seq: number; readonly hash: string } | null;
    }
  | { readonly do: 'erase'; readonly who: WhoToErase };

const SEPARATORS: Readonly<Record<string, string>> = { ';': ';', ',': ',', tab: '\t' };

const parseRaw = (argv: readonly string[]) =>
  readOnlyOptions(argv, {
    from: TEXT,
    to: TEXT,
    ticket: TEXT,
    csv: FLAG,
    separator: TEXT,
    jsonl: FLAG,
    explain: TEXT,
    verify: FLAG,
    expect: TEXT,
    'erase-client': TEXT,
  });
type Raw = ReturnType<typeof parseRaw>;

/** `2026-11-22`, and the calendar has it. */
export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (day === undefined) return false;
  return isRealDate({ year: Number(year), month: Number(month), day: Number(day) });
}

export function ticketOf(text: string): TicketRef | null {
  const [, entityTypeId, id] = /^([1-9]\d{0,9}):([1-9]\d{0,14})$/.exec(text.trim()) ?? [];
  return id === undefined ? null : { entityTypeId: Number(entityTypeId), id: Number(id) };
}

function whoOf(text: string): WhoToErase | null {
  const [, kind, id] = /^(contact|company):([1-9]\d{0,14})$/.exec(text.trim()) ?? [];
  if (kind === 'contact' || kind === 'company') return { kind, id: Number(id) };
  const refs = text.split(',').map(ticketOf);
  const whole = refs.filter((ref) => ref !== null);
  return whole.length === refs.length ? { kind: 'tickets', refs: whole } : null;
}

function linkOf(text: string): { readonly seq: number; readonly hash: string } | null {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  return hash === undefined ? null : { seq: Number(seq), hash };
}

/** Reads one option; a value that does not fit is complained of. */
function reader(complaints: Complaint[]) {
  return <T>(option: string, value: string | undefined, read: (text: string) => T | null) => {
    if (value === undefined) return null;
    const result = read(value);
    if (result === null) complaints.push({ key: 'journal.bad-option', params: { option, value } });
    return result;
  };
}

function wishOf(raw: Raw, complaints: Complaint[]): JournalWish | null {
  const read = reader(complaints);
  const day = (text: string): string | null => (isDay(text) ? text : null);
  const filter: JournalFilter = {
    from: read('--from', raw.from, day) ?? '',
    to: read('--to', raw.to, day) ?? '',
    ticket: read('--ticket', raw.ticket, ticketOf),
  };
  const separator = read('--separator', raw.separator, (text) => SEPARATORS[text] ?? null) ?? ';';
  const explained = read('--explain', raw.explain, ticketOf);
  const who = read('--erase-client', raw['erase-client'], whoOf);
  const expect = read('--expect', raw.expect, linkOf);
  const wishes: readonly (JournalWish | null)[] = [
    raw.csv ? { do: 'csv', filter, separator } : null,
    raw.jsonl ? { do: 'jsonl', filter } : null,
    explained ? { do: 'explain', ticket: explained } : null,
    raw.verify || expect ? { do: 'verify', expect } : null,
    who ? { do: 'erase', who } : null,
  ];
  const [wish, ...more] = wishes.filter((one) => one !== null);
  if (more.length > 0) complaints.push({ key: 'journal.one-form', params: {} });
  return wish ?? { do: 'show', filter };
}

export function parseJournalArgs(argv: readonly string[]): Parsed<JournalWish> {
  let raw: Raw;
  try {
    raw = parseRaw(argv);
  } catch (error) {
    return { kind: 'refused', complaints: [unknownOption(error)] };
  }
  const complaints: Complaint[] = [];
  const languageOf = (text: string): Language | null =>
    text === 'ru' || text === 'en' ? text : null;
  const language = reader(complaints)('--lang', raw.lang, languageOf);
  if (raw.help) return { kind: 'help', language };
  const wish = wishOf(raw, complaints);
  if (complaints.length > 0 || wish === null) return { kind: 'refused', language, complaints };
  return { kind: 'run', language, args: wish };
}
