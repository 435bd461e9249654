import { addActivity, completeActivity } from './activities.ts';
import type { Portal } from './portal.ts';
import type { Binding, Chat, ChatMessage } from './records.ts';

export interface NewChat {
  readonly bindings: readonly Binding[];
  readonly clientName: string;
  /** The operator who accepted the dialog. */
  readonly operatorId: number;
}

const LINE_ID = 22;

/** An open-channel dialog in the web chat, accepted by an operator, with its activity in CRM. */
export function openChat(portal: Portal, wanted: NewChat): Chat {
  const id = portal.nextId('chat', 1763);
  const chat: Chat = {
    id,
    connectorId: 'livechat',
    lineId: LINE_ID,
    connectorChatId: id - 2,
    clientUserId: portal.nextId('connector-user', 587),
    clientName: wanted.clientName,
    bindings: wanted.bindings,
    members: new Set([wanted.operatorId]),
    sessionId: 0,
    active: false,
    undelivered: false,
    messages: [],
  };
  portal.chats.set(id, chat);
  portal.chatsByCode.set(userCode(chat), chat);
  startSession(portal, chat, wanted.operatorId);
  return chat;
}

export function userCode(chat: Chat): string {
  return `${chat.connectorId}|${chat.lineId}|${chat.connectorChatId}|${chat.clientUserId}`;
}

function startSession(portal: Portal, chat: Chat, operatorId: number): void {
  chat.sessionId = portal.nextId('session', 321);
  chat.active = true;
  chat.undelivered = false;
  addActivity(
    portal,
    {
      bindings: chat.bindings,
      typeId: 6,
      providerId: portal.doubts.chatProviderId,
      providerTypeId: String(chat.lineId),
      associatedEntityId: chat.sessionId,
      subject: `${chat.clientName} (${chat.connectorId})`,
      direction: 1,
      responsibleId: operatorId,
      providerParams: { USER_CODE: userCode(chat) },
    },
    { userId: 0, robot: false },
  );
}

/** Writes into a chat. A client who writes after the end opens a new session. */
export function writeToChat(
  portal: Portal,
  chat: Chat,
  message: { readonly senderId: number; readonly text: string },
): ChatMessage {
  const fromClient = message.senderId === chat.clientUserId;
  if (fromClient && (!chat.active || chat.undelivered)) {
    startSession(portal, chat, [...chat.members][0] ?? 0);
  }
  const written: ChatMessage = {
    id: portal.nextId('message', 85801),
    sessionId: chat.sessionId,
    at: portal.second(),
    senderId: message.senderId,
    text: message.text,
    delivered: fromClient || !chat.undelivered,
  };
  chat.messages.push(written);
  tellApps(portal, chat, written);
  portal.changed();
  return written;
}

/**
 * C7, S6: whether a built-in connector's messages reach applications at all. None of the sandbox's applications has a connector
 * of its own, so that "own connector only" is silence here.
 */
function tellApps(portal: Portal, chat: Chat, { id, at, senderId, text }: ChatMessage): void {
  if (portal.doubts.openLineEvents !== 'all') return;
  const { connectorId, lineId, connectorChatId, clientUserId } = chat;
  const connector = {
    connector_id: connectorId,
    line_id: lineId,
    chat_id: connectorChatId,
    user_id: clientUserId,
  };
  const message = {
    id,
    date: at / 1000,
    text,
    files: [],
    attach: '',
    system: 'N',
    user_id: senderId,
  };
  const data = { connector, chat: { id: chat.id }, message, ref: [], extra: { EXTRA_URL: '' } };
  const fromClient = senderId === clientUserId;
  const line = fromClient ? {} : { CONNECTOR: connectorId, LINE: lineId };
  const actor = { userId: fromClient ? 0 : senderId, robot: false };
  portal.emit('ONOPENLINEMESSAGEADD', { DATA: [data], ...line }, actor);
}

export function finishChat(portal: Portal, chat: Chat, userId: number): void {
  chat.active = false;
  chat.undelivered = false;
  for (const binding of chat.bindings.slice(0, 1)) {
    for (const activity of portal.activities.of(binding)) {
      if (activity.associatedEntityId === chat.sessionId) {
        completeActivity(portal, activity, { userId, robot: false });
      }
    }
  }
  portal.changed();
}

/** imopenlines.session.start: what it does to a finished dialog is not documented (S7). */
export function restartChat(portal: Portal, chat: Chat): void {
  if (chat.active || portal.doubts.sessionStart === 'no-effect') return;
  chat.active = true;
  chat.undelivered = portal.doubts.sessionStart === 'accepts-only';
  portal.changed();
}

/** Dialogs of a CRM object, newest first: found through the object's open-channel activities. */
export function chatsOf(portal: Portal, owner: Binding): Chat[] {
  const chats = new Set<Chat>();
  for (const activity of portal.activities.of(owner)) {
    if (activity.providerId !== portal.doubts.chatProviderId) continue;
    const code = activity.providerParams['USER_CODE'];
    const chat = typeof code === 'string' ? portal.chatsByCode.get(code) : undefined;
    if (chat) chats.add(chat);
  }
  return [...chats].sort((a, b) => b.sessionId - a.sessionId);
}
