/**
 * Which portals are served, and the parts to serve each with: connected when first needed, the longest unused forgotten. One portal's
 * trouble is its own. Part of the composition root.
 */
import type { ClientDeps } from './app/client-deps.ts';
import type { GateDeps } from './app/gate-deps.ts';
import type { PortalRegistry } from './app/ports/portals.ts';
import { connectInstalledPortal } from './bitrix24/connect-portal.ts';
import type { Portal } from './bitrix24/connect-portal.ts';
import type { OAuthClient } from './bitrix24/oauth-client.ts';
import { createPortalAccess } from './bitrix24/portal-access.ts';
import type { ClientParts } from './compose-client.ts';
import { composeClientSide } from './compose-client.ts';
import { attachPortal, baseHints, openWebhook } from './compose-store.ts';
import type { Foundation, PortalAccess, Store } from './compose-store.ts';
import { AppError } from './errors.ts';

/** Portals connected at the same time in one process; a portal beyond it costs one read of its record. */
const MOST_CONNECTED = 200;

export interface ConnectedPortal {
  readonly portal: Portal;
  readonly deps: ClientDeps;
  readonly foundation: Foundation;
}

export interface PortalPool {
  /** What the use cases of one portal work with. @throws AppError portal-denied when it is not installed */
  deps(portalId: string): Promise<ClientDeps>;
  connected(portalId: string): Promise<ConnectedPortal>;
  /** Portals with settings whose key works: what schedules go over. */
  served(): Promise<readonly string[]>;
  serves(portalId: string): Promise<boolean>;
  /** Installed, but not served now: its grant is dead, or it is unpaid. */
  mayReturn(portalId: string): Promise<boolean>;
  /** The portal's key or address has changed, or it is gone. */
  disconnect(portalId: string): void;
}

export interface PortalPoolOptions {
  readonly store: Store;
  readonly client: Pick<
    ClientParts,
    'jobs' | 'secret' | 'publicUrl' | 'breaker' | 'claimSettlesMs'
  >;
  readonly webhook: PortalAccess | null;
  readonly installed: { readonly registry: PortalRegistry; readonly oauth: OAuthClient } | null;
  /** Triggers and cards of installed portals. */
  readonly signals?: Pick<GateDeps, 'triggers' | 'cards'>;
  readonly mostConnected?: number;
}

export function createPortalPool(options: PortalPoolOptions): PortalPool {
  const { store, webhook, installed, mostConnected = MOST_CONNECTED } = options;
  const connections = new Map<string, Promise<ConnectedPortal>>();

  const connected = (portalId: string): Promise<ConnectedPortal> => {
    const known = connections.get(portalId);
    const connection = known ?? connect(portalId, options);
    // Set anew, so that the map's order is by last use and the first one is the one to forget.
    connections.delete(portalId);
    connections.set(portalId, connection);
    if (connections.size > mostConnected) connections.delete(connections.keys().next().value ?? '');
    if (known === undefined) {
      connection.catch(() => {
        if (connections.get(portalId) === connection) connections.delete(portalId);
      });
    }
    return connection;
  };
  const isWebhook = (portalId: string): boolean => portalId === webhook?.id;

  /** Asked before each piece of work: texts that an administrator saved meanwhile, in whichever process. */
  const withTexts = async (portalId: string): Promise<ConnectedPortal> => {
    const connection = await connected(portalId);
    await connection.foundation.texts.refresh();
    return connection;
  };

  return {
    connected: withTexts,
    deps: async (portalId) => (await withTexts(portalId)).deps,
    async served() {
      const [known, states] = await Promise.all([
        store.policies.portals(),
        installed?.registry.states(),
      ]);
      return known.filter((id) => isWebhook(id) || states?.get(id) === 'active');
    },
    async serves(portalId) {
      if (isWebhook(portalId)) return true;
      return (await installed?.registry.find(portalId))?.state === 'active';
    },
    async mayReturn(portalId) {
      const state = isWebhook(portalId) ? null : (await installed?.registry.find(portalId))?.state;
      return state !== undefined && state !== null && state !== 'active';
    },
    disconnect(portalId) {
      connections.delete(portalId);
    },
  };
}

async function connect(portalId: string, options: PortalPoolOptions): Promise<ConnectedPortal> {
  const { store, client, webhook } = options;
  const portal = await portalOf(portalId, options);
  const signals = portalId === webhook?.id ? {} : options.signals;
  const foundation = attachPortal(store, portal, { portalId, ...signals });
  return { portal, foundation, deps: composeClientSide({ ...foundation, ...client, portalId }) };
}

async function portalOf(portalId: string, options: PortalPoolOptions): Promise<Portal> {
  const { store, webhook, installed } = options;
  if (portalId === webhook?.id) return openWebhook(store, webhook);
  if (!installed) throw notInstalled();
  return openInstalled(portalId, store, installed);
}

/** @throws AppError portal-denied when the app is not installed there */
export async function openInstalled(
  portalId: string,
  store: Store,
  installed: { readonly registry: PortalRegistry; readonly oauth: OAuthClient },
): Promise<Portal> {
  const record = await installed.registry.find(portalId);
  if (!record) throw notInstalled();
  const { budget, lock, clock, log } = store;
  const { registry, oauth } = installed;
  const access = createPortalAccess({ registry, oauth, portal: record, lock, clock, log });
  return connectInstalledPortal({ access, portalId, budget, log, knowledgeBaseHints: baseHints() });
}

const notInstalled = (): AppError =>
  new AppError('portal-denied', 'The app is not installed on this portal.', {
    detail: 'not-installed',
  });
