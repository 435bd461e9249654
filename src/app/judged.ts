/** A ticket with what was decided about it. */
import type { ClosingDecision } from '../core/decision.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import type { TicketSnapshot } from '../core/ticket.ts';

export interface Judged {
  readonly snapshot: TicketSnapshot;
  readonly policy: ClosingPolicy;
  readonly decision: ClosingDecision;
}
