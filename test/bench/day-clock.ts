/** Simulated time: the portal's clock and the app's run many times faster than real time, and people wait for their moments in it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxClock } from '../../src/sandbox/clock.ts';

export interface DayClock {
  /** Until this instant of simulated time. */
  at(instant: number): Promise<void>;
  /** Looks every few simulated minutes. @throws Error with `what` when it does not come within the patience */
  awaited(what: string, holds: () => boolean): Promise<void>;
  /** Runs until this instant; `speed` is asked at every step. */
  runTo(end: number, speed: (now: number) => number): Promise<void>;
  /** Real seconds in which the machine could not follow, so that the clock was held back. */
  heldBack(): number;
}

const STEP_MS = 10;
/** A step that took longer in real time counts as this much: the machine is given time instead of falling behind. */
const LONGEST_STEP_MS = 25;
const LOOK_MS = 3 * 60_000;
const PATIENCE_MS = 50 * 3600_000;

interface Waiter {
  readonly at: number;
  readonly go: () => void;
}

export function createDayClock(clock: SandboxClock): DayClock {
  /** Sorted only when a step begins: most wait for long. */
  let waiting: Waiter[] = [];
  let held = 0;

  const at = (instant: number): Promise<void> =>
    new Promise((go) => {
      waiting.push({ at: instant, go });
    });

  function wake(now: number): void {
    const due = waiting.filter((one) => one.at <= now);
    if (due.length === 0) return;
    waiting = waiting.filter((one) => one.at > now);
    for (const { go } of due.toSorted((a, b) => a.at - b.at)) go();
  }

  return {
    at,
    async awaited(what, holds) {
      const giveUp = clock.now() + PATIENCE_MS;
      while (!holds()) {
        if (clock.now() > giveUp) throw new Error(`waited in vain for ${what}`);
        await at(clock.now() + LOOK_MS);
      }
    },
    async runTo(end, speed) {
      let last = performance.now();
      while (clock.now() < end) {
        await sleep(STEP_MS);
        const real = performance.now() - last;
        last += real;
        const counted = Math.min(real, LONGEST_STEP_MS);
        held += (real - counted) / 1000;
        // The clock runs with real time by itself.
        clock.advance(Math.max(0, Math.round(counted * speed(clock.now()) - real)));
        wake(clock.now());
      }
    },
    heldBack: () => held,
  };
}
