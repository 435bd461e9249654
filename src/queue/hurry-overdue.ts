import type { Queue } from 'bullmq';
import type { Clock } from '../app/ports/runtime.ts';

export interface Hurried {
  readonly queue: Queue;
  /** Nothing in it is put off for longer: what seems to be was put off by a clock that was ahead. */
  readonly longestMs: number;
}

const LOOK_MS = 1000;
/** A worker whose clock is right takes what is due sooner. */
const LATE_MS = 1000;
/** No retry is put off for longer by the clock of its own machine, however wrong that is. */
const RETRY_MS = 30_000;
const MOST = 50;
/** The queue's scores: the millisecond, and a place within it. */
const PLACES = 0x1000;

/**
 * The queue reckons by the clock of the machine that puts off, and of the machine that takes: one that stands a day behind would take a
 * day late what a right one put off, and one that was ahead for a moment leaves work for tomorrow. So what stands otherwise than it may
 * by the clock that all processes share is told to run; how often is looked depends on no clock. Returns how to stop.
 */
export function hurryOverdue(
  queues: readonly Hurried[],
  clock: Clock,
  retryMs = RETRY_MS,
): () => void {
  const looks = queues.map((hurried) => createLook(hurried, retryMs));
  const look = async (): Promise<void> => {
    for (const one of looks) await one(clock.real?.() ?? Date.now());
  };
  // In an outage a later look does it.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS).unref();
  return () => clearInterval(timer);
}

function createLook({ queue, longestMs }: Hurried, retryMs: number) {
  /** Job and moment that stand wrong, and since when they were seen so. */
  let seen = new Map<string, number>();

  async function hurry({ id, at }: PutOff, now: number): Promise<void> {
    const since = seen.get(`${id}@${at}`) ?? Infinity;
    const job = await queue.getJob(id);
    // A wrong machine's own worker takes its retries in time: hurried, a fault would be tried again each second.
    const isFirst = at < now && job?.attemptsMade === 0;
    if (isFirst || performance.now() - since >= retryMs) await job?.promote();
  }

  return async (now: number): Promise<void> => {
    const putOff = await ends(queue);
    const wrong = putOff.filter(({ at }) => at < now - LATE_MS || at > now + longestMs);
    const before = seen;
    const looked = performance.now();
    seen = new Map(wrong.map(({ id, at }) => [`${id}@${at}`, before.get(`${id}@${at}`) ?? looked]));
    // One that cannot be promoted was taken or cancelled meanwhile.
    await Promise.allSettled(wrong.map((one) => hurry(one, now)));
  };
}

interface PutOff {
  readonly id: string;
  readonly at: number;
}

/** Those at either end of the queue's order, with when they are due. */
async function ends(queue: Queue): Promise<readonly PutOff[]> {
  const client = await queue.getBackend().client;
  const delayed = queue.toKey('delayed');
  const options = { WITHSCORES: true };
  const pages = await Promise.all([
    client.zrange(delayed, 0, MOST - 1, options),
    client.zrevrange(delayed, 0, MOST - 1, options),
  ]);
  const moments = new Map<string, number>();
  for (const page of pages)
    for (const [place, id] of page.entries())
      if (place % 2 === 0) moments.set(id, Number(page[place + 1]) / PLACES);
  // Runs of a schedule follow one another: one begun early would bring the next a second later. They have a keeper of their own.
  return [...moments]
    .filter(([id]) => !id.startsWith('repeat:'))
    .map(([id, at]) => ({ id, at: Math.floor(at) }));
}
