/** Messages to the client in the open-channel chat (PORTAL 5.2): text only, and only while the dialog is active. */
import type { OutgoingMessage } from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import { refKey } from '../core/ticket.ts';
import type { Questions } from './asked-before.ts';
import { ResultRef } from './batch-command.ts';
import { sureOf, READ, WRITE } from './delivery-attempt.ts';
import type { Attempt } from './delivery-attempt.ts';
import { chatIdsOf, chatOwnersOf, messagesOf, sessionListCommand } from './open-channel-chat.ts';
import type { ChatOwner } from './open-channel-chat.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf, recordOf, rowsOf } from './read-value.ts';
import { normalText } from './ticket-stamp.ts';
import { isPassing, refusal } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

/** Dialogs of one owner that are tried or searched. */
const MAX_CHATS = 3;
const MAX_SESSIONS = 5;

interface Dialog {
  readonly owner: ChatOwner;
  readonly chatId: number;
}

/** @param senderIds users to write as: the next one only when the chat does not take the one before */
export async function sendByChat(
  client: PortalClient,
  out: OutgoingMessage,
  senderIds: readonly number[],
): Promise<Attempt> {
  let why = 'NO_CHAT';
  for (const owner of chatOwnersOf(out.head)) {
    // Active dialogs only, as is the default: a finished one takes no message.
    const list = await client.call('imopenlines.crm.chat.get', entityOf(owner), READ);
    if (!list.ok) why = list.code;
    const chats = list.ok ? chatIdsOf(list.value).slice(0, MAX_CHATS) : [];
    for (const chatId of chats) {
      const attempt = await writeAsOneOf(client, out, { owner, chatId }, senderIds);
      if (attempt.kind === 'delivered') return attempt;
      ({ why } = attempt);
    }
  }
  return { kind: 'refused', why };
}

/**
 * What sending will ask, as far as it can be asked beforehand: the active dialogs, and joining the first of them, which is harmless
 * where it is not written to after all.
 */
export function chatQuestions(out: OutgoingMessage, senderId: number): Questions {
  const asked = chatOwnersOf(out.head).map((owner) => {
    const list = {
      key: `active${owner.type}${owner.id}`,
      method: 'imopenlines.crm.chat.get',
      params: entityOf(owner),
    };
    const chatId = new ResultRef(`$result[${list.key}][0][CHAT_ID]`);
    const join = { ...joinCommand(owner, senderId, chatId), key: `${list.key}j`, chained: true };
    return { owner, list, join } as const;
  });
  return {
    commands: asked.flatMap(({ list, join }) => [list, join]),
    named: (answers) =>
      asked.flatMap(({ owner, list, join }) => {
        const answer = answers.get(list.key);
        const [chatId = 0] = answer?.ok === true ? chatIdsOf(answer.value) : [];
        return chatId > 0 ? [[join.key, joinCommand(owner, senderId, chatId)] as const] : [];
      }),
  };
}

function joinCommand(owner: ChatOwner, userId: number, chatId: number | ResultRef) {
  const params = { ...entityOf(owner), USER_ID: userId, CHAT_ID: chatId };
  return { method: 'imopenlines.crm.chat.user.add', params } as const;
}

const entityOf = ({ type, id }: ChatOwner) => ({ CRM_ENTITY_TYPE: type, CRM_ENTITY: id });

async function writeAsOneOf(
  client: PortalClient,
  out: OutgoingMessage,
  dialog: Dialog,
  senderIds: readonly number[],
): Promise<Attempt> {
  let attempt: Attempt = { kind: 'refused', why: 'NO_SENDER' };
  for (const userId of senderIds) {
    attempt = await writeAs(client, out, dialog, userId);
    // Refused to one author, the dialog may still take another; finished, it takes nobody.
    if (attempt.kind === 'delivered' || attempt.why === 'CHAT_NOT_IN_CRM') break;
  }
  return attempt;
}

