import { AppError } from '../errors.ts';

/** What becomes of a job whose work failed. */
export type JobOutcome =
  /** Again soon, each time later; gives up after a few: the schedule rings anyway. */
  | { readonly kind: 'retry' }
  /** Again after a time the other side named; no attempt is used up. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** A person must act; the next scheduled ring tries again. */
  | { readonly kind: 'give-up' };

/** The one translation of faults for the queue. What is no AppError is a bug: retried too, since the cause may be passing. */
export function jobOutcome(error: unknown): JobOutcome {
  if (!(error instanceof AppError)) return { kind: 'retry' };
  switch (error.retry) {
    case 'backoff':
      return { kind: 'retry' };
    case 'after':
      return { kind: 'delay', ms: Math.max(250, error.retryAfterMs) };
    case 'never':
      return { kind: 'give-up' };
  }
}

/** Half to all of 1, 2, 4… 30 s, so that many portals do not come back in step. `random` is 0…1. */
export function backoffMs(failures: number, random: number): number {
  const longest = Math.min(30_000, 1000 * 2 ** Math.min(failures, 10));
  return Math.round(longest * (0.5 + random / 2));
}
