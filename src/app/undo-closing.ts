/** A closing taken back within the undo window: nothing has reached the client yet, so it is as if it had not been. */
import { derivedCloseReason } from '../core/close-reason.ts';
import { isStampedResolution } from '../core/closing-stamp.ts';
import type { Confirmation, TicketRecord } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { changeTicket } from './change-ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { undocument } from './document-closing.ts';
import { noticeMark } from './final-notice.ts';
import { ticketLine } from './journal-lines.ts';
import { unlinkDuplicate } from './link-duplicate.ts';
import { once } from './once.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import type { ClientCase } from './ports/client.ts';
import { tellStaff } from './tell-staff.ts';

const MINUTE_MS = 60_000;

/** The move counts, not when it was noticed; and a closing whose notice has left cannot be undone any more. */
export async function isUndone(
  portalId: string,
  ticket: OneTicket,
  { closedAt }: ClientCase,
  deps: ClientDeps,
): Promise<boolean> {
  const until = (closedAt ?? 0) + ticket.policy.undoMinutes * MINUTE_MS;
  if (ticket.snapshot.movedAt > until) return false;
  const mark = noticeMark(ticket);
  return (await deps.state.unseen(portalId, [mark])).has(mark);
}

export async function undoClosing(
  portalId: string,
  ticket: OneTicket,
  known: ClientCase,
  deps: ClientDeps,
): Promise<void> {
  const { snapshot } = ticket;
  await deps.timers.cancel(portalId, snapshot.ref, ['final-notice']);
  await undocument(portalId, ticket, deps);
  await unlinkDuplicate(portalId, ticket, deps);
  await tellStaff(portalId, ticket, { key: 'client.undone', params: {}, quietly: true }, deps);
  const changes = withoutStamp(ticket, deps);
  await changeTicket(portalId, ticket, { changes, moveTo: null }, deps);
  await noteUndone(portalId, ticket, known, deps);
}

/** The closing is taken back on the portal: the journal says so, and the client's page is open again. */
export async function noteUndone(
  portalId: string,
  ticket: OneTicket,
  known: ClientCase | null,
  deps: ClientDeps,
): Promise<void> {
  const { snapshot } = ticket;
  const closedAt = known?.closedAt ?? snapshot.record.closedAt ?? 0;
  await once(portalId, `undone@${refKey(snapshot.ref)}@${closedAt}`, deps, () =>
    deps.journal.append(portalId, [
      {
        ...ticketLine(ticket, 'undone', deps.clock.now(), { cycle: cycleOf(ticket) }),
        movedBy: snapshot.movedBy,
      },
    ]),
  );
  // A link the client has goes on working; last, so that a crash before it does all of this again.
  if (known) await deps.cases.save(portalId, { ...known, state: 'open', closedAt: null });
}

/**
 * What the closing wrote goes; a reason that an agent chose stays, and so does a confirmation, the client's own or entered
 * by an agent. The app's mark of a silent closing is no word of the client's: at the next closing he is asked anew.
 */
export function withoutStamp(
  { snapshot: { record }, policy }: OneTicket,
  { texts }: Pick<ClientDeps, 'texts'>,
): Partial<TicketRecord> {
  const { outcome, closeReason, confirmation } = record;
  const label = closeReason === null ? '' : texts.closeReasonLabel(policy.language, closeReason);
  const chosen = outcome !== null && closeReason !== derivedCloseReason(outcome);
  const unheard: Confirmation | null = confirmation === 'no-answer' ? 'not-asked' : confirmation;
  return {
    outcome: null,
    closeReason: chosen ? closeReason : null,
    closedAt: null,
    ...(isStampedResolution(record, label) ? { resolution: '' } : {}),
    ...(unheard === confirmation ? {} : { confirmation: unheard }),
  };
}
