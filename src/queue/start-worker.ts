import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import type { ConnectionOptions, Job } from 'bullmq';
import type { Log } from '../app/ports/runtime.ts';
import { faultFields } from '../errors.ts';

/** Tells the worker's backoff strategy how long to wait. */
export class RetryLater extends Error {
  readonly delayMs: number;

  /** @param code stays with the job when it was the last attempt; never a text of the fault */
  constructor(delayMs: number, code: string) {
    super(`the work is tried again later (${code})`);
    this.name = 'RetryLater';
    this.delayMs = delayMs;
  }
}

export interface WorkerOptions {
  readonly queue: string;
  readonly connection: ConnectionOptions;
  readonly prefix: string;
  readonly concurrency: number;
  /** A dead worker's job is run again after at most lockMs + stalledMs. */
  readonly lockMs: number;
  readonly stalledMs: number;
  readonly log: Log;
  /** A job used up its attempts; retried ones are not told. */
  readonly failed?: JobFailed | undefined;
}

export type JobFailed = (queue: string) => void;

/** The client repeats its errors with every attempt to reconnect. */
const ERROR_LOG_MS = 30_000;

export type Processor = (job: Job, token?: string) => Promise<void>;

export function startWorker(processor: Processor, options: WorkerOptions): Worker {
  const { log } = options;
  const worker = new Worker(options.queue, processor, {
    connection: options.connection,
    prefix: options.prefix,
    concurrency: options.concurrency,
    lockDuration: options.lockMs,
    stalledInterval: options.stalledMs,
    // The work is safe to repeat: it must not be given up because processes died under it.
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
    // Only a job that ended has this time.
    if (job?.finishedOn) options.failed?.(options.queue);
  });
  return worker;
}

/** Takes no more jobs and lets running ones end, but not longer than `deadlineMs`. False when one was cut off. */
export async function closeWorker(worker: Worker | null, deadlineMs: number): Promise<boolean> {
  const closing = worker?.close() ?? Promise.resolve();
  const ended = closing.then(
    () => true,
    () => true,
  );
  const cut = new AbortController();
  const deadline = sleep(deadlineMs, false, { signal: cut.signal }).catch(() => false);
  const whole = await Promise.race([ended, deadline]);
  cut.abort();
  return whole;
}

/** Logs at most one of a row of faults. */
export function occasionally(log: Log, message: string): (error: Error) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = performance.now();
    if (now - last < ERROR_LOG_MS) return;
    last = now;
    log.warn(faultFields(error), message);
  };
}
