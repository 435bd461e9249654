/** When silence is reminded of and when it closes a ticket (regulation, special-no-confirmation). */
import type { PolicyNumbers } from './policy.ts';
import type { Instant } from './ticket.ts';
import type { WorkingTime } from './working-time.ts';
import { addWorkingDays } from './working-time.ts';

export type SilenceWaits = Pick<PolicyNumbers, 'firstWaitDays' | 'secondWaitDays'>;

/** What has reached the client of the present request. An undelivered request has no schedule: it is not silence. */
export interface DeliveredRequest {
  readonly deliveredAt: Instant;
  /** Delivery of the repeat request; null before it, and one older than the request belongs to an earlier round. */
  readonly remindedAt: Instant | null;
}

export interface SilenceSchedule {
  /** When the repeat request is due, whether or not it has been sent. */
  readonly remindAt: Instant;
  /** Counted from the repeat request as it was delivered, so that a late one never shortens the client's second wait. */
  readonly closeAt: Instant;
}

/** Null when the calendar has no working days left for the waits: nothing may then be sent or closed. */
export function silenceSchedule(
  request: DeliveredRequest,
  waits: SilenceWaits,
  time: WorkingTime,
): SilenceSchedule | null {
  const { deliveredAt, remindedAt } = request;
  const remindAt = addWorkingDays(deliveredAt, waits.firstWaitDays, time);
  if (remindAt === null) return null;
  const reminded = remindedAt !== null && remindedAt >= deliveredAt ? remindedAt : remindAt;
  const closeAt = addWorkingDays(reminded, waits.secondWaitDays, time);
  return closeAt === null ? null : { remindAt, closeAt };
}
