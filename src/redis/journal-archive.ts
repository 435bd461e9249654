/** Reading the whole journal: in order, page by page, and whether its chain holds. */
import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import type { JournalArchive, JournalProgress } from '../app/ports/journal.ts';
import type { Log } from '../app/ports/runtime.ts';
import { dateKey, dateOfDay, dayNumber } from '../core/local-date.ts';
import type { DayCounters } from '../core/report/counters.ts';
import { refKey } from '../core/ticket.ts';
import type { TicketRef } from '../core/ticket.ts';
import { readHead } from './journal.ts';
import type { ChainLink } from './journal-chain.ts';
import { followChain } from './journal-chain.ts';
import { readSealed } from './journal-codec.ts';
import type { JournalKeys } from './journal-keys.ts';
import { journalKeys } from './journal-keys.ts';
import type { ReadRow } from './journal-rows.ts';
import { newestLines } from './journal-newest.ts';
import { readRows } from './journal-rows.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

const PAGE = 500;
/** A year of days for a handful of pipelines travels in few round trips. */
const HASHES_PER_TRIP = 500;
/** Each holds thousands of counters: a trip stays well within the time a command may take. */
const LARGE_HASHES_PER_TRIP = 6;

const repliesSchema = z.array(z.tuple([z.unknown(), z.record(z.string(), z.string())]));

export function createJournalArchive(redis: Redis, keys: Keys, log: Log): JournalArchive {
  return {
    async *lines(portalId, progress) {
      const names = journalKeys(keys, portalId);
      for await (const page of pages(redis, names, progress)) {
        for (const { raw, line } of page) {
          if (line !== null) yield line;
          else log.warn({ portalId, journalId: raw.id }, 'A journal entry cannot be read');
        }
      }
    },
    newest: (portalId, wish) =>
      storeCall(() => newestLines(redis, journalKeys(keys, portalId), wish)),
    async verify(portalId, progress) {
      const names = journalKeys(keys, portalId);
      // Lines appended meanwhile are another verification's.
      const head = await storeCall(() => readHead(redis, names));
      let anchor = await storeCall(() => readAnchor(redis, names));
      let chain = followChain(anchor);
      let first = true;
      for await (const page of pages(redis, names, progress)) {
        const firstSeq = page.find(({ raw }) => raw.link !== null)?.raw.link?.seq;
        if (first && firstSeq !== undefined && firstSeq !== anchor.seq + 1) {
          // Retention may have moved it between the two reads.
          anchor = await storeCall(() => readAnchor(redis, names));
          chain = followChain(anchor);
        }
        first = first && firstSeq === undefined;
        for (const { raw } of page) if ((raw.link?.seq ?? 0) <= head.seq) chain.add(raw);
      }
      return chain.end(head);
    },
    forgetTickets: (portalId, refs) =>
      storeCall(() => forgetTickets(redis, journalKeys(keys, portalId), refs)),
    ...countersOf(redis, keys),
  };
}

function countersOf(
  redis: Redis,
  keys: Keys,
): Pick<JournalArchive, 'counters' | 'sums' | 'agents'> {
  return {
    counters: (portalId, fromDay, toDay) => {
      const names = journalKeys(keys, portalId);
      const days = daysBetween(fromDay, toDay);
      return storeCall(() => readCounters(redis, names, { days, keyOf: names.counters }));
    },
    sums: (portalId, fromDay, toDay) => {
      const names = journalKeys(keys, portalId);
      const days = inMonths(daysBetween(fromDay, toDay));
      return storeCall(() => readCounters(redis, names, { days, keyOf: names.counters }));
    },
    agents: (portalId, fromDay, toDay, step) => {
      const names = journalKeys(keys, portalId);
      const each = daysBetween(fromDay, toDay);
      const days = step === 'day' ? each : inMonths(each);
      const wish = { days, keyOf: names.agents, perTrip: LARGE_HASHES_PER_TRIP };
      return storeCall(() => readCounters(redis, names, wish));
    },
  };
}

