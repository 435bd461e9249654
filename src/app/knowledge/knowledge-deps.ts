/** What the knowledge-base use cases are given by the composition root, on top of the gate's. */
import type { SearchRules } from '../../core/similar/search-words.ts';
import type { GateDeps } from '../gate-deps.ts';
import type { TicketWriter } from '../ports/client.ts';
import type { ArticleTexts, KnowledgeBase, SolvedTickets } from '../ports/knowledge.ts';
import type { PortalLock } from '../ports/state.ts';

export interface KnowledgeDeps extends Pick<
  GateDeps,
  'tickets' | 'state' | 'journal' | 'policies' | 'clock' | 'log'
> {
  readonly knowledge: KnowledgeBase;
  readonly solved: SolvedTickets;
  readonly articleTexts: ArticleTexts;
  readonly searchRules: SearchRules;
  readonly writer: TicketWriter;
  readonly lock: PortalLock;
}
