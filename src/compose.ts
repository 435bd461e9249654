/** The composition root: the service. With compose-store, compose-client and compose-tools the only files that name implementations. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TimerRuns } from './app/timer-runs.ts';
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
import { startClientJobs, sweepServed } from './compose-work.ts';
import { createHttpServer, createOpsServer } from './http/create-http-server.ts';
import { listenOn } from './listen.ts';
import type { Listening } from './listen.ts';
import { measuredDoorbell } from './measures/measured-ports.ts';
import { tracedDoorbell } from './measures/traces.ts';
import { createClientJobs } from './queue/client-jobs.ts';
import type { ClientJobs, ClientJobsSettings } from './queue/client-jobs.ts';
import { createQueues } from './queue/create-queues.ts';
import type { QueuesOptions } from './queue/create-queues.ts';
import type { BreakerLimits } from './redis/outbox.ts';
import { keepSharedTime } from './redis/shared-time.ts';
import { createPortalPool } from './portal-pool.ts';
import type { PortalPool } from './portal-pool.ts';

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
  readonly jobs?: Partial<Pick<ClientJobsSettings, 'lockMs' | 'stalledMs' | 'timesFaster'>>;
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
  /**
   * Is not ready any more and begins no more work at once; answers requests for `drainMs` more, then takes none; lets running
   * work end within `deadlineMs`, closes everything. False when work was cut off: it is run again by another process.
   */
  close(deadlineMs: number, drainMs?: number): Promise<boolean>;
}

/** Where the service listens, and whether it is on its way out: known only once it runs. */
interface Life {
  port: number | null;
  /** Told as not ready, so that nobody sends it anything new; requests are still answered. */
  leaving: boolean;
  /** Refuses requests. */
  closing: boolean;
}

/** Connects, starts and listens as the role says. Throws AppError store-unavailable when Redis does not answer. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { clock, role } = options;
  const life: Life = { port: null, leaving: false, closing: false };
  const parts = await composeParts(options, life);
  const { store, queues, jobs, pool, installs, requestLog } = parts;
  const time = keepSharedTime({ redis: store.connections.producer, clock, log: options.log });
  await time.read();
  const timerRuns = role === 'web' ? null : await startWork(parts, options);
  const doors = await openDoors(parts, options, life);
  life.port = doors?.port ?? null;
  return {
    port: role === 'worker' ? null : life.port,
    async clockMoved() {
      for (const id of await pool.served()) await jobs.timers.promoteDue(id, clock.now());
    },
    async close(deadlineMs, drainMs = 0) {
      life.leaving = true;
      const resting = Promise.all([queues.rest(deadlineMs), jobs.rest(deadlineMs)]);
      if (doors && drainMs > 0) await sleep(drainMs);
      life.closing = true;
      await doors?.stop(deadlineMs);
      const whole = (await resting).every(Boolean);
      await Promise.all([queues.close(0), jobs.close(0)]);
      await timerRuns?.close();
      await installs?.close();
      await requestLog?.close();
      time.stop();
      await store.connections.close();
      return whole;
    },
  };
}

type Parts = Awaited<ReturnType<typeof composeParts>>;

async function composeParts(options: ServiceOptions, life: Life) {
  const { secret, portal: webhook, tuning = {} } = options;
  const measures = createMeasures();
  const requestLog = openRequestLog(options.requestLog, options);
  const store = measuredStore(await openStore(options), measures, requestLog);
  const { queues, jobs } = openQueues(store, options, {
    portals: () => pool.served(),
    failed: (queue) => measures.failures.inc({ queue }),
  });
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
  const looks = async () => [...(await queues.look()), ...(await jobs.look())];
  const served = () => pool.served();
  const registry = app?.registry ?? null;
  const closing = (): boolean => life.leaving;
  const ops = composeOps({ store, served, registry, counts, looks, closing }, measures, options);
  if (role === 'worker') {
    return opsPort === undefined ? null : listenOn(createOpsServer(ops, log), opsPort, 'OPS_PORT');
  }
  const frame = await openFrame({ store, pool, installed: app, installs }, options);
  const http = createHttpServer({
    ops,
    ...frame.routes(ready),
    doorbell: tracedDoorbell(measuredDoorbell(frame.listening(queues.doorbell), measures)),
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
  }: {
    readonly store: Store;
    readonly pool: PortalPool;
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
  { connections, rings, lock, timerNames }: Store,
  { clock, log, tuning = {} }: ServiceOptions,
  { portals, failed }: Pick<QueuesOptions, 'portals'> & Required<Pick<QueuesOptions, 'failed'>>,
) {
  const { producer, worker } = connections;
  const settings = { ...tuning.jobs, ...everyOf(tuning) };
  return {
    queues: createQueues({ producer, worker, rings, lock, portals, clock, log, failed, settings }),
    jobs: createClientJobs({
      producer,
      worker,
      timerNames,
      clock,
      log,
      failed,
      settings: tuning.jobs ?? {},
    }),
  };
}

const everyOf = ({ sweepEveryMs: everyMs }: ServiceTuning) =>
  everyMs === undefined ? {} : { everyMs };
