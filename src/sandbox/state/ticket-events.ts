import type { Actor, Portal } from './portal.ts';
import type { TicketRef } from './records.ts';

/** Deals and smart-process items have event codes of their own; the body carries only ids. */
export function emitTicketEvent(
  portal: Portal,
  ref: TicketRef,
  what: 'ADD' | 'UPDATE' | 'DELETE',
  actor: Actor,
): void {
  if (ref.entityTypeId === 2) {
    portal.emit(`ONCRMDEAL${what}`, { FIELDS: { ID: ref.id } }, actor);
    return;
  }
  const data = { FIELDS: { ID: ref.id, ENTITY_TYPE_ID: ref.entityTypeId } };
  portal.emit(`ONCRMDYNAMICITEM${what}`, data, actor);
}
