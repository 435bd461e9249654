/** A ticket's conversation without what was no answer: an automatic reply is no question that waits for one. */
import type { Instant, TicketSnapshot } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import type { OneTicket } from './one-ticket.ts';

/** Ledger entries that may concern a ticket on its way to be closed. */
const LEDGER = 500;

/**
 * What was written since the request and was an answer has ended the countdown, so a newest message that stands in the
 * ledger leaves none before it unread: an out-of-office reply holds no closing up.
 */
export async function withoutSuppressed(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<OneTicket> {
  const { snapshot } = ticket;
  const { conversation, record, ref } = snapshot;
  const last = conversation.known ? conversation.value.lastClientMessageAt : null;
  if (!conversation.known || last === null || last < (record.askedAt ?? 0)) return ticket;
  const ledger = await deps.suppressed.list(portalId, LEDGER);
  const automatic = ledger.some(
    (one) => refKey(one.ref) === refKey(ref) && seconds(one.at) === seconds(last),
  );
  if (!automatic) return ticket;
  return withNothingOpen(ticket);
}

/** The newest words of the client ask for no answer. */
export function withNothingOpen(ticket: OneTicket): OneTicket {
  const { conversation } = ticket.snapshot;
  if (!conversation.known) return ticket;
  const value = { ...conversation.value, lastClientMessageAt: null };
  const heard: TicketSnapshot = { ...ticket.snapshot, conversation: { known: true, value } };
  return { ...ticket, snapshot: heard };
}

const seconds = (at: Instant): number => Math.floor(at / 1000);
