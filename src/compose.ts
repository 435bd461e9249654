/** The composition root: the only file that names every concrete implementation. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { GateDeps } from './app/gate-deps.ts';
import type { Clock, Log } from './app/ports/runtime.ts';
import type { Tools, ToolsInput } from './app/ports/tools.ts';
import { fieldSpecs } from './app/field-specs.ts';
import type { ClientDeps } from './app/client-deps.ts';
import { clientAnswered } from './app/client-answered.ts';
import { timerFired } from './app/client-side.ts';
import { reconcile } from './app/reconcile.ts';
import { scanReplies } from './app/reply-arrived.ts';
import { createStageDirectory } from './app/stage-directory.ts';
import { sweepPortal } from './app/sweep-portal.ts';
import { connectPortal } from './bitrix24/connect-portal.ts';
import { createClock } from './clock.ts';
import { composeClientSide, createCalendarProbe } from './compose-client.ts';
import { AppError } from './errors.ts';
import { createHttpServer } from './http/create-http-server.ts';
import { createLog } from './log.ts';
import { createClientJobs } from './queue/client-jobs.ts';
import type { ClientJobs, ClientJobsSettings } from './queue/client-jobs.ts';
import { createQueues } from './queue/create-queues.ts';
import { createConnections } from './redis/connections.ts';
import { provideRedis } from './redis/embedded-redis.ts';
import { forgetPortalKeys } from './redis/forget-portal.ts';
import { createJournal } from './redis/journal.ts';
import { createKeys } from './redis/keys.ts';
import { probePersistence } from './redis/persistence-probe.ts';
import type { BreakerLimits } from './redis/outbox.ts';
import { createPolicyStore } from './redis/policy-store.ts';
import { createPortalLock } from './redis/portal-lock.ts';
import { createRequestBudget } from './redis/request-budget.ts';
import type { BudgetLimits } from './redis/request-budget.ts';
import { createReturnLedger } from './redis/return-ledger.ts';
import { createEventCounters, createRingStore } from './redis/ring-store.ts';
import { createSweepState } from './redis/sweep-state.ts';
import { roleHints } from './text/catalog.ts';
import { fieldLabel } from './text/field-labels.ts';
import { createStaffTexts } from './text/staff-texts.ts';

/**
 * Webhook mode serves one portal. Its id is a constant, not the host: a renamed portal keeps its settings.
 */
export const WEBHOOK_PORTAL = 'webhook';

export interface PortalAccess {
  /** Key of everything remembered about the portal. */
  readonly id: string;
  readonly webhookUrl: string;
  readonly eventTokens: readonly string[];
}

export interface ServiceOptions {
  readonly portal: PortalAccess;
  readonly redisUrl: string;
  readonly role: 'web' | 'worker' | 'all';
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Signs links to the client page. */
  readonly secret: string;
  /** Where people reach the HTTP side, without a slash at the end; absent: loopback, at the port it got. */
  readonly publicUrl?: string;
  readonly tuning?: ServiceTuning;
}

