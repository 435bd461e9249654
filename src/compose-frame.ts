/** The composition of the pages inside the portal: their door, sessions, assets and routes. Part of the composition root. */
import { createCardDesk } from './app/card-actions.ts';
import type { CardDeps } from './app/card/card-deps.ts';
import type { FrameDoor } from './app/ports/frame.ts';
import type { PortalRegistry } from './app/ports/portals.ts';
import type { Doorbell } from './app/ports/runtime.ts';
import { createFrameIntroducer } from './bitrix24/frame-introduction.ts';
import { bundleWeb } from './bundle-web.ts';
import { adminDepsOf } from './compose-admin.ts';
import type { AppOptions, InstalledParts, Installs } from './compose-installs.ts';
import { composeKnowledge } from './compose-knowledge.ts';
import type { Store } from './compose-store.ts';
import { firstCardState } from './http/card-api.ts';
import type { CardApiOptions } from './http/card-api.ts';
import type { AdminApiOptions } from './http/admin-api.ts';
import type { HttpServerOptions } from './http/create-http-server.ts';
import { createSessionTokens } from './http/session-token.ts';
import type { Session } from './http/session-token.ts';
import type { ConnectedPortal, PortalPool } from './portal-pool.ts';
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
    readonly installs: Pick<Installs, 'keepRegistered'> | null;
  },
  { app, secret, role, memoryOnly = false }: ServiceWish,
): Promise<FrameComposition> {
  if (!installed || !installs || !app || role === 'worker') return NO_PAGES;
  const { keepRegistered } = installs;
  const { registry } = installed;
  return composeFrame({ store, pool, registry, app, secret, memoryOnly, keepRegistered });
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
    firstState: async (session: Session) =>
      session.audience === 'card' ? firstCardState(session, cardApi) : null,
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
  const introducer = createFrameIntroducer({ clientId: app.clientId, budget, log });
  return {
    async portal(portalId) {
      const record = await registry.find(portalId);
      if (record === null) return null;
      const { origin, applicationToken, language, state } = record;
      return { portalId, origin, applicationToken, language, active: state === 'active' };
    },
    async introduce(portalId, accessToken, { ref, keepUntil }) {
      const record = await registry.find(portalId);
      if (record === null) return { kind: 'refused', why: 'token' };
      const { origin } = record;
      const answer = await introducer.introduce({ portalId, origin, accessToken }, ref);
      if (answer.kind === 'known') {
        await kept.keep(portalId, { userId: answer.user.id, accessToken, until: keepUntil });
      }
      return answer;
    },
    async standing(portalId, userId) {
      const [record, accessToken] = await Promise.all([
        registry.find(portalId),
        kept.find(portalId, userId),
      ]);
      if (record === null || accessToken === null) return null;
      const { origin } = record;
      const answer = await introducer.introduce({ portalId, origin, accessToken }, null);
      return answer.kind === 'known' && answer.user.id === userId ? answer.user : null;
    },
    async hand(portalId, userId) {
      const [record, accessToken] = await Promise.all([
        registry.find(portalId),
        kept.find(portalId, userId),
      ]);
      if (record?.state !== 'active' || accessToken === null) return null;
      return introducer.hand({ portalId, origin: record.origin, accessToken });
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
