import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import type { ConnectionOptions } from 'bullmq';
import type { RingStore } from '../app/ports/rings.ts';
import type { Doorbell, Log } from '../app/ports/runtime.ts';
import type { PortalLock } from '../app/ports/state.ts';
import { createDoorbell } from './doorbell.ts';
import { faultFields } from './job-outcome.ts';
import { RetryLater, createSweepProcessor } from './sweep-jobs.ts';
import type { Sweep } from './sweep-jobs.ts';

export interface QueuesOptions {
  /** Fails at once when Redis is away: rings are answered, never held. */
  readonly producer: ConnectionOptions;
  /** Waits until Redis is back. */
  readonly worker: ConnectionOptions;
  readonly rings: RingStore;
  readonly lock: PortalLock;
  /** Portals that the schedule rings. */
  readonly portals: () => Promise<readonly string[]>;
  readonly log: Log;
  readonly settings?: Partial<QueueSettings>;
}

export interface QueueSettings {
  /** Carries a hash tag, so that all keys of the queue share a slot on a cluster. */
  readonly prefix: string;
  /** How often every portal is swept even without events. */
  readonly everyMs: number;
  /** Portals swept at the same time by this process. */
  readonly concurrency: number;
  /** A dead worker's sweep is run again after at most lockMs + stalledMs. */
  readonly lockMs: number;
  readonly stalledMs: number;
}

export interface Queues {
  readonly doorbell: Doorbell;
  /** Starts sweeping; `sweep` is called for one portal at a time across all processes. */
  start(sweep: Sweep): Promise<void>;
  /** Asks for a sweep of every portal. */
  ringAll(): Promise<void>;
  /** Waits for running sweeps, but not longer than `deadlineMs`: a sweep cut off is repeated by the next one. */
  close(deadlineMs: number): Promise<void>;
}

const SETTINGS: QueueSettings = {
  prefix: '{cgq}',
  everyMs: 60_000,
  concurrency: 8,
  lockMs: 20_000,
  stalledMs: 10_000,
};
const NAME = 'sweeps';
/** About two and a half minutes of backoff; then the schedule takes over. */
const ATTEMPTS = 10;
/** The client repeats its errors with every attempt to reconnect. */
const ERROR_LOG_MS = 30_000;

export function createQueues(options: QueuesOptions): Queues {
  const { rings, log } = options;
  const settings = { ...SETTINGS, ...options.settings };
  const queue = new Queue(NAME, {
    connection: options.producer,
    prefix: settings.prefix,
    defaultJobOptions: { removeOnComplete: { count: 10 }, removeOnFail: { count: 50 } },
  });
  queue.on('error', occasionally(log, 'The queue has trouble with Redis'));
  let worker: Worker | null = null;

  const addSweep = async (portalId: string, delay: number): Promise<void> => {
    await queue.add(
      'sweep',
      { portalId },
      { delay, attempts: ATTEMPTS, backoff: { type: 'custom' } },
    );
  };
  const doorbell = createDoorbell({ rings, addSweep, log });
  const ringAll = async (): Promise<void> => {
    for (const portalId of await options.portals()) await doorbell.ring(portalId, []);
  };
  const schedule = async (): Promise<void> => {
    await queue.upsertJobScheduler('ring-all', { every: settings.everyMs }, { name: 'ring-all' });
  };

  return {
    doorbell,
    ringAll,
    async start(sweep) {
      const giveUpHoldMs = settings.everyMs / 2;
      const jobs = { rings, lock: options.lock, sweep, addSweep, ringAll, log, giveUpHoldMs };
      worker = startWorker(createSweepProcessor(jobs), options.worker, settings, log);
      // A Redis that lost its data lost the schedule too.
      worker.on('ready', () => void schedule().catch(() => undefined));
      await schedule();
    },
    async close(deadlineMs) {
      const closing = worker?.close() ?? Promise.resolve();
      const cut = new AbortController();
      const deadline = sleep(deadlineMs, undefined, { signal: cut.signal }).catch(() => undefined);
      await Promise.race([closing.catch(() => undefined), deadline]);
      cut.abort();
      await queue.close();
    },
  };
}

function startWorker(
  processor: ReturnType<typeof createSweepProcessor>,
  connection: ConnectionOptions,
  settings: QueueSettings,
  log: Log,
): Worker {
  const worker = new Worker(NAME, processor, {
    connection,
    prefix: settings.prefix,
    concurrency: settings.concurrency,
    lockDuration: settings.lockMs,
    stalledInterval: settings.stalledMs,
    // A sweep is safe to repeat: a portal must not be given up because processes died under it.
    maxStalledCount: 1000,
    // The default of 15 s is how long a worker sits idle after Redis came back.
    runRetryDelay: 1000,
    settings: {
      backoffStrategy: (_attempts, _type, error) =>
        error instanceof RetryLater ? error.delayMs : 5000,
    },
  });
  worker.on('error', occasionally(log, 'The worker has trouble with Redis'));
  worker.on('failed', (job, error) => {
    if (!(error instanceof RetryLater))
      log.error({ job: job?.name ?? '', ...faultFields(error) }, 'A job failed');
  });
  return worker;
}

function occasionally(log: Log, message: string): (error: Error) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = performance.now();
    if (now - last < ERROR_LOG_MS) return;
    last = now;
    log.warn(faultFields(error), message);
  };
}
