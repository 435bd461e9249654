/** The journal from its newest line back, a part at a time: lines of other kinds are passed over without being read whole. */
import type { Redis } from 'ioredis';
import type { NewestLines, NewestWish } from '../app/ports/journal.ts';
import type { JournalKeys } from './journal-keys.ts';
import { readRows } from './journal-rows.ts';
import type { StreamRow } from './journal-rows.ts';

const PAGE = 500;

export async function newestLines(
  redis: Redis,
  names: JournalKeys,
  { kinds, before, look }: NewestWish,
): Promise<NewestLines> {
  const total = await redis.xlen(names.stream);
  const lines: NewestLines['lines'][number][] = [];
  let [next, looked] = [before, 0];
  while (looked < look) {
    const count = Math.min(PAGE, look - looked);
    const end = next === '' ? '+' : `(${next}`;
    const rows = await redis.xrevrange(names.stream, end, '-', 'COUNT', count);
    const read = await readRows(redis, names, rows.filter(mayBeOf(kinds)));
    lines.push(
      ...read.flatMap(({ line }) => (line && kinds.includes(line.entry.kind) ? [line] : [])),
    );
    looked += rows.length;
    next = rows.length < count ? '' : (rows.at(-1)?.[0] ?? '');
    if (next === '') break;
  }
  return { lines, next, looked, total };
}

/** As lines are spelled when they are written; a word of the details may look the same, and is found out when read. */
function mayBeOf(kinds: readonly string[]): (row: StreamRow) => boolean {
  const marks = kinds.map((kind) => `"kind":${JSON.stringify(kind)}`);
  return ([, fields]) => fields.some((field) => marks.some((mark) => field.includes(mark)));
}
