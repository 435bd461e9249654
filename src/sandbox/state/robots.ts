import type { Actor, Portal } from './portal.ts';
import type { Ticket } from './records.ts';
import { addComment, entityTypeName } from './timeline.ts';

const running = new WeakMap<Ticket, number>();
const MAX_DEPTH = 5;

/** Automation rules of the stage the ticket has just reached; they run after the save and cannot veto it. */
export function runRobots(
  portal: Portal,
  ticket: Ticket,
  actor: Actor,
  setStage: (stageId: string, robot: Actor) => void,
): void {
  const depth = running.get(ticket) ?? 0;
  if (depth >= MAX_DEPTH) return;
  running.set(ticket, depth + 1);
  const robot: Actor = { userId: actor.userId, robot: true };
  const reached = ticket.stageId;
  for (const rule of portal.robots.filter((r) => r.stageId === reached)) {
    if (rule.action === 'setStage') setStage(rule.value, robot);
    else {
      const owner = { entityType: entityTypeName(ticket.entityTypeId), entityId: ticket.id };
      addComment(portal, owner, rule.value, robot);
    }
  }
  if (ticket.stageId === reached) portal.stageReached(ticket, actor);
  running.set(ticket, depth);
}
