import { digest } from '../../core/digest.ts';
import type { TicketHead } from '../ports/tickets.ts';

/** What of a ticket people change by hand. Its stage is not part: where it stands is looked at apart. */
export function cardSight({
  record,
  assigneeId,
}: Pick<TicketHead, 'record' | 'assigneeId'>): string {
  // The app's own counter changes with the return itself.
  const { returns: _own, ...written } = record;
  return digest(JSON.stringify([written, assigneeId]));
}
