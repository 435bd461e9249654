/** What clients wrote in the chats of tickets, from the session history (PORTAL 5.4). */
import type { IncomingMessage } from '../app/ports/client.ts';
import type { Log, Priority } from '../app/ports/runtime.ts';
import type { TicketHead } from '../app/ports/tickets.ts';
import type { Instant, TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { isFrom } from './incoming-letters.ts';
import {
  chatCommands,
  chatOwnersOf,
  messagesOf,
  moreChatCommand,
  moreChatKey,
  readChat,
  sessionCommands,
  sessionKey,
} from './open-channel-chat.ts';
import type { ChatAnswer, ChatMessage, ChatOwner } from './open-channel-chat.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { recordOf } from './read-value.ts';
import { isUnavailable } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

type Answers = ReadonlyMap<string, CommandResult>;

interface AskedChat {
  readonly ref: TicketRef;
  readonly owner: ChatOwner;
  readonly answer: ChatAnswer;
}

/** Two requests per about 25 tickets at most; a chat that cannot be read is skipped and logged. */
export async function clientChatMessages(
  client: PortalClient,
  log: Log,
  waiting: readonly TicketHead[],
  when: { readonly since: Instant; readonly priority: Priority },
): Promise<readonly IncomingMessage[]> {
  const owners = waiting.flatMap((head) =>
    chatOwnersOf(head).map((owner) => ({ ref: head.ref, owner })),
  );
  const commands = owners.flatMap(({ owner }) => chatCommands(owner));
  const answers = await readBatch(client, commands, when.priority);
  const chats = owners.map((one) => ({ ...one, answer: readChat(one.owner, answers) }));
  const more = await readBatch(client, chats.flatMap(secondCommands), when.priority);
  return chats.flatMap((chat) => {
    const words = chatWords(chat, answers, more);
    if (words.unreadable !== null) {
      const chatLine = { ticket: refKey(chat.ref), detail: words.unreadable };
      log.warn(chatLine, 'a chat could not be read');
    }
    return words.messages
      .filter(({ from, at }) => from === 'client' && isFrom(at, when.since))
      .map((message) => incoming(message, chat.ref));
  });
}

function secondCommands({ owner, answer }: AskedChat) {
  return [
    ...answer.moreChats.map((chatId) => moreChatCommand(owner, chatId)),
    ...(answer.closed ? sessionCommands(owner) : []),
  ];
}

interface Words {
  readonly messages: readonly ChatMessage[];
  /** Code of what could not be read; null when everything was. */
  readonly unreadable: string | null;
}

function chatWords({ owner, answer }: AskedChat, first: Answers, more: Answers): Words {
  const list = first.get(owner.key);
  if (answer.part === 'unreadable' || answer.part === 'unavailable') {
    if (!answer.closed) return { messages: [], unreadable: codeOf(list, first, owner) };
  }
  const histories = [
    answer.closed ? more.get(sessionKey(owner)) : first.get(`${owner.key}h0`),
    ...answer.moreChats.map((chatId) => more.get(moreChatKey(owner, chatId))),
  ];
  const messages = histories.flatMap((history) =>
    history?.ok ? messagesOf(recordOf(history.value)) : [],
  );
  const closed = answer.closed && more.get(sessionKey(owner))?.ok !== true;
  return { messages, unreadable: closed ? 'CHAT_CLOSED' : null };
}

/** A portal without open channels has no chats to read: nothing to warn of. */
function codeOf(list: CommandResult | undefined, first: Answers, owner: ChatOwner): string | null {
  const failed = list?.ok === false ? list : first.get(`${owner.key}h0`);
  if (!failed || failed.ok) return 'NO_ANSWER';
  return isUnavailable(failed.code) ? null : failed.code;
}

function incoming({ id, at, text }: ChatMessage, ref: TicketRef): IncomingMessage {
  const source = `chat:${id}`;
  return { source, ref, at, channel: 'chat', subject: '', text, fromAddress: '' };
}
