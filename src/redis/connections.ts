import { Cluster } from 'ioredis';
import type { Log } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import { nodesOf } from './each-node.ts';
import { openClient } from './open-client.ts';
import type { Patience } from './open-client.ts';
import { parseRedisAddress } from './redis-address.ts';
import type { Redis } from './redis-client.ts';
import { confirmBy, createWitness } from './replicated.ts';
import { defineScripts } from './scripts.ts';
import { faultName } from './store-call.ts';

export interface Connections {
  /** Fails at once when Redis is away and after 1.5 s when it is frozen: for event routes and command-line tools. */
  readonly producer: Redis;
  /** Waits until Redis is back: for workers. */
  readonly worker: Redis;
  /** Resolves when both are connected; throws store-unavailable after `timeoutMs`. */
  ready(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** BullMQ needs the first two: `add` must not hang while Redis is away, a worker must not give up. */
const PRODUCER: Patience = {
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  commandTimeout: 1500,
  looks: 6,
  resends: true,
};
const WORKER: Patience = {
  maxRetriesPerRequest: null,
  enableOfflineQueue: true,
  // BullMQ asks again by itself, and takes a blocked command for a broken connection after little more than a second.
  looks: 6,
  resends: true,
};
const WITNESS: Patience = { ...PRODUCER, maxRetriesPerRequest: 0, resends: false };

/** @param options.url as REDIS_URL: one server, sentinels or a cluster. Throws store-unavailable when it is none of them. */
export function createConnections(options: {
  readonly url: string;
  readonly log: Log;
}): Connections {
  const address = parseRedisAddress(options.url);
  if (typeof address === 'string') throw away();
  const connect = (name: string, patience: Patience): Redis => {
    const redis = openClient(address, patience, `closegate-${name}`);
    reportOutages(redis, name, options.log);
    return redis;
  };
  const producer = connect('producer', PRODUCER);
  const worker = connect('worker', WORKER);
  const all = [producer, worker];
  for (const redis of all) defineScripts(redis);
  // Only where another server may take over.
  if (address.kind !== 'single') {
    const witness = connect('witness', WITNESS);
    confirmBy(producer, createWitness(witness));
    all.push(witness);
  }
  return {
    producer,
    worker,
    async ready(timeoutMs) {
      await Promise.all(all.map((redis) => whenReady(redis, timeoutMs)));
    },
    async close() {
      await Promise.all(all.map(quit));
    },
  };
}

const NODE_LOG_MS = 30_000;

/** One line when an outage begins and one when it ends, without addresses: the client repeats its error on every attempt. */
function reportOutages(redis: Redis, name: string, log: Log): void {
  let away = false;
  redis.on('error', (error: unknown) => {
    if (away) return;
    away = true;
    log.error(
      { connection: name, code: faultName(error) },
      'Redis does not answer: check that it runs',
    );
  });
  redis.on('ready', () => {
    if (away) log.info({ connection: name }, 'Redis answers again');
    away = false;
  });
  if (redis instanceof Cluster) reportNodes(redis, name, log);
}

/** One node of a cluster may be away while the others answer: told at most every half minute. */
function reportNodes(cluster: Cluster, name: string, log: Log): void {
  let last = Number.NEGATIVE_INFINITY;
  cluster.on('node error', (error: unknown) => {
    if (performance.now() - last < NODE_LOG_MS) return;
    last = performance.now();
    log.warn(
      { connection: name, code: faultName(error) },
      'A node of the Redis cluster does not answer: its replica takes over, or start it',
    );
  });
}

async function whenReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status !== 'ready') await becomesReady(redis, timeoutMs);
  // Nodes of a cluster are connected when they are first used: better now than in the first event.
  if (redis instanceof Cluster)
    await Promise.all(nodesOf(redis).map((node) => node.ping().catch(() => undefined)));
}

function becomesReady(redis: Redis, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.off('ready', onReady);
      reject(away());
    }, timeoutMs);
    const onReady = (): void => {
      clearTimeout(timer);
      resolve();
    };
    redis.once('ready', onReady);
  });
}

function away(): AppError {
  return new AppError(
    'store-unavailable',
    'Redis does not answer: check that it runs and that REDIS_URL points to it',
    { retry: 'backoff' },
  );
}

/** Lets replies under way arrive, but never waits for a server that is away. */
async function quit(redis: Redis): Promise<void> {
  if (redis.status === 'ready') {
    const waited = new Promise((resolve) => setTimeout(resolve, 1000).unref());
    await Promise.race([redis.quit().catch(() => undefined), waited]);
  }
  redis.disconnect();
}
