import type { KeptKey, StateCopy } from '../app/ports/state-copy.ts';
import { AppError } from '../errors.ts';
import { byTag, nodesOf, scanAll } from './each-node.ts';
import { createKeys } from './keys.ts';
import type { Redis } from './redis-client.ts';
import { formatKey, readFormat, restoringKey } from './state-marks.ts';
import { storeCall } from './store-call.ts';

/** Keys of the app, and those of its queues, which are not copied: timers are rebuilt from the tickets. */
const OWN = 'cg:*';
const QUEUES = '{cgq}:*';
/** Locks, buckets and sessions end by themselves and would only be in the way elsewhere. */
const SHORT_MS = 3600_000;

/** @param close ends the connection */
export function createStateCopy(redis: Redis, close: () => Promise<void>): StateCopy {
  const keys = createKeys();
  return {
    async *keys() {
      const all = await storeCall(() => allKeys(redis, OWN));
      // What belongs to one portal is read at one moment.
      for (const names of byTag(all, (name) => name)) {
        for (const kept of await readTogether(redis, names)) yield kept;
      }
    },
    format: () => readFormat(redis, keys),
    standing: () =>
      storeCall(async () => {
        const [first, second] = await allKeys(redis, OWN, 2);
        // A service that has only been started leaves its mark.
        if (first === undefined || (second === undefined && first === formatKey(keys)))
          return 'empty';
        return (await redis.exists(restoringKey(keys))) === 1 ? 'broken-off' : 'filled';
      }),
    inUse: () => othersConnected(redis),
    begin: () =>
      storeCall(async () => {
        const mark = restoringKey(keys);
        await redis.set(mark, '1');
        for (const pattern of [OWN, QUEUES]) {
          const names = await allKeys(redis, pattern);
          const gone = names.filter((name) => name !== mark);
          for (const group of byTag(gone, (name) => name))
            for (let at = 0; at < group.length; at += 500)
              await redis.unlink(...group.slice(at, at + 500));
        }
      }),
    put: (keys) =>
      storeCall(async () => {
        for (const group of byTag(keys, ({ key }) => key)) {
          const pipeline = redis.pipeline();
          for (const { key, livesMs, value } of group) pipeline.restore(key, livesMs, value);
          for (const [error] of (await pipeline.exec()) ?? []) if (error) throw unreadable();
        }
      }),
    finish: () =>
      storeCall(async () => {
        await redis.del(restoringKey(keys));
      }),
    close,
  };
}

function unreadable(): AppError {
  return new AppError(
    'store-unavailable',
    'Redis does not take a value of the copy: use the same or a newer version of the server, and an empty one.',
    { detail: 'RESTORE' },
  );
}

const PRODUCER = / name=closegate-producer /;

/** Connections of the app beside the ones of this process; a server that does not list them tells nothing. */
async function othersConnected(redis: Redis): Promise<boolean> {
  try {
    for (const node of nodesOf(redis)) {
      const lines = String(await node.client('LIST')).split('\n');
      // Every process has one.
      if (lines.filter((line) => PRODUCER.test(line)).length > 1) return true;
    }
    return false;
  } catch {
    return false;
  }
}

async function allKeys(redis: Redis, pattern: string, enough = Infinity): Promise<string[]> {
  const names = new Set<string>();
  for await (const found of scanAll(redis, pattern, 1000)) {
    for (const name of found) names.add(name);
    if (names.size >= enough) break;
  }
  return [...names].toSorted();
}

async function readTogether(redis: Redis, names: readonly string[]): Promise<readonly KeptKey[]> {
  return storeCall(async () => {
    const transaction = redis.multi();
    for (const name of names) transaction.pttl(name).dumpBuffer(name);
    const answers = (await transaction.exec()) ?? [];
    return names.flatMap((key, at): KeptKey[] => {
      const lives = Number(answers[2 * at]?.[1]);
      const value = answers[2 * at + 1]?.[1];
      const stays = lives === -1 || lives > SHORT_MS;
      return Buffer.isBuffer(value) && stays ? [{ key, livesMs: Math.max(0, lives), value }] : [];
    });
  });
}
