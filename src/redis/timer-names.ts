import type { TimerNames } from '../app/ports/client.ts';
import type { Keys } from './keys.ts';
import type { Redis } from './redis-client.ts';
import { storeCall } from './store-call.ts';

/** A set per portal: among a million timers of others nobody could look for its own. */
export function createTimerNames(redis: Redis, keys: Keys): TimerNames {
  const key = (portalId: string): string => keys.portal(portalId, 'timers');
  return {
    add: (portalId, name) =>
      storeCall(async () => {
        await redis.sadd(key(portalId), name);
      }),
    drop: (portalId, names) =>
      storeCall(async () => {
        if (names.length > 0) await redis.srem(key(portalId), ...names);
      }),
    list: (portalId) => storeCall(() => redis.smembers(key(portalId))),
  };
}
