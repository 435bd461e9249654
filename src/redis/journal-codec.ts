/**
 * A journal line as stored. The chained text names its ticket by a random name and a colleague's words by a salted digest:
 * what they lead to stands beside the chain and can be erased without breaking it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { JournalEntry } from '../core/journal-entry.ts';
import { WORDS_IN_DETAIL } from '../core/journal-entry.ts';
import { canonicalJson } from './journal-chain.ts';
import { journalEntrySchema } from './record-schemas.ts';

/** Lines from before the chain name none. A line of a newer shape is left out; its link in the chain is followed all the same. */
const FORMAT = 1;

export interface EncodedLine {
  readonly body: string;
  /** '' when the line has no words. */
  readonly sealed: string;
}

const sealedSchema = z.object({
  salt: z.string(),
  ticket: z.string(),
  words: z.record(z.string(), z.string()),
});
export type SealedWords = z.infer<typeof sealedSchema>;

const beside = z.looseObject({
  ticket: z.string().optional(),
  sealed: z.string().optional(),
});

export function randomName(): string {
  return randomBytes(9).toString('base64url');
}

/** @param ticket the ticket's name in the journal; '' for a line without one */
export function encodeLine(entry: JournalEntry, ticket: string): EncodedLine {
  const { ref: _named, detail, ...rest } = entry;
  const words = Object.fromEntries(
    Object.entries(detail).flatMap(([key, value]) =>
      WORDS_IN_DETAIL.includes(key) && value !== '' ? [[key, String(value)] as const] : [],
    ),
  );
  const plain = Object.fromEntries(
    Object.entries(detail).filter(([key]) => !Object.hasOwn(words, key)),
  );
  const base = { format: FORMAT, ...rest, detail: plain, ...(ticket === '' ? {} : { ticket }) };
  if (Object.keys(words).length === 0) return { body: canonicalJson(base), sealed: '' };
  const sealed: SealedWords = { salt: randomBytes(16).toString('base64url'), ticket, words };
  return {
    body: canonicalJson({ ...base, sealed: digestOf(sealed) }),
    sealed: canonicalJson(sealed),
  };
}

function digestOf({ salt, words }: SealedWords): string {
  return createHash('sha256').update(canonicalJson({ salt, words })).digest('hex');
}

/** What the line says before its ticket and its words are looked up. */
export interface HalfRead {
  readonly value: Readonly<Record<string, unknown>>;
  /** '' when the line has none. */
  readonly ticket: string;
  readonly digest: string;
}

/** null when the text is no line. */
export function halfRead(body: string): HalfRead | null {
  try {
    const value = beside.parse(JSON.parse(body));
    return { value, ticket: value.ticket ?? '', digest: value.sealed ?? '' };
  } catch {
    return null;
  }
}

export function readSealed(text: string | null | undefined): SealedWords | null {
  if (typeof text !== 'string') return null;
  try {
    return sealedSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whether these are not the words the line was written with; erased ones are no change. */
export function wordsChanged(half: HalfRead | null, text: string | null): boolean {
  if (half === null || half.digest === '' || text === null) return false;
  const sealed = readSealed(text);
  return sealed === null || digestOf(sealed) !== half.digest;
}

/**
 * @param refKeyOf the ticket the name leads to; null when it leads nowhere any more
 * @returns null when this version cannot read the line
 */
export function wholeEntry(
  half: HalfRead,
  refKeyOf: string | null,
  sealed: SealedWords | null,
): JournalEntry | null {
  const { ticket: _name, sealed: _digest, format = FORMAT, detail, ...value } = half.value;
  if (!(Number(format) <= FORMAT)) return null;
  const named = half.ticket === '' ? {} : { ref: refOf(refKeyOf) };
  const words = sealed?.words ?? {};
  const read = journalEntrySchema.safeParse({
    ref: null,
    ...value,
    ...named,
    detail: { ...(typeof detail === 'object' ? detail : {}), ...words },
  });
  return read.success ? read.data : null;
}

function refOf(key: string | null) {
  const [, entityTypeId, id] = /^(\d+):(\d+)$/.exec(key ?? '') ?? [];
  return id === undefined ? null : { entityTypeId: Number(entityTypeId), id: Number(id) };
}
