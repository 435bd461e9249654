import type { Job, Queue } from 'bullmq';
import type { Clock } from '../app/ports/runtime.ts';

export interface Hurried {
  readonly queue: Queue;
  /** Nothing in it is put off for longer: what seems to be was put off by a clock that was ahead. */
  readonly longestMs: number;
}

const LOOK_MS = 1000;
/** Less is what well kept clocks differ by. */
const WRONG_MS = 1000;
const MOST = 200;

/**
 * A worker takes what is put off by its machine's clock: one that stands a day behind would take what a right machine put off a day
 * late, and one that was ahead leaves work for tomorrow. From when the machine's clock was seen to be wrong, what is due by the clock
 * that all processes share is told to run. Returns how to stop.
 */
export function hurryOverdue(queues: readonly Hurried[], clock: Clock): () => void {
  let wasWrong = false;
  const look = async (): Promise<void> => {
    const now = clock.real?.() ?? Date.now();
    wasWrong ||= Math.abs(now - Date.now()) > WRONG_MS;
    if (!wasWrong) return;
    for (const hurried of queues) await promoteDue(hurried, now);
  };
  // In an outage a later look does it.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS).unref();
  return () => clearInterval(timer);
}

async function promoteDue({ queue, longestMs }: Hurried, now: number): Promise<void> {
  // Those at either end of the queue's order.
  const [first, last]: readonly (readonly (Job | undefined)[])[] = await Promise.all([
    queue.getJobs('delayed', 0, MOST - 1, true),
    queue.getJobs('delayed', 0, MOST - 1, false),
  ]);
  // What was put off again counts from when it was taken: a little early is taken again, late is what hurts.
  const waitsMs = (job: Job): number =>
    Math.max(job.timestamp, job.processedOn ?? 0) + job.delay - now;
  // Runs of a schedule follow one another: one begun early would bring the next a second later. They have a keeper of their own.
  const isDue = (job: Job): boolean =>
    job.repeatJobKey === undefined && (waitsMs(job) <= 0 || waitsMs(job) > longestMs);
  const due = new Map(
    [...(first ?? []), ...(last ?? [])].flatMap((job) =>
      job && isDue(job) ? [[job.id, job]] : [],
    ),
  );
  // One that cannot be promoted was taken or cancelled meanwhile.
  await Promise.allSettled([...due.values()].map((job) => job.promote()));
}
