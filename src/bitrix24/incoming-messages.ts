/** What clients wrote elsewhere than on their page: letters and chats, read without any open-channel event. */
import type { IncomingMessage, IncomingMessages } from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import { refKey } from '../core/ticket.ts';
import { clientChatMessages } from './incoming-chats.ts';
import { lettersById, lettersSince, matchLetters } from './incoming-letters.ts';
import type { PortalClient } from './portal-client.ts';

export function createIncomingMessages(client: PortalClient, log: Log): IncomingMessages {
  return {
    async arrived(activityIds) {
      const letters = await lettersById(client, [...new Set(activityIds)]);
      return {
        count: letters.length,
        async about(waiting) {
          if (letters.length === 0 || waiting.length === 0) return [];
          return inOrder(await matchLetters(client, letters, waiting, 'live'));
        },
      };
    },
    async since(waiting, since) {
      if (waiting.length === 0) return [];
      const priority = 'bulk';
      const chats = await clientChatMessages(client, log, waiting, { since, priority });
      const letters = await lettersSince(client, since, priority);
      return inOrder([...chats, ...(await matchLetters(client, letters, waiting, priority))]);
    },
  };
}

/** Oldest first; what two owners of one ticket share comes once. */
function inOrder(messages: readonly IncomingMessage[]): readonly IncomingMessage[] {
  const once = new Map(messages.map((one) => [`${one.source} ${refKey(one.ref)}`, one]));
  return [...once.values()].toSorted((a, b) => a.at - b.at);
}
