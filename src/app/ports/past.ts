/** What the audit of the past reads of the portal. Nothing here writes, so that an audit cannot touch a ticket. */
import type { TicketGateway } from './tickets.ts';

export interface PastPortal extends Pick<
  TicketGateway,
  'listMoved' | 'loadFacts' | 'loadConversations' | 'ticketLink'
> {
  /** Names by user id; a user who is gone has none, and without the right (user_brief) nobody has. */
  staffNames(userIds: readonly number[]): Promise<ReadonlyMap<number, string>>;
}
