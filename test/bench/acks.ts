/**
 * Acknowledgements per second of the real event route on a real Redis, against bare Express with the same body parser,
 * in the same run. The load comes from a child process, so that it does not share the measured event loop.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import { createQueues } from '../../src/queue/create-queues.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPortalLock } from '../../src/redis/portal-lock.ts';
import { createRingStore } from '../../src/redis/ring-store.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import { recordingLog } from '../support/recording-log.ts';

export interface AckFigures {
  /** ours / bare: the median of the rounds, each of which measured both. */
  readonly ratio: number;
  readonly ours: number;
  readonly bare: number;
  /** Milliseconds, at half of `ours`. */
  readonly p99AtHalfLoad: number;
  /** Bare Express at the same rate: what of it is the machine's doing. */
  readonly bareP99: number;
  /** Processor microseconds of this process per acknowledgement: steadier than the clock on a busy machine. */
  readonly cpuMicros: { readonly ours: number; readonly bare: number };
}

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
  readonly answered: number;
  readonly failed: number;
}

interface Measured extends LoadResult {
  readonly cpuMicros: number;
}

const TOKEN = 'bench-token-0123456789abcdef';

export async function benchAcks(
  options: { seconds?: number; rounds?: number; redisUrl?: string } = {},
): Promise<AckFigures> {
  const seconds = options.seconds ?? 3;
  const rounds = options.rounds ?? 5;
  const redis = options.redisUrl === undefined ? await startTestRedis() : null;
  const log = recordingLog();
  const connections = createConnections({ url: options.redisUrl ?? redis?.url ?? '', log });
  await connections.ready(5000);
  const keys = createKeys();
  const queues = createQueues({
    producer: connections.producer,
    worker: connections.worker,
    rings: createRingStore(connections.producer, keys),
    lock: createPortalLock({ redis: connections.producer, keys, log }),
    portals: () => Promise.resolve(['portal']),
    log,
  });
  await queues.start(() => Promise.resolve({ found: 0, again: false }));
  const ours = createHttpServer({
    doorbell: queues.doorbell,
    eventTokens: [TOKEN],
    portalId: 'portal',
    log,
    ready: () => true,
  });
  const bare = bareExpress();
  try {
    const ports = { ours: await listen(ours), bare: await listen(bare) };
    return await measure(ports, seconds, rounds);
  } finally {
    ours.close();
    bare.close();
    ours.closeAllConnections();
    bare.closeAllConnections();
    await queues.close(2000);
    await connections.close();
    await redis?.remove();
  }
}

async function measure(
  ports: { readonly ours: number; readonly bare: number },
  seconds: number,
  rounds: number,
): Promise<AckFigures> {
  const full = async (port: number, time: number): Promise<Measured> => {
    const before = process.cpuUsage();
    const request = { port, body: eventBody(), seconds: time, connections: 32, rate: 0 };
    const result = await load(request);
    const { user, system } = process.cpuUsage(before);
    return { ...result, cpuMicros: (user + system) / result.answered };
  };
  await full(ports.bare, 1);
  await full(ports.ours, 1);
  const measured: { readonly ours: Measured; readonly bare: Measured }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Alternating order, so that neither always meets the warmer machine.
    const oursFirst = round % 2 === 0;
    const first = await full(oursFirst ? ports.ours : ports.bare, seconds);
    const second = await full(oursFirst ? ports.bare : ports.ours, seconds);
    measured.push(oursFirst ? { ours: first, bare: second } : { ours: second, bare: first });
  }
  const ours = median(measured.map((round) => round.ours.perSecond));
  const bare = median(measured.map((round) => round.bare.perSecond));
  const steady = { body: eventBody(), seconds, connections: 32, rate: ours / 2 };
  const half = await load({ ...steady, port: ports.ours });
  const bareHalf = await load({ ...steady, port: ports.bare });
  return {
    ratio: median(measured.map((round) => round.ours.perSecond / round.bare.perSecond)),
    ours: Math.round(ours),
    bare: Math.round(bare),
    p99AtHalfLoad: half.p99,
    bareP99: bareHalf.p99,
    cpuMicros: {
      ours: Math.round(median(measured.map((round) => round.ours.cpuMicros))),
      bare: Math.round(median(measured.map((round) => round.bare.cpuMicros))),
    },
  };
}

/** The yardstick: Express, the same body parser, the shortest answer. */
function bareExpress(): Server {
  const app = express();
  const limits = { extended: true, limit: '64kb', parameterLimit: 200, depth: 5 };
  app.post('/events', express.urlencoded(limits), (_req, res) => {
    res.json({ status: 'ok' });
  });
  return createServer(app);
}

function eventBody(): string {
  const fields = {
    event: 'ONCRMDEALUPDATE',
    event_handler_id: '201',
    'data[FIELDS][ID]': '759',
    ts: '1736405807',
    'auth[access_token]': 'fixture-access-token-000000000001',
    'auth[expires_in]': '3600',
    'auth[scope]': 'crm',
    'auth[domain]': 'portal.example',
    'auth[server_endpoint]': 'https://oauth.example/rest/',
    'auth[status]': 'F',
    'auth[client_endpoint]': 'https://portal.example/rest/',
    'auth[member_id]': 'fedcba98765432100123456789abcdef',
    'auth[application_token]': TOKEN,
  };
  return new URLSearchParams(fields).toString();
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}

async function load(request: LoadRequest): Promise<LoadResult> {
  const script = fileURLToPath(new URL('./ack-load.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  const result = JSON.parse(output) as LoadResult;
  if (result.failed > 0) throw new Error(`${result.failed} requests were not answered with 200`);
  return result;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await benchAcks());
