import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createClock } from './clock.ts';
import type { SandboxClock } from './clock.ts';
import { SandboxControl } from './control.ts';
import { DEFAULT_DOUBTS } from './doubts.ts';
import type { Doubts } from './doubts.ts';
import { EventQueue } from './events/event-queue.ts';
import type { Subscription } from './events/event-queue.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { sendJson } from './http/messages.ts';
import { serveStatic } from './http/static-files.ts';
import { LeakyBucket } from './limits/leaky-bucket.ts';
import { OperatingMeter } from './limits/operating.ts';
import { createRandom } from './random.ts';
import { ALL_SCOPES } from './rest/registry.ts';
import { serveRest } from './rest/rest-server.ts';
import type { RestServer } from './rest/rest-server.ts';
import { seedEmpty, seedSupport } from './seed/support.ts';
import { Portal } from './state/portal.ts';
import type { RobotRule } from './state/portal.ts';
import { createStats } from './stats.ts';
import type { Stats } from './stats.ts';
import { ChangeStream } from './ui/change-stream.ts';
import { serveUi } from './ui/ui-api.ts';

export interface SandboxOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
  readonly seed?: 'support' | 'empty';
  /** Start instant of the portal's clock, epoch ms; absent: real time. */
  readonly now?: number;
  readonly doubts?: Partial<Doubts>;
  /** Request rate and resource limit as on the platform, or off. */
  readonly limits?: 'platform' | 'off';
  readonly randomSeed?: number;
  /** Scopes of the webhook; absent: all that are needed. */
  readonly scopes?: readonly string[];
  readonly robots?: readonly RobotRule[];
  /** Secret of the incoming webhook and token of the outgoing one; absent: made up. */
  readonly secret?: string;
  readonly eventToken?: string;
}

export interface Sandbox {
  readonly url: string;
  readonly webhookUrl: string;
  readonly eventToken: string;
  readonly clock: SandboxClock;
  readonly doubts: Doubts;
  readonly faults: Faults;
  readonly stats: Stats & { reset(): void };
  readonly control: SandboxControl;
  /** Adds an outgoing webhook; returns a function that removes it. */
  subscribe(subscription: Subscription): () => void;
  onClockMoved(callback: (now: number) => void): () => void;
  close(): Promise<void>;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

interface Inside {
  readonly portal: Portal;
  readonly control: SandboxControl;
  readonly stats: Stats & { reset(): void };
  readonly faults: Faults;
}

function build(options: SandboxOptions): Inside {
  const portal = new Portal(createClock(options.now), { ...DEFAULT_DOUBTS, ...options.doubts });
  const control = new SandboxControl(portal);
  if (options.seed === 'empty') seedEmpty(portal);
  else seedSupport(portal, control);
  portal.robots.push(...(options.robots ?? []));
  return { portal, control, stats: createStats(), faults: createFaults() };
}

function restOf(inside: Inside, options: SandboxOptions, url: string): RestServer {
  const { portal, stats, faults } = inside;
  return {
    env: {
      portal,
      stats,
      faults,
      url,
      scopes: new Set(options.scopes ?? ALL_SCOPES),
      operating: new OperatingMeter(),
      limited: (options.limits ?? 'platform') === 'platform',
    },
    bucket: new LeakyBucket(),
    secret: options.secret ?? randomBytes(8).toString('hex'),
  };
}

/** A Bitrix24 portal in this process, listening on loopback only. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const inside = build(options);
  const { portal, control, stats, faults } = inside;
  const { clock, doubts } = portal;
  const stream = new ChangeStream(portal);
  const server = createServer();
  await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const url = `http://127.0.0.1:${portOf(server)}`;
  const rest = restOf(inside, options, url);
  const random = createRandom(options.randomSeed ?? 1);
  const memberId = randomBytes(16).toString('hex');
  const queue = new EventQueue({ portal, faults, stats, random, url, memberId });
  server.on('request', (request, response) => {
    answer({ rest, stream, control, request, response }).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 500, { error: String(error) });
      else response.destroy();
    });
  });
  return {
    url,
    webhookUrl: `${url}/rest/1/${rest.secret}/`,
    eventToken: options.eventToken ?? randomBytes(16).toString('hex'),
    clock,
    doubts,
    faults,
    stats,
    control,
    subscribe: (subscription) => queue.subscribe(subscription),
    onClockMoved: (callback) => clock.onMoved(callback),
    async close() {
      queue.close();
      stream.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Exchange {
  readonly rest: RestServer;
  readonly stream: ChangeStream;
  readonly control: SandboxControl;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(exchange: Exchange): Promise<void> {
  const { rest, stream, control, request, response } = exchange;
  if (!LOOPBACK.test(request.headers.host ?? '')) {
    sendJson(response, 421, { error: 'This portal answers on loopback addresses only' });
    return;
  }
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path === '/sandbox/api/stream') {
    stream.open(response);
    return;
  }
  const { portal, stats } = rest.env;
  if (await serveRest(rest, request, response)) return;
  if (await serveUi({ portal, control, stats }, request, response)) return;
  if (request.method === 'GET' && (await serveStatic(path, response))) return;
  sendJson(response, 404, { error: 'not-found' });
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
