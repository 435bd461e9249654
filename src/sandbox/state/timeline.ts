import type { Actor, Portal } from './portal.ts';
import type { Comment, LogMessage, Notification } from './records.ts';

/** ENTITY_TYPE of timeline comments: deal, contact, …, dynamic_{entityTypeId}; lower case on the way out. */
export function entityTypeName(entityTypeId: number): string {
  const known: Record<number, string> = { 1: 'lead', 2: 'deal', 3: 'contact', 4: 'company' };
  return known[entityTypeId] ?? `dynamic_${entityTypeId}`;
}

/** Does not check that the item exists, as the platform does not. */
export function addComment(
  portal: Portal,
  owner: { readonly entityType: string; readonly entityId: number },
  text: string,
  actor: Actor,
): Comment {
  const id = portal.nextId('timeline', 901);
  const comment: Comment = {
    id,
    entityType: owner.entityType.toLowerCase(),
    entityId: owner.entityId,
    authorId: actor.userId,
    at: portal.second(),
    text,
  };
  portal.comments.add(comment);
  portal.changed();
  const data = portal.doubts.commentEventShape === 'data.ID' ? { ID: id } : { FIELDS: { ID: id } };
  portal.emit('ONCRMTIMELINECOMMENTADD', data, actor);
  return comment;
}

export function addLogMessage(portal: Portal, message: Omit<LogMessage, 'id' | 'at'>): LogMessage {
  const added = { ...message, id: portal.nextId('timeline', 901), at: portal.second() };
  portal.logs.add(added);
  portal.changed();
  return added;
}

/** A notification with the TAG of an older one replaces it. */
export function notify(
  portal: Portal,
  notification: Omit<Notification, 'id' | 'at' | 'read'>,
): Notification {
  const { tag } = notification;
  if (tag !== '' && portal.notificationTags.has(tag)) {
    portal.notifications.remove((n) => n.tag === tag);
  }
  if (tag !== '') portal.notificationTags.add(tag);
  const added = {
    ...notification,
    id: portal.nextId('notification', 12001),
    at: portal.second(),
    read: false,
  };
  portal.notifications.add(added);
  portal.changed();
  return added;
}
