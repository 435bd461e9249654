/** The composition of what whoever runs the service asks of it: readiness and measures. Part of the composition root. */
import { readiness } from './app/readiness.ts';
import type { PortalRegistry } from './app/ports/portals.ts';
import type { Log } from './app/ports/runtime.ts';
import type { SweepReport } from './app/sweep-portal.ts';
import type { OAuthClient } from './bitrix24/oauth-client.ts';
import { WEBHOOK_PORTAL } from './compose-store.ts';
import type { Store } from './compose-store.ts';
import type { OpsOptions } from './http/ops-routes.ts';
import { createMeasures } from './measures/create-measures.ts';
import type { JobCounts, Measures } from './measures/create-measures.ts';
import { loggedJournal } from './measures/decision-log.ts';
import { checkRequestLogDir, createRequestLog } from './measures/request-log.ts';
import type { RequestLog } from './measures/request-log.ts';
import { measuredBudget, measuredJournal } from './measures/measured-ports.ts';
import { ofPortal, traced, tracedBudget } from './measures/traces.ts';
import { probeMemory, probePersistence } from './redis/persistence-probe.ts';
import { createSweepTimes } from './redis/sweep-times.ts';
import { sayByName } from './text/catalog.ts';

export interface OpsParts {
  readonly store: Store;
  readonly served: () => Promise<readonly string[]>;
  readonly registry: PortalRegistry | null;
  readonly counts: () => Promise<readonly JobCounts[]>;
  readonly looks: OpsOptions['queues'];
  readonly closing: () => boolean;
}

interface OpsWish {
  readonly memoryOnly?: boolean;
  readonly adminToken?: string | null;
}

/** Real time, also where a demonstration's clock was moved: it measures machines. */
const now = (): number => Date.now();

export { createMeasures };

export interface RequestLogWish {
  /** Folder for one file a day; absent: requests are not written down. */
  readonly dir: string;
  readonly days: number;
}

/** @throws AppError config-invalid when the folder is of no use */
export function openRequestLog(
  wish: RequestLogWish | undefined,
  { role, log }: { readonly role: string; readonly log: Log },
): RequestLog | null {
  if (!wish) return null;
  checkRequestLogDir(wish.dir);
  return createRequestLog({ ...wish, role, now, log });
}

/** The same store, counted. */
export function measuredStore(
  store: Store,
  measures: Measures,
  requestLog: RequestLog | null,
): Store {
  const wayOf = (portalId: string): string => (portalId === WEBHOOK_PORTAL ? 'webhook' : 'app');
  return {
    ...store,
    budget: tracedBudget(measuredBudget(store.budget, measures, { wayOf, requestLog }), now),
    journal: loggedJournal(measuredJournal(store.journal, measures), store.log),
  };
}

export function measuredInstalls<T extends { readonly oauth: OAuthClient }>(
  installed: T | null,
  measures: Measures,
): T | null {
  return installed && { ...installed, oauth: measuredOAuth(installed.oauth, measures) };
}

function measuredOAuth(oauth: OAuthClient, { refreshes }: Measures): OAuthClient {
  return {
    ...oauth,
    async refresh(endpoint, refreshToken) {
      try {
        const answer = await oauth.refresh(endpoint, refreshToken);
        refreshes.inc({ result: answer.kind });
        return answer;
      } catch (error) {
        refreshes.inc({ result: 'failed' });
        throw error;
      }
    },
  };
}

export type Sweeping = (portalId: string) => Promise<SweepReport>;

/** Times each sweep and remembers when each portal was last swept to the end. */
export function measuredSweep(sweep: Sweeping, { sweeps }: Measures, store: Store): Sweeping {
  const times = sweepTimes(store);
  return async (portalId) => {
    const ended = sweeps.startTimer();
    try {
      const report = await traced('sweep portal', ofPortal(portalId), () => sweep(portalId));
      ended({ result: 'done' });
      await times.swept(portalId, now());
      return report;
    } catch (error) {
      ended({ result: 'failed' });
      throw error;
    }
  };
}

export function composeOps(parts: OpsParts, measures: Measures, wish: OpsWish): OpsOptions {
  const { store, served, registry, counts, looks, closing } = parts;
  const { memoryOnly = false, adminToken = null } = wish;
  const times = sweepTimes(store);
  const startedAt = now();
  // A portal that was never swept is due since this process started.
  const oldestSweep = async () => times.oldest(await served(), startedAt);
  const storeUp = async () =>
    store.connections.producer.ping().then(
      () => true,
      () => false,
    );
  const memoryUsed = () => probeMemory(store.connections.producer);
  measures.watch({
    memoryUsed,
    storeUp,
    jobs: counts,
    async portals() {
      const states = [...((await registry?.states()) ?? new Map<string, string>()).values()];
      return new Map(
        [...new Set(states)].map((state) => [state, states.filter((one) => one === state).length]),
      );
    },
    async sweepAge() {
      const oldest = await oldestSweep();
      return oldest === null ? null : Math.max(0, now() - oldest) / 1000;
    },
  });
  const standing = async () => ({
    ...(await probePersistence(store.connections.producer)),
    memoryOnly,
  });
  return {
    readiness: () => readiness({ store: { standing }, memoryUsed, oldestSweep, now, closing }),
    measures: () => measures.read(),
    adminToken,
    queues: looks,
    say: sayByName,
    now,
  };
}

function sweepTimes({ connections, keys }: Store) {
  return createSweepTimes(connections.producer, keys);
}
