/** Pending reminders in a real Redis: what each costs there, and how late due ones are picked up among them. */
import { Redis } from 'ioredis';
import type { Timer } from '../../src/app/ports/client.ts';
import { createClock } from '../../src/clock.ts';
import { createClientJobs } from '../../src/queue/client-jobs.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { recordingLog } from '../support/recording-log.ts';

export interface RemindersFigures {
  readonly pending: number;
  /** Redis memory of each, the data alone. */
  readonly bytesEach: number;
  /** Milliseconds to set one, many under way at a time. */
  readonly setMs: number;
  /** Milliseconds from the due instant to the work's beginning, of every due one. */
  readonly lags: readonly number[];
}

const PORTAL = 'bench';
const DAY_MS = 24 * 3600_000;
const AT_A_TIME = 100;
const DUE = 300;
/** One falls due every so often. */
const DUE_EVERY_MS = 20;

/** Sets up to each size in turn in one store and measures at each. */
export async function benchReminders(
  redisUrl: string,
  sizes: readonly number[],
): Promise<readonly RemindersFigures[]> {
  const log = recordingLog();
  const clock = createClock();
  const { producer, worker, ...connections } = createConnections({ url: redisUrl, log });
  await connections.ready(5000);
  const jobs = createClientJobs({ producer, worker, clock, log });
  const lags: number[] = [];
  await jobs.start({
    onTimer: (_portalId, { dueAt }) => Promise.resolve(void lags.push(Date.now() - dueAt)),
    onAnswer: () => Promise.resolve(),
  });
  const redis = new Redis(redisUrl);
  const found: RemindersFigures[] = [];
  try {
    const empty = await usedBytes(redis);
    let set = 0;
    for (const size of sizes) {
      const from = performance.now();
      const more = Array.from({ length: size - set }, (_, n) => reminder(set + n, clock.now()));
      await inParallel(more, (timer) => jobs.timers.set(PORTAL, timer));
      const setMs = (performance.now() - from) / more.length;
      set = size;
      const bytesEach = ((await usedBytes(redis)) - empty) / size;
      lags.length = 0;
      const soon = clock.now() + 3000;
      await inParallel(
        Array.from({ length: DUE }, (_, n) => ({
          ...reminder(1_000_000 + set + n, 0),
          dueAt: soon + n * DUE_EVERY_MS,
        })),
        (timer) => jobs.timers.set(PORTAL, timer),
      );
      await until(() => lags.length >= DUE);
      found.push({ pending: size, bytesEach, setMs, lags: [...lags] });
    }
    return found;
  } finally {
    redis.disconnect();
    await jobs.close(1000);
    await connections.close();
  }
}

/** Due within a month. */
function reminder(n: number, now: number): Timer {
  const ref = { entityTypeId: 2, id: n + 1 };
  return { ref, cycle: 1, kind: 'remind', dueAt: now + DAY_MS + ((n * 7919) % 30) * DAY_MS };
}

async function inParallel(
  timers: readonly Timer[],
  set: (timer: Timer) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < timers.length; at = next++) {
      const timer = timers[at];
      if (timer) await set(timer);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
}

async function usedBytes(redis: Redis): Promise<number> {
  return Number(/used_memory_dataset:(\d+)/.exec(await redis.info('memory'))?.[1] ?? Number.NaN);
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('due reminders are not picked up');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
