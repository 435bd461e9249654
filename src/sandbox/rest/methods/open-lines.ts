import { portalTime } from '../../clock.ts';
import { chatsOf, restartChat, userCode, writeToChat } from '../../state/chats.ts';
import type { Portal } from '../../state/portal.ts';
import type { Binding, Chat, ChatMessage } from '../../state/records.ts';
import { isHiddenFrom } from '../../state/visible.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { intParam, textParam } from '../params.ts';
import type { Params, ParamSpecs } from '../params.ts';
import { RestError } from '../rest-error.ts';

const OWNER_TYPES: Readonly<Record<string, number>> = { lead: 1, deal: 2, contact: 3, company: 4 };
const emptyArgument = (name: string) => (): RestError =>
  new RestError(400, 'ERROR_ARGUMENT', `Argument '${name}' is null or empty`);

const OWNER_PARAMS: ParamSpecs = {
  CRM_ENTITY_TYPE: { type: 'string', required: true, missing: emptyArgument('CRM_ENTITY_TYPE') },
  CRM_ENTITY: { type: 'integer', required: true, missing: emptyArgument('CRM_ENTITY') },
};
const denied = (): RestError =>
  new RestError(403, 'ACCESS_DENIED', "Access denied! You don't have access to this action");
const notInCrm = (): RestError =>
  new RestError(400, 'CHAT_NOT_IN_CRM', 'Chat does not belong to the CRM entity being checked');

/** Only lead, deal, contact and company: smart processes have no chats of their own (trap 23). */
function ownerOf(context: CallContext, params: Params): Binding {
  const ownerTypeId = OWNER_TYPES[textParam(params, 'CRM_ENTITY_TYPE').toLowerCase()];
  if (ownerTypeId === undefined) {
    const text = "The value of an argument 'CRM_ENTITY_TYPE' has an invalid type";
    throw new RestError(400, 'ERROR_ARGUMENT', text);
  }
  const owner = { ownerTypeId, ownerId: intParam(params, 'CRM_ENTITY') };
  const ticket = context.portal.ticket({ entityTypeId: ownerTypeId, id: owner.ownerId });
  if (isHiddenFrom(context.portal, ticket, context.user)) throw denied();
  return owner;
}

function activeChat(context: CallContext, params: Params): Chat {
  const owner = ownerOf(context, params);
  const chats = chatsOf(context.portal, owner);
  const wanted = params['CHAT_ID'];
  const chat = wanted === undefined ? chats[0] : chats.find((c) => c.id === wanted);
  if (!chat?.active) throw notInCrm();
  return chat;
}

function chatGet(context: CallContext, params: Params): CallAnswer {
  const chats = chatsOf(context.portal, ownerOf(context, params));
  const activeOnly = params['ACTIVE_ONLY'] !== false;
  const shown = chats.filter((chat) => chat.active || !activeOnly);
  return {
    result: shown.map((chat) => ({
      CHAT_ID: String(chat.id),
      CONNECTOR_ID: chat.connectorId,
      CONNECTOR_TITLE: 'Live Chat',
    })),
  };
}

function userAdd(context: CallContext, params: Params): CallAnswer {
  const chats = chatsOf(context.portal, ownerOf(context, params));
  if (chats.length === 0) return { result: 0 };
  const chat = activeChat(context, params);
  const userId = intParam(params, 'USER_ID');
  if (!context.portal.users.has(userId)) {
    throw new RestError(400, 'CRM_CHAT_USER_NOT_ACTIVE', 'User is not active');
  }
  if (chat.members.has(userId)) {
    throw new RestError(400, 'WRONG_REQUEST', 'User is already in the chat');
  }
  chat.members.add(userId);
  return { result: chat.id };
}

function messageAdd(context: CallContext, params: Params): CallAnswer {
  const { portal } = context;
  const chat = activeChat(context, params);
  const senderId = intParam(params, 'USER_ID');
  if (!chat.members.has(senderId)) {
    throw new RestError(400, portal.doubts.messageAddError, "Message isn't added");
  }
  const written = writeToChat(portal, chat, { senderId, text: textParam(params, 'MESSAGE') });
  if (written.delivered) context.stats.clientMessages += 1;
  return { result: written.id };
}

function showMessage(chat: Chat, message: ChatMessage): Record<string, unknown> {
  return {
    id: String(message.id),
    chatid: String(chat.id),
    senderid: String(message.senderId),
    recipientid: `chat${chat.id}`,
    date: portalTime(message.at),
    text: message.text,
    textlegacy: message.text,
    params: [],
  };
}

function participants(portal: Portal, chat: Chat): Record<string, unknown> {
  const shown: Record<string, unknown> = {
    [String(chat.clientUserId)]: {
      id: String(chat.clientUserId),
      name: chat.clientName,
      active: true,
      extranet: false,
      bot: false,
      connector: true,
    },
  };
  for (const userId of chat.members) {
    const user = portal.users.get(userId);
    if (!user) continue;
    const name = `${user.name} ${user.lastName}`;
    const flags = { active: true, extranet: false, bot: false, connector: false };
    shown[String(userId)] = { id: String(userId), name, ...flags };
  }
  return shown;
}

function crmLinks(chat: Chat): string {
  const idOf = (type: number): number =>
    chat.bindings.find((b) => b.ownerTypeId === type)?.ownerId ?? 0;
  return `LEAD|${idOf(1)}|COMPANY|${idOf(4)}|CONTACT|${idOf(3)}|DEAL|${idOf(2)}`;
}

