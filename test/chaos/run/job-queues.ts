/** The service's queues as the runner sees them: what stands in them, and what it may hurry. */
import { Queue } from 'bullmq';
import type { Job } from 'bullmq';
import { Redis } from 'ioredis';
import { createKeys } from '../../../src/redis/keys.ts';
import { readTimer } from '../../../src/queue/timer-job.ts';
import type { Timer } from '../../../src/app/ports/client.ts';

export interface JobQueues {
  /** Jobs that run, wait their turn, or wait to be tried again; a schedule's next run is always to come. */
  busy(now: number): Promise<readonly string[]>;
  /** What waits to be tried again, and timers that are due, wait no longer: as if the time had passed. */
  hurry(now: number, portalId: string): Promise<void>;
  /** One sweep, one look at answers and one reconcile more. */
  askForAll(portalId: string): Promise<void>;
  /** As the registry of installed portals has it. */
  isServed(portalId: string): Promise<boolean>;
  timers(portalId: string): Promise<readonly Timer[]>;
  /** Given up by the queue after their last try. */
  failed(): Promise<readonly string[]>;
  clearFailed(): Promise<void>;
  close(): Promise<void>;
}

const NAMES = ['sweeps', 'client', 'timers'] as const;
const HURRY_MS = 150;
/** As the service adds its own. */
const RETRIED = { attempts: 10, backoff: { type: 'custom' }, removeOnComplete: true } as const;

export function openJobQueues(redisUrl: string): JobQueues {
  const queues = NAMES.map((name) => {
    const queue = new Queue(name, { connection: { url: redisUrl }, prefix: '{cgq}' });
    queue.on('error', () => undefined);
    return queue;
  });
  const [sweeps, client, timers] = queues;
  let hurried = 0;
  const redis = new Redis(redisUrl);
  redis.on('error', () => undefined);
  const isSchedule = (job: Job): boolean => (job.id ?? '').startsWith('repeat:');

  /** Retries of every kind, and timers that are due. */
  const overdue = (queue: Queue, jobs: readonly Job[], now: number): readonly Job[] =>
    jobs.filter((job) => {
      if (isSchedule(job)) return false;
      return queue !== timers || (readTimer(job.data)?.timer.dueAt ?? 0) <= now;
    });

  return {
    async busy(now) {
      const found = await Promise.all(
        queues.map(async (queue) => {
          const [running, delayed] = await Promise.all([
            present(queue, ['active', 'waiting']),
            present(queue, ['delayed']),
          ]);
          // A schedule's own run counts while it runs.
          return [...running, ...overdue(queue, delayed, now)].map(
            (job) => `${queue.name}:${job.name}:${job.id}`,
          );
        }),
      );
      return found.flat();
    },
    async hurry(now, portalId) {
      // A job that finds its portal busy would be back at once, again and again.
      if (performance.now() < hurried + HURRY_MS) return;
      hurried = performance.now();
      // What a method that used up its time waits for, by real time.
      await redis.del(createKeys().portal(portalId, 'operating'));
      for (const queue of queues) {
        for (const job of overdue(queue, await present(queue, ['delayed']), now))
          await job.promote().catch(() => undefined);
      }
    },
    async askForAll(portalId) {
      await sweeps?.add('sweep', { portalId }, RETRIED);
      await client?.add('answers', { portalId }, RETRIED);
      await client?.add('every-reconcile', {}, RETRIED);
    },
    async isServed(portalId) {
      const states = createKeys().app('portal-states');
      return (await redis.hget(states, portalId)) === 'active';
    },
    async timers(portalId) {
      if (!timers) return [];
      const jobs = await present(timers, ['active', 'waiting', 'delayed']);
      return jobs.flatMap((job) => {
        const read = readTimer(job.data);
        return read?.portalId === portalId ? [read.timer] : [];
      });
    },
    async failed() {
      const found = await Promise.all(queues.map((queue) => present(queue, ['failed'])));
      // A run of a schedule that failed is made good by the next one.
      const given = found.flat().filter((job) => !isSchedule(job));
      return given.map((job) => `${job.queueName}:${job.name}:${job.id}`);
    },
    async clearFailed() {
      for (const queue of queues) await queue.clean(0, 1000, 'failed');
    },
    async close() {
      redis.disconnect();
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}

/** A job that ended between the listing and the reading comes as nothing. */
async function present(
  queue: Queue,
  states: ('active' | 'waiting' | 'delayed' | 'failed')[],
): Promise<readonly Job[]> {
  const jobs: (Job | undefined)[] = await queue.getJobs(states);
  return jobs.filter((job) => job !== undefined);
}
