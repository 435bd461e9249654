/** A person takes a suppressed reply back: it is handled as a client's message after all. */
import { isCountingDown } from '../core/decide-silence.ts';
import { underLock } from './client-side.ts';
import type { ClientDeps } from './client-deps.ts';
import { ticketLine } from './journal-lines.ts';
import { cycleOf, readTicket } from './one-ticket.ts';
import type { SuppressedReply } from './ports/client.ts';
import { announceReply } from './reply-arrived.ts';

export type UndoneReply =
  /** The countdown is off and the agent has been told. */
  | { readonly kind: 'handled'; readonly reply: SuppressedReply }
  /** Nothing waits for an answer any more (closed, answered, another cycle): only the ledger was corrected. */
  | { readonly kind: 'too-late'; readonly reply: SuppressedReply }
  | { readonly kind: 'unknown' };

/** @param id as the ledger lists it */
export async function undoSuppressed(
  portalId: string,
  id: string,
  deps: ClientDeps,
): Promise<UndoneReply> {
  // Looked up before it is taken out: a fault in between must not lose it.
  const reply = (await deps.suppressed.list(portalId, Number.MAX_SAFE_INTEGER)).find(
    (one) => one.id === id,
  );
  if (!reply) return { kind: 'unknown' };
  const handled = await underLock({ portalId, ref: reply.ref }, deps, async () => {
    const ticket = await readTicket(portalId, reply.ref, deps);
    if (!ticket || cycleOf(ticket) !== reply.cycle) return false;
    const { snapshot, policy } = ticket;
    if (policy.mode !== 'enforce' || !isCountingDown(snapshot, policy)) return false;
    const { source, at } = reply;
    const channel = source.startsWith('chat:') ? 'chat' : 'email';
    const { kind } = reply;
    const line = ticketLine(ticket, 'suppression-undone', deps.clock.now(), { kind, source });
    await deps.journal.append(portalId, [line]);
    await announceReply(portalId, ticket, { source, channel, thanks: false, at }, deps);
    return true;
  });
  await deps.suppressed.undo(portalId, id);
  return { kind: handled ? 'handled' : 'too-late', reply };
}
