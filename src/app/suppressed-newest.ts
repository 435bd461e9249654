/** A ticket's conversation without what was no answer: an automatic reply is no question that waits for one. */
import type { Instant, TicketSnapshot } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import type { OneTicket } from './one-ticket.ts';
import type { SuppressedReply } from './ports/client.ts';

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
  if (sinceRequest(ticket) === null) return ticket;
  return withoutLedger(ticket, await deps.suppressed.list(portalId, LEDGER));
}

/** As withoutSuppressed, for many tickets and one reading of the ledger. */
export function withoutLedger<T extends Pick<OneTicket, 'snapshot'>>(
  ticket: T,
  ledger: readonly Pick<SuppressedReply, 'ref' | 'at'>[],
): T {
  const last = sinceRequest(ticket);
  if (last === null) return ticket;
  const key = refKey(ticket.snapshot.ref);
  const automatic = ledger.some(
    (one) => refKey(one.ref) === key && seconds(one.at) === seconds(last),
  );
  return automatic ? withNothingOpen(ticket) : ticket;
}

/** The client's newest words since the request; null when there are none, or nobody could read them. */
function sinceRequest({ snapshot }: Pick<OneTicket, 'snapshot'>): Instant | null {
  const { conversation, record } = snapshot;
  const last = conversation.known ? conversation.value.lastClientMessageAt : null;
  return last === null || last < (record.askedAt ?? 0) ? null : last;
}

/** The newest words of the client ask for no answer. */
export function withNothingOpen<T extends Pick<OneTicket, 'snapshot'>>(ticket: T): T {
  const { conversation } = ticket.snapshot;
  if (!conversation.known) return ticket;
  const value = { ...conversation.value, lastClientMessageAt: null };
  const heard: TicketSnapshot = { ...ticket.snapshot, conversation: { known: true, value } };
  return { ...ticket, snapshot: heard };
}

const seconds = (at: Instant): number => Math.floor(at / 1000);
