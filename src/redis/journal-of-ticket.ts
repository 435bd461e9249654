/** One ticket's own lines, however many others the journal holds. */
import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { JournalKeys } from './journal-keys.ts';
import { readRows } from './journal-rows.ts';
import type { ReadRow, StreamRow } from './journal-rows.ts';

/** Lines from before tickets were listed are looked through this far; retention drops them in time. */
const LOOK_BACK = 1000;

const rowSchema = z.tuple([z.string(), z.array(z.string())]);
const repliesSchema = z.array(z.tuple([z.unknown(), z.array(rowSchema).nullable()]));

/** Newest first. */
export async function linesOfTicket(
  redis: Redis,
  names: JournalKeys,
  ref: TicketRef,
  count: number,
): Promise<readonly ReadRow[]> {
  const key = refKey(ref);
  const name = await redis.hget(names.tickets, key);
  const listed = name === null ? null : await redis.hget(names.lines, name);
  const ids = (listed ?? '').split(',').filter((id) => id !== '');
  const rows = await rowsOf(redis, names, ids.slice(-Math.max(1, count)).toReversed());
  const own = await readRows(redis, names, rows);
  if (own.length >= count) return own;
  const older = await readRows(redis, names, await unlisted(redis, names));
  const isOwn = ({ line }: ReadRow): boolean =>
    line !== null && line.entry.ref !== null && refKey(line.entry.ref) === key;
  return [...own, ...older.filter(isOwn)].slice(0, count);
}

async function rowsOf(
  redis: Redis,
  names: JournalKeys,
  ids: readonly string[],
): Promise<readonly StreamRow[]> {
  if (ids.length === 0) return [];
  const trip = redis.pipeline();
  for (const id of ids) trip.xrange(names.stream, id, id);
  return repliesSchema.parse((await trip.exec()) ?? []).flatMap(([, rows]) => rows ?? []);
}

/** Rows appended by a version that kept no list. */
async function unlisted(redis: Redis, names: JournalKeys): Promise<readonly StreamRow[]> {
  const from = await redis.hget(names.head, 'indexedFrom');
  return redis.xrevrange(names.stream, from === null ? '+' : `(${from}`, '-', 'COUNT', LOOK_BACK);
}
