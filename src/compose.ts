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
import { weeklyOverrides } from './app/weekly-overrides.ts';
import { composeClientSide } from './compose-client.ts';
import { connectStore } from './compose-store.ts';
import type { Foundation, StoreOptions, StoreTuning } from './compose-store.ts';
import { AppError } from './errors.ts';
import { createHttpServer } from './http/create-http-server.ts';
import { createClientJobs } from './queue/client-jobs.ts';
import type { ClientJobs, ClientJobsSettings } from './queue/client-jobs.ts';
import { createQueues } from './queue/create-queues.ts';
import type { BreakerLimits } from './redis/outbox.ts';

export interface ServiceOptions extends StoreOptions {
  readonly role: 'web' | 'worker' | 'all';
  readonly port: number;
  /** Signs links to the client page. */
  readonly secret: string;
  /** Where people reach the HTTP side, without a slash at the end; absent: loopback, at the port it got. */
  readonly publicUrl?: string;
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
  const { log, role, secret, tuning = {} } = options;
  const shell = await connectStore(options);
  const { connections, policies } = shell;
  const portals = (): Promise<readonly string[]> => policies.portals();
  const { queues, jobs } = openQueues(shell, options, portals);
  let port: number | null = null;
  const publicUrl = (): string => options.publicUrl ?? `http://127.0.0.1:${port}`;
  const portalId = options.portal.id;
  const client = composeClientSide({ ...shell, ...tuning, portalId, jobs, secret, publicUrl });
  let closing = false;
  const ready = (): boolean => !closing;
  let timerRuns: TimerRuns | null = null;
  if (role !== 'web') {
    timerRuns = await startClientJobs(jobs, client.deps, { portals, ...tuning });
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
      await timerRuns?.close();
      await connections.close();
    },
  };
}

function openQueues(
  { connections, rings, lock }: Foundation,
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
  readonly portals: () => Promise<readonly string[]>;
}

const everyOf = ({ sweepEveryMs: everyMs }: ServiceTuning) =>
  everyMs === undefined ? {} : { everyMs };

/** Timers and answers as they come; the reconcile and the read of replies on a schedule. */
async function startClientJobs(
  jobs: ClientJobs,
  deps: ClientDeps,
  { portals, reconcileEveryMs = RECONCILE_MS }: Schedule,
): Promise<TimerRuns> {
  const forEach = (run: (portalId: string, deps: ClientDeps) => Promise<unknown>) => async () => {
    for (const portalId of await portals()) await run(portalId, deps);
  };
  jobs.every('reconcile', reconcileEveryMs, forEach(reconcile));
  jobs.every('scan-replies', SCAN_REPLIES_MS, forEach(scanReplies));
  jobs.every('digest', DIGEST_MS, forEach(dailyDigest));
  jobs.every('overrides', DIGEST_MS, forEach(weeklyOverrides));
  jobs.every('answers', SCAN_REPLIES_MS, forEach(clientAnswered));
  const timerRuns = createTimerRuns(deps);
  await jobs.start({
    onTimer: (portalId, timer) => timerRuns.fire(portalId, timer),
    onAnswer: (portalId) => clientAnswered(portalId, deps),
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
