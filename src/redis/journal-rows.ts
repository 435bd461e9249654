/** Rows of the journal's stream as lines: tickets and words are looked up a page at a time. */
import type { Redis } from './redis-client.ts';
import type { JournalLine } from '../app/ports/journal.ts';
import type { RawLine } from './journal-chain.ts';
import type { HalfRead } from './journal-codec.ts';
import { halfRead, readSealed, wholeEntry, wordsChanged } from './journal-codec.ts';
import type { JournalKeys } from './journal-keys.ts';

export type StreamRow = readonly [id: string, fields: readonly string[]];

export interface ReadRow {
  readonly raw: RawLine;
  /** null when this version cannot read it. */
  readonly line: JournalLine | null;
}

interface Bare {
  readonly id: string;
  readonly body: string;
  readonly link: RawLine['link'];
  readonly half: HalfRead | null;
}

export async function readRows(
  redis: Redis,
  names: JournalKeys,
  rows: readonly StreamRow[],
): Promise<readonly ReadRow[]> {
  const bare = rows.map(bareOf);
  const tickets = await lookUp(
    redis,
    names.names,
    bare.flatMap(({ half }) => (half?.ticket ? [half.ticket] : [])),
  );
  const sealed = await lookUp(
    redis,
    names.sealed,
    bare.flatMap(({ half, link }) => (half?.digest && link ? [String(link.seq)] : [])),
  );
  return bare.map(({ id, body, link, half }) => {
    const words = link ? (sealed.get(String(link.seq)) ?? null) : null;
    const raw = { id, body, link, wordsChanged: wordsChanged(half, words) };
    if (half === null) return { raw, line: null };
    const refKey = tickets.get(half.ticket) ?? null;
    const entry = wholeEntry(half, refKey, readSealed(words));
    if (entry === null) return { raw, line: null };
    const storedAt = Number(id.split('-')[0]);
    const erased = half.ticket !== '' && refKey === null;
    return {
      raw,
      line: { seq: link?.seq ?? null, hash: link?.hash ?? '', storedAt, entry, erased },
    };
  });
}

function bareOf([id, fields]: StreamRow): Bare {
  const named = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    named.set(fields[at] ?? '', fields[at + 1] ?? '');
  }
  const body = named.get('entry') ?? '';
  const seq = named.get('seq');
  const link =
    seq === undefined
      ? null
      : { seq: Number(seq), prev: named.get('prev') ?? '', hash: named.get('hash') ?? '' };
  return { id, body, link, half: halfRead(body) };
}

async function lookUp(
  redis: Redis,
  key: string,
  fields: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(fields)];
  if (wanted.length === 0) return new Map();
  const values = await redis.hmget(key, ...wanted);
  return new Map(
    wanted.flatMap((field, at) => {
      const value = values[at];
      return typeof value === 'string' ? [[field, value] as const] : [];
    }),
  );
}
