import { changeTicket } from '../state/change-ticket.ts';
import type { Portal } from '../state/portal.ts';
import type { TicketRef } from '../state/records.ts';
import type { SandboxApp } from './app-records.ts';

/**
 * A trigger has fired: where an administrator attached it, the ticket moves. Silence in every other case: not attached,
 * no such item, another pipeline, already there, or the stage is earlier and going back is off.
 */
export function fireTrigger(portal: Portal, app: SandboxApp, code: string, ref: TicketRef): void {
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
      const actor = { userId: 0, robot: true };
      moved = changeTicket(portal, ticket, { fields, original: true, actor }).saved;
    }
  }
  app.signals.push({ code, ticket: `${ref.entityTypeId}:${ref.id}`, moved });
}
