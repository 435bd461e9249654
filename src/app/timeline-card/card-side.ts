/** What a sweep tells the cards: only notes in the store, so that no return waits for a card. */
import { onlyAsksClient } from '../../core/client-word.ts';
import { refKey } from '../../core/ticket.ts';
import { ticketOfKey } from '../card-actions.ts';
import type { Clock } from '../ports/runtime.ts';
import type { CardSide, CardWish, TimelineCardStore } from '../ports/timeline-cards.ts';

export function createCardSide(store: TimelineCardStore, clock: Clock): CardSide {
  return {
    async returned(portalId, tickets) {
      const at = clock.now();
      const wishes = tickets.map((ticket): CardWish =>
        // There is nothing to mend: no card, and one that stands is looked at.
        onlyAsksClient(ticket.gaps)
          ? { kind: 'look', ref: ticket.ref, whole: true, at }
          : { kind: 'returned', ...ticket, at },
      );
      if (wishes.length > 0) await store.wish(portalId, wishes);
    },
    async rang(portalId, keys) {
      const refs = [...keys].flatMap((key) => ticketOfKey(key) ?? []);
      if (refs.length === 0) return;
      const known = await store.known(portalId, refs);
      const at = clock.now();
      const looks = refs
        .filter((ref) => known.has(refKey(ref)))
        .map((ref): CardWish => ({ kind: 'look', ref, whole: false, at }));
      if (looks.length > 0) await store.wish(portalId, looks);
    },
  };
}
