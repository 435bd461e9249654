/** The reading half of the ticket gateway, and the names of many users at once. */
import type { PastPortal } from '../app/ports/past.ts';
import type { TicketGateway } from '../app/ports/tickets.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { rowsOf, textOf } from './read-value.ts';

export function createPastPortal(client: PortalClient, tickets: TicketGateway): PastPortal {
  return {
    listMoved: (queries, priority) => tickets.listMoved(queries, priority),
    loadFacts: (heads, what, priority) => tickets.loadFacts(heads, what, priority),
    loadConversations: (heads, priority, asOf) => tickets.loadConversations(heads, priority, asOf),
    ticketLink: (ref) => tickets.ticketLink(ref),
    async staffNames(userIds) {
      const ids = [...new Set(userIds)].filter((id) => id > 0);
      const commands = ids.map((id) => ({ key: `u${id}`, method: 'user.get', params: { ID: id } }));
      const answers = await readBatch(client, commands, 'bulk');
      return new Map(
        ids.flatMap((id) => {
          const answer = answers.get(`u${id}`);
          const row = answer?.ok
            ? rowsOf(answer.value).find((one) => textOf(one['ID']) === String(id))
            : undefined;
          const name = row ? `${textOf(row['NAME'])} ${textOf(row['LAST_NAME'])}`.trim() : '';
          return name === '' ? [] : [[id, name] as const];
        }),
      );
    },
  };
}
