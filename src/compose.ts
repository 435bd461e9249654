/** The composition root: the service. With compose-store, compose-client and compose-tools the only files that name implementations. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { ClientDeps } from './app/client-deps.ts';
import { clientAnswered } from './app/client-answered.ts';
import { dailyDigest } from './app/daily-digest.ts';
import { reconcile } from './app/reconcile.ts';
import { scanReplies } from './app/reply-arrived.ts';
import { createTimerRuns } from './app/timer-runs.ts';
import type { TimerRuns } from './app/timer-runs.ts';
import { sweepPortal } from './app/sweep-portal.ts';
import type { SweepReport } from './app/sweep-portal.ts';
import { weeklyOverrides } from './app/weekly-overrides.ts';
import { composeAutomation, composeSignals } from './compose-automation.ts';
import type { Automation, AutomationOptions } from './compose-automation.ts';
import { composeClientPage, composeHoldPage } from './compose-client.ts';
import { openFrame } from './compose-frame.ts';
import { composeInstalls, openRegistry } from './compose-installs.ts';
import type { AppOptions, InstalledParts, Installs } from './compose-installs.ts';
import { openStore } from './compose-store.ts';
import type { PortalAccess, Store, StoreOptions, StoreTuning } from './compose-store.ts';
import { forEachPortal } from './for-each-portal.ts';
import { AppError } from './errors.ts';
import { createHttpServer } from './http/create-http-server.ts';
import { createClientJobs } from './queue/client-jobs.ts';
import type { ClientJobs, ClientJobsSettings } from './queue/client-jobs.ts';
import { createQueues } from './queue/create-queues.ts';
import type { BreakerLimits } from './redis/outbox.ts';
import { createPortalPool } from './portal-pool.ts';
import type { PortalPool } from './portal-pool.ts';
import { createRunLog } from './redis/run-log.ts';
import { createSweepState } from './redis/sweep-state.ts';

export interface ServiceOptions extends Omit<StoreOptions, 'portal'> {
  /** The portal of an incoming webhook; null: installed portals only. */
  readonly portal: PortalAccess | null;
  /** The application that portals install; absent: none can. */
  readonly app?: AppOptions | null;
  readonly role: 'web' | 'worker' | 'all';
  readonly port: number;
  /** Signs links to the client page. */
  readonly secret: string;
  /** Secrets before the present one: links sealed with them still open. */
  readonly oldSecrets?: readonly string[];
  /** Where people reach the HTTP side, without a slash at the end; absent: loopback, at the port it got. */
  readonly publicUrl?: string;
  /** The store given is the stand-in that forgets everything at exit. */
  readonly memoryOnly?: boolean;
  readonly tuning?: ServiceTuning;
}

/** Times and limits for tests that cannot wait: absent values are the service's own. */
export interface ServiceTuning extends StoreTuning {
  /** A dead process's job is run again after at most lockMs + stalledMs. */
  readonly jobs?: Partial<Pick<ClientJobsSettings, 'lockMs' | 'stalledMs'>>;
  readonly sweepEveryMs?: number;
  readonly reconcileEveryMs?: number;
  readonly breaker?: Partial<BreakerLimits>;
  /** See ClientDeps. */
  readonly claimSettlesMs?: number;
}

export interface Service {
  /** Port the HTTP side listens on; null for a pure worker. */
  readonly port: number | null;
  /** The clock was moved by hand (demonstration): due timers fire now. */
  clockMoved(): Promise<void>;
  /** Takes no new work, lets running sweeps end within `deadlineMs`, closes everything. */
  close(deadlineMs: number): Promise<void>;
}

/** Connects, starts and listens as the role says. Throws AppError store-unavailable when Redis does not answer. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { log, clock, role, secret, portal: webhook, tuning = {} } = options;
  const store = await openStore(options);
  const { queues, jobs } = openQueues(store, options, () => pool.served());
  let port: number | null = null;
  const publicUrl = (): string => options.publicUrl ?? `http://127.0.0.1:${port}`;
  const app = openRegistry(store, options);
  const client = { ...tuning, jobs, secret, publicUrl };
  const signals = composeSignals(store, jobs);
  const pool = createPortalPool({ store, client, webhook, installed: app, signals });
  const installs = app && composeInstalls({ ...app, store, pool, publicUrl, secret });
  const automation = openAutomation({ store, pool, jobs, installed: app }, options);
  const frame = await openFrame({ store, pool, installed: app, installs }, options);
  let closing = false;
  const ready = (): boolean => !closing;
  let timerRuns: TimerRuns | null = null;
  if (role !== 'web') {
    installs?.schedule(jobs);
    automation?.schedule();
    timerRuns = await startClientJobs(jobs, { pool, store, automation, ...tuning });
    await queues.start((portalId) => sweepServed(portalId, pool, store));
  }
  const http = createHttpServer({
    ...frame.routes(ready),
    doorbell: frame.listening(queues.doorbell),
    ...waysIn(webhook, installs, ready),
    ...(automation && { robots: automation.robots, pressed: automation.pressed }),
    log,
    ready,
    ...linkPages({ store, jobs, pool, ready }, options),
  });
  const server = role === 'worker' ? null : await listen(http, options.port);
  port = server ? portOf(server) : null;
  return {
    port,
    async clockMoved() {
      for (const id of await pool.served()) await jobs.timers.promoteDue(id, clock.now());
    },
    async close(deadlineMs) {
      closing = true;
      if (server) await stop(server);
      await Promise.all([queues.close(deadlineMs), jobs.close(deadlineMs)]);
      await timerRuns?.close();
      await installs?.close();
      await store.connections.close();
    },
  };
}

/** null where no portal can install the app. */
function openAutomation(
  parts: Pick<AutomationOptions, 'store' | 'pool' | 'jobs'> & {
    readonly installed: InstalledParts | null;
  },
  { app, secret }: ServiceOptions,
): Automation | null {
  const { installed } = parts;
  return installed && app ? composeAutomation({ ...parts, installed, app, secret }) : null;
}

