import type { Queue } from 'bullmq';

export interface QueueCount {
  readonly queue: string;
  readonly state: string;
  readonly count: number;
}

/** What waits, runs, is put off and has failed. @throws when Redis is away */
export async function countJobs(queue: Queue): Promise<readonly QueueCount[]> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
  return Object.entries(counts).map(([state, count]) => ({ queue: queue.name, state, count }));
}
