/** The Redis of a chaos run: real, at an address that outlives its restarts, and with everything that can happen to one. */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startTestRedis } from '../../support/start-test-redis.ts';
import type { TestRedisOptions } from '../../support/start-test-redis.ts';
import { openRedisGate } from '../redis-gate.ts';
import { WatchPost } from '../watch.ts';
import type { RedisControl } from './fault.ts';

export interface OwnedRedis extends RedisControl {
  /** Past the gate: what goes this way is not watched and not cut. */
  readonly directUrl: string;
  close(): Promise<void>;
}

const LOOK_MS = 10;

export async function openRedis(options: TestRedisOptions = {}): Promise<OwnedRedis> {
  const server = await startTestRedis(options);
  const post = new WatchPost();
  const gate = await openRedisGate(server.url, post);
  // One change at a time: a restart that overlaps another would start two servers at one port.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const asked = <T>(ask: (redis: Redis) => Promise<T>): Promise<T> => askOnce(server.url, ask);
  return {
    url: gate.url,
    directUrl: server.url,
    restart: (signal, downMs) =>
      inTurn(async () => {
        await server.stop(signal);
        await sleep(downMs);
        await server.start();
      }),
    flush: () => server.flush(),
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    limitMemory: (spareBytes) =>
      asked(async (redis) => {
        const limit = spareBytes === null ? 0 : (await memoryOf(redis)) + spareBytes;
        await redis.config('SET', 'maxmemory', String(limit));
      }),
    cutConnections: () => gate.cut('all'),
    watch(watch) {
      if (watch) return void post.arm(watch);
      post.disarm();
      // A connection that was stopped on its way never goes on: its owner was killed, or has to open another.
      gate.cut('stopped');
    },
    // With `appendfsync everysec` Redis loses up to a second so, with `always` nothing; a `kill -9` alone loses nothing with
    // either, for the kernel has what was written.
    cutPower: (lostMs) =>
      inTurn(async () => {
        const kept = await sizes(server.dir);
        await sleep(lostMs);
        await server.stop('SIGKILL');
        for (const [path, size] of kept) await cutTo(path, size);
        await server.start();
      }),
    async close() {
      await last;
      await gate.close();
      await server.remove();
    },
  };
}

async function askOnce<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => LOOK_MS, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}

async function memoryOf(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0);
}

/** Of each part of the append-only file. */
async function sizes(dir: string): Promise<ReadonlyMap<string, number>> {
  const folder = join(dir, 'appendonlydir');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.aof'));
  const paths = names.map((name) => join(folder, name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path, (await stat(path)).size] as const)),
  );
}

async function cutTo(path: string, size: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(size);
  } finally {
    await file.close();
  }
}
