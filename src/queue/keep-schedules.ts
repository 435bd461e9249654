import type { Queue } from 'bullmq';

export interface Schedules {
  /** Adds what is missing, now and from now on; never throws: in an outage a later look adds it. */
  keep(): Promise<void>;
  stop(): void;
}

const OUTAGE_MS = 1000;
/** Clocks of our machines differ by less. */
const CLOCKS_DIFFER_MS = 60_000;

/**
 * Keeps schedules (name → milliseconds) standing in the queue: a Redis that lost its data lost them too, and nothing
 * tells a connection that stayed open. One whose next run was set by a clock that was ahead would not come for as long.
 */
export function createSchedules(
  queue: Queue,
  every: ReadonlyMap<string, number>,
  checkMs: number,
): Schedules {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  async function addMissing(): Promise<void> {
    for (const [name, ms] of every) {
      const standing = await queue.getJobScheduler(name);
      const latest = Date.now() + 2 * ms + CLOCKS_DIFFER_MS;
      // Adding one that stands would put its next run off.
      if (standing?.every === ms && (standing.next ?? 0) <= latest) continue;
      if (standing) await queue.removeJobScheduler(name);
      await queue.upsertJobScheduler(name, { every: ms }, { name });
    }
  }
  async function keep(): Promise<void> {
    const next = await addMissing().then(
      () => checkMs,
      () => Math.min(OUTAGE_MS, checkMs),
    );
    if (!stopped) timer = setTimeout(() => void keep(), next).unref();
  }
  return {
    keep,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
