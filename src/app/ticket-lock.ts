import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';

/** Name of the lock under which one ticket's client side is worked on; equal ids on two portals are two tickets. */
export function ticketLock(portalId: string, ref: TicketRef): string {
  return `${portalId}:ticket:${refKey(ref)}`;
}
