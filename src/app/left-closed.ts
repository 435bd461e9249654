/** A ticket known as closed that is worked on again: undone within the window, else reopened by an agent. */
import { stageRole } from '../core/stage-role.ts';
import type { ClientDeps } from './client-deps.ts';
import type { Judged } from './judged.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import { finishReopening, reopenByAgent } from './reopen-ticket.ts';
import { isUndone, undoClosing } from './undo-closing.ts';

/** @param ticket read under its lock, which the caller holds: the app itself may just have reopened it */
export async function leftClosedNow(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const known = await deps.cases.find(portalId, ticket.snapshot.ref);
  if (known?.state !== 'closed' || !isOpenAgain(ticket)) return;
  if (cycleOf(ticket) !== known.cycle) return finishReopening(portalId, ticket, deps);
  if (await isUndone(portalId, ticket, known, deps)) {
    await undoClosing(portalId, ticket, known, deps);
  } else await reopenByAgent(portalId, ticket, deps);
}

/** An exempt stage is nobody's business, and the gate stage is on its way to be closed. */
export function isOpenAgain({ snapshot, policy }: Pick<Judged, 'snapshot' | 'policy'>): boolean {
  const role = stageRole(policy, snapshot.stageId);
  return role === 'work' || role === 'awaiting-confirmation';
}
