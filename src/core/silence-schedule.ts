/** When silence is reminded of and when it closes a ticket (regulation, special-no-confirmation). */
import type { PolicyNumbers } from './policy.ts';
import type { Instant } from './ticket.ts';
import type { WorkingTime } from './working-time.ts';
import { addWorkingDays, nextWorkingMoment } from './working-time.ts';

export type SilenceWaits = Pick<PolicyNumbers, 'firstWaitDays' | 'secondWaitDays'>;

/** What has reached the client of the present request. An undelivered request has no schedule: it is not silence. */
export interface DeliveredRequest {
  readonly deliveredAt: Instant;
  /** Delivery of the repeat request; null before it, and one older than the request belongs to an earlier round. */
  readonly remindedAt: Instant | null;
  /** End of the latest pause, past or to come; null or absent when there was none. */
  readonly heldUntil?: Instant | null;
}

export interface SilenceSchedule {
  /** When the repeat request is due, whether or not it has been sent; never before a pause ends. */
  readonly remindAt: Instant;
  /**
   * Counted from the repeat request as it was delivered, so that a late one never shortens the client's second wait, or
   * from the end of the pause if that is later: nobody is closed right when a pause ends.
   */
  readonly closeAt: Instant;
}

/** Null when the calendar has no working days left for the waits: nothing may then be sent or closed. */
export function silenceSchedule(
  request: DeliveredRequest,
  waits: SilenceWaits,
  time: WorkingTime,
): SilenceSchedule | null {
  const { deliveredAt, remindedAt, heldUntil = null } = request;
  const unheld = addWorkingDays(deliveredAt, waits.firstWaitDays, time);
  if (unheld === null) return null;
  const remindAt = nextWorkingMoment(later(unheld, heldUntil), time);
  if (remindAt === null) return null;
  const reminded = remindedAt !== null && remindedAt >= deliveredAt ? remindedAt : remindAt;
  const closeAt = addWorkingDays(later(reminded, heldUntil), waits.secondWaitDays, time);
  return closeAt === null ? null : { remindAt, closeAt };
}

const later = (at: Instant, heldUntil: Instant | null): Instant => Math.max(at, heldUntil ?? at);
