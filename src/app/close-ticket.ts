/** Closes a ticket by the app's own hand (the client confirmed, or was silent) with the gate's own criteria and stamp. */
import { decideClosing } from '../core/decide-closing.ts';
import type { Gap } from '../core/decision.ts';
import type { StagePlace, TicketSnapshot } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { journalLine } from './journal-lines.ts';
import type { OneTicket } from './one-ticket.ts';
import type { TicketGateway } from './ports/tickets.ts';
import { stampClosings } from './stamp-closings.ts';

const MINUTE_MS = 60_000;

export type ClosingAttempt =
  | { readonly kind: 'closed' }
  | { readonly kind: 'held-back'; readonly gaps: readonly Gap[] }
  /** A fact could not be read: nothing is closed on doubt. */
  | { readonly kind: 'undecided' }
  /** The portal did not take the closing, or nobody can say: leads and journal have been told. */
  | { readonly kind: 'not-verified' };

/** @param as the ticket as it would stand once closed; judged by the same criteria as an agent's drag */
export async function closeTicket(
  portalId: string,
  ticket: OneTicket,
  closing: {
    readonly as: TicketSnapshot;
    readonly place: StagePlace;
    readonly closedBy: 'agent' | 'client' | 'silence';
    /** Whose hand moves the ticket; the app's own unless told. */
    readonly hand?: Pick<TicketGateway, 'stampTickets'>;
  },
  deps: ClientDeps,
): Promise<ClosingAttempt> {
  const { policy } = ticket;
  const now = deps.clock.now();
  const { words } = deps;
  const decision = decideClosing(closing.as, policy, { now, recentReturns: 0, words });
  if (decision.kind === 'return' || decision.kind === 'stop') {
    const judged = { snapshot: closing.as, policy, decision };
    const { closedBy } = closing;
    await deps.journal.append(portalId, [journalLine(judged, 'held-back', now, { closedBy })]);
    return { kind: 'held-back', gaps: decision.gaps };
  }
  if (decision.kind !== 'pass') return { kind: 'undecided' };
  // Before the move: a process that dies right after it must not leave a closed ticket without its notice. On a ticket
  // that was not closed after all, the timer does nothing.
  const { ref } = ticket.snapshot;
  const dueAt = deps.clock.now() + policy.undoMinutes * MINUTE_MS;
  const { cycle } = decision.stamp;
  await deps.timers.set(portalId, { ref, cycle, kind: 'final-notice', dueAt });
  // For the same death: a verified closing sets it to now.
  await deps.timers.set(portalId, { ref, cycle, kind: 'document', dueAt: now + MINUTE_MS });
  const { closed } = await stampClosings(
    portalId,
    [
      {
        judged: { snapshot: closing.as, policy, decision },
        stamp: decision.stamp,
        moveTo: closing.place,
        closedBy: closing.closedBy,
      },
    ],
    deps,
    closing.hand,
  );
  return { kind: closed.has(refKey(closing.as.ref)) ? 'closed' : 'not-verified' };
}
