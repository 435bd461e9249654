import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import type { Log } from '../app/ports/runtime.ts';
import type { Journal, JournalEntry } from '../app/ports/state.ts';
import { repeatKey } from '../core/journal-entry.ts';
import { isAgents } from '../core/report/by-agent.ts';
import { countersOf } from '../core/report/counters.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { ChainLink } from './journal-chain.ts';
import { linkHash } from './journal-chain.ts';
import { encodeLine, randomName } from './journal-codec.ts';
import type { JournalKeys } from './journal-keys.ts';
import { journalKeys } from './journal-keys.ts';
import type { ReadRow } from './journal-rows.ts';
import { readRows } from './journal-rows.ts';
import { linesOfTicket } from './journal-of-ticket.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

/** How long lines are kept; whichever ends first. */
export interface Retention {
  readonly days: number;
  readonly lines: number;
}

/** More than a year, so that a year's report can always be recounted. */
export const DEFAULT_RETENTION: Retention = { days: 400, lines: 1_000_000 };

const DAY_MS = 24 * 60 * 60_000;
/** Lines appended in one step; a step holds the store for a few milliseconds. */
const STEP = 200;
/** A repeat after a crash comes with the next sweeps, or after an outage. */
const REPEATS_KNOWN_MS = 60 * DAY_MS;
/** Counters are small: kept for the year before the last, so that years compare. */
const COUNTERS_KEPT_MS = 1100 * DAY_MS;
const MONTH = '2026-11';
/** Each lost race means that another process appended. */
const MAX_RACES = 200;

const answerSchema = z.array(z.coerce.number());
const namesSchema = z.array(z.string());

export function createJournal(
  redis: Redis,
  keys: Keys,
  log: Log,
  retention: Retention = DEFAULT_RETENTION,
): Journal {
  return {
    append: (portalId, entries) =>
      storeCall(async () => {
        const names = journalKeys(keys, portalId);
        for (let at = 0; at < entries.length; at += STEP) {
          await appendStep(redis, names, { entries: entries.slice(at, at + STEP), retention });
        }
      }),
    latest: (portalId, count) =>
      storeCall(async () => {
        const names = journalKeys(keys, portalId);
        const rows = await redis.xrevrange(names.stream, '+', '-', 'COUNT', Math.max(1, count));
        return readable(await readRows(redis, names, rows), { portalId, log });
      }),
    ofTicket: (portalId, ref, count) =>
      storeCall(async () => {
        const names = journalKeys(keys, portalId);
        return readable(await linesOfTicket(redis, names, ref, count), { portalId, log });
      }),
    since: (portalId, kind, from) =>
      storeCall(() => linesSince(redis, journalKeys(keys, portalId), { kind, from })),
  };
}

function readable(
  lines: readonly ReadRow[],
  { portalId, log }: { readonly portalId: string; readonly log: Log },
): readonly JournalEntry[] {
  return lines.flatMap(({ raw, line }) => {
    if (line !== null) return [line.entry];
    log.warn({ portalId, journalId: raw.id }, 'A journal entry cannot be read and is left out');
    return [];
  });
}

const PAGE = 500;
/** A line may be written a while after what it tells of. */
const LATE_MS = DAY_MS;

async function linesSince(
  redis: Redis,
  names: JournalKeys,
  { kind, from }: { readonly kind: JournalEntry['kind']; readonly from: number },
): Promise<readonly JournalEntry[]> {
  const found: JournalEntry[] = [];
  let before = '+';
  for (;;) {
    const rows = await redis.xrevrange(names.stream, before, '-', 'COUNT', PAGE);
    const entries = (await readRows(redis, names, rows)).flatMap(({ line }) =>
      line === null ? [] : [line.entry],
    );
    found.push(...entries.filter((entry) => entry.kind === kind && entry.at >= from));
    const oldest = rows.at(-1)?.[0];
    const past = entries.length > 0 && entries.every(({ at }) => at < from - LATE_MS);
    if (oldest === undefined || rows.length < PAGE || past) return found;
    before = `(${oldest}`;
  }
}

interface Step {
  readonly entries: readonly JournalEntry[];
  readonly retention: Retention;
}