/** Pages that a link opens, outside the portal. */
function linkPages(
  {
    store,
    jobs,
    pool,
    ready,
  }: Pick<Schedule, 'store' | 'pool'> & {
    readonly jobs: ClientJobs;
    readonly ready: () => boolean;
  },
  { secret, oldSecrets = [] }: ServiceOptions,
) {
  const parts = { ...store, secret, oldSecrets };
  return {
    clientPage: { ...composeClientPage({ ...parts, jobs }), ready },
    holdPage: composeHoldPage(parts, (portalId) => pool.deps(portalId)),
  };
}

/** Whose calls are taken: the webhook's, and those of portals that installed the app. */
function waysIn(webhook: PortalAccess | null, installs: Installs | null, ready: () => boolean) {
  return {
    eventTokens: webhook?.eventTokens ?? [],
    portalId: webhook?.id ?? '',
    installed: installs?.events,
    install: installs && { ...installs.pages, ready },
  };
}

function openQueues(
  { connections, rings, lock }: Store,
  { clock, log, tuning = {} }: ServiceOptions,
  portals: () => Promise<readonly string[]>,
) {
  const { producer, worker } = connections;
  const settings = { ...tuning.jobs, ...everyOf(tuning) };
  return {
    queues: createQueues({ producer, worker, rings, lock, portals, log, settings }),
    jobs: createClientJobs({ producer, worker, clock, log, settings: tuning.jobs ?? {} }),
  };
}

const RECONCILE_MS = 10 * 60_000;
const SCAN_REPLIES_MS = 5 * 60_000;
const DIGEST_MS = 5 * 60_000;

interface Schedule extends Pick<ServiceTuning, 'reconcileEveryMs'> {
  readonly pool: PortalPool;
  readonly store: Store;
  readonly automation: Automation | null;
}

const everyOf = ({ sweepEveryMs: everyMs }: ServiceTuning) =>
  everyMs === undefined ? {} : { everyMs };

/** A portal that is not served is not asked; what rang for it is settled, its next sweep starts at its cursor. */
async function sweepServed(
  portalId: string,
  pool: PortalPool,
  { connections, keys }: Store,
): Promise<SweepReport> {
  if (await pool.serves(portalId)) return sweepPortal(portalId, await pool.deps(portalId));
  const state = createSweepState(connections.producer, keys);
  await state.settleInbox(portalId, await state.readInbox(portalId));
  return { found: 0, again: false };
}

/** Timers and answers as they come; the reconcile and the read of replies on a schedule. */
async function startClientJobs(
  jobs: ClientJobs,
  { pool, store, automation, reconcileEveryMs = RECONCILE_MS }: Schedule,
): Promise<TimerRuns> {
  const { clock, log, connections, keys } = store;
  const forEach = (run: (portalId: string, deps: ClientDeps) => Promise<unknown>) => async () =>
    forEachPortal(
      await pool.served(),
      async (portalId) => run(portalId, await pool.deps(portalId)),
      log,
    );
  jobs.every('reconcile', reconcileEveryMs, forEach(reconcile));
  jobs.every('scan-replies', SCAN_REPLIES_MS, forEach(scanReplies));
  jobs.every('digest', DIGEST_MS, forEach(dailyDigest));
  jobs.every('overrides', DIGEST_MS, forEach(weeklyOverrides));
  jobs.every('answers', SCAN_REPLIES_MS, forEach(clientAnswered));
  const record = { clock, log, runs: createRunLog(connections.producer, keys) };
  const timerRuns = createTimerRuns((portalId) => pool.deps(portalId), record);
  await jobs.start({
    async onTimer(portalId, timer) {
      // The reconcile sets it again from the ticket when the portal is served again.
      if (await pool.serves(portalId)) await timerRuns.fire(portalId, timer);
    },
    async onAnswer(portalId) {
      if (await pool.serves(portalId)) await clientAnswered(portalId, await pool.deps(portalId));
    },
    ...(automation && { onAutomation: automation.onAutomation }),
  });
  return timerRuns;
}

async function listen(server: Server, port: number): Promise<Server> {
  server.listen(port);
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => {
      throw new AppError('config-invalid', `The port cannot be used: set PORT to a free one`, {
        cause: error,
      });
    }),
  ]);
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
