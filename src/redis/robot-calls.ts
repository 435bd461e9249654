/** Calls of robots until they are answered. The token that answers them is sealed for its portal and call. */
import { hash } from 'node:crypto';
import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import { ROBOT_CODES } from '../app/ports/robots.ts';
import type { RobotCall, RobotCalls } from '../app/ports/robots.ts';
import type { Log } from '../app/ports/runtime.ts';
import { readStored } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import type { SecretBox } from './secret-box.ts';
import { replicated } from './replicated.ts';
import { storeCall } from './store-call.ts';

/** A delivery repeated within this time is known; the queue of the platform repeats nothing, its troubles may. */
const KNOWN_MS = 7 * 24 * 3600_000;

const storedSchema = z.object({
  code: z.enum(ROBOT_CODES),
  ref: z.object({ entityTypeId: z.int().positive(), id: z.int().positive() }),
  token: z.string(),
  waits: z.boolean(),
  decideBy: z.number(),
  answerBy: z.number(),
  dueAt: z.number(),
  attempts: z.int(),
});

export interface RobotCallsOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly box: SecretBox;
  readonly log: Log;
}

export function createRobotCalls(options: RobotCallsOptions): RobotCalls {
  const { redis, keys } = options;
  const { write, read } = sealing(options);
  const calls = (portalId: string): string => keys.portal(portalId, 'robots:calls');
  const known = (portalId: string): string => keys.portal(portalId, 'robots:known');
  const portals = keys.app('robots:portals');
  return {
    accept: (portalId, call) =>
      storeCall(async () => {
        const id = hash('sha256', `${portalId} ${call.eventToken}`, 'base64url').slice(0, 22);
        if ((await redis.zscore(known(portalId), id)) !== null) return false;
        // First, so that a schedule finds the call whatever happens in between.
        await redis.sadd(portals, portalId);
        const news = await redis.hsetnx(calls(portalId), id, write(portalId, { ...call, id }));
        await replicated(redis, calls(portalId));
        return news === 1;
      }),
    waiting: (portalId) =>
      storeCall(async () => {
        const all = Object.entries(await redis.hgetall(calls(portalId)));
        const readable = all.map(([id, text]) => ({ id, found: read(portalId, id, text) }));
        const lost = readable.filter(({ found }) => found === 'lost').map(({ id }) => id);
        if (lost.length > 0) await redis.hdel(calls(portalId), ...lost);
        return readable.flatMap(({ found }) =>
          found === 'lost' || found === 'sealed-elsewhere' ? [] : [found],
        );
      }),
    again: (portalId, call) =>
      storeCall(async () => {
        await redis.hset(calls(portalId), call.id, write(portalId, call));
      }),
    done: (portalId, some, now) =>
      storeCall(async () => {
        const ids = some.map(({ id }) => id);
        if (ids.length === 0) return;
        await redis
          .multi()
          .zadd(known(portalId), ...ids.flatMap((id) => [now, id]))
          .zremrangebyscore(known(portalId), '-inf', `(${now - KNOWN_MS}`)
          .hdel(calls(portalId), ...ids)
          .exec();
      }),
    portals: () =>
      storeCall(async () => {
        const all = await redis.smembers(portals);
        const busy = await Promise.all(all.map((id) => redis.exists(calls(id))));
        return all.filter((_, at) => busy[at] === 1);
      }),
  };
}

/** What another process may still open is left to it. */
type Unreadable = 'lost' | 'sealed-elsewhere';

/** How a call stands in the store: its token in no readable form. */
function sealing({ box, log }: Pick<RobotCallsOptions, 'box' | 'log'>) {
  const whose = (portalId: string, id: string) => ({ portalId, purpose: `robot:${id}` });
  return {
    write: (portalId: string, { id, eventToken, ...call }: RobotCall): string =>
      JSON.stringify({ ...call, token: box.seal(eventToken, whose(portalId, id)) }),
    read: (portalId: string, id: string, text: string): RobotCall | Unreadable => {
      const stored = readStored(storedSchema, text);
      if (stored !== null && !box.knows(stored.token) && stored.answerBy > Date.now() - KNOWN_MS) {
        log.warn(
          { portalId, call: id },
          'A call of a robot is sealed with a secret that is not named here: put it into APP_SECRETS_OLD',
        );
        return 'sealed-elsewhere';
      }
      const eventToken = stored && box.open(stored.token, whose(portalId, id));
      if (stored === null || eventToken === null) {
        log.error({ portalId, call: id }, 'A stored call of a robot cannot be read and is dropped');
        return 'lost';
      }
      const { token: _sealed, ...call } = stored;
      return { ...call, id, eventToken };
    },
  };
}
