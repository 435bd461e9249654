import { DelayedError } from 'bullmq';
import type { Job } from 'bullmq';
import type { Log } from '../app/ports/runtime.ts';
import { faultFields } from '../errors.ts';
import { backoffMs, jobOutcome } from './job-outcome.ts';
import { RetryLater } from './start-worker.ts';

export interface Running {
  readonly job: Job;
  readonly token: string | undefined;
  readonly log: Log;
  /** Ids for the log. */
  readonly fields: Readonly<Record<string, string | number>>;
}

/** Runs a job's work and turns its faults into what becomes of the job. A fault for a person ends it: the reconcile asks again. */
export async function carryOut(running: Running, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await settle(running, error);
  }
}

async function settle(running: Running, error: unknown): Promise<void> {
  const { job, log } = running;
  const fields = { ...running.fields, job: job.name, ...faultFields(error) };
  const outcome = jobOutcome(error);
  if (outcome.kind === 'give-up') {
    log.error(fields, 'The work failed and waits for a person');
    return;
  }
  const retry = outcome.kind === 'retry';
  const ms = retry ? backoffMs(job.attemptsMade, Math.random()) : outcome.ms;
  if (retry) {
    log.warn({ ...fields, againInMs: ms }, 'The work failed and is tried again');
    throw new RetryLater(ms, faultFields(error)['code'] ?? '');
  }
  // A time that the other side named, or somebody at work on the same: nothing failed.
  log.info({ ...fields, againInMs: ms }, 'The work waits and goes on later');
  await putOff(running, ms);
}

/** Puts the job off without using up an attempt. */
export async function putOff({ job, token }: Running, ms: number): Promise<never> {
  await job.moveToDelayed(Date.now() + Math.ceil(ms), token);
  throw new DelayedError();
}
