import type { Job, Queue } from 'bullmq';
import type { Timer, TimerNames, Timers } from '../app/ports/client.ts';
import type { Clock } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import { readTimer, timerData, timerJobIds } from './timer-job.ts';

export interface TimersOptions {
  readonly queue: Queue;
  /** The app's clock; delays are reckoned from it, so that a shifted one shifts the timers set after it. */
  readonly clock: Clock;
  /** Which timers are a portal's; absent: all timers are looked through. */
  readonly names?: TimerNames | undefined;
  /** How many times faster than real time the clock runs; absent: as fast. */
  readonly timesFaster?: number;
}

const PAGE = 500;
const STANDING = ['delayed', 'waiting', 'active'] as const;
/** Removing answers this when the job is firing. */
const LOCKED = 0;

/** Timers as delayed jobs: one per ticket and kind. Lost ones are rebuilt by the reconcile. */
export function createTimers({ queue, clock, names, timesFaster = 1 }: TimersOptions): Timers {
  return {
    set: (portalId, timer) =>
      queueCall(async () => {
        const [first, second] = timerJobIds(portalId, timer.ref, timer.kind);
        const firing = (await queue.remove(first)) === LOCKED;
        await queue.remove(second);
        const jobId = firing ? second : first;
        // Before the job, so that none stands unnamed after a crash, and after it: a listing in between forgets the name.
        await names?.add(portalId, jobId);
        await queue.add('timer', timerData(portalId, timer), {
          jobId,
          // The queue reckons the delay from here, and by the machine's clock if it is not told.
          timestamp: clock.real?.() ?? Date.now(),
          delay: Math.max(0, Math.ceil((timer.dueAt - clock.now()) / timesFaster)),
        });
        await names?.add(portalId, jobId);
      }),
    cancel: (portalId, ref, kinds) =>
      queueCall(async () => {
        const ids = kinds.flatMap((kind) => timerJobIds(portalId, ref, kind));
        await Promise.all(ids.map((id) => queue.remove(id)));
        await names?.drop(portalId, ids);
      }),
    list: (portalId) =>
      queueCall(async () => {
        const timers = new Map<string, Timer>();
        for await (const { job, timer } of timerJobs({ queue, names }, portalId))
          timers.set(job.id ?? '', timer);
        return [...timers.values()];
      }),
    promoteDue: (portalId, now) =>
      queueCall(async () => {
        const due: Job[] = [];
        for await (const { job, timer } of timerJobs({ queue, names }, portalId))
          if (timer.dueAt <= now) due.push(job);
        const promoted = await Promise.allSettled(due.map((job) => job.promote()));
        // One that could not be promoted has fired or was cancelled meanwhile.
        return promoted.filter(({ status }) => status === 'fulfilled').length;
      }),
  };
}

async function* timerJobs(
  { queue, names }: Pick<TimersOptions, 'queue' | 'names'>,
  portalId: string,
): AsyncGenerator<{ readonly job: Job; readonly timer: Timer }> {
  for await (const jobs of names ? named(queue, names, portalId) : all(queue)) {
    for (const job of jobs) {
      const read = readTimer(job?.data);
      // One that gave up is kept for a while, to be looked at.
      if (job && read?.portalId === portalId && job.finishedOn === undefined)
        yield { job, timer: read.timer };
    }
  }
}

type Page = readonly (Job | undefined)[];

async function* named(queue: Queue, names: TimerNames, portalId: string): AsyncGenerator<Page> {
  const ids = await names.list(portalId);
  for (let from = 0; from < ids.length; from += PAGE) {
    const page = ids.slice(from, from + PAGE);
    const jobs = await Promise.all(page.map((id) => queue.getJob(id)));
    const gone = page.filter((_, at) => !jobs[at]);
    await forget(queue, names, { portalId, gone });
    yield jobs;
  }
}

/** A timer that is being set again is missing for a moment: what stands by now keeps its name. */
async function forget(
  queue: Queue,
  names: TimerNames,
  { portalId, gone }: { readonly portalId: string; readonly gone: readonly string[] },
): Promise<void> {
  await names.drop(portalId, gone);
  const look = gone.map(async (id) => (await queue.getJob(id)) && names.add(portalId, id));
  await Promise.all(look);
}

async function* all(queue: Queue): AsyncGenerator<Page> {
  for (const state of STANDING) {
    for (let from = 0; ; from += PAGE) {
      // A job that ended between the listing and the reading comes as nothing.
      const jobs: Page = await queue.getJobs(state, from, from + PAGE - 1, true);
      yield jobs;
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
