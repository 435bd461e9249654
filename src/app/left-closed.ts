/** A ticket known as closed that is worked on again: undone within the window, else reopened by an agent. */
import { stageRole } from '../core/stage-role.ts';
import type { TicketSnapshot } from '../core/ticket.ts';
import { changeTicket } from './change-ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import type { Judged } from './judged.ts';
import type { OneTicket } from './one-ticket.ts';
import { finalStages } from './stage-directory.ts';
import { cycleOf } from './one-ticket.ts';
import { finishReopening, reopenByAgent } from './reopen-ticket.ts';
import { isUndone, undoClosing, withoutStamp } from './undo-closing.ts';

const MINUTE_MS = 60_000;

/** @param ticket read under its lock, which the caller holds: the app itself may just have reopened it */
export async function leftClosedNow(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const known = await deps.cases.find(portalId, ticket.snapshot.ref);
  const closed = known?.state === 'closed';
  if ((!closed && !isStampLeft(ticket.snapshot)) || !isOpenAgain(ticket)) return;
  if (await endsTickets(portalId, ticket, deps)) return;
  if (!closed) return takeBackStamp(portalId, ticket, deps);
  if (cycleOf(ticket) !== known.cycle) return finishReopening(portalId, ticket, deps);
  if (await isUndone(portalId, ticket, known, deps)) {
    await undoClosing(portalId, ticket, known, deps);
  } else await reopenByAgent(portalId, ticket, deps);
}

/** Written by a closing, and cleared by whatever opens a ticket again. */
export function isStampLeft({ record }: Pick<TicketSnapshot, 'record'>): boolean {
  return record.closedAt !== null;
}

/**
 * The closing was overtaken: somebody dragged the ticket back before the portal had written the stamp, so that no closing was ever
 * accounted for. Where the store has forgotten one, the time since tells that it was more than that, and the stamp stays.
 */
async function takeBackStamp(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<void> {
  const { record, movedAt } = ticket.snapshot;
  if (movedAt > (record.closedAt ?? 0) + ticket.policy.undoMinutes * MINUTE_MS) return;
  await changeTicket(portalId, ticket, { changes: withoutStamp(ticket, deps), moveTo: null }, deps);
}

/** The settings need not know every stage that ends a ticket: a trigger of an administrator's may have put it there. */
async function endsTickets(
  portalId: string,
  { snapshot: { ref, stageId } }: OneTicket,
  deps: ClientDeps,
): Promise<boolean> {
  const policies = await deps.policies.list(portalId);
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const { stages } = await deps.stages.stages(types, deps.clock.now());
  return finalStages(stages).has(`${ref.entityTypeId}:${stageId}`);
}

/** An exempt stage is nobody's business, and the gate stage is on its way to be closed. */
export function isOpenAgain({ snapshot, policy }: Pick<Judged, 'snapshot' | 'policy'>): boolean {
  const role = stageRole(policy, snapshot.stageId);
  return role === 'work' || role === 'awaiting-confirmation';
}
