/**
 * Acknowledgements per second of the real event route on a real Redis, against bare Express and bare node:http with the same body
 * parser, in the same run. The load comes from a child process, so that it does not share the measured event loop.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import { createClock } from '../../src/clock.ts';
import { createQueues } from '../../src/queue/create-queues.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPortalLock } from '../../src/redis/portal-lock.ts';
import { createRingStore } from '../../src/redis/ring-store.ts';
import { recordingLog } from '../support/recording-log.ts';
import { eventBody, TOKEN } from './ack-event.ts';

export const SERVERS = ['ours', 'express', 'node'] as const;
export type Which = (typeof SERVERS)[number];

export interface LoadRequest {
  readonly port: number;
  readonly body: string;
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second over all connections; 0 for as many as it takes. */
  readonly rate: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  readonly answered: number;
  readonly failed: number;
}

export interface Measured extends LoadResult {
  /** Processor microseconds of the serving process per acknowledgement: steadier than the clock on a busy machine. */
  readonly cpuMicros: number;
  /** The longest that the serving event loop was held up, and the longest collection of garbage, ms. */
  readonly loopMs: number;
  readonly gcMs: number;
}

/** One server in one round: as much as it takes, then at half of just that. */
export interface Turn {
  readonly full: Measured;
  readonly half: Measured;
}

export type Round = Readonly<Record<Which, Turn>>;

export interface AckFigures {
  readonly rounds: readonly Round[];
  /** Times that Redis put a write off because the disk had not finished the one before. */
  readonly delayedFsyncs: number;
}

const CONNECTIONS = 32;

export async function benchAcks(
  redisUrl: string,
  { seconds = 2, rounds = 5 } = {},
): Promise<AckFigures> {
  const log = recordingLog();
  const connections = createConnections({ url: redisUrl, log });
  await connections.ready(5000);
  const keys = createKeys();
  const redis = connections.producer;
  const queues = createQueues({
    producer: redis,
    worker: connections.worker,
    rings: createRingStore(redis, keys),
    lock: createPortalLock({ redis, keys, log }),
    portals: () => Promise.resolve(['portal']),
    clock: createClock(),
    log,
  });
  await queues.start(() => Promise.resolve({ found: 0, again: false }));
  const route = { eventTokens: [TOKEN], portalId: 'portal', log, ready: () => true };
  const servers: Readonly<Record<Which, Server>> = {
    ours: createHttpServer({ ...route, doorbell: queues.doorbell }),
    express: bareExpress(),
    node: bareNode(),
  };
  const load = fork(fileURLToPath(new URL('./ack-load.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
  });
  try {
    const found = await measure(servers, load, { seconds, rounds });
    const delayed = /aof_delayed_fsync:(\d+)/.exec(await redis.info('persistence'))?.[1];
    return { rounds: found, delayedFsyncs: Number(delayed ?? 0) };
  } finally {
    load.disconnect();
    for (const server of Object.values(servers)) {
      server.close();
      server.closeAllConnections();
    }
    await queues.close(2000);
    await connections.close();
  }
}

async function measure(
  servers: Readonly<Record<Which, Server>>,
  load: ChildProcess,
  { seconds, rounds }: { readonly seconds: number; readonly rounds: number },
): Promise<readonly Round[]> {
  const ports = new Map<Which, number>();
  for (const which of SERVERS) ports.set(which, await listen(servers[which]));
  const run = (which: Which, rate: number, time = seconds): Promise<Measured> =>
    watched(load, {
      port: ports.get(which) ?? 0,
      body: eventBody(),
      seconds: time,
      connections: CONNECTIONS,
      rate,
    });
  for (const which of SERVERS) await run(which, 0, 1);
  const found: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const turns = new Map<Which, Turn>();
    // Another one begins each round, so that none always meets the warmer machine.
    for (let at = 0; at < SERVERS.length; at += 1) {
      const which = SERVERS[(at + round) % SERVERS.length] ?? 'ours';
      const full = await run(which, 0);
      turns.set(which, { full, half: await run(which, full.perSecond / 2) });
    }
    const turn = (which: Which): Turn => turns.get(which) ?? missing();
    found.push({ ours: turn('ours'), express: turn('express'), node: turn('node') });
  }
  return found;
}

function missing(): never {
  throw new Error('a server was not measured');
}

async function watched(load: ChildProcess, request: LoadRequest): Promise<Measured> {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  let gcMs = 0;
  const gc = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcMs = Math.max(gcMs, duration);
  });
  gc.observe({ entryTypes: ['gc'] });
  loop.enable();
  const before = process.cpuUsage();
  load.send(request);
  const [answer] = (await once(load, 'message')) as [LoadResult];
  const { user, system } = process.cpuUsage(before);
  loop.disable();
  gc.disconnect();
  if (answer.failed > 0) throw new Error(`${answer.failed} requests were not answered with 200`);
  const cpuMicros = (user + system) / answer.answered;
  return { ...answer, cpuMicros, loopMs: loop.max / 1e6, gcMs };
}

const LIMITS = { extended: true, limit: '64kb', parameterLimit: 200, depth: 5 };
const ANSWER = '{"status":"ok"}';

/** The yardstick: Express, the same body parser, the shortest answer. */
function bareExpress(): Server {
  const app = express();
  app.post('/events', express.urlencoded(LIMITS), (_req, res) => {
    res.json({ status: 'ok' });
  });
  return createServer(app);
}

/** Node's own server with the same body parser and nothing else: no routes, no headers of one's own. */
function bareNode(): Server {
  const parse: unknown = express.urlencoded(LIMITS);
  if (typeof parse !== 'function') throw new Error('no body parser');
  return createServer((req, res) => {
    parse(req, res, () => {
      res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
      res.end(ANSWER);
    });
  });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}
