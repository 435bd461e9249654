import type { Redis } from './redis-client.ts';
import type { Instant } from '../core/ticket.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

/** When each portal was last swept to the end: what readiness and the measures look at. */
export interface SweepTimes {
  swept(portalId: string, at: Instant): Promise<void>;
  /** Of these portals the oldest time; a portal never swept counts as swept at `otherwise`. null for no portals. */
  oldest(portalIds: readonly string[], otherwise: Instant): Promise<Instant | null>;
}

/** Keeps one command's argument list at a size that does not hold the server up. */
const CHUNK = 1000;

export function createSweepTimes(redis: Redis, keys: Keys): SweepTimes {
  const key = keys.app('swept');
  return {
    swept: (portalId, at) =>
      storeCall(async () => {
        await redis.hset(key, portalId, at);
      }),
    oldest: (portalIds, otherwise) =>
      storeCall(async () => {
        let oldest: Instant | null = null;
        for (let from = 0; from < portalIds.length; from += CHUNK) {
          const times = await redis.hmget(key, ...portalIds.slice(from, from + CHUNK));
          for (const time of times) {
            const at = time === null ? otherwise : Number(time);
            oldest = oldest === null ? at : Math.min(oldest, at);
          }
        }
        return oldest;
      }),
  };
}
