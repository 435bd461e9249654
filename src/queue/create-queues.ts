import { Queue } from 'bullmq';
import type { ConnectionOptions, Worker } from 'bullmq';
import type { RingStore } from '../app/ports/rings.ts';
import type { Clock, Doorbell, Log } from '../app/ports/runtime.ts';
import type { PortalLock } from '../app/ports/state.ts';
import { createDoorbell } from './doorbell.ts';
import type { AddSweep } from './doorbell.ts';
import { countJobs } from './count-jobs.ts';
import type { QueueCount } from './count-jobs.ts';
import { lookAtQueue } from './look-at-queue.ts';
import type { QueueLook } from './look-at-queue.ts';
import { hurryOverdue } from './hurry-overdue.ts';
import { createSchedules } from './keep-schedules.ts';
import { closeWorker, occasionally, startWorker } from './start-worker.ts';
import type { JobFailed } from './start-worker.ts';
import { createSweepProcessor } from './sweep-jobs.ts';
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
  readonly clock: Clock;
  readonly log: Log;
  /** Counts jobs of this process that used up their attempts. */
  readonly failed?: JobFailed;
  readonly settings?: Partial<QueueSettings>;
}

export interface QueueSettings {
  /** Carries a hash tag, so that all keys of the queue share a slot on a cluster. */
  readonly prefix: string;
  /** How often every portal is swept even without events. */
  readonly everyMs: number;
  /** Portals swept at the same time by this process; most of that time is waiting for a portal, or for room in its budget. */
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
  /** Jobs by state. @throws when Redis is away */
  counts(): Promise<readonly QueueCount[]>;
  /** What stands in the queue, for people. @throws when Redis is away */
  look(): Promise<readonly QueueLook[]>;
  /**
   * Begins no more sweeps and waits for running ones, but not longer than `deadlineMs`; rings are still taken. False when a
   * sweep was cut off: the next one repeats it.
   */
  rest(deadlineMs: number): Promise<boolean>;
  /** As `rest`, and takes no more rings. */
  close(deadlineMs: number): Promise<void>;
}

const SETTINGS: QueueSettings = {
  prefix: '{cgq}',
  everyMs: 60_000,
  concurrency: 64,
  lockMs: 20_000,
  stalledMs: 10_000,
};
const NAME = 'sweeps';
/** A schedule lost with the data of Redis stands again after at most this time. */
const CHECK_MS = 30_000;
/** About two and a half minutes of backoff; then the schedule takes over. */
const ATTEMPTS = 10;
/** No sweep is put off for longer. */
const LONGEST_MS = 10 * 60_000;
/** A turn whose job failed for good has another one after at most this time. */
const TURN_MS = 60_000;

function openQueue(
  prefix: string,
  { producer, log }: Pick<QueuesOptions, 'producer' | 'log'>,
): Queue {
  const queue = new Queue(NAME, {
    connection: producer,
    prefix,
    defaultJobOptions: { removeOnComplete: { count: 10 }, removeOnFail: { count: 50 } },
  });
  queue.on('error', occasionally(log, 'The queue has trouble with Redis'));
  return queue;
}

async function ringEvery(
  doorbell: Doorbell,
  { portals, log }: Pick<QueuesOptions, 'portals' | 'log'>,
): Promise<void> {
  let failed = 0;
  for (const portalId of await portals()) {
    await doorbell.ring(portalId, []).catch(() => {
      failed += 1;
    });
  }
  if (failed > 0) log.warn({ failed }, 'Portals could not be rung; the next schedule rings them');
}

export function createQueues(options: QueuesOptions): Queues {
  const { rings, log } = options;
  const settings = { ...SETTINGS, ...options.settings };
  const queue = openQueue(settings.prefix, options);
  let worker: Worker | null = null;
  let calm = (): void => undefined;

  const addSweep: AddSweep = async (portalId, { delayMs: delay, turn }) => {
    // A gate opens again after seconds, lest a job that never came keeps it shut. Jobs that only wait long would otherwise multiply.
    const jobId = `sweep.${portalId}.${turn}.${Math.floor(Date.now() / TURN_MS)}`;
    const again = { attempts: ATTEMPTS, backoff: { type: 'custom' } };
    await queue.add('sweep', { portalId }, { ...again, delay, jobId });
  };
  const doorbell = createDoorbell({ rings, addSweep, log });
  const ringAll = () => ringEvery(doorbell, options);
  const schedules = createSchedules(queue, new Map([['ring-all', settings.everyMs]]), CHECK_MS);

  const rest = (deadlineMs: number): Promise<boolean> => {
    schedules.stop();
    calm();
    return closeWorker(worker, deadlineMs);
  };

  return {
    doorbell,
    ringAll,
    counts: () => countJobs(queue),
    look: async () => [await lookAtQueue(queue)],
    async start(sweep) {
      const giveUpHoldMs = settings.everyMs / 2;
      const jobs = { rings, lock: options.lock, sweep, addSweep, ringAll, log, giveUpHoldMs };
      const processor = createSweepProcessor(jobs);
      worker = startWorker(processor, {
        ...settings,
        queue: NAME,
        connection: options.worker,
        log,
        failed: options.failed,
      });
      calm = hurryOverdue([{ queue, longestMs: LONGEST_MS }], options.clock);
      await schedules.keep();
    },
    rest,
    async close(deadlineMs) {
      await rest(deadlineMs);
      await queue.close();
    },
  };
}