async function* pages(
  redis: Redis,
  names: JournalKeys,
  progress: JournalProgress = () => undefined,
): AsyncIterable<readonly ReadRow[]> {
  const total = await storeCall(() => redis.xlen(names.stream));
  let done = 0;
  let from = '-';
  for (;;) {
    const start = from;
    const rows = await storeCall(() => redis.xrange(names.stream, start, '+', 'COUNT', PAGE));
    const last = rows.at(-1);
    if (!last) return;
    yield await storeCall(() => readRows(redis, names, rows));
    done += rows.length;
    progress(done, Math.max(done, total));
    const [ms, sub] = last[0].split('-');
    from = `${ms}-${Number(sub) + 1}`;
  }
}

async function readAnchor(redis: Redis, names: JournalKeys): Promise<ChainLink> {
  const [seq, hash] = await redis.hmget(names.head, 'anchorSeq', 'anchorHash');
  return { seq: Number(seq ?? 0), hash: hash ?? '' };
}

async function forgetTickets(
  redis: Redis,
  names: JournalKeys,
  refs: readonly TicketRef[],
): Promise<number> {
  const gone = new Set<string>();
  for (const ref of refs) {
    const name: unknown = await redis.cgForgetTicket(
      names.tickets,
      names.names,
      names.times,
      names.lines,
      refKey(ref),
    );
    if (typeof name === 'string') gone.add(name);
  }
  if (gone.size === 0) return 0;
  let cursor = '0';
  do {
    const [next, found] = await redis.hscan(names.sealed, cursor, 'COUNT', 500);
    cursor = next;
    for (let at = 0; at + 1 < found.length; at += 2) {
      const words = readSealed(found[at + 1]);
      if (words !== null && gone.has(words.ticket)) await redis.hdel(names.sealed, found[at] ?? '');
    }
  } while (cursor !== '0');
  return gone.size;
}

interface CountersWish {
  readonly days: readonly string[];
  readonly keyOf: (pipeline: string, span: string) => string;
  readonly perTrip?: number;
}

async function readCounters(
  redis: Redis,
  names: JournalKeys,
  { days, keyOf, perTrip = HASHES_PER_TRIP }: CountersWish,
): Promise<readonly DayCounters[]> {
  const wanted = (await redis.smembers(names.pipelines))
    .toSorted()
    .flatMap((pipeline) => days.map((day) => ({ pipeline, day })));
  const found: DayCounters[] = [];
  for (let at = 0; at < wanted.length; at += perTrip) {
    const part = wanted.slice(at, at + perTrip);
    const trip = redis.pipeline();
    for (const { pipeline, day } of part) trip.hgetall(keyOf(pipeline, day));
    const replies = repliesSchema.parse((await trip.exec()) ?? []);
    part.forEach((one, index) => {
      const counts = Object.entries(replies[index]?.[1] ?? {});
      if (counts.length === 0) return;
      found.push({ ...one, counts: new Map(counts.map(([key, value]) => [key, Number(value)])) });
    });
  }
  return found;
}

/** Both inclusive; nothing when they are the wrong way round. */
function daysBetween(fromDay: string, toDay: string): readonly string[] {
  const [from, to] = [fromDay, toDay].map((text) => {
    const [year = 0, month = 1, day = 1] = text.split('-').map(Number);
    return dayNumber({ year, month, day });
  });
  const days: string[] = [];
  for (let day = from ?? 0; day <= (to ?? -1); day += 1) days.push(dateKey(dateOfDay(day)));
  return days;
}

/** Days that are a whole month become that month. */
function inMonths(days: readonly string[]): readonly string[] {
  const months = new Map<string, string[]>();
  for (const day of days) {
    const month = day.slice(0, '2026-11'.length);
    months.set(month, [...(months.get(month) ?? []), day]);
  }
  return [...months].flatMap(([month, own]) => (own.length === lengthOf(month) ? [month] : own));
}

function lengthOf(text: string): number {
  const [year = 0, month = 1] = text.split('-').map(Number);
  const next = month === 12 ? { year: year + 1, month: 1 } : { year, month: month + 1 };
  return dayNumber({ ...next, day: 1 }) - dayNumber({ year, month, day: 1 });
}
