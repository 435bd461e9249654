/** One ticket with its facts in one request: for a known id nothing of the facts has to wait for the list. */
import type { MovedQuery, TicketFacts, TicketHead } from '../app/ports/tickets.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { askBefore } from './asked-before.ts';
import type { FinalStages, ParentLinks } from './child-tickets.ts';
import { firstPages, listMoved } from './moved-tickets.ts';
import type { PortalClient } from './portal-client.ts';
import { factCommands, loadFacts } from './ticket-facts.ts';
import { readHead } from './ticket-fields.ts';

export interface Look {
  readonly ref: TicketRef;
  /** Finds the ticket; see app/one-ticket.ts. */
  readonly queries: readonly MovedQuery[];
  readonly finalStages: FinalStages;
}

/**
 * A smart process is talked with through its clients, whom only the answer names: its chats are a second request.
 * @returns null for a ticket that is gone or hidden
 */
export async function lookAt(
  client: PortalClient,
  { ref, queries, finalStages }: Look,
  links: ParentLinks,
): Promise<{ readonly head: TicketHead; readonly facts: TicketFacts } | null> {
  const guessed = readHead(ref.entityTypeId, { id: ref.id }, []);
  if (guessed === null) return null;
  const commands = [
    ...firstPages(queries),
    ...links.due(queries, Date.now()),
    ...factCommands([guessed], { conversations: true, links }).commands,
  ];
  const asked = await askBefore(client, { commands }, { priority: 'live' });
  const [head] = await listMoved(asked, queries, 'live', links);
  if (!head) return null;
  const what = { conversations: true, finalStages, types: queries, links };
  const facts = (await loadFacts(asked, [head], what, 'live')).get(refKey(ref));
  return facts ? { head, facts } : null;
}
