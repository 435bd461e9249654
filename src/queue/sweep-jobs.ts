import { DelayedError } from 'bullmq';
import type { Job } from 'bullmq';
import { z } from 'zod';
import type { RingStore } from '../app/ports/rings.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { PortalLock } from '../app/ports/state.ts';
import { faultFields } from '../errors.ts';
import type { AddSweep } from './doorbell.ts';
import { backoffMs, jobOutcome } from './job-outcome.ts';
import { RetryLater } from './start-worker.ts';

/** One sweep of one portal: how many moves it found, and whether it must be run again at once. */
export type Sweep = (
  portalId: string,
) => Promise<{ readonly found: number; readonly again: boolean }>;

export interface SweepJobOptions {
  readonly rings: RingStore;
  readonly lock: PortalLock;
  readonly sweep: Sweep;
  readonly addSweep: AddSweep;
  readonly ringAll: () => Promise<void>;
  readonly log: Log;
  /** After a fault that needs a person, rings wait this long. */
  readonly giveUpHoldMs: number;
}

/** How long a job waits that found its portal being swept by another process. */
const BUSY_MS = 250;

/** However long one method must wait: what needs another one goes on, and rings are heard. */
const LONGEST_HOLD_MS = 30_000;

const dataSchema = z.object({ portalId: z.string() });

/** The worker's processor. Job data carry the portal id only; what happened stands in the inbox. */
export function createSweepProcessor(
  options: SweepJobOptions,
): (job: Job, token?: string) => Promise<void> {
  const { rings, log } = options;

  /** Puts the job off without using up an attempt; until then no ring adds another job. */
  async function putOff(job: Job, token: string | undefined, wait: PutOff): Promise<never> {
    await rings.holdGate(wait.portalId, wait.ms);
    await job.moveToDelayed(Date.now() + wait.ms, token);
    throw new DelayedError();
  }

  async function failed(job: Job, token: string | undefined, fault: Fault): Promise<void> {
    const { portalId, error } = fault;
    const outcome = jobOutcome(error);
    if (outcome.kind === 'give-up') {
      log.error({ portalId, ...faultFields(error) }, 'The sweep failed and waits for a person');
      await rings.holdGate(portalId, options.giveUpHoldMs);
      return;
    }
    const retry = outcome.kind === 'retry';
    const ms = retry
      ? backoffMs(job.attemptsMade, Math.random())
      : Math.min(outcome.ms, LONGEST_HOLD_MS);
    log.warn(
      { portalId, ...faultFields(error), againInMs: ms },
      'The sweep failed and is tried again',
    );
    if (!retry) await putOff(job, token, { portalId, ms });
    await rings.holdGate(portalId, ms).catch(() => undefined);
    throw new RetryLater(ms, faultFields(error)['code'] ?? '');
  }

  return async (job, token) => {
    if (job.name !== 'sweep') return options.ringAll();
    const { portalId } = dataSchema.parse(job.data);
    let swept: boolean;
    try {
      swept = await sweepLocked(portalId, options);
    } catch (error) {
      return failed(job, token, { portalId, error });
    }
    if (!swept) await putOff(job, token, { portalId, ms: BUSY_MS });
  };
}

interface PutOff {
  readonly portalId: string;
  readonly ms: number;
}

interface Fault {
  readonly portalId: string;
  readonly error: unknown;
}

/**
 * The gate is released before the sweep reads the inbox, so that a ring which comes later brings a job of its own.
 * False when another process sweeps this portal.
 */
async function sweepLocked(portalId: string, options: SweepJobOptions): Promise<boolean> {
  const { rings, lock, sweep, addSweep } = options;
  const gate = await lock.exclusively(portalId, async () => {
    await rings.beginSweep(portalId);
    return rings.endSweep(portalId, await sweep(portalId));
  });
  if (gate === null) return false;
  if (gate.open) await addSweep(portalId, gate);
  return true;
}
