import { randomUUID } from 'node:crypto';
import type { Redis } from './redis-client.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { PortalLock } from '../app/ports/state.ts';
import type { Keys } from './keys.ts';
import { replicated } from './replicated.ts';
import { storeCall } from './store-call.ts';

export interface LockOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly log: Log;
  /** A dead process holds its portals for at most this long; a living one renews three times as often. */
  readonly ttlMs?: number;
}

/**
 * SET NX PX with a token, renewed while the work runs, released only by its owner. A process frozen past the time to
 * live may overlap with the next one: what runs under the lock must be safe to repeat.
 */
export function createPortalLock({ redis, keys, log, ttlMs = 15_000 }: LockOptions): PortalLock {
  return {
    async exclusively(key, work) {
      const name = keys.portal(key, 'lock');
      const token = randomUUID();
      const held = await storeCall(() => redis.set(name, token, 'PX', ttlMs, 'NX'));
      if (held === null) return null;
      try {
        await replicated(redis, name);
      } catch (error) {
        await redis.cgReleaseLock(name, token).catch(() => undefined);
        throw error;
      }
      const renewal = setInterval(() => {
        redis.cgRenewLock(name, token, ttlMs).then(
          (kept) => {
            if (kept === 0)
              log.warn({ portalId: key }, 'A portal lock was lost while the work runs');
          },
          () => undefined, // an outage is reported by the connection; the next renewal tries again
        );
      }, ttlMs / 3);
      try {
        return await work();
      } finally {
        clearInterval(renewal);
        // Not released in an outage: it expires by itself, and the work's own result must not be lost over it.
        await redis.cgReleaseLock(name, token).catch(() => undefined);
      }
    },
  };
}
