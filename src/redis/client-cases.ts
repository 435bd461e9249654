import type { Redis } from './redis-client.ts';
import type { ClientCase, ClientCases } from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { clientCaseSchema, lastAnswerSchema, readStored } from './client-schemas.ts';
import type { LastAnswer } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

/** The loop guard looks back a week; a month is enough to explain it. */
const REOPENED_KEPT_MS = 30 * 24 * 60 * 60_000;

/** Hash of the newest answer per ticket; written by ClientAnswers in the step that takes the answer. */
export function lastAnswersKey(keys: Keys, portalId: string): string {
  return keys.portal(portalId, 'client:last-answers');
}

/**
 * One document per ticket. An answer that was taken but not worked off yet shows at once: it is laid over the document
 * when read, so that taking it never overwrites what the app writes at the same moment.
 */
export function createClientCases(redis: Redis, keys: Keys, log: Log): ClientCases {
  const cases = (portalId: string): string => casesKey(keys, portalId);
  return {
    save: (portalId, entry) =>
      storeCall(async () => {
        await redis.hset(cases(portalId), refKey(entry.ref), JSON.stringify(entry));
      }),
    ...createReading(redis, keys, log),
    ...createReopenings(redis, keys),
    remove: (portalId, ref) =>
      storeCall(async () => {
        const key = refKey(ref);
        await redis
          .multi()
          .hdel(cases(portalId), key)
          .hdel(lastAnswersKey(keys, portalId), key)
          .exec();
      }),
  };
}

function casesKey(keys: Keys, portalId: string): string {
  return keys.portal(portalId, 'client:cases');
}

function createReading(
  redis: Redis,
  keys: Keys,
  log: Log,
): Pick<ClientCases, 'find' | 'among' | 'list'> {
  const cases = (portalId: string): string => casesKey(keys, portalId);
  const read = (
    portalId: string,
    key: string,
    stored: { readonly entry: string; readonly last: string | null },
  ): ClientCase | null => {
    const entry = readStored(clientCaseSchema, stored.entry);
    if (entry !== null) return answered(entry, readStored(lastAnswerSchema, stored.last));
    log.warn({ portalId, ticket: key }, 'A stored client case cannot be read and is left out');
    return null;
  };
  return {
    find: (portalId, ref) =>
      storeCall(async () => {
        const key = refKey(ref);
        const [entry, last] = await Promise.all([
          redis.hget(cases(portalId), key),
          redis.hget(lastAnswersKey(keys, portalId), key),
        ]);
        return entry === null ? null : read(portalId, key, { entry, last });
      }),
    among: (portalId, asked) =>
      storeCall(async () => {
        const found = await valuesOf(redis, cases(portalId), asked);
        const lasts = await valuesOf(redis, lastAnswersKey(keys, portalId), [...found.keys()]);
        return [...found].flatMap(
          ([key, entry]) => read(portalId, key, { entry, last: lasts.get(key) ?? null }) ?? [],
        );
      }),
    list: (portalId) =>
      storeCall(async () => {
        const entries = await redis.hgetall(cases(portalId));
        const lasts = await redis.hgetall(lastAnswersKey(keys, portalId));
        return Object.entries(entries).flatMap(
          ([key, entry]) => read(portalId, key, { entry, last: lasts[key] ?? null }) ?? [],
        );
      }),
  };
}

/** Of these fields of a hash the ones that stand. */
async function valuesOf(
  redis: Redis,
  key: string,
  fields: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (fields.length === 0) return new Map();
  const values = await redis.hmget(key, ...fields);
  return new Map(
    fields.flatMap((field, n) => {
      const value = values[n];
      return typeof value === 'string' ? [[field, value] as const] : [];
    }),
  );
}

function createReopenings(redis: Redis, keys: Keys): Pick<ClientCases, 'reopened' | 'reopenings'> {
  const keyOf = (portalId: string, ref: TicketRef): string =>
    keys.portal(portalId, `client:reopened:${refKey(ref)}`);
  return {
    reopened: (portalId, ref, at) =>
      storeCall(async () => {
        const key = keyOf(portalId, ref);
        await redis.zadd(key, at, String(at));
        await redis.pexpire(key, REOPENED_KEPT_MS);
        return reopeningsIn(redis, key);
      }),
    reopenings: (portalId, ref) => storeCall(() => reopeningsIn(redis, keyOf(portalId, ref))),
  };
}

async function reopeningsIn(redis: Redis, key: string): Promise<number[]> {
  return (await redis.zrange(key, '0', '-1')).map(Number);
}

/** Only the newest answer of the same cycle counts, and only if the app has not recorded a later one itself. */
function answered(entry: ClientCase, last: LastAnswer | null): ClientCase {
  if (last === null || last.cycle !== entry.cycle || last.at <= (entry.answeredAt ?? -1))
    return entry;
  const state = entry.state === 'open' ? 'answered' : entry.state;
  return { ...entry, state, answer: last.answer, answeredAt: last.at };
}
