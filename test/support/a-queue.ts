/** The queue with its stores on a test's Redis, as the composition root wires them. */
import { Worker } from 'bullmq';
import type { Queue } from 'bullmq';
import { createClock } from '../../src/clock.ts';
import { createQueues } from '../../src/queue/create-queues.ts';
import type { Queues, QueueSettings } from '../../src/queue/create-queues.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import type { Keys } from '../../src/redis/keys.ts';
import { createPortalLock } from '../../src/redis/portal-lock.ts';
import { createRingStore } from '../../src/redis/ring-store.ts';
import type { RingPace } from '../../src/redis/ring-store.ts';
import { createSweepState } from '../../src/redis/sweep-state.ts';
import type { SweepState } from '../../src/app/ports/state.ts';
import { recordingLog } from './recording-log.ts';
import type { RecordingLog } from './recording-log.ts';

export interface TestQueue {
  readonly queues: Queues;
  readonly connections: Connections;
  readonly keys: Keys;
  readonly state: SweepState;
  readonly log: RecordingLog;
  close(): Promise<void>;
}

/**
 * A dead process is found out quickly. A living one on a busy machine may stand still for longer than such a lock: tests
 * in which nobody dies take `PATIENT`.
 */
export const QUICK: Partial<QueueSettings> = { lockMs: 1000, stalledMs: 500 };
export const PATIENT = {
  settings: { lockMs: 30_000, stalledMs: 30_000 },
  lockTtlMs: 30_000,
} as const;

export async function aQueue(options: {
  readonly url: string;
  readonly settings?: Partial<QueueSettings>;
  readonly pace?: Partial<RingPace>;
  readonly lockTtlMs?: number;
  readonly portals?: readonly string[];
}): Promise<TestQueue> {
  const log = recordingLog();
  const connections = createConnections({ url: options.url, log });
  await connections.ready(10_000);
  const keys = createKeys('test');
  const redis = connections.worker;
  const queues = createQueues({
    producer: connections.producer,
    worker: connections.worker,
    rings: createRingStore(connections.producer, keys, options.pace),
    lock: createPortalLock({ redis, keys, log, ttlMs: options.lockTtlMs ?? 1000 }),
    portals: () => Promise.resolve(options.portals ?? []),
    clock: createClock(),
    log,
    settings: { ...QUICK, ...options.settings },
  });
  return {
    queues,
    connections,
    keys,
    state: createSweepState(redis, keys),
    log,
    async close() {
      await queues.close(2000);
      await connections.close();
    },
  };
}

/** A job whose last attempt ended in a fault with these words. */
export async function aFailedJob(queue: Queue, data: object, words: string): Promise<void> {
  const job = await queue.add('sweep', data);
  const { connection, prefix } = queue.opts;
  const worker = new Worker(queue.name, null, { connection, ...(prefix && { prefix }) });
  const token = 'a-worker-of-this-suite';
  const taken = await worker.getNextJob(token);
  await taken?.moveToFailed(new Error(words), token, false);
  await worker.close();
  if (taken?.id !== job.id) throw new Error('another job was taken');
}

export { until } from './eventually.ts';