function entityData(chat: Chat): string {
  const [first] = chat.bindings;
  const type = first?.ownerTypeId === 2 ? 'DEAL' : 'CONTACT';
  return `Y|${type}|${first?.ownerId ?? 0}|N|N|${chat.sessionId}|0|0|0|0`;
}

function history(context: CallContext, params: Params): CallAnswer {
  const { portal } = context;
  const chatId = params['CHAT_ID'];
  const sessionId = params['SESSION_ID'];
  if (chatId === undefined && sessionId === undefined) {
    throw new RestError(400, 'MISSING_REQUIRED_PARAM', 'SESSION_ID or CHAT_ID is required');
  }
  const chats = [...portal.chats.values()];
  const chat =
    sessionId === undefined
      ? portal.chats.get(Number(chatId))
      : chats.find(
          (c) => c.sessionId === sessionId || c.messages.some((m) => m.sessionId === sessionId),
        );
  if (!chat) throw new RestError(400, 'INVALID_SESSION_ID', 'Session was not found');
  const wanted = sessionId === undefined ? chat.sessionId : Number(sessionId);
  const messages = chat.messages.filter((m) => m.sessionId === wanted);
  const shown = Object.fromEntries(messages.map((m) => [String(m.id), showMessage(chat, m)]));
  return {
    result: {
      chatId: chat.id,
      canJoin: 'Y',
      canVoteHead: 'Y',
      sessionId: wanted,
      sessionVoteHead: 0,
      sessionCommentHead: null,
      userId: `chat${chat.id}`,
      // Empty maps arrive as lists.
      message: messages.length === 0 ? [] : shown,
      usersMessage:
        messages.length === 0 ? [] : { [`chat${chat.id}`]: messages.map((m) => String(m.id)) },
      users: participants(portal, chat),
      chat: {
        [String(chat.id)]: {
          id: String(chat.id),
          name: chat.clientName,
          entityType: 'LINES',
          entityId: userCode(chat),
          entityData1: entityData(chat),
          entityData2: crmLinks(chat),
          messageCount: chat.messages.length,
          owner: String([...chat.members][0] ?? 0),
        },
      },
    },
  };
}

function dialogGet(context: CallContext, params: Params): CallAnswer {
  const { portal } = context;
  const dialogId = textParam(params, 'DIALOG_ID').replace(/^chat/, '');
  const id = Number(params['CHAT_ID'] ?? (dialogId || 0));
  const chat = [...portal.chats.values()].find(
    (c) =>
      c.id === id ||
      c.sessionId === params['SESSION_ID'] ||
      userCode(c) === textParam(params, 'USER_CODE').replace(/^imol\|/, ''),
  );
  if (!chat) throw new RestError(400, 'ACCESS_ERROR', 'You do not have access to this dialog');
  return {
    result: {
      id: chat.id,
      name: chat.clientName,
      type: 'lines',
      message_count: chat.messages.length,
      last_message_id: chat.messages.at(-1)?.id ?? 0,
      last_id: chat.messages.at(-1)?.id ?? 0,
      entity_type: 'LINES',
      entity_id: userCode(chat),
      entity_data_1: entityData(chat),
      entity_data_2: crmLinks(chat),
      entity_data_3: 'N',
      mute_list: [],
    },
  };
}

/** imopenlines.*: dialogs of open channels; text only, and only while the dialog is active. */
export const OPEN_LINE_METHODS: MethodMap = {
  'imopenlines.crm.chat.get': {
    scope: 'imopenlines',
    params: { ...OWNER_PARAMS, ACTIVE_ONLY: { type: 'flag' } },
    run: chatGet,
  },
  'imopenlines.crm.chat.getLastId': {
    scope: 'imopenlines',
    params: OWNER_PARAMS,
    run: (context, params) => {
      const [last] = chatsOf(context.portal, ownerOf(context, params));
      if (last) return { result: last.id };
      throw new RestError(400, 'CRM_CHAT_EMPTY_CRM_DATA', 'Could not find chat');
    },
  },
  'imopenlines.crm.chat.user.add': {
    scope: 'imopenlines',
    params: {
      ...OWNER_PARAMS,
      USER_ID: { type: 'integer', required: true, missing: emptyArgument('USER_ID') },
      CHAT_ID: { type: 'integer' },
    },
    run: userAdd,
  },
  'imopenlines.crm.message.add': {
    scope: 'imopenlines',
    params: {
      ...OWNER_PARAMS,
      USER_ID: { type: 'integer', required: true, missing: emptyArgument('USER_ID') },
      CHAT_ID: { type: 'integer', required: true, missing: emptyArgument('CHAT_ID') },
      MESSAGE: { type: 'string', required: true, missing: emptyArgument('MESSAGE') },
    },
    run: messageAdd,
  },
  'imopenlines.session.history.get': {
    scope: 'imopenlines',
    params: { SESSION_ID: { type: 'integer' }, CHAT_ID: { type: 'integer' } },
    run: history,
  },
  'imopenlines.dialog.get': {
    scope: 'imopenlines',
    params: {
      CHAT_ID: { type: 'integer' },
      DIALOG_ID: { type: 'string' },
      SESSION_ID: { type: 'integer' },
      USER_CODE: { type: 'string' },
    },
    run: dialogGet,
  },
  'imopenlines.session.start': {
    scope: 'imopenlines',
    params: { CHAT_ID: { type: 'integer' } },
    run: (context, params) => {
      const chat = context.portal.chats.get(intParam(params, 'CHAT_ID'));
      if (!chat) throw new RestError(400, 'CHAT_ID', 'Chat was not found');
      restartChat(context.portal, chat);
      return { result: true };
    },
  },
};
