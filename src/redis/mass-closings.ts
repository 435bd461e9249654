import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import type { MassClosings } from '../app/ports/mass-closings.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

/** Longer than any undo window. */
const KEEP_MS = 7 * 24 * 60 * 60_000;

const schema = z.object({
  id: z.string(),
  at: z.number(),
  tickets: z.array(
    z.object({
      ref: z.object({ entityTypeId: z.int(), id: z.int() }),
      from: z.object({ categoryId: z.int(), stageId: z.string() }),
    }),
  ),
});

export function createMassClosings(redis: Redis, keys: Keys): MassClosings {
  const name = (portalId: string, id: string): string =>
    keys.portal(portalId, `mass-closing:${id}`);
  return {
    save: (portalId, run) =>
      storeCall(async () => {
        await redis.set(name(portalId, run.id), JSON.stringify(run), 'PX', KEEP_MS);
      }),
    find: (portalId, id) =>
      storeCall(async () => {
        const document = await redis.get(name(portalId, id));
        if (document === null) return null;
        const read = schema.safeParse(parsed(document));
        return read.success ? read.data : null;
      }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
