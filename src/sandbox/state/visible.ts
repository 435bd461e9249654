import type { Portal } from './portal.ts';
import type { Ticket, User } from './records.ts';

/** Whether REST hides a ticket from a user: from all, from this one, or from every app's system user (doubt S16). */
export function isHiddenFrom(portal: Portal, ticket: Ticket | undefined, user: User): boolean {
  if (!ticket) return false;
  if (ticket.hidden || ticket.hiddenFrom.has(user.id)) return true;
  return portal.appUsers.has(user.id) && !portal.doubts.systemUserSeesTickets;
}
