/** What clients wrote elsewhere than on their page: letters and chats, read without any open-channel event. */
import type { IncomingMessage } from '../app/ports/client.ts';
import type { IncomingMessages } from '../app/ports/incoming.ts';
import type { Log } from '../app/ports/runtime.ts';
import { refKey } from '../core/ticket.ts';
import { clientChatMessages } from './incoming-chats.ts';
import { lettersById, lettersSince, matchLetters } from './incoming-letters.ts';
import { ticketsOfWriters } from './letter-tickets.ts';
import type { PortalClient } from './portal-client.ts';

const SCHEDULED = 'bulk';

export function createIncomingMessages(client: PortalClient, log: Log): IncomingMessages {
  const readChats: IncomingMessages['chats'] = async (tickets, since) =>
    tickets.length === 0
      ? []
      : clientChatMessages(client, log, tickets, { since, priority: SCHEDULED });
  const readLetters: IncomingMessages['letters'] = async (tickets, since) => {
    if (tickets.length === 0) return [];
    const letters = await lettersSince(client, since, SCHEDULED);
    return matchLetters(client, letters, tickets, SCHEDULED);
  };
  return {
    async arrived(activityIds) {
      const { letters, others } = await lettersById(client, [...new Set(activityIds)]);
      return {
        count: letters.length,
        others,
        among: (refs) => ticketsOfWriters(client, letters, refs),
        async about(waiting) {
          if (letters.length === 0 || waiting.length === 0) return [];
          return inOrder(await matchLetters(client, letters, waiting, 'live'));
        },
      };
    },
    async since(waiting, since) {
      const chats = await readChats(waiting, since);
      return inOrder([...chats, ...(await readLetters(waiting, since))]);
    },
    letters: async (tickets, since) => inOrder(await readLetters(tickets, since)),
    chats: async (tickets, since) => inOrder(await readChats(tickets, since)),
  };
}

/** Oldest first; what two owners of one ticket share comes once. */
function inOrder(messages: readonly IncomingMessage[]): readonly IncomingMessage[] {
  const once = new Map(messages.map((one) => [`${one.source} ${refKey(one.ref)}`, one]));
  return [...once.values()].toSorted((a, b) => a.at - b.at);
}
