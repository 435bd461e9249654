/** The composition root: the service. With compose-store, compose-client and compose-tools the only files that name implementations. */
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
import {
  composeOps,
  createMeasures,
  measuredInstalls,
  measuredStore,
  measuredSweep,
  openRequestLog,
} from './compose-ops.ts';
import type { RequestLogWish } from './compose-ops.ts';
import { composeInstalls, openRegistry } from './compose-installs.ts';
import type { AppOptions, InstalledParts, Installs } from './compose-installs.ts';
import { openStore } from './compose-store.ts';
import type { PortalAccess, Store, StoreOptions, StoreTuning } from './compose-store.ts';
import { forEachPortal } from './for-each-portal.ts';
import { createHttpServer, createOpsServer } from './http/create-http-server.ts';
import { listenOn } from './listen.ts';
import type { Listening } from './listen.ts';
import { measuredDoorbell } from './measures/measured-ports.ts';
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
  /** Where a pure worker answers readiness and measures; absent: nowhere. */
  readonly opsPort?: number;
  /** Bearer of whoever may read the measures; absent: this machine and private networks. */
  readonly adminToken?: string | null;
  /** Requests to portals are written down there. */
  readonly requestLog?: RequestLogWish | undefined;
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

/** Where the service listens, and whether it is on its way out: known only once it runs. */
interface Life {
  port: number | null;
  closing: boolean;
}

/** Connects, starts and listens as the role says. Throws AppError store-unavailable when Redis does not answer. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { clock, role } = options;
  const life: Life = { port: null, closing: false };
  const parts = await composeParts(options, life);
  const { store, queues, jobs, pool, installs, requestLog } = parts;
  const timerRuns = role === 'web' ? null : await startWork(parts, options);
  const doors = await openDoors(parts, options, life);
  life.port = doors?.port ?? null;
  return {
    port: role === 'worker' ? null : life.port,
    async clockMoved() {
      for (const id of await pool.served()) await jobs.timers.promoteDue(id, clock.now());
    },
    async close(deadlineMs) {
      life.closing = true;
      await doors?.stop();
      await Promise.all([queues.close(deadlineMs), jobs.close(deadlineMs)]);
      await timerRuns?.close();
      await installs?.close();
      await requestLog?.close();
      await store.connections.close();
    },
  };
}

type Parts = Awaited<ReturnType<typeof composeParts>>;

async function composeParts(options: ServiceOptions, life: Life) {
  const { secret, portal: webhook, tuning = {} } = options;
  const measures = createMeasures();
  const requestLog = openRequestLog(options.requestLog, options);
  const store = measuredStore(await openStore(options), measures, requestLog);
  const { queues, jobs } = openQueues(store, options, () => pool.served());
  const publicUrl = (): string => options.publicUrl ?? `http://127.0.0.1:${life.port}`;
  const app = measuredInstalls(openRegistry(store, options), measures);
  const client = { ...tuning, jobs, secret, publicUrl };
  const signals = composeSignals(store, jobs);
  const pool = createPortalPool({ store, client, webhook, installed: app, signals });
  const installs = app && composeInstalls({ ...app, store, pool, publicUrl, secret });
  const automation = openAutomation({ store, pool, jobs, installed: app }, options);
  return { measures, requestLog, store, queues, jobs, app, pool, installs, automation };
}

/** Sweeps, timers and schedules. */
async function startWork(
  { measures, store, queues, jobs, pool, installs, automation }: Parts,
  { tuning = {} }: ServiceOptions,
): Promise<TimerRuns> {
  installs?.schedule(jobs);
  automation?.schedule();
  const timerRuns = await startClientJobs(jobs, { pool, store, automation, ...tuning });
  const sweep = (portalId: string) => sweepServed(portalId, pool, store);
  await queues.start(measuredSweep(sweep, measures, store));
  return timerRuns;
}

/** HTTP: everything for the web, readiness and measures alone for a worker that was given a port for them; null for none. */
async function openDoors(
  parts: Parts,
  options: ServiceOptions,
  life: Life,
): Promise<Listening | null> {
  const { measures, store, queues, jobs, app, pool, installs, automation } = parts;
  const { log, role, portal: webhook, opsPort } = options;
  const ready = (): boolean => !life.closing;
  const counts = async () => [...(await queues.counts()), ...(await jobs.counts())];
  const served = () => pool.served();
  const registry = app?.registry ?? null;
  const closing = (): boolean => life.closing;
  const ops = composeOps({ store, served, registry, counts, closing }, measures, options);
  if (role === 'worker') {
    return opsPort === undefined ? null : listenOn(createOpsServer(ops, log), opsPort);
  }
  const frame = await openFrame({ store, pool, installed: app, installs }, options);
  const http = createHttpServer({
    ops,
    ...frame.routes(ready),
    doorbell: measuredDoorbell(frame.listening(queues.doorbell), measures),
    ...waysIn(webhook, installs, ready),
    ...(automation && { robots: automation.robots, pressed: automation.pressed }),
    log,
    ready,
    ...linkPages({ store, jobs, pool, ready }, options),
  });
  return listenOn(http, options.port);
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
