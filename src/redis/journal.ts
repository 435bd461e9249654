import type { Redis } from 'ioredis';
import type { Log } from '../app/ports/runtime.ts';
import type { Journal, JournalEntry } from '../app/ports/state.ts';
import type { Keys } from './keys.ts';
import { journalEntrySchema } from './record-schemas.ts';
import { storeCall } from './store-call.ts';

/** A year of a busy team; the stream is trimmed in whole blocks, so a little more may stand. */
const KEEP_ENTRIES = 200_000;

export function createJournal(redis: Redis, keys: Keys, log: Log): Journal {
  const stream = (portalId: string): string => keys.portal(portalId, 'journal');
  return {
    append: (portalId, entries) =>
      storeCall(async () => {
        const pipeline = redis.pipeline();
        for (const entry of entries)
          pipeline.xadd(
            stream(portalId),
            'MAXLEN',
            '~',
            KEEP_ENTRIES,
            '*',
            'entry',
            JSON.stringify(entry),
          );
        const replies = (await pipeline.exec()) ?? [];
        for (const [error] of replies) if (error) throw error;
      }),
    latest: (portalId, count) =>
      storeCall(async () => {
        const rows = await redis.xrevrange(stream(portalId), '+', '-', 'COUNT', Math.max(1, count));
        return rows.flatMap(([id, fields]) => {
          const entry = readEntry(fields[1] ?? '');
          if (entry !== null) return [entry];
          log.warn({ portalId, journalId: id }, 'A journal entry cannot be read and is left out');
          return [];
        });
      }),
  };
}

function readEntry(text: string): JournalEntry | null {
  try {
    return journalEntrySchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
