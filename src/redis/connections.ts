import { Redis } from 'ioredis';
import type { Log } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
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

/** BullMQ needs both kinds: `add` must not hang while Redis is away, a worker must not give up. */
const PRODUCER = { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 1500 };
const WORKER = { maxRetriesPerRequest: null };

export function createConnections(options: {
  readonly url: string;
  readonly log: Log;
}): Connections {
  const connect = (name: string, kind: typeof PRODUCER | typeof WORKER): Redis => {
    const redis = new Redis(options.url, { ...kind, connectionName: `closegate-${name}` });
    defineScripts(redis);
    reportOutages(redis, name, options.log);
    return redis;
  };
  const producer = connect('producer', PRODUCER);
  const worker = connect('worker', WORKER);
  return {
    producer,
    worker,
    async ready(timeoutMs) {
      await Promise.all([whenReady(producer, timeoutMs), whenReady(worker, timeoutMs)]);
    },
    async close() {
      await Promise.all([quit(producer), quit(worker)]);
    },
  };
}

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
}

function whenReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.off('ready', onReady);
      reject(
        new AppError(
          'store-unavailable',
          'Redis does not answer: check that it runs and that REDIS_URL points to it',
          { retry: 'backoff' },
        ),
      );
    }, timeoutMs);
    const onReady = (): void => {
      clearTimeout(timer);
      resolve();
    };
    redis.once('ready', onReady);
  });
}

/** Lets replies under way arrive, but never waits for a server that is away. */
async function quit(redis: Redis): Promise<void> {
  if (redis.status === 'ready') {
    const waited = new Promise((resolve) => setTimeout(resolve, 1000).unref());
    await Promise.race([redis.quit().catch(() => undefined), waited]);
  }
  redis.disconnect();
}
