/** What the panel of a ticket is given by the composition root. */
import type { TicketRef } from '../../core/ticket.ts';
import type { ClientDeps } from '../client-deps.ts';
import type { KnowledgeDeps } from '../knowledge/knowledge-deps.ts';
import type { Hand } from '../ports/frame.ts';
import type { Language } from '../ports/texts.ts';
import type { Say } from '../ports/tools.ts';

export interface CardDeps {
  readonly client: ClientDeps;
  readonly knowledge: KnowledgeDeps;
  /** Texts as they are, without the marks and escapes of the portal's timeline. */
  readonly plain: Say;
}

/** Who looks at which ticket, in which language and with whose hand. */
export interface CardViewer {
  readonly portalId: string;
  readonly ref: TicketRef;
  readonly userId: number;
  readonly language: Language;
  readonly hand: Hand;
}
