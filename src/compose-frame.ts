/** The composition of the pages inside the portal: their door, sessions, assets and routes. Part of the composition root. */
import { createWorkingHours } from './app/working-hours.ts';
import type { TicketRef } from './core/ticket.ts';
import { createCardDesk } from './app/card-actions.ts';
import type { CardDeps } from './app/card/card-deps.ts';
import { peopleInHistory } from './app/card/card-history.ts';
import type { ClientDeps } from './app/client-deps.ts';
import type { InstallDeps } from './app/install-portal.ts';
import { queriesFor } from './app/queries-for.ts';
import type { FrameDoor, OpeningLook } from './app/ports/frame.ts';
import type { PortalRegistry } from './app/ports/portals.ts';
import type { Doorbell } from './app/ports/runtime.ts';
import { createFrameIntroducer } from './bitrix24/frame-introduction.ts';
import { bundleWeb } from './bundle-web.ts';
import { zoneRules } from './calendar/zone-rules.ts';
import { calendarOf } from './compose-client.ts';
import type { ClosingPolicy } from './core/policy.ts';
import { adminDepsOf } from './compose-admin.ts';
import type { AppOptions, InstalledParts, Installs } from './compose-installs.ts';
import { composeKnowledge } from './compose-knowledge.ts';
import { baseHints } from './compose-store.ts';
import type { Store } from './compose-store.ts';
import { firstCardState } from './http/card-api.ts';
import type { CardApiOptions } from './http/card-api.ts';
import type { AdminApiOptions } from './http/admin-api.ts';
import type { HttpServerOptions } from './http/create-http-server.ts';
import { createSessionTokens } from './http/session-token.ts';
import type { Session } from './http/session-token.ts';
import type { ConnectedPortal, PortalPool } from './portal-pool.ts';
import { AppError } from './errors.ts';
import { createSecretBox } from './redis/secret-box.ts';
import { createUserTokens } from './redis/user-tokens.ts';
import { sayByName } from './text/catalog.ts';

interface FrameParts {
  readonly store: Store;
  readonly pool: PortalPool;
  readonly registry: PortalRegistry;
  readonly app: AppOptions;
  readonly secret: string;
  readonly memoryOnly: boolean;
  readonly keepRegistered: (portalId: string) => Promise<void>;
  readonly install: InstallDeps;
}

interface ServiceWish {
  readonly memoryOnly?: boolean;
  readonly app?: AppOptions | null;
  readonly secret: string;
  readonly role: 'web' | 'worker' | 'all';
}

/** Routes of the pages; none where no portal can install the app. */
export interface FrameComposition {
  routes(ready: () => boolean): Pick<HttpServerOptions, 'frame' | 'cardApi' | 'adminApi'>;
  /** What rings about a ticket makes the panel read it anew. */
  listening(doorbell: Doorbell): Doorbell;
}

const NO_PAGES: FrameComposition = { routes: () => ({}), listening: (doorbell) => doorbell };

/** @throws when a page's source does not compile */
export async function openFrame(
  {
    store,
    pool,
    installed,
    installs,
  }: Pick<FrameParts, 'store' | 'pool'> & {
    readonly installed: InstalledParts | null;
    readonly installs: Pick<Installs, 'keepRegistered' | 'deps'> | null;
  },
  { app, secret, role, memoryOnly = false }: ServiceWish,
): Promise<FrameComposition> {
  if (!installed || !installs || !app || role === 'worker') return NO_PAGES;
  const { keepRegistered, deps: install } = installs;
  const { registry } = installed;
  return composeFrame({ store, pool, registry, app, secret, memoryOnly, keepRegistered, install });
}

async function composeFrame(parts: FrameParts): Promise<FrameComposition> {
  const { store, pool, app, secret } = parts;
  const { clock, log } = store;
  const secrets: readonly [string, ...string[]] = [secret, ...(app.oldSecrets ?? [])];
  const door = composeDoor(parts, secrets);
  const tokens = createSessionTokens(secrets, () => clock.now());
  const desk = createCardDesk();
  const depsFor = cardDepsOf(pool);
  const cardApi: CardApiOptions = { door, tokens, desk, depsFor, say: sayByName, log };
  const adminApi: AdminApiOptions = {
    door,
    tokens,
    depsFor: adminDepsOf(parts),
    say: sayByName,
    log,
  };
  const frame = {
    door,
    tokens,
    assets: await bundleWeb(),
    clock,
    log,
    say: sayByName,
    firstState: async (session: Session, look: OpeningLook | null) =>
      session.audience === 'card'
        ? firstCardState(session, throughLook(cardApi, look), look)
        : null,
  };
  return {
    routes: (ready) => ({ cardApi, adminApi, frame: { ...frame, ready } }),
    listening: (doorbell) => ({
      async ring(portalId, events) {
        for (const { key } of events) desk.rang(portalId, key);
        await doorbell.ring(portalId, events);
      },
      refused: () => doorbell.refused(),
    }),
  };
}

