import { changeTicket } from '../state/change-ticket.ts';
import type { Portal } from '../state/portal.ts';
import type { Ticket, TicketRef } from '../state/records.ts';
import type { SandboxApp } from './app-records.ts';

export interface Signal {
  readonly code: string;
  readonly ref: TicketRef;
  /** Whose token carried it: the mover, where doubt S14 says so. */
  readonly userId: number;
}

const CONTACT = 3;
const COMPANY = 4;

/**
 * A trigger has fired: where an administrator attached it, the ticket moves. Silence in every other case: not attached,
 * no such item, another pipeline, already there, or the stage is earlier and going back is off. A contact or a company
 * fires it for the tickets linked to it.
 */
export function fireTrigger(portal: Portal, app: SandboxApp, signal: Signal): void {
  const { ref } = signal;
  if (ref.entityTypeId !== CONTACT && ref.entityTypeId !== COMPANY)
    return fire(portal, app, signal);
  const linked = ({ contactIds, companyId }: Ticket): boolean =>
    ref.entityTypeId === CONTACT ? contactIds.includes(ref.id) : companyId === ref.id;
  const tickets = [...portal.tickets.values()].flatMap((store) => [...store.all()].filter(linked));
  for (const { entityTypeId, id } of tickets) {
    fire(portal, app, { ...signal, ref: { entityTypeId, id } });
  }
}

function fire(portal: Portal, app: SandboxApp, { code, ref, userId }: Signal): void {
  const ticket = portal.ticket(ref);
  const hits = app.attachedTriggers.filter((one) => one.code === code);
  const target = hits.find((one) => {
    const stage = ticket && portal.stages.stage(ticket.entityTypeId, one.stageId);
    return stage !== undefined && stage.categoryId === ticket?.categoryId;
  });
  let moved = false;
  if (ticket && target && target.stageId !== ticket.stageId) {
    const order = portal.stages.stagesOf(ticket.entityTypeId, ticket.categoryId);
    const place = (id: string): number => order.findIndex((stage) => stage.stageId === id);
    if (target.allowBack || place(target.stageId) > place(ticket.stageId)) {
      const fields = { stageId: target.stageId };
      const actor = { userId, robot: true };
      moved = changeTicket(portal, ticket, { fields, original: true, actor }).saved;
    }
  }
  app.signals.push({ code, ticket: `${ref.entityTypeId}:${ref.id}`, moved });
}
