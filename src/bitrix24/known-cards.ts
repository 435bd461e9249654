/** Who the clients of a ticket are: one that was read once for a piece of work has the same clients until it is read again. */
import type { TicketHead } from '../app/ports/tickets.ts';
import { AppError } from '../errors.ts';
import type { PortalClient } from './portal-client.ts';
import { cardsFrom, readClientCards } from './ticket-clients.ts';
import type { ClientCard } from './ticket-clients.ts';

export class KnownCards {
  readonly #known = new WeakMap<TicketHead, readonly ClientCard[]>();

  async of(client: PortalClient, head: TicketHead): Promise<readonly ClientCard[]> {
    const cards = this.#known.get(head) ?? (await readClientCards(client, head.ref));
    this.#known.set(head, cards);
    return cards;
  }

  /** @param asked answers to clientQuestions; what cannot be read now is asked again by whoever needs it */
  async learn(asked: PortalClient, head: TicketHead): Promise<void> {
    try {
      this.#known.set(head, await cardsFrom(asked, head.ref));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
}