/** Another process may append at any moment: then the hashes are computed anew on its line. */
async function appendStep(redis: Redis, names: JournalKeys, step: Step): Promise<void> {
  let entries = step.entries;
  const tickets = await nameTickets(redis, names, entries);
  for (let race = 0; entries.length > 0; race += 1) {
    if (race > MAX_RACES) {
      throw new AppError('store-unavailable', 'The journal is being written to: try again.', {
        retry: 'backoff',
        detail: 'JOURNAL_RACE',
      });
    }
    const head = await readHead(redis, names);
    const { keyNames, args } = stepArguments(names, { ...step, entries }, { head, tickets });
    const reply = await redis.cgAppendJournal(keyNames.length, ...keyNames, ...args);
    const [outcome, ...known] = answerSchema.parse(reply);
    if (outcome === 1) return;
    if (outcome === 2) entries = entries.filter((_entry, at) => !known.includes(at + 1));
  }
}

async function nameTickets(
  redis: Redis,
  names: JournalKeys,
  entries: readonly JournalEntry[],
): Promise<ReadonlyMap<string, string>> {
  const refs = [...new Set(entries.flatMap(({ ref }) => (ref ? [refKey(ref)] : [])))];
  if (refs.length === 0) return new Map();
  const offered = refs.flatMap((key) => [key, randomName()]);
  const taken = namesSchema.parse(
    await redis.cgNameTickets(names.tickets, names.names, names.times, ...offered),
  );
  return new Map(refs.map((key, at) => [key, taken[at] ?? '']));
}

export async function readHead(redis: Redis, names: JournalKeys): Promise<ChainLink> {
  const [seq, hash] = await redis.hmget(names.head, 'seq', 'hash');
  return { seq: Number(seq ?? 0), hash: hash ?? '' };
}

interface Context {
  readonly head: ChainLink;
  readonly tickets: ReadonlyMap<string, string>;
}

function stepArguments(names: JournalKeys, step: Step, { head, tickets }: Context) {
  let { seq, hash } = head;
  const lines = step.entries.flatMap((entry) => {
    const ticket = entry.ref ? (tickets.get(refKey(entry.ref)) ?? '') : '';
    const { body, sealed } = encodeLine(entry, ticket);
    seq += 1;
    hash = linkHash(hash, seq, body);
    return [body, hash, repeatKey(entry, ticket) ?? '', sealed, ticket];
  });
  const counters = countersByKey(names, step.entries);
  const { days, lines: keepLines } = step.retention;
  return {
    keyNames: [...fixedKeys(names), ...counters.keys],
    args: [
      head.seq,
      head.hash,
      days * DAY_MS,
      keepLines,
      REPEATS_KNOWN_MS,
      COUNTERS_KEPT_MS,
      step.entries.length,
      ...lines,
      counters.pipelines.length,
      ...counters.pipelines,
      ...counters.increments,
    ],
  };
}

const fixedKeys = (names: JournalKeys): readonly string[] => [
  names.stream,
  names.head,
  names.once,
  names.sealed,
  names.pipelines,
  names.tickets,
  names.names,
  names.times,
  names.lines,
];

/** The increments of these lines, added up per counter. */
function countersByKey(names: JournalKeys, entries: readonly JournalEntry[]) {
  const keys: string[] = [];
  const pipelines = new Set<string>();
  const sums = new Map<string, { key: number; name: string; by: number }>();
  for (const { pipeline, day, name, by } of entries.flatMap(countersOf)) {
    pipelines.add(pipeline);
    // A month adds up its days in the same step, so that a year is read from twelve hashes and not from 366.
    for (const span of [day, day.slice(0, MONTH.length)]) {
      const keyName = isAgents(name)
        ? names.agents(pipeline, span)
        : names.counters(pipeline, span);
      if (!keys.includes(keyName)) keys.push(keyName);
      const key = keys.indexOf(keyName) + 1;
      const sum = sums.get(`${key} ${name}`) ?? { key, name, by: 0 };
      sum.by += by;
      sums.set(`${key} ${name}`, sum);
    }
  }
  const increments = [...sums.values()].flatMap(({ key, name, by }) => [key, name, by]);
  return { keys, pipelines: [...pipelines], increments };
}
