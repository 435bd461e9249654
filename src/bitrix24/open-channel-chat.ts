/** The newest words of client and operator in open-channel chats (PORTAL 5.2, 5.4). */
import type { TicketHead } from '../app/ports/tickets.ts';
import type { Conversation, Instant } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { ResultRef } from './batch-command.ts';
import type { BatchCommand } from './batch-command.ts';
import { later, SILENCE } from './mail-and-calls.ts';
import type { ChannelPart } from './mail-and-calls.ts';
import { failureOf } from './open-tasks.ts';
import { flagOf, instantOf, integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { DEAL } from './stage-places.ts';
import { isPassing, isUnavailable } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

/** The CRM object whose chats are the ticket's: a deal itself, or a client of a smart-process item. */
export interface ChatOwner {
  readonly key: string;
  /** refKey of the ticket. */
  readonly ticket: string;
  readonly type: 'deal' | 'contact' | 'company';
  readonly id: number;
}

/** More contacts than these take no part in one ticket's talk. */
const MAX_CONTACTS = 3;

const OWNER_TYPES = { deal: DEAL, contact: 3, company: 4 } as const;

export function chatOwnersOf(head: TicketHead): readonly ChatOwner[] {
  const { entityTypeId, id } = head.ref;
  const ticket = refKey(head.ref);
  if (entityTypeId === DEAL) return [{ key: `chat2i${id}`, ticket, type: 'deal', id }];
  const contacts = (head.contactIds ?? []).slice(0, MAX_CONTACTS).map((contactId) => ({
    key: `chat${entityTypeId}i${id}c${contactId}`,
    ticket,
    type: 'contact' as const,
    id: contactId,
  }));
  const { companyId = 0 } = head;
  if (companyId === 0) return contacts;
  const key = `chat${entityTypeId}i${id}o${companyId}`;
  return [...contacts, { key, ticket, type: 'company', id: companyId }];
}

/** Finds the chats and, in the same request, reads the first one; sessions that ended count too. */
export function chatCommands(owner: ChatOwner): readonly BatchCommand[] {
  return [
    {
      key: owner.key,
      method: 'imopenlines.crm.chat.get',
      params: { CRM_ENTITY_TYPE: owner.type, CRM_ENTITY: owner.id, ACTIVE_ONLY: 'N' },
    },
    {
      key: `${owner.key}h0`,
      method: 'imopenlines.session.history.get',
      params: { CHAT_ID: new ResultRef(`$result[${owner.key}][0][CHAT_ID]`) },
      chained: true,
    },
  ];
}

/** A chat beyond the first. */
export function moreChatCommand(owner: ChatOwner, chatId: number): BatchCommand {
  const key = moreChatKey(owner, chatId);
  return { key, method: 'imopenlines.session.history.get', params: { CHAT_ID: chatId } };
}

export const moreChatKey = (owner: ChatOwner, chatId: number): string => `${owner.key}m${chatId}`;
export const sessionKey = (owner: ChatOwner): string => `${owner.key}sh`;

/**
 * Without membership a chat may be closed to us by its number, yet open by its session (session.history.get docs);
 * the session's number stands on the chat's activity.
 */
export function sessionCommands(owner: ChatOwner): readonly BatchCommand[] {
  const list = sessionListCommand(owner);
  const { key } = list;
  return [
    list,
    {
      key: sessionKey(owner),
      method: 'imopenlines.session.history.get',
      params: { SESSION_ID: new ResultRef(`$result[${key}][0][ASSOCIATED_ENTITY_ID]`) },
      chained: true,
    },
  ];
}

/** The sessions of an owner's chats, newest first: their numbers are ASSOCIATED_ENTITY_ID. */
export function sessionListCommand(owner: ChatOwner): BatchCommand {
  return {
    key: `${owner.key}s`,
    method: 'crm.activity.list',
    params: {
      filter: {
        PROVIDER_ID: 'IMOPENLINES_SESSION',
        BINDINGS: [{ OWNER_TYPE_ID: OWNER_TYPES[owner.type], OWNER_ID: owner.id }],
      },
      order: { ID: 'DESC' },
      select: ['ID', 'ASSOCIATED_ENTITY_ID'],
      start: 0,
    },
  };
}

export interface ChatAnswer {
  readonly part: ChannelPart;
  /** Chats beyond the first, not read yet. */
  readonly moreChats: readonly number[];
  /** The chat is there but closed to us by its number: ask by session. */
  readonly closed: boolean;
}

export function readChat(
  owner: ChatOwner,
  answers: ReadonlyMap<string, CommandResult>,
  until: Instant = Infinity,
): ChatAnswer {
  const list = answers.get(owner.key);
  const failure = noChat(list) ? null : failureOf(list);
  if (failure !== null) return { part: failure, moreChats: [], closed: false };
  const chats = list?.ok ? chatIdsOf(list.value) : [];
  if (chats.length === 0) return { part: SILENCE, moreChats: [], closed: false };
  const history = answers.get(`${owner.key}h0`);
  const closed = isRefused(history);
  return { part: historyPart(history, until), moreChats: chats.slice(1), closed };
}

/** Refused for good: not a passing failure of the portal, and not a method that is missing altogether. */
export function isRefused(result: CommandResult | undefined): boolean {
  if (!result || result.ok) return false;
  return !isPassing(result.code) && !isUnavailable(result.code) && result.code !== 'NO_ANSWER';
}

/** `CRM_CHAT_EMPTY_CRM_DATA` and the like say that there is no chat, which is an answer. */
function noChat(list: CommandResult | undefined): boolean {
  return (
    list?.ok === false && (list.code.startsWith('CRM_CHAT_EMPTY') || list.code === 'NOT_FOUND')
  );
}

export function chatIdsOf(value: unknown): readonly number[] {
  const ids = rowsOf(value).map((row) => integerOf(row['CHAT_ID']));
  return [...new Set(ids)].filter((id) => id !== null && id > 0).filter((id) => id !== null);
}

/** @param until words after it are left out; where all are later, the portal no longer shows the talk of that time */
export function historyPart(
  history: CommandResult | undefined,
  until: Instant = Infinity,
): ChannelPart {
  const failure = failureOf(history);
  if (failure !== null) return failure;
  const messages = history?.ok ? messagesOf(recordOf(history.value)) : [];
  const then = messages.filter(({ at }) => at <= until);
  return then.length === 0 && messages.length > 0 ? 'unavailable' : talkOf(then);
}

export interface ChatMessage {
  readonly id: number;
  readonly at: Instant;
  readonly text: string;
  /** A connector user is the client; `other` is the system (senderid 0) or somebody the answer does not name. */
  readonly from: 'client' | 'staff' | 'bot' | 'other';
}

/** The messages of a session history; those without a date are left out. */
export function messagesOf(history: Json): readonly ChatMessage[] {
  const users = new Map(
    rowsOf(history['users']).map((user) => [textOf(user['id']), user] as const),
  );
  return rowsOf(history['message']).flatMap((message) => {
    const at = instantOf(message['date']);
    const text = textOf(message['text']) || textOf(message['textlegacy']);
    const id = integerOf(message['id']) ?? 0;
    const from = senderOf(users.get(textOf(message['senderid'])));
    return at === null ? [] : [{ id, at, text, from }];
  });
}

function senderOf(user: Json | undefined): ChatMessage['from'] {
  if (!user) return 'other';
  if (flagOf(user['bot'])) return 'bot';
  return flagOf(user['connector']) ? 'client' : 'staff';
}

/** The link that only the app's own messages carry (the client page's address with its token). */
const OWN_LINK = /\/c\/[\w-]{30,}/;

/** A bot's words answer nobody, and neither does the app's own request: a client's question before it stays open. */
function talkOf(messages: readonly ChatMessage[]): Conversation {
  let talk = SILENCE;
  for (const { at, from, text } of messages) {
    if (from === 'staff' && OWN_LINK.test(text)) continue;
    if (from === 'client') {
      talk = { ...talk, lastClientMessageAt: later(talk.lastClientMessageAt, at) };
    } else if (from === 'staff') {
      talk = { ...talk, lastOurAnswerAt: later(talk.lastOurAnswerAt, at) };
    }
  }
  return talk;
}
