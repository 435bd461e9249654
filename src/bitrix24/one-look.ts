/** One ticket with its facts in one request: for a known id nothing of the facts has to wait for the list. */
import type { MovedQuery, TicketFacts, TicketHead } from '../app/ports/tickets.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { askBefore } from './asked-before.ts';
import type { Questions } from './asked-before.ts';
import type { FinalStages, ParentLinks } from './child-tickets.ts';
import type { KnownCards } from './known-cards.ts';
import { firstPages, listMoved } from './moved-tickets.ts';
import type { PortalClient } from './portal-client.ts';
import { factCommands, loadFacts } from './ticket-facts.ts';
import { clientQuestions } from './ticket-clients.ts';
import { readHead } from './ticket-fields.ts';

export interface Look {
  readonly ref: TicketRef;
  /** Finds the ticket; see app/one-ticket.ts. */
  readonly queries: readonly MovedQuery[];
  readonly finalStages: FinalStages;
  /** Who its client is is asked along. */
  readonly client?: boolean;
}

/** What a piece of work has to know of its ticket. */
export interface Known {
  readonly links: ParentLinks;
  readonly cards: KnownCards;
}

/**
 * A smart process is talked with through its clients, whom only the answer names: its chats are a second request.
 * @returns null for a ticket that is gone or hidden
 */
export async function lookAt(
  client: PortalClient,
  { ref, queries, finalStages, client: withClient = false }: Look,
  { links, cards }: Known,
): Promise<{ readonly head: TicketHead; readonly facts: TicketFacts } | null> {
  const guessed = readHead(ref.entityTypeId, { id: ref.id }, []);
  if (guessed === null) return null;
  const commands = [
    ...firstPages(queries),
    ...links.due(queries, Date.now()),
    ...factCommands([guessed], { conversations: true, links }).commands,
  ];
  const who: Questions = withClient ? clientQuestions(ref) : { commands: [] };
  const questions = { ...who, commands: [...commands, ...who.commands] };
  const asked = await askBefore(client, questions, { priority: 'live' });
  const [head] = await listMoved(asked, queries, 'live', links);
  if (!head) return null;
  const what = { conversations: true, finalStages, types: queries, links };
  const facts = (await loadFacts(asked, [head], what, 'live')).get(refKey(ref));
  if (withClient) await cards.learn(asked, head);
  return facts ? { head, facts } : null;
}
