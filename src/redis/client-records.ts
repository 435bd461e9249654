/** Forgetting a client: everything kept about the tickets named, outside the journal. */
import type { Redis } from './redis-client.ts';
import type { ClientRecords } from '../app/ports/journal.ts';
import type { Log } from '../app/ports/runtime.ts';
import { refKey } from '../core/ticket.ts';
import { lastAnswersKey } from './client-cases.ts';
import { readStored, suppressedReplySchema } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

export function createClientRecords(redis: Redis, keys: Keys, log: Log): ClientRecords {
  return {
    forget: (portalId, refs) =>
      storeCall(async () => {
        const gone = new Set(refs.map(refKey));
        const name = (suffix: string): string => keys.portal(portalId, suffix);
        let forgotten = 0;
        for (const hash of [
          name('client:cases'),
          name('client:answers'),
          lastAnswersKey(keys, portalId),
        ]) {
          forgotten += await dropFields(redis, hash, (field) => gone.has(ticketOf(field)));
        }
        forgotten += await dropSuppressed(redis, { documents: name('suppressed'), gone, log });
        for (const key of gone) forgotten += await redis.del(name(`client:reopened:${key}`));
        return forgotten;
      }),
  };
}

/** `2:759`, with or without what follows it: `2:759@chat:15@…`. */
function ticketOf(field: string): string {
  return /^\d+:\d+/.exec(field)?.[0] ?? '';
}

async function dropFields(
  redis: Redis,
  hash: string,
  wanted: (field: string) => boolean,
): Promise<number> {
  const fields = (await redis.hkeys(hash)).filter(wanted);
  return fields.length === 0 ? 0 : redis.hdel(hash, ...fields);
}

interface Ledger {
  readonly documents: string;
  readonly gone: ReadonlySet<string>;
  readonly log: Log;
}

async function dropSuppressed(redis: Redis, { documents, gone, log }: Ledger): Promise<number> {
  const all = await redis.hgetall(documents);
  const ids = Object.entries(all).flatMap(([id, text]) => {
    const reply = readStored(suppressedReplySchema, text);
    if (reply === null) log.warn({ reply: id }, 'A suppressed reply cannot be read');
    return reply !== null && gone.has(refKey(reply.ref)) ? [id] : [];
  });
  if (ids.length === 0) return 0;
  await redis
    .multi()
    .hdel(documents, ...ids)
    .zrem(`${documents}:order`, ...ids)
    .exec();
  return ids.length;
}
