/** Reads what a client wrote. Auto-replies, bounces and our own echoes are no words of the client: each stands in a ledger. */
import { readReply, SUPPRESSED_KINDS } from '../core/replies/read-reply.ts';
import type { ReplyKind } from '../core/replies/read-reply.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { ClientDeps } from './client-deps.ts';
import { ticketLine } from './journal-lines.ts';
import { closeByText, messageContext } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import type { IncomingMessage, SuppressedReply } from './ports/client.ts';

/** Seen once the message was worked off for this ticket. */
export const markOf = (message: Pick<IncomingMessage, 'source' | 'ref'>): string =>
  `reply@${message.source}@${refKey(message.ref)}`;

/** What the message is; `suppressed` once it stands in the ledger. */
export async function readMessage(
  portalId: string,
  ticket: OneTicket,
  message: IncomingMessage,
  deps: ClientDeps,
): Promise<Exclude<ReplyKind, SuppressedReply['kind']> | 'suppressed'> {
  const sentTexts = await ourTexts(ticket, deps);
  const { kind, why } = readReply(message, deps.replyRules, { sentTexts });
  if (!isSuppressed(kind)) return kind;
  const { ref } = ticket.snapshot;
  const { at, source } = message;
  const id = markOf(message);
  const cycle = cycleOf(ticket);
  await deps.suppressed.add(portalId, { id, ref, cycle, at, kind, rule: why, source });
  const detail = { kind, rule: why, source };
  const line = ticketLine(ticket, 'reply-suppressed', deps.clock.now(), detail);
  await deps.journal.append(portalId, [line]);
  return 'suppressed';
}

function isSuppressed(kind: ReplyKind): kind is SuppressedReply['kind'] {
  return SUPPRESSED_KINDS.has(kind);
}

/** Our own words, so that their echo or a quotation of them is not read as the client's. */
async function ourTexts(ticket: OneTicket, deps: ClientDeps): Promise<readonly string[]> {
  const { snapshot, policy } = ticket;
  const link = deps.clientLink(snapshot.ref, cycleOf(ticket), snapshot.movedAt);
  const askedAt = snapshot.record.askedAt ?? deps.clock.now();
  const closeBy = closeByText(ticket, 'request', askedAt, await deps.workingTime(policy));
  const { context, language } = await messageContext(ticket, deps, { link, closeBy });
  try {
    return (['request', 'reminder'] as const).flatMap(
      (kind) => deps.clientTexts.render(kind, language, context)?.plain ?? [],
    );
  } catch (error) {
    // Emptied since, the ticket gives no text any more; the reply must be read all the same.
    if (error instanceof AppError) return [];
    throw error;
  }
}
