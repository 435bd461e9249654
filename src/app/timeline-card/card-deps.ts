import type { ClientDeps } from '../client-deps.ts';
import type { TimelineCards, TimelineCardStore } from '../ports/timeline-cards.ts';
import type { FaceDeps } from './card-face.ts';

/** What the cards of one portal are tended with; given by the composition root. */
export interface TimelineCardDeps extends FaceDeps {
  readonly client: ClientDeps;
  readonly portal: TimelineCards;
  readonly store: TimelineCardStore;
}
