import type { Actor, Portal } from './portal.ts';
import type { HistoryRow, Ticket } from './records.ts';

/** Puts the ticket on its new stage and writes the stage history row (TYPE_ID 2, 3, or 5 for another pipeline). */
export function recordMove(
  portal: Portal,
  ticket: Ticket,
  to: { readonly stageId: string; readonly categoryId: number },
  actor: Actor,
): void {
  const otherPipeline = to.categoryId !== ticket.categoryId;
  const at = portal.second();
  ticket.previousStageId = ticket.stageId;
  ticket.categoryId = to.categoryId;
  portal.store(ticket.entityTypeId)?.move(ticket, to.stageId, at);
  ticket.movedBy = actor.robot && portal.doubts.robotMovedBy === 'zero' ? 0 : actor.userId;
  const semantics = portal.stages.semanticOf(ticket.entityTypeId, to.stageId);
  if (semantics !== 'P') ticket.closedate = at;
  const plainType = semantics === 'P' ? 2 : 3;
  addHistory(portal, ticket, otherPipeline ? 5 : plainType, actor.userId);
}

export function addHistory(
  portal: Portal,
  ticket: Ticket,
  typeId: HistoryRow['typeId'],
  authorId: number,
): void {
  portal.history.add({
    id: portal.nextId('history', 31),
    typeId,
    entityTypeId: ticket.entityTypeId,
    ownerId: ticket.id,
    createdTime: ticket.movedTime,
    categoryId: ticket.categoryId,
    semantics: portal.stages.semanticOf(ticket.entityTypeId, ticket.stageId),
    stageId: ticket.stageId,
    authorId,
  });
}
