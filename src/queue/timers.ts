import type { Job, Queue } from 'bullmq';
import type { Timer, Timers } from '../app/ports/client.ts';
import type { Clock } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import { readTimer, timerData, timerJobIds } from './timer-job.ts';

export interface TimersOptions {
  readonly queue: Queue;
  /** The app's clock; delays are reckoned from it, so that a shifted one shifts the timers set after it. */
  readonly clock: Clock;
  /** How many times faster than real time the clock runs; absent: as fast. */
  readonly timesFaster?: number;
}

const PAGE = 500;
const STANDING = ['delayed', 'waiting', 'active'] as const;
/** Removing answers this when the job is firing. */
const LOCKED = 0;

/** Timers as delayed jobs: one per ticket and kind. Lost ones are rebuilt by the reconcile. */
export function createTimers({ queue, clock, timesFaster = 1 }: TimersOptions): Timers {
  return {
    set: (portalId, timer) =>
      queueCall(async () => {
        const [first, second] = timerJobIds(portalId, timer.ref, timer.kind);
        const firing = (await queue.remove(first)) === LOCKED;
        await queue.remove(second);
        await queue.add('timer', timerData(portalId, timer), {
          jobId: firing ? second : first,
          // The queue reckons the delay from here, and by the machine's clock if it is not told.
          timestamp: clock.real?.() ?? Date.now(),
          delay: Math.max(0, Math.ceil((timer.dueAt - clock.now()) / timesFaster)),
        });
      }),
    cancel: (portalId, ref, kinds) =>
      queueCall(async () => {
        const ids = kinds.flatMap((kind) => timerJobIds(portalId, ref, kind));
        await Promise.all(ids.map((id) => queue.remove(id)));
      }),
    list: (portalId) =>
      queueCall(async () => {
        const timers = new Map<string, Timer>();
        for await (const { job, timer } of timerJobs(queue, portalId, STANDING))
          timers.set(job.id ?? '', timer);
        return [...timers.values()];
      }),
    promoteDue: (portalId, now) =>
      queueCall(async () => {
        const due: Job[] = [];
        for await (const { job, timer } of timerJobs(queue, portalId, ['delayed']))
          if (timer.dueAt <= now) due.push(job);
        const promoted = await Promise.allSettled(due.map((job) => job.promote()));
        // One that could not be promoted has fired or was cancelled meanwhile.
        return promoted.filter(({ status }) => status === 'fulfilled').length;
      }),
  };
}

async function* timerJobs(
  queue: Queue,
  portalId: string,
  states: readonly (typeof STANDING)[number][],
): AsyncGenerator<{ readonly job: Job; readonly timer: Timer }> {
  for (const state of states) {
    for (let from = 0; ; from += PAGE) {
      // A job that ended between the listing and the reading comes as nothing.
      const jobs: (Job | undefined)[] = await queue.getJobs(state, from, from + PAGE - 1, true);
      for (const job of jobs) {
        const read = readTimer(job?.data);
        if (job !== undefined && read?.portalId === portalId) yield { job, timer: read.timer };
      }
      if (jobs.length < PAGE) break;
    }
  }
}

async function queueCall<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new AppError(
      'store-unavailable',
      'The timers cannot be reached: check that Redis runs and that REDIS_URL points to it',
      { retry: 'backoff', detail: 'timers', cause },
    );
  }
}
