/** What a round of the chaos run waits for: a state of the portal, a timer, nothing at work any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { PortalGate } from './portal-gate.ts';
import type { Ref, Scene } from './scene.ts';

export interface AtWork {
  readonly scene: Scene;
  readonly gate: PortalGate;
  readonly timers: Queue;
  /** What else the workers do: sweeps, and the answers of clients. */
  readonly others: readonly Queue[];
}

/** For what has to come about, on a busy machine too. */
export const SETTLE_MS = 60_000;
const LOOK_MS = 60;

export async function becomes(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > until) return false;
    await sleep(LOOK_MS);
  }
}

export async function hasTimer({ timers }: AtWork, ref: Ref, kind: string): Promise<boolean> {
  const jobs = await timers.getJobs(['delayed']);
  return jobs.some((job) => job?.id?.startsWith(`t_2_${ref.id}_${kind}_`) === true);
}

/** The timers that the ticket has, and when they fall due by the portal's clock: for a round that went wrong. */
export async function pending({ timers, scene }: AtWork, ref: Ref): Promise<readonly string[]> {
  const jobs = await timers.getJobs(['active', 'waiting', 'delayed', 'failed']);
  return jobs
    .filter((job) => job?.id?.startsWith(`t_2_${ref.id}_`))
    .map((job) => `${job.id}: ${JSON.stringify(job.data)}, clock ${scene.now()}`);
}

/** Nothing is being worked on, here or on the portal, and nothing is about to be. */
export async function idle({ timers, others, gate }: AtWork): Promise<void> {
  let quiet = 0;
  await becomes(async () => {
    const jobs = await timers.getJobs(['active', 'waiting', 'delayed']);
    const soon = jobs.filter((job) => job !== undefined && job.delay < 10_000);
    const busy = (await Promise.all(others.map(atWork))).flat().length;
    quiet = soon.length + busy + gate.late() === 0 ? quiet + 1 : 0;
    return quiet >= 3;
  }, SETTLE_MS);
}

/**
 * What runs, or waits its turn. A schedule's next run is always to come; the one under way may just have stamped a closing
 * and not set its timers yet, which are reckoned from the clock.
 */
async function atWork(queue: Queue): Promise<readonly unknown[]> {
  const [running, coming] = await Promise.all([
    queue.getJobs(['active']),
    queue.getJobs(['waiting', 'delayed']),
  ]);
  // A job that ended between the listing and the reading comes as nothing.
  const asked = coming.filter((job) => job !== undefined && !(job.id ?? '').startsWith('repeat:'));
  return [...running.filter((job) => job !== undefined), ...asked];
}
