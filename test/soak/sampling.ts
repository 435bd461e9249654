/** Samples of a soak every ten seconds: processes, queues, Redis. And whether a row of them grows. */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Sample } from './probe.ts';
import type { ServiceProcess } from './service-process.ts';

export interface QueueDepths {
  /** Waiting and running jobs, and put-off ones that are nobody's schedule. */
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

export interface Moment {
  /** Minutes since the load began. */
  readonly at: number;
  readonly processes: Readonly<Record<string, Sample>>;
  readonly queues: QueueDepths;
  readonly redisMb: number;
  readonly redisKeys: number;
}

export interface Sampler {
  take(at: number): Promise<Moment>;
  depths(): Promise<QueueDepths>;
  close(): Promise<void>;
}

const QUEUES = ['sweeps', 'timers', 'client'];
const MB = 1024 * 1024;

export function createSampler(redisUrl: string, processes: readonly ServiceProcess[]): Sampler {
  const redis = new Redis(redisUrl);
  const queues = QUEUES.map((name) => new Queue(name, { connection: redis, prefix: '{cgq}' }));

  async function depths(): Promise<QueueDepths> {
    const counts = await Promise.all(
      queues.map(async (queue) => ({
        ...(await queue.getJobCounts('waiting', 'active', 'failed', 'prioritized')),
        delayed: (await queue.getDelayed()).filter(({ repeatJobKey }) => !repeatJobKey).length,
      })),
    );
    const sum = (state: string): number =>
      counts.reduce((total, one) => total + Number(Reflect.get(one, state) ?? 0), 0);
    return {
      waiting: sum('waiting') + sum('prioritized'),
      active: sum('active'),
      delayed: sum('delayed'),
      failed: sum('failed'),
    };
  }

  return {
    depths,
    async take(at) {
      const samples = await Promise.all(
        processes.map(async (one) => [one.name, await one.sample()] as const),
      );
      const memory = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1];
      return {
        at,
        processes: Object.fromEntries(samples),
        queues: await depths(),
        redisMb: Number(memory) / MB,
        redisKeys: await redis.dbsize(),
      };
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      redis.disconnect();
    },
  };
}

/** Least squares: units of `y` per unit of `x`. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (pick: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[pick], 0) / Math.max(1, points.length);
  const [x0, y0] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  const joint = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0);
  return spread === 0 ? 0 : joint / spread;
}
