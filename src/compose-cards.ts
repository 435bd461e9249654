/** The composition of the cards in timelines of installed portals. Part of the composition root. */
import { createCardSide } from './app/timeline-card/card-side.ts';
import type { TimelineCardDeps } from './app/timeline-card/card-deps.ts';
import { keepCards, tendCards } from './app/timeline-card/tend-cards.ts';
import type { CardSide, TimelineCardStore } from './app/ports/timeline-cards.ts';
import type { Store } from './compose-store.ts';
import { forEachPortal, notTwiceAtOnce } from './for-each-portal.ts';
import type { EventsRouteOptions } from './http/events-route.ts';
import type { PortalPool } from './portal-pool.ts';
import type { ClientJobs } from './queue/client-jobs.ts';
import { createTimelineCardStore } from './redis/timeline-card-store.ts';
import { sayByName } from './text/catalog.ts';
import { GAP_CLAUSES } from './text/gap-clauses.ts';

export interface Cards {
  readonly tend: (portalId: string) => Promise<void>;
  readonly pressed: NonNullable<EventsRouteOptions['pressed']>;
  /** Compares open cards with their tickets, for events may be lost. */
  schedule(): void;
}

export interface CardsOptions {
  readonly store: Store;
  readonly pool: PortalPool;
  readonly jobs: ClientJobs;
}

const KEEP_MS = 10 * 60_000;

export function composeCards({ store, pool, jobs }: CardsOptions): Cards {
  const cards = cardStoreOf(store, jobs);
  const { clock, log, lock } = store;
  const depsOf = async (portalId: string): Promise<TimelineCardDeps> => {
    const { deps: client, portal } = await pool.connected(portalId);
    const words = { plain: sayByName, clauseOf: clauseOfGap };
    return { client, portal: portal.timelineCards, store: cards, ...words };
  };
  return {
    async tend(portalId) {
      // Served again, what is due is found by the schedule.
      if (await pool.serves(portalId)) await tendCards(portalId, await depsOf(portalId));
    },
    pressed: (portalId, press) => cards.press(portalId, { ...press, at: clock.now() }),
    schedule() {
      const keep = async (portalId: string): Promise<void> => {
        const deps = await depsOf(portalId);
        if (deps.client.cards) await keepCards(portalId, deps);
      };
      const alone = notTwiceAtOnce('cards', keep, lock);
      jobs.every('cards', KEEP_MS, async () => forEachPortal(await pool.served(), alone, log));
    },
  };
}

const clauseOfGap: TimelineCardDeps['clauseOf'] = (code) => GAP_CLAUSES[code];

/** What sweeps of installed portals tell the cards. */
export function composeCardSide(store: Store, jobs: Pick<ClientJobs, 'wakeAutomation'>): CardSide {
  return createCardSide(cardStoreOf(store, jobs), store.clock);
}

function cardStoreOf(
  { connections, keys, log }: Store,
  jobs: Pick<ClientJobs, 'wakeAutomation'>,
): TimelineCardStore {
  const wake = (portalId: string): Promise<void> => jobs.wakeAutomation('cards', portalId);
  return createTimelineCardStore({ redis: connections.producer, keys, log, wake });
}