async function writeAs(
  client: PortalClient,
  out: OutgoingMessage,
  { owner, chatId }: Dialog,
  userId: number,
): Promise<Attempt> {
  const place = { ...entityOf(owner), USER_ID: userId, CHAT_ID: chatId };
  // Joining twice is harmless ("already a member"), so that a lost answer is simply asked for again.
  const { method, params: member } = joinCommand(owner, userId, chatId);
  const joined = await client.call(method, member, READ);
  if (!joined.ok && joined.code === 'CHAT_NOT_IN_CRM') return { kind: 'refused', why: joined.code };
  return sureOf<Attempt>(
    async () => {
      const params = { ...place, MESSAGE: out.message.bb };
      const said = await client.call('imopenlines.crm.message.add', params, WRITE);
      if (!said.ok) return { kind: 'refused', why: said.code };
      const messageId = integerOf(said.value) ?? 0;
      return messageId > 0
        ? { kind: 'delivered', reference: `chat:${chatId}:${messageId}` }
        : { kind: 'refused', why: 'MESSAGE_ADD_ERROR' };
    },
    async () => {
      const params = { CHAT_ID: chatId };
      const history = await client.call('imopenlines.session.history.get', params, READ);
      const reference = history.ok ? referenceIn(history.value, out) : null;
      return reference === null ? null : { kind: 'delivered', reference };
    },
  );
}

/** `chat:<chatId>:<messageId>` of this message in any dialog of the ticket, finished ones too; null when none has it. */
export async function findInChats(
  client: PortalClient,
  out: OutgoingMessage,
  log: Log,
): Promise<string | null> {
  const owners = chatOwnersOf(out.head);
  const places = await readBatch(
    client,
    owners.flatMap((owner) => [
      {
        key: owner.key,
        method: 'imopenlines.crm.chat.get',
        params: { ...entityOf(owner), ACTIVE_ONLY: 'N' },
      },
      sessionListCommand(owner),
    ]),
    'live',
  );
  const chatIds = owners.flatMap((owner) => chatIdsOf(valueOr(places.get(owner.key))));
  const sessionIds = owners.flatMap((owner) =>
    rowsOf(valueOr(places.get(sessionListCommand(owner).key)))
      .flatMap((row) => integerOf(row['ASSOCIATED_ENTITY_ID']) ?? [])
      .slice(0, MAX_SESSIONS),
  );
  const commands = [
    ...[...new Set(chatIds)].map((id) => historyCommand(`c${id}`, { CHAT_ID: id })),
    ...[...new Set(sessionIds)].map((id) => historyCommand(`s${id}`, { SESSION_ID: id })),
  ];
  const histories = await readBatch(client, commands, 'live');
  let closed = 0;
  for (const { key } of commands) {
    const answer = histories.get(key);
    const value = valueOr(answer);
    const reference = referenceIn(value, out);
    if (reference !== null) return reference;
    if (!answer?.ok) closed += 1;
  }
  if (closed > 0) {
    log.warn({ ticket: refKey(out.head.ref), closed }, 'dialogs could not be searched');
  }
  return null;
}

const historyCommand = (key: string, params: Readonly<Record<string, number>>) => ({
  key,
  method: 'imopenlines.session.history.get',
  params,
});

/** The value, or null for a lasting refusal. @throws AppError for a passing one: then nothing is known */
function valueOr(answer: CommandResult | undefined): unknown {
  if (answer?.ok) return answer.value;
  const result = answer ?? { ok: false, code: 'INTERNAL_SERVER_ERROR', httpStatus: 0 };
  if (isPassing(result.code) || result.code === 'NO_ANSWER') {
    throw refusal('imopenlines.session.history.get', result);
  }
  return null;
}

/** The client may quote our words: only messages that are not his count. */
function referenceIn(value: unknown, out: OutgoingMessage): string | null {
  const history = recordOf(value);
  const ours = messagesOf(history).find(
    ({ text, at, from }) => from !== 'client' && isAfter(at, out) && holds(normalText(text), out),
  );
  return ours ? `chat:${integerOf(history['chatId']) ?? 0}:${ours.id}` : null;
}

/** A link that goes on after the marker is another message's: the reminder's is the request's and a bit more. */
function holds(text: string, { marker, message }: OutgoingMessage): boolean {
  if (marker === '') return text.includes(normalText(message.bb));
  const rests = text.split(marker).slice(1);
  return rests.some((rest) => !/^[\w?&=-]/.test(rest));
}

/**
 * A reminder carries the request's own link, so that what was said before the last request was noted is not it; and
 * words without a link may be those of an earlier closing.
 */
function isAfter(at: number, { marker, head }: OutgoingMessage): boolean {
  if (marker !== '') return at > (head.record.askedAt ?? 0);
  return at >= Math.floor(head.movedAt / 1000) * 1000;
}
