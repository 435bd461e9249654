import { addHistory } from './record-move.ts';
import type { Actor, Portal } from './portal.ts';
import type { Ticket, UfValue } from './records.ts';
import { emitTicketEvent } from './ticket-events.ts';
import { TicketStore } from './ticket-store.ts';

export interface NewTicket {
  readonly entityTypeId: number;
  readonly categoryId: number;
  readonly title: string;
  readonly stageId?: string;
  readonly assignedById?: number;
  readonly contactIds?: readonly number[];
  readonly createdTime?: number;
  readonly uf?: Readonly<Record<string, UfValue>>;
}

/** Creates a ticket on the given stage, or on the first one of its pipeline. */
export function addTicket(portal: Portal, wanted: NewTicket, actor: Actor): Ticket {
  const at = wanted.createdTime ?? portal.second();
  const { entityTypeId, categoryId } = wanted;
  const first = portal.stages.stagesOf(entityTypeId, categoryId)[0];
  const ticket: Ticket = {
    entityTypeId,
    id: portal.nextId(`ticket:${entityTypeId}`),
    title: wanted.title,
    categoryId,
    stageId: wanted.stageId ?? first?.stageId ?? '',
    previousStageId: '',
    assignedById: wanted.assignedById ?? actor.userId,
    createdBy: actor.userId,
    updatedBy: actor.userId,
    movedBy: actor.userId,
    createdTime: at,
    updatedTime: at,
    movedTime: at,
    lastActivityTime: at,
    opened: 'Y',
    contactIds: [...(wanted.contactIds ?? [])],
    companyId: 0,
    observers: [],
    sourceId: '',
    sourceDescription: '',
    originatorId: '',
    originId: '',
    xmlId: '',
    comments: '',
    begindate: at,
    closedate: null,
    parents: new Map(),
    uf: new Map(Object.entries(wanted.uf ?? {})),
    hidden: false,
    hiddenFrom: new Set(),
  };
  storeOf(portal, entityTypeId).add(ticket);
  addHistory(portal, ticket, 1, actor.userId);
  portal.changed();
  emitTicketEvent(portal, ticket, 'ADD', actor);
  return ticket;
}

export function deleteTicket(portal: Portal, ticket: Ticket, actor: Actor): void {
  portal.store(ticket.entityTypeId)?.delete(ticket);
  portal.changed();
  emitTicketEvent(portal, ticket, 'DELETE', actor);
}

export function storeOf(portal: Portal, entityTypeId: number): TicketStore {
  const known = portal.tickets.get(entityTypeId);
  if (known) return known;
  const fresh = new TicketStore();
  portal.tickets.set(entityTypeId, fresh);
  return fresh;
}
