/** The service's clock. Only the demonstration shifts it, together with the sandbox portal's. */
import type { Clock } from './app/ports/runtime.ts';

export interface ShiftableClock extends Clock {
  /** Moves the clock forward. */
  shift(ms: number): void;
}

export function createClock(): ShiftableClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    shift(ms) {
      offset += ms;
    },
  };
}
