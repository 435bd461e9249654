import type { Redis } from './redis-client.ts';
import type { SuppressedReplies } from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import { readStored, suppressedReplySchema } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

/** What a person may still want to take back; older ones are forgotten. */
const KEEP_REPLIES = 5000;

/** Documents in a hash, their order in a sorted set. They hold ids and rule names, never words. */
export function createSuppressedReplies(redis: Redis, keys: Keys, log: Log): SuppressedReplies {
  const documents = (portalId: string): string => keys.portal(portalId, 'suppressed');
  const order = (portalId: string): string => keys.portal(portalId, 'suppressed:order');

  async function trim(portalId: string): Promise<void> {
    const oldest = await redis.zrange(order(portalId), '0', String(-(KEEP_REPLIES + 1)));
    if (oldest.length === 0) return;
    await redis
      .multi()
      .zrem(order(portalId), ...oldest)
      .hdel(documents(portalId), ...oldest)
      .exec();
  }

  return {
    add: (portalId, reply) =>
      storeCall(async () => {
        await redis
          .multi()
          .hset(documents(portalId), reply.id, JSON.stringify(reply))
          .zadd(order(portalId), reply.at, reply.id)
          .exec();
        await trim(portalId);
      }),
    list: (portalId, count) =>
      storeCall(async () => {
        const ids = await redis.zrange(order(portalId), '0', String(Math.max(0, count - 1)), 'REV');
        if (ids.length === 0 || count <= 0) return [];
        const texts = await redis.hmget(documents(portalId), ...ids);
        return ids.flatMap((id, at) => {
          const reply = readStored(suppressedReplySchema, texts[at]);
          if (reply !== null) return [reply];
          log.warn({ portalId, reply: id }, 'A suppressed reply cannot be read and is left out');
          return [];
        });
      }),
    undo: (portalId, id) =>
      storeCall(async () => {
        const replies = await redis
          .multi()
          .hget(documents(portalId), id)
          .hdel(documents(portalId), id)
          .zrem(order(portalId), id)
          .exec();
        const text = replies?.[0]?.[1];
        return readStored(suppressedReplySchema, typeof text === 'string' ? text : null);
      }),
  };
}
