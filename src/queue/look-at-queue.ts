/** What a queue holds, for whoever runs the service: counts, times and codes; of a job's data the portal's id alone. */
import type { Job, Queue } from 'bullmq';
import { z } from 'zod';
import { countJobs } from './count-jobs.ts';

export interface JobLook {
  readonly name: string;
  /** '' for work that is of no single portal. */
  readonly portalId: string;
  /** When it was added, comes due, or ended: whatever its list is about. */
  readonly at: number;
  readonly attempts: number;
  /** Why it failed last; '' when it did not. */
  readonly code: string;
}

export interface QueueLook {
  readonly name: string;
  readonly counts: Readonly<Record<string, number>>;
  /** The one that waits longest; null when none does. */
  readonly oldest: JobLook | null;
  /** Put off, the next ones first. */
  readonly soon: readonly JobLook[];
  /** The newest first. */
  readonly failed: readonly JobLook[];
}

const SOON = 5;
const FAILED = 10;
/** `dueAt` of a timer by the app's clock: only from then on does it wait. */
const dataSchema = z.object({
  portalId: z.string().max(100).catch(''),
  dueAt: z.number().catch(0),
});

/** @throws when Redis is away */
export async function lookAtQueue(queue: Queue): Promise<QueueLook> {
  const [counts, waiting, delayed, failed] = await Promise.all([
    countJobs(queue),
    queue.getJobs(['waiting'], 0, 0, true),
    queue.getJobs(['delayed'], 0, SOON - 1, true),
    queue.getJobs(['failed'], 0, FAILED - 1, false),
  ]);
  const [oldest] = present(waiting);
  return {
    name: queue.name,
    counts: Object.fromEntries(counts.map(({ state, count }) => [state, count])),
    oldest: oldest ? lookAt(oldest, waitsSince(oldest)) : null,
    soon: present(delayed).map((job) =>
      lookAt(job, (job.processedOn ?? job.timestamp) + job.delay),
    ),
    failed: present(failed).map((job) => lookAt(job, job.finishedOn ?? job.timestamp)),
  };
}

/** One that ended while the list was read is there without its data. */
function present(jobs: readonly (Job | undefined)[]): readonly Job[] {
  return jobs.filter((job) => job !== undefined && job !== null);
}

function readData(job: Job): z.infer<typeof dataSchema> {
  const read = dataSchema.safeParse(job.data);
  return read.success ? read.data : { portalId: '', dueAt: 0 };
}

const waitsSince = (job: Job): number => Math.max(job.timestamp, readData(job).dueAt);

function lookAt(job: Job, at: number): JobLook {
  const { portalId } = readData(job);
  const code = job.failedReason ? codeIn(job.failedReason) : '';
  return { name: nameOf(job), portalId, at, attempts: job.attemptsMade, code };
}

/** A name is ours or it is not shown. */
const nameOf = ({ name }: Job): string => (/^[\w:-]{1,60}$/.test(name) ? name : 'other');

/** See RetryLater: a code in brackets at the end. Any other text of a fault stays where it is. */
function codeIn(reason: string): string {
  return /\(([\w-]{1,40})\)$/.exec(reason)?.[1] ?? 'unknown';
}