function composeDoor(
  { store, registry, app }: FrameParts,
  secrets: readonly [string, ...string[]],
): FrameDoor {
  const { connections, keys, clock, log, budget } = store;
  const box = createSecretBox(secrets);
  const kept = createUserTokens({ redis: connections.producer, keys, box, clock });
  const introducer = createFrameIntroducer({
    clientId: app.clientId,
    budget,
    log,
    knowledgeBaseHints: baseHints(),
  });
  const keyOf = (portalId: string, userId: number) =>
    Promise.all([registry.find(portalId), kept.find(portalId, userId)]);
  return {
    async portal(portalId) {
      const record = await registry.find(portalId);
      if (record === null) return null;
      const { origin, applicationToken, language, state } = record;
      return { portalId, origin, applicationToken, language, active: state === 'active' };
    },
    async introduce(portalId, accessToken, { ref, keepUntil, withLook = false }) {
      const record = await registry.find(portalId);
      if (record === null) return { kind: 'refused', why: 'token' };
      const { origin } = record;
      const opening = ref === null || !withLook ? null : await openingWish(portalId, ref, store);
      const user = { portalId, origin, accessToken };
      const answer = await introducer.introduce(user, ref, opening);
      if (answer.kind === 'known') {
        await kept.keep(portalId, { userId: answer.user.id, accessToken, until: keepUntil });
      }
      return answer;
    },
    async standing(portalId, userId) {
      const [record, accessToken] = await keyOf(portalId, userId);
      if (record === null || accessToken === null) return null;
      const { origin } = record;
      const answer = await introducer.introduce({ portalId, origin, accessToken }, null);
      return answer.kind === 'known' && answer.user.id === userId ? answer.user : null;
    },
    async hand(portalId, userId) {
      const [record, accessToken] = await keyOf(portalId, userId);
      if (record?.state !== 'active' || accessToken === null) return null;
      return introducer.hand({ portalId, origin: record.origin, accessToken });
    },
  };
}

/** What the first state of a ticket's page will ask of the portal; null where the ticket's type is not gated. */
async function openingWish(
  portalId: string,
  ref: TicketRef,
  { policies, journal }: Pick<Store, 'policies' | 'journal'>,
) {
  try {
    const all = await policies.list(portalId);
    if (all.every(({ pipeline }) => pipeline.entityTypeId !== ref.entityTypeId)) return null;
    const people = await peopleInHistory(portalId, ref, { journal });
    return { ref, queries: queriesFor([ref], all), people };
  } catch (error) {
    // The page opens without it, and its own request says what is wrong.
    if (error instanceof AppError) return null;
    throw error;
  }
}

const workingTimeOf = (calendar: unknown, policy: ClosingPolicy) => ({
  calendar: calendarOf(calendar, policy),
  zone: zoneRules(policy.timeZone),
});

/** The use cases with what the opening told in place of the portal. */
function throughLook(cardApi: CardApiOptions, look: OpeningLook | null): CardApiOptions {
  if (look === null) return cardApi;
  return {
    ...cardApi,
    async depsFor(portalId) {
      const deps = await cardApi.depsFor(portalId);
      if (deps === null) return null;
      const { client } = deps;
      const { stages, tickets } = look;
      const calendar = () => look.calendarSettings();
      const seen: ClientDeps = {
        ...client,
        tickets: {
          ...client.tickets,
          loadFacts: (heads, what, priority) => tickets.loadFacts(heads, what, priority),
        },
        stages: { stages: () => Promise.resolve({ stages, renewed: false }) },
        channels: { ...client.channels, staffName: (userId) => look.staffName(userId) },
        workingTime: createWorkingHours(calendar, workingTimeOf, client.clock),
      };
      return { ...deps, client: seen };
    },
  };
}

/** The knowledge base's parts are made once per connection: they remember what was solved lately. */
function cardDepsOf(pool: PortalPool): (portalId: string) => Promise<CardDeps | null> {
  const made = new WeakMap<ConnectedPortal, CardDeps>();
  return async (portalId) => {
    if (!(await pool.serves(portalId))) return null;
    const connected = await pool.connected(portalId);
    const known = made.get(connected);
    if (known) return known;
    const knowledge = composeKnowledge(connected.foundation);
    const deps: CardDeps = { client: connected.deps, knowledge, plain: sayByName };
    made.set(connected, deps);
    return deps;
  };
}
