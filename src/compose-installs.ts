/** The composition of installed portals: registry, authorization server, installation, lifecycle. Part of the composition root. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  INSTALL_STEPS,
  checkPayment,
  healPortal,
  installPortal,
  keepRegistered,
  runInstallStep,
} from './app/install-portal.ts';
import type { InstallDeps } from './app/install-portal.ts';
import { createKnownPortals } from './app/known-portals.ts';
import type { KnownPortals } from './app/known-portals.ts';
import { portalLifecycle } from './app/portal-lifecycle.ts';
import type { LifecycleEvent } from './app/portal-lifecycle.ts';
import type { PortalRegistry } from './app/ports/portals.ts';
import { createOAuthClient } from './bitrix24/oauth-client.ts';
import type { OAuthClient } from './bitrix24/oauth-client.ts';
import { createPortalVerifier } from './bitrix24/portal-verifier.ts';
import type { Store } from './compose-store.ts';
import { forEachPortal } from './for-each-portal.ts';
import { createTokenCheck } from './http/event-token.ts';
import type { InstalledPortals } from './http/events-route.ts';
import type { InstallPagesOptions } from './http/install-routes.ts';
import { createTokenSigner } from './http/token-signer.ts';
import type { PortalPool } from './portal-pool.ts';
import type { ClientJobs } from './queue/client-jobs.ts';
import { faultFields } from './errors.ts';
import { readManifest } from './read-manifest.ts';
import { createPortalRegistry } from './redis/portal-registry.ts';
import { createSecretBox } from './redis/secret-box.ts';
import { sayByName } from './text/catalog.ts';

/** Credentials of the application; secrets are revealed only here. */
export interface AppOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `https://host` of each authorization server that may be asked. */
  readonly oauthOrigins: readonly string[];
  /** Secrets before the present one. */
  readonly oldSecrets?: readonly string[];
}

export interface InstalledParts {
  readonly registry: PortalRegistry;
  readonly oauth: OAuthClient;
  /** Secrets beside the present one that are read. */
  readonly oldSecrets: readonly string[];
}

/** null when no portal can install the app. */
export function openRegistry(
  store: Store,
  { app, secret }: { readonly app?: AppOptions | null; readonly secret: string },
): InstalledParts | null {
  if (!app) return null;
  const { connections, keys, clock, log } = store;
  const { clientId, clientSecret, oauthOrigins: origins, oldSecrets = [] } = app;
  const box = createSecretBox([secret, ...oldSecrets]);
  const registry = createPortalRegistry({ redis: connections.producer, keys, box, clock, log });
  const oauth = createOAuthClient({ clientId, clientSecret, origins });
  return { registry, oauth, oldSecrets };
}

export interface InstallsOptions extends InstalledParts {
  readonly store: Store;
  readonly pool: PortalPool;
  readonly publicUrl: () => string;
  readonly secret: string;
}

export interface Installs {
  readonly events: InstalledPortals;
  readonly pages: Omit<InstallPagesOptions, 'ready'>;
  /** For the door of the pages inside the portal. */
  readonly deps: InstallDeps;
  keepRegistered(portalId: string): Promise<void>;
  /** Registration, payment and key versions, looked after by one of the processes. */
  schedule(jobs: ClientJobs): void;
  /** Waits for registrations under way. */
  close(): Promise<void>;
}

const UPKEEP_MS = 5 * 60_000;
/** An unpaid portal tells nothing when it is paid again: it is asked. */
const ASK_UNPAID_MS = 60 * 60_000;

