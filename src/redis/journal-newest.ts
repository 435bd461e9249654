/** The journal from its newest line back, a part at a time: lines of other kinds are passed over without being read whole. */
import type { Redis } from './redis-client.ts';
import type { JournalLine, NewestLines, NewestWish } from '../app/ports/journal.ts';
import type { JournalKeys } from './journal-keys.ts';
import { readRows } from './journal-rows.ts';
import type { StreamRow } from './journal-rows.ts';

const PAGE = 500;

export async function newestLines(
  redis: Redis,
  names: JournalKeys,
  wish: NewestWish,
): Promise<NewestLines> {
  const { before, look, most } = wish;
  const total = await redis.xlen(names.stream);
  const lines: JournalLine[] = [];
  let [next, looked] = [before, 0];
  while (looked < look && lines.length < most) {
    const count = Math.min(PAGE, look - looked);
    const end = next === '' ? '+' : `(${next}`;
    const rows = await redis.xrevrange(names.stream, end, '-', 'COUNT', count);
    const found = await fitting(redis, names, rows, wish);
    const cut = found[most - lines.length - 1];
    lines.push(...found.slice(0, most - lines.length).map(({ line }) => line));
    looked += cut ? rows.findIndex(([id]) => id === cut.id) + 1 : rows.length;
    next = cut ? cut.id : rows.length < count ? '' : (rows.at(-1)?.[0] ?? '');
    if (next === '') break;
  }
  return { lines, next, looked, total };
}

async function fitting(
  redis: Redis,
  names: JournalKeys,
  rows: readonly StreamRow[],
  { kinds, fits }: NewestWish,
) {
  const read = await readRows(redis, names, rows.filter(mayBeOf(kinds)));
  return read.flatMap(({ raw: { id }, line }) =>
    line && kinds.includes(line.entry.kind) && fits(line.entry) ? [{ id, line }] : [],
  );
}

/** As lines are spelled when they are written; a word of the details may look the same, and is found out when read. */
function mayBeOf(kinds: readonly string[]): (row: StreamRow) => boolean {
  const marks = kinds.map((kind) => `"kind":${JSON.stringify(kind)}`);
  return ([, fields]) => fields.some((field) => marks.some((mark) => field.includes(mark)));
}
