import type { Actor, Portal } from './portal.ts';
import type { Activity, Binding, Communication, Ticket, TicketRef } from './records.ts';

export type NewActivity = Pick<Activity, 'bindings' | 'typeId' | 'subject'> & Partial<Activity>;

/** Stores an activity and sends ONCRMACTIVITYADD (the body has only its id). */
export function addActivity(portal: Portal, wanted: NewActivity, actor: Actor): Activity {
  const at = portal.second();
  const activity: Activity = {
    id: portal.nextId('activity', 501),
    providerId: '',
    providerTypeId: '',
    associatedEntityId: 0,
    direction: 0,
    description: '',
    descriptionType: 1,
    responsibleId: actor.userId,
    authorId: actor.userId,
    created: at,
    lastUpdated: at,
    startTime: at,
    endTime: at,
    deadline: null,
    completed: false,
    originatorId: null,
    originId: null,
    settings: {},
    providerParams: {},
    communications: [],
    sent: false,
    ...wanted,
  };
  portal.activities.add(activity);
  portal.changed();
  portal.emit('ONCRMACTIVITYADD', { FIELDS: { ID: activity.id } }, actor);
  return activity;
}

export function completeActivity(portal: Portal, activity: Activity, actor: Actor): void {
  if (activity.completed) return;
  activity.completed = true;
  activity.lastUpdated = portal.second();
  portal.changed();
  portal.emit('ONCRMACTIVITYUPDATE', { FIELDS: { ID: activity.id } }, actor);
}

/** Takes a completed activity back into work. */
export function restoreActivity(portal: Portal, activity: Activity, actor: Actor): void {
  if (!activity.completed) return;
  activity.completed = false;
  activity.lastUpdated = portal.second();
  portal.changed();
  portal.emit('ONCRMACTIVITYUPDATE', { FIELDS: { ID: activity.id } }, actor);
}

export interface Letter {
  readonly direction: 'in' | 'out';
  readonly subject: string;
  readonly text: string;
  /** Sender of an incoming letter: the client's own address unless told otherwise. */
  readonly from?: string;
}

/** A letter as the portal's mail integration records it: incoming ones bound as doubt S8 says. */
export function recordLetter(
  portal: Portal,
  ticket: Ticket,
  letter: Letter,
  userId: number,
): Activity {
  const incoming = letter.direction === 'in';
  const contactId = ticket.contactIds[0];
  const contact = contactId === undefined ? undefined : portal.contacts.get(contactId);
  const communications: Communication[] = contact
    ? [{ value: letter.from ?? contact.emails[0] ?? '', entityId: contact.id, entityTypeId: 3 }]
    : [];
  const bindings = incoming ? replyBindings(portal, ticket) : letterBindings(ticket);
  return addActivity(
    portal,
    {
      bindings,
      typeId: 4,
      subject: letter.subject,
      description: letter.text,
      descriptionType: 1,
      direction: incoming ? 1 : 2,
      completed: !incoming,
      providerId: portal.doubts.mailProviderId,
      providerTypeId: 'EMAIL',
      responsibleId: userId,
      communications,
      sent: !incoming,
    },
    { userId, robot: false },
  );
}

function letterBindings(ticket: Ticket): Binding[] {
  return [ownerOf(ticket), ...clientBindings(ticket)];
}

export function ownerOf(ref: TicketRef): Binding {
  return { ownerTypeId: ref.entityTypeId, ownerId: ref.id };
}

/** Contacts, then the company. */
export function clientBindings(ticket: Ticket): Binding[] {
  const contacts = ticket.contactIds.map((id) => ({ ownerTypeId: 3, ownerId: id }));
  return ticket.companyId > 0
    ? [...contacts, { ownerTypeId: 4, ownerId: ticket.companyId }]
    : contacts;
}

/**
 * A letter nobody opened from a ticket: CRM finds the client by the sender's address and files it there; from an
 * address nobody has it belongs to no record.
 */
export function receiveLetter(portal: Portal, from: string, letter: Letter): Activity {
  const has = (one: { readonly emails: readonly string[] }): boolean => one.emails.includes(from);
  const contact = [...portal.contacts.values()].find(has);
  const company = contact ? undefined : [...portal.companies.values()].find(has);
  const owner = contact
    ? { ownerTypeId: 3, ownerId: contact.id }
    : { ownerTypeId: company ? 4 : 0, ownerId: company?.id ?? 0 };
  return addActivity(
    portal,
    {
      bindings: owner.ownerId > 0 ? [owner] : [],
      typeId: 4,
      subject: letter.subject,
      description: letter.text,
      direction: 1,
      providerId: portal.doubts.mailProviderId,
      providerTypeId: 'EMAIL',
      communications: [{ value: from, entityId: owner.ownerId, entityTypeId: owner.ownerTypeId }],
    },
    { userId: 0, robot: false },
  );
}

function replyBindings(portal: Portal, ticket: Ticket): Binding[] {
  const client = clientBindings(ticket);
  const rule = portal.doubts.mailReplyBinding;
  const answers = portal.activities.of(ownerOf(ticket)).some((a) => a.typeId === 4 && a.sent);
  const toTicket = rule === 'ticket' || (rule === 'thread' && answers);
  if (toTicket || client.length === 0) return [ownerOf(ticket), ...client];
  return client;
}