export function composeInstalls(options: InstallsOptions): Installs {
  const { store, registry, secret, oldSecrets } = options;
  const known = createKnownPortals({ registry, sameSecret, now: () => performance.now() });
  const deps = installDeps(options, known);
  const { inBackground, ended } = createBackground(store);
  /** Answers go out before the registration, which takes several requests; the upkeep makes good what a crash cuts off. */
  const afterwards = (event: LifecycleEvent): void => {
    const { portalId } = event;
    if (event.code === 'ONAPPUNINSTALL')
      inBackground(portalId, 'erasure', () => eraseRest(portalId, store, registry));
    else inBackground(portalId, 'registration', () => keepRegistered(portalId, deps));
  };
  return {
    deps,
    keepRegistered: (portalId) => keepRegistered(portalId, deps),
    events: {
      recognise: (portalId, token) => known.recognise(portalId, token),
      async lifecycle(event) {
        const answer = await portalLifecycle(event, deps);
        if (answer === 'done') afterwards(event);
        return answer;
      },
    },
    pages: {
      install: (contact) => installPortal(contact, 'page', deps),
      async heal(contact) {
        const { portalId } = contact;
        await healPortal(contact, deps);
        inBackground(portalId, 'registration', () => keepRegistered(portalId, deps));
      },
      step: (portalId, step) => runInstallStep(portalId, step, deps),
      steps: INSTALL_STEPS,
      tokens: createTokenSigner(secret, oldSecrets),
      clock: store.clock,
      say: sayByName,
      log: store.log,
    },
    schedule(jobs) {
      jobs.every('portals', UPKEEP_MS, () => upkeep(deps));
      if (oldSecrets.length > 0) void reseal(deps);
    },
    close: ended,
  };
}

/** Work that nobody waits for; its failures are told, and its end can be waited for. */
function createBackground({ log }: Pick<Store, 'log'>) {
  const running = new Set<Promise<void>>();
  return {
    inBackground: (portalId: string, what: string, job: () => Promise<void>): void => {
      const work = job()
        .catch((error: unknown) => log.warn({ portalId, what, ...faultFields(error) }, LATER))
        .finally(() => running.delete(work));
      running.add(work);
    },
    ended: async (): Promise<void> => {
      await Promise.all(running);
    },
  };
}

function installDeps(options: InstallsOptions, known: KnownPortals): InstallDeps {
  const { store, pool, registry, oauth, publicUrl } = options;
  const { clock, log, budget, policies } = store;
  return {
    registry,
    verifier: createPortalVerifier({ oauth, budget, clock, log }),
    policies,
    manifest: readManifest(),
    publicUrl,
    registrarOf: async (portalId) => (await pool.connected(portalId)).portal.registrar,
    disconnect(portalId) {
      pool.disconnect(portalId);
      known.forget(portalId);
    },
    sameSecret,
    clock,
    log,
  };
}

const LATER = 'Work after a lifecycle event failed; the upkeep does it again';
/** Longer than a sweep may wait for room in the request budget. */
const SWEEP_ENDS_MS = 60_000;

/** A sweep under way may write after the erasure: its lock tells when it has ended. */
async function eraseRest(
  portalId: string,
  { lock }: Pick<Store, 'lock'>,
  registry: PortalRegistry,
): Promise<void> {
  const giveUpAt = performance.now() + SWEEP_ENDS_MS;
  while (performance.now() < giveUpAt) {
    const done = await lock.exclusively(portalId, async () => true);
    if (done !== null) break;
    await sleep(250);
  }
  await registry.eraseRest({ last: false });
}

async function upkeep(deps: InstallDeps): Promise<void> {
  const { registry, log, clock } = deps;
  await registry.eraseRest({ last: true });
  const states = [...(await registry.states())];
  const inState = (wanted: string): readonly string[] =>
    states.filter(([, state]) => state === wanted).map(([portalId]) => portalId);
  await forEachPortal(inState('active'), (portalId) => keepRegistered(portalId, deps), log);
  const ask = async (portalId: string): Promise<void> => {
    const portal = await registry.find(portalId);
    if (portal === null || portal.updatedAt > clock.now() - ASK_UNPAID_MS) return;
    await checkPayment(portalId, deps);
  };
  await forEachPortal(inState('unpaid'), ask, log);
}

async function reseal({ registry, log }: InstallDeps): Promise<void> {
  try {
    const values = await registry.reseal();
    log.info(
      { values },
      'Stored secrets were sealed anew; APP_SECRETS_OLD can be emptied once no link signed with it is wanted (90 days)',
    );
  } catch (error) {
    log.warn(faultFields(error), 'Stored secrets were not all sealed anew: start again later');
  }
}

/** Compares with a key of this process, so that neither text nor length shows in the time it takes. */
const BLIND = randomBytes(16).toString('hex');

function sameSecret(given: string, stored: string): boolean {
  return (
    given !== '' && stored !== '' && createTokenCheck([`${BLIND}${stored}`])(`${BLIND}${given}`)
  );
}
