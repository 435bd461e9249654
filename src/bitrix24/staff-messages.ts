/** Timeline comments and notifications: what the app says to the staff (PORTAL 4.2, 4.7). */
import type { Log, Priority } from '../app/ports/runtime.ts';
import type { StaffComment, StaffNotice } from '../app/ports/tickets.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { BatchCommand } from './batch-command.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { rowsOf, textOf } from './read-value.ts';
import { timelineType } from './stage-places.ts';
import { sameText } from './ticket-stamp.ts';
import type { WriteBatches } from './write-batches.ts';

/** Whose notification tags these are; the platform asks for it beside TAG when a webhook calls. */
const CLIENT_ID = 'closegate';

export function commentCommand(key: string, comment: StaffComment): BatchCommand {
  return {
    key,
    method: 'crm.timeline.comment.add',
    params: {
      fields: {
        ENTITY_ID: comment.ref.id,
        ENTITY_TYPE: timelineType(comment.ref),
        COMMENT: comment.text,
      },
    },
  };
}

export function noticeCommand(key: string, notice: StaffNotice): BatchCommand {
  return {
    key,
    method: 'im.notify.system.add',
    params: { USER_ID: notice.userId, MESSAGE: notice.text, TAG: notice.tag, CLIENT_ID },
  };
}

/** refKeys of tickets whose comment stands; after a broken batch the timelines themselves are asked. */
export async function addComments(
  client: PortalClient,
  batches: WriteBatches,
  comments: readonly StaffComment[],
  priority: Priority,
): Promise<ReadonlySet<string>> {
  const numbered = comments.map((comment, index) => ({ comment, key: `c${index}` }));
  const written = await batches.run({
    items: numbered,
    commands: ({ key, comment }) => [commentCommand(key, comment)],
    paceKey: 'crm.timeline.comment.add',
    probe: false,
    priority,
  });
  const done = new Set<string>();
  const lost: StaffComment[] = [];
  for (const { item, answers } of written) {
    if (!answers) lost.push(item.comment);
    else if (answers.get(item.key)?.ok) done.add(refKey(item.comment.ref));
  }
  for (const key of await foundAfterBreak(client, lost)) done.add(key);
  return done;
}

async function foundAfterBreak(
  client: PortalClient,
  comments: readonly StaffComment[],
): Promise<ReadonlySet<string>> {
  try {
    return await findComments(client, comments);
  } catch (error) {
    if (error instanceof AppError) return new Set();
    throw error;
  }
}

/** refKeys of tickets whose newest 50 comments hold this text. */
export async function findComments(
  client: PortalClient,
  comments: readonly StaffComment[],
): Promise<ReadonlySet<string>> {
  const commands = comments.map((comment, index) => listCommand(`c${index}`, comment.ref));
  const answers = await readBatch(client, commands, 'live');
  const found = new Set<string>();
  for (const [index, comment] of comments.entries()) {
    const answer = answers.get(`c${index}`);
    if (!answer?.ok) throw unreadable();
    const rows = rowsOf(answer.value);
    const stands = rows.some((row) => sameText(textOf(row['COMMENT']), comment.text));
    if (stands) found.add(refKey(comment.ref));
  }
  return found;
}

function listCommand(key: string, ref: TicketRef): BatchCommand {
  return {
    key,
    method: 'crm.timeline.comment.list',
    params: {
      filter: { ENTITY_ID: ref.id, ENTITY_TYPE: timelineType(ref) },
      order: { ID: 'DESC' },
      select: ['ID', 'COMMENT'],
      start: 0,
    },
  };
}

/** The newest 50 comments of one ticket, newest first. */
export async function readComments(
  client: PortalClient,
  ref: TicketRef,
): Promise<readonly string[]> {
  const answer = (await readBatch(client, [listCommand('c', ref)], 'live')).get('c');
  if (!answer?.ok) throw unreadable();
  return rowsOf(answer.value).map((row) => textOf(row['COMMENT']));
}

function unreadable(): AppError {
  return new AppError('portal-unreachable', 'A timeline could not be read: try again.', {
    retry: 'backoff',
    detail: 'TIMELINE',
  });
}

/** A notice the portal refuses (a dismissed user, no `im` scope) is logged: nothing else may wait for it. */
export async function notify(
  batches: WriteBatches,
  notices: readonly StaffNotice[],
  priority: Priority,
  log: Log,
): Promise<void> {
  if (notices.length === 0) return;
  const numbered = notices.map((notice, index) => ({ notice, key: `n${index}` }));
  const written = await batches.run({
    items: numbered,
    commands: ({ key, notice }) => [noticeCommand(key, notice)],
    paceKey: 'im.notify.system.add',
    probe: false,
    priority,
  });
  let lost = 0;
  for (const { item, answers } of written) {
    const answer = answers?.get(item.key);
    if (!answers) lost += 1;
    else if (!answer?.ok) {
      log.warn({ userId: item.notice.userId, detail: answer?.code ?? '' }, 'a notice was refused');
    }
  }
  // A repeat is harmless: its tag replaces the notice that perhaps arrived.
  if (lost > 0) {
    throw new AppError('portal-outcome-unknown', 'Notices may not have arrived: send them again.', {
      retry: 'backoff',
      detail: 'NOTICES',
    });
  }
}
