import type { Clock, Log } from '../app/ports/runtime.ts';
import type { Redis } from './redis-client.ts';
import { serverTime } from './server-time.ts';

export interface SharedTime {
  /** Asks once; an outage leaves the clock as it is. Never throws. */
  read(): Promise<void>;
  stop(): void;
}

export interface SharedTimeOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs?: number;
}

const EVERY_MS = 30_000;
/** An answer that took longer says too little about now. */
const SLOW_MS = 500;
/** Clocks that are kept in time differ by much less. */
const WRONG_MS = 60_000;

/** Keeps the clock at the time of Redis, the one clock that every process can read. */
export function keepSharedTime({
  redis,
  clock,
  log,
  everyMs = EVERY_MS,
}: SharedTimeOptions): SharedTime {
  let wrong = false;
  async function read(): Promise<void> {
    const asked = performance.now();
    const shared = await serverTime(redis).catch(() => null);
    if (shared === null || performance.now() - asked > SLOW_MS) return;
    clock.agree?.(shared);
    const off = Date.now() - shared;
    const isWrong = Math.abs(off) > WRONG_MS;
    if (isWrong && !wrong)
      log.error(
        { seconds: Math.round(off / 1000) },
        'The clocks of this machine and of Redis differ, and that of Redis is gone by: check time synchronisation on both',
      );
    wrong = isWrong;
  }
  const timer = setInterval(() => void read(), everyMs).unref();
  return { read, stop: () => clearInterval(timer) };
}
