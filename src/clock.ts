/** The service's clock. Only the demonstration shifts it, together with the sandbox portal's. */
import type { Clock } from './app/ports/runtime.ts';
import type { Instant } from './core/ticket.ts';

export interface ShiftableClock extends Clock {
  /** Makes it this instant now. */
  setTo(instant: Instant): void;
}

export function createClock(): ShiftableClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    setTo(instant) {
      offset = instant - Date.now();
    },
  };
}
