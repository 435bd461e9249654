/** The conversation of tickets: chats, letters and calls together, in as few requests as they fit. */
import type { Priority } from '../app/ports/runtime.ts';
import type { FactsAsOf, TicketHead } from '../app/ports/tickets.ts';
import type { Conversation, Fact, Instant } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { BatchCommand } from './batch-command.ts';
import { later, letterCommands, readLetters } from './mail-and-calls.ts';
import type { ChannelPart } from './mail-and-calls.ts';
import {
  chatCommands,
  chatOwnersOf,
  historyPart,
  isRefused,
  moreChatCommand,
  moreChatKey,
  readChat,
  sessionCommands,
  sessionKey,
} from './open-channel-chat.ts';
import type { ChatAnswer, ChatOwner } from './open-channel-chat.ts';
import { alone, groupsOf, readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import type { CommandResult } from './unwrap.ts';

type Answers = ReadonlyMap<string, CommandResult>;

export function conversationCommands(heads: readonly TicketHead[]): readonly BatchCommand[] {
  return [
    ...groupsOf(heads, 'mail').flatMap(letterCommands),
    ...heads.flatMap(chatOwnersOf).flatMap(chatCommands),
  ];
}

export async function loadConversations(
  client: PortalClient,
  heads: readonly TicketHead[],
  priority: Priority,
  asOf: FactsAsOf = 'now',
): Promise<ReadonlyMap<string, Fact<Conversation>>> {
  const answers = await readBatch(client, conversationCommands(heads), priority);
  return readConversations(client, heads, { answers, priority, asOf });
}

/** Reads the answers to `conversationCommands`; asks once more where they leave something open. */
export async function readConversations(
  client: PortalClient,
  heads: readonly TicketHead[],
  read: { readonly answers: Answers; readonly priority: Priority; readonly asOf: FactsAsOf },
): Promise<ReadonlyMap<string, Fact<Conversation>>> {
  const letters = groupsOf(heads, 'mail').map((group) =>
    readLetters(group, read.answers, read.asOf),
  );
  const again = alone(
    letters.flatMap((answer) => answer.doubtful),
    'again',
  );
  const chats = heads.flatMap((head) => {
    const until = read.asOf === 'now' ? Infinity : head.movedAt;
    return chatOwnersOf(head).map((owner) => ({
      owner,
      until,
      answer: readChat(owner, read.answers, until),
    }));
  });
  const more = await readBatch(
    client,
    [...again.flatMap(letterCommands), ...chats.flatMap(secondCommands)],
    read.priority,
  );

  const parts = new Map<string, ChannelPart[]>(heads.map((head) => [refKey(head.ref), []]));
  const letterParts = new Map(letters.flatMap((answer) => [...answer.parts]));
  for (const group of again) {
    for (const [key, part] of readLetters(group, more, read.asOf).parts) letterParts.set(key, part);
  }
  for (const [key, part] of letterParts) parts.get(key)?.push(part);
  for (const chat of chats) parts.get(chat.owner.ticket)?.push(...chatParts(chat, more));
  return new Map([...parts].map(([key, channels]) => [key, merge(channels)]));
}

interface ReadChat {
  readonly owner: ChatOwner;
  /** Words after this instant are left out. */
  readonly until: Instant;
  readonly answer: ChatAnswer;
}

function secondCommands({ owner, answer }: ReadChat): readonly BatchCommand[] {
  return [
    ...answer.moreChats.map((chatId) => moreChatCommand(owner, chatId)),
    ...(answer.closed ? sessionCommands(owner) : []),
  ];
}

function chatParts({ owner, until, answer }: ReadChat, more: Answers): readonly ChannelPart[] {
  const others = answer.moreChats.map((chatId) =>
    historyPart(more.get(moreChatKey(owner, chatId)), until),
  );
  return [answer.closed ? sessionPart(more.get(sessionKey(owner)), until) : answer.part, ...others];
}

/** A session that is refused too leaves the chat closed to us for good. */
function sessionPart(session: CommandResult | undefined, until: Instant): ChannelPart {
  return isRefused(session) ? 'unavailable' : historyPart(session, until);
}

/**
 * One failed channel makes the whole unreadable. A channel that this portal or webhook does not have is left out,
 * unless nothing else has heard of the client: then nothing is known.
 */
function merge(parts: readonly ChannelPart[]): Fact<Conversation> {
  if (parts.includes('unreadable')) return { known: false, why: 'unreadable' };
  const talks = parts.filter((part) => part !== 'unavailable' && part !== 'unreadable');
  const value: Conversation = {
    lastClientMessageAt: talks.map((t) => t.lastClientMessageAt).reduce(later, null),
    lastOurAnswerAt: talks.map((t) => t.lastOurAnswerAt).reduce(later, null),
  };
  const blind = talks.length < parts.length && value.lastClientMessageAt === null;
  return blind ? { known: false, why: 'unavailable' } : { known: true, value };
}
