import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

/** Deletes everything remembered about a portal: policies, cursors, inbox, journal. */
export async function forgetPortalKeys(redis: Redis, keys: Keys, portalId: string): Promise<void> {
  const pattern = keys.portal(portalId, '*').replaceAll(/[[\]?\\]/g, '\\$&');
  await storeCall(async () => {
    let cursor = '0';
    do {
      const [next, found] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
      if (found.length > 0) await redis.unlink(...found);
      cursor = next;
    } while (cursor !== '0');
  });
}
