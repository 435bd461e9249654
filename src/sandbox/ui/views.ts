import { portalTime } from '../clock.ts';
import type { SandboxControl } from '../control.ts';
import { fieldLabel } from '../state/change-ticket.ts';
import { showFieldValue } from '../state/field-values.ts';
import type { Portal } from '../state/portal.ts';
import type { Activity, Ticket, TicketRef } from '../state/records.ts';
import { clientBindings } from '../state/activities.ts';
import { TASK_DONE } from '../state/tasks.ts';
import { activityCardView, badgesOf, rulesOf } from './app-views.ts';

/** What the board page draws. */
export function boardView(portal: Portal, pipeline: TicketRef): unknown {
  const { entityTypeId, id: categoryId } = pipeline;
  const stages = portal.stages.stagesOf(entityTypeId, categoryId);
  const tickets = stages
    .flatMap((stage) => [...(portal.store(entityTypeId)?.inStages([stage.stageId]) ?? [])])
    .sort((a, b) => b.movedTime - a.movedTime || b.id - a.id);
  return {
    now: portalTime(portal.clock.now()),
    portalName: portal.name,
    version: portal.version,
    users: [...portal.users.values()].map((user) => ({
      id: user.id,
      name: `${user.name} ${user.lastName}`.trim(),
      role: user.role,
      admin: user.admin,
    })),
    pipelines: portal.stages.pipelines.map((p) => ({
      entityTypeId: p.entityTypeId,
      categoryId: p.categoryId,
      name: p.name,
    })),
    stages: stages.map(({ stageId, name, color, semantics, sort }) => ({
      stageId,
      name,
      color,
      semantics,
      sort,
      rules: rulesOf(portal, stageId),
    })),
    tickets: tickets.map((ticket) => ticketView(portal, ticket)),
    mails: [],
  };
}

function ticketView(portal: Portal, ticket: Ticket): Record<string, unknown> {
  const contact = portal.contacts.get(ticket.contactIds[0] ?? 0);
  return {
    entityTypeId: ticket.entityTypeId,
    id: ticket.id,
    title: ticket.title,
    stageId: ticket.stageId,
    categoryId: ticket.categoryId,
    assigneeId: ticket.assignedById,
    movedBy: ticket.movedBy,
    movedTime: portalTime(ticket.movedTime),
    clientName: contact ? `${contact.name} ${contact.lastName}` : '',
    badges: badgesOf(
      portal,
      portal.activities.of({ ownerTypeId: ticket.entityTypeId, ownerId: ticket.id }),
    ),
  };
}

/** What the card draws. */
export function cardView(portal: Portal, control: SandboxControl, ticket: Ticket): unknown {
  const contact = portal.contacts.get(ticket.contactIds[0] ?? 0);
  const email = contact?.emails[0] ?? '';
  const name = contact ? `${contact.name} ${contact.lastName}` : '';
  return {
    ticket: ticketView(portal, ticket),
    fields: fieldViews(portal, ticket),
    timeline: timelineView(portal, control, ticket),
    chat: chatView(portal, control, ticket),
    emails: emailView(portal, ticket),
    tasks: control
      .tasks(ticket)
      .map((task) => ({ id: task.id, title: task.title, closed: task.status === TASK_DONE })),
    client: { name, email },
  };
}

function fieldViews(portal: Portal, ticket: Ticket): unknown[] {
  const title = {
    name: 'title',
    label: portal.texts.title,
    type: 'string',
    multiple: false,
    items: [],
    value: ticket.title,
    editable: true,
  };
  const custom = portal.customFields
    .of(ticket.entityTypeId)
    .filter((field) => field.native || portal.doubts.newFieldsInCard)
    .sort((a, b) => a.sort - b.sort || a.id - b.id)
    .map((field) => ({
      name: field.name,
      label: fieldLabel(field),
      type: field.type,
      multiple: field.multiple,
      items: field.items.map(({ id, value }) => ({ id, value })),
      value: showFieldValue(field, ticket.uf.get(field.name)),
      // EDIT_IN_LIST "N" = not to be edited by people: service fields show read-only.
      editable: field.editInList === 'Y',
    }));
  return [title, ...custom];
}

interface TimelineRow {
  readonly id: string;
  readonly kind: 'comment' | 'log' | 'move' | 'activity';
  readonly at: number;
  readonly author: string;
  readonly text: string;
  /** What a configurable activity looks like. */
  readonly card?: unknown;
}

function timelineView(portal: Portal, control: SandboxControl, ticket: Ticket): unknown[] {
  const author = (id: number): string => {
    const user = portal.users.get(id);
    return user ? `${user.name} ${user.lastName}`.trim() : portal.texts.robot;
  };
  const rows: TimelineRow[] = [
    ...control.comments(ticket).map((c): TimelineRow => ({
      id: `c${c.id}`,
      kind: 'comment',
      at: c.at,
      author: author(c.authorId),
      text: c.text,
    })),
    ...control.logs(ticket).map((l): TimelineRow => ({
      id: `l${l.id}`,
      kind: 'log',
      at: l.at,
      author: author(l.authorId),
      text: `${l.title}\n${l.text}`,
    })),
    ...control.history(ticket).map((h): TimelineRow => ({
      id: `h${h.id}`,
      kind: 'move',
      at: h.createdTime,
      author: author(h.authorId),
      text: portal.stages.stage(h.entityTypeId, h.stageId)?.name ?? h.stageId,
    })),
    ...control.activities(ticket).map((a): TimelineRow => ({
      id: `a${a.id}`,
      kind: 'activity',
      at: a.created,
      author: author(a.authorId),
      text: a.subject,
      card: activityCardView(portal, a),
    })),
  ];
  const order = (id: string): number => Number(id.slice(1));
  rows.sort((a, b) => b.at - a.at || order(b.id) - order(a.id));
  return rows.map((row) => ({ ...row, at: portalTime(row.at) }));
}

function chatView(portal: Portal, control: SandboxControl, ticket: Ticket): unknown[] {
  return control.chats(ticket).flatMap((chat) =>
    chat.messages.map((m) => {
      const user = portal.users.get(m.senderId);
      const client = m.senderId === chat.clientUserId;
      const staff = user ? `${user.name} ${user.lastName}`.trim() : '';
      const from = client ? 'client' : m.senderId === 0 ? 'system' : 'operator';
      return {
        id: m.id,
        at: portalTime(m.at),
        from,
        author: client ? chat.clientName : staff,
        text: m.text,
        delivered: m.delivered,
      };
    }),
  );
}

const HTML = 3;

/** Letters of the ticket and, for replies bound to the client only, of the client. */
function emailView(portal: Portal, ticket: Ticket): unknown[] {
  const owners = [
    { ownerTypeId: ticket.entityTypeId, ownerId: ticket.id },
    ...clientBindings(ticket),
  ];
  const letters = new Set<Activity>(
    owners.flatMap((owner) => portal.activities.of(owner)).filter((a) => a.typeId === 4),
  );
  return [...letters]
    .sort((a, b) => a.id - b.id)
    .map((a) => ({
      id: a.id,
      at: portalTime(a.created),
      direction: a.direction === 1 ? 'in' : 'out',
      subject: a.subject,
      text: a.description,
      html: a.descriptionType === HTML,
      left: a.direction === 1 || a.sent,
      to: a.communications[0]?.value ?? '',
    }));
}