/** Times and limits for tests that cannot wait: absent values are the service's own. */
export interface ServiceTuning {
  /** How long a dead process still holds a ticket or a portal. */
  readonly lockTtlMs?: number;
  /** A dead process's job is run again after at most lockMs + stalledMs. */
  readonly jobs?: Partial<Pick<ClientJobsSettings, 'lockMs' | 'stalledMs'>>;
  readonly sweepEveryMs?: number;
  readonly reconcileEveryMs?: number;
  readonly breaker?: Partial<BreakerLimits>;
  readonly budget?: Partial<BudgetLimits>;
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

const REDIS_START_MS = 10_000;

/** Connects, starts and listens as the role says. Throws AppError store-unavailable when Redis does not answer. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { log, role, clock, secret, tuning = {} } = options;
  const shell = await connectStore(options);
  const { connections, rings, lock, policies } = shell;
  const { producer, worker } = connections;
  const portals = (): Promise<readonly string[]> => policies.portals();
  const queues = createQueues({
    producer,
    worker,
    rings,
    lock,
    portals,
    log,
    settings: { ...tuning.jobs, ...everyOf(tuning) },
  });
  const jobs = createClientJobs({ producer, worker, clock, log, settings: tuning.jobs ?? {} });
  let port: number | null = null;
  const publicUrl = (): string => options.publicUrl ?? `http://127.0.0.1:${port}`;
  const portalId = options.portal.id;
  const client = composeClientSide({ ...shell, ...tuning, portalId, jobs, secret, publicUrl });
  let closing = false;
  const ready = (): boolean => !closing;
  if (role !== 'web') {
    await startClientJobs(jobs, client.deps, { portals, ...tuning });
    await queues.start((portalId) => sweepPortal(portalId, client.deps));
  }
  const http = createHttpServer({
    doorbell: queues.doorbell,
    eventTokens: options.portal.eventTokens,
    portalId,
    log,
    ready,
    clientPage: { ...client.page, ready },
  });
  const server = role === 'worker' ? null : await listen(http, options.port);
  port = server ? portOf(server) : null;
  return {
    port,
    async clockMoved() {
      await jobs.timers.promoteDue(portalId, options.clock.now());
    },
    async close(deadlineMs) {
      closing = true;
      if (server) await stop(server);
      await Promise.all([queues.close(deadlineMs), jobs.close(deadlineMs)]);
      await connections.close();
    },
  };
}

const RECONCILE_MS = 10 * 60_000;
const SCAN_REPLIES_MS = 5 * 60_000;

interface Schedule extends Pick<ServiceTuning, 'reconcileEveryMs'> {
  readonly portals: () => Promise<readonly string[]>;
}

const everyOf = ({ sweepEveryMs: everyMs }: ServiceTuning) =>
  everyMs === undefined ? {} : { everyMs };

/** Timers and answers as they come; the reconcile and the read of replies on a schedule. */
async function startClientJobs(
  jobs: ClientJobs,
  deps: ClientDeps,
  { portals, reconcileEveryMs = RECONCILE_MS }: Schedule,
): Promise<void> {
  const forEach = (run: (portalId: string, deps: ClientDeps) => Promise<unknown>) => async () => {
    for (const portalId of await portals()) await run(portalId, deps);
  };
  jobs.every('reconcile', reconcileEveryMs, forEach(reconcile));
  jobs.every('scan-replies', SCAN_REPLIES_MS, forEach(scanReplies));
  jobs.every('answers', SCAN_REPLIES_MS, forEach(clientAnswered));
  await jobs.start({
    onTimer: (portalId, timer) => timerFired(portalId, timer, deps),
    onAnswer: (portalId) => clientAnswered(portalId, deps),
  });
}

/** What the command-line tools work with; the same parts the service runs on. */
export async function composeTools(input: ToolsInput): Promise<Tools> {
  const log = createLog('warn', 'stderr');
  const clock = createClock();
  const redis = await provideRedis({
    ...(input.redisUrl === null ? {} : { redisUrl: input.redisUrl }),
    dataDir: input.dataDir,
    log,
  });
  const portalId = input.portalId ?? WEBHOOK_PORTAL;
  const shell = await connectStore({
    portal: { id: portalId, webhookUrl: input.webhookUrl, eventTokens: [] },
    redisUrl: redis.url,
    log,
    clock,
  });
  return {
    portalId,
    setup: shell.portal.setup,
    probe: shell.portal.probe,
    policies: shell.policies,
    journal: shell.gate.journal,
    storeProbe: {
      standing: async () => ({
        ...(await probePersistence(shell.connections.producer)),
        memoryOnly: redis.kind === 'memory',
      }),
    },
    eventCounters: createEventCounters(shell.connections.producer, shell.keys),
    calendar: createCalendarProbe(shell.portal),
    fieldSpecs: fieldSpecs(fieldLabel),
    roleHints: roleHints(),
    clock,
    async close() {
      await shell.connections.close();
      await redis.close();
    },
  };
}

/** Erases what is remembered about one portal; nothing on the portal itself is touched. */
export async function forgetPortal(redisUrl: string, portalId: string, log: Log): Promise<void> {
  const connections = createConnections({ url: redisUrl, log });
  try {
    await connections.ready(REDIS_START_MS);
    await forgetPortalKeys(connections.producer, createKeys(), portalId);
  } finally {
    await connections.close();
  }
}

async function connectStore(
  options: Pick<ServiceOptions, 'portal' | 'redisUrl' | 'log' | 'clock' | 'tuning'>,
) {
  const { log, clock, tuning } = options;
  const connections = createConnections({ url: options.redisUrl, log });
  try {
    await connections.ready(REDIS_START_MS);
  } catch (error) {
    await connections.close();
    throw error;
  }
  const redis = connections.producer;
  const keys = createKeys();
  const portal = connectPortal({
    webhookUrl: options.portal.webhookUrl,
    portalId: options.portal.id,
    budget: createRequestBudget(redis, keys, tuning?.budget),
    log,
  });
  const policies = createPolicyStore(redis, keys);
  const gate: GateDeps = {
    tickets: portal.tickets,
    stages: createStageDirectory((types) => portal.tickets.listStages(types), log),
    state: createSweepState(redis, keys),
    ledger: createReturnLedger(redis, keys, log),
    journal: createJournal(redis, keys, log),
    policies,
    texts: createStaffTexts(),
    clock,
    log,
  };
  return {
    connections,
    keys,
    portal,
    policies,
    gate,
    rings: createRingStore(redis, keys),
    lock: createPortalLock({ redis, keys, log, ...ttlOf(tuning) }),
  };
}

const ttlOf = ({ lockTtlMs: ttlMs }: ServiceTuning = {}) => (ttlMs === undefined ? {} : { ttlMs });

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
