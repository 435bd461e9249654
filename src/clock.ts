/**
 * The service's clock. It counts on from what all processes agreed on: a machine whose clock jumps, or is wrong, neither hurries
 * nor holds up what people were promised. Only the demonstration shifts it, together with the sandbox portal's.
 */
import type { Clock } from './app/ports/runtime.ts';
import type { Instant } from './core/ticket.ts';

export interface ShiftableClock extends Required<Clock> {
  /** Makes it this instant now. */
  setTo(instant: Instant): void;
}

/** Less than that is the way of the answer and the drift of good clocks. */
const TOLERANCE_MS = 1000;

export function createClock(): ShiftableClock {
  let started = Date.now() - performance.now();
  let offset = 0;
  const real = (): Instant => Math.round(started + performance.now());
  return {
    now: () => real() + offset,
    real,
    agree(shared) {
      if (Math.abs(shared - real()) > TOLERANCE_MS) started = shared - performance.now();
    },
    setTo(instant) {
      offset = instant - real();
    },
  };
}
