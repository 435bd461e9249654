/**
 * The demonstration: a sandbox portal, the app installed on it, both pipelines set up and enforced.
 * What `npm start` runs when no portal is named in the environment.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './app/ports/runtime.ts';
import { setupPipeline } from './app/setup-pipeline.ts';
import { createClock } from './clock.ts';
import type { ShiftableClock } from './clock.ts';
import { forgetPortal } from './compose-store.ts';
import { composeTools } from './compose-tools.ts';
import { startService } from './compose.ts';
import type { Service } from './compose.ts';
import { demoCredentials, installOnSandbox } from './demo-install.ts';
import { AppError } from './errors.ts';
import { readManifest } from './read-manifest.ts';
import { provideRedis } from './redis/embedded-redis.ts';
import type { ProvidedRedis } from './redis/embedded-redis.ts';
import type { Sandbox } from './sandbox/start-sandbox.ts';
import { startSandbox } from './sandbox/start-sandbox.ts';

/**
 * Its own key, so that the demonstration never touches the state of a real portal in the same Redis. The same for the installed
 * app and for the commands, which come by the sandbox's webhook.
 */
const DEMO_PORTAL = 'sandbox';

const PIPELINES = [
  { entityTypeId: 2, categoryId: 5 },
  { entityTypeId: 1034, categoryId: 12 },
] as const;

/** The seed's team lead hears of what the gate cannot settle alone. */
const LEAD = { key: 'lead', value: '4' };

/** What the app listens to; the outgoing webhook of a real portal names the same. */
export const EVENTS = [
  'ONCRMDEALADD',
  'ONCRMDEALUPDATE',
  'ONCRMDEALDELETE',
  'ONCRMDYNAMICITEMADD',
  'ONCRMDYNAMICITEMUPDATE',
  'ONCRMDYNAMICITEMDELETE',
  'ONCRMACTIVITYADD',
];

export interface DemoOptions {
  /** Port of the app; 0 for any free one. */
  readonly port: number;
  /** Port of the sandbox portal; 0 for any free one. */
  readonly sandboxPort: number;
  readonly dataDir: string;
  readonly redisUrl?: string;
  /** Bearer of whoever may read the measures and see the queues; absent: as in the service. */
  readonly adminToken?: string | null;
  /** Start instant of the portal's clock and the app's, epoch ms; absent: real time. */
  readonly now?: number;
  readonly log: Log;
  /** Hears of each step as it begins. */
  readonly onStep?: (step: 'redis' | 'portal' | 'app' | 'setup') => void;
}

export interface Demo {
  readonly sandboxUrl: string;
  readonly appUrl: string;
  readonly redisKind: 'given' | 'child' | 'memory';
  readonly sandbox: Sandbox;
  close(): Promise<void>;
}

/** Starts everything and waits until a card can be dragged. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { log, dataDir } = options;
  const step = options.onStep ?? (() => undefined);
  step('redis');
  const redis = await provideRedis({
    ...(options.redisUrl === undefined ? {} : { redisUrl: options.redisUrl }),
    dataDir,
    log,
  });
  step('portal');
  const sandbox = await openSandbox(options.sandboxPort, options.now);
  // The sandbox forgets everything at exit; what an earlier demonstration remembered of it would be wrong.
  // Only now that the port is ours: a demonstration already running keeps its state.
  await forgetPortal(redis.url, DEMO_PORTAL, log);
  const clock = createClock();
  if (options.now !== undefined) clock.setTo(sandbox.clock.now());

  step('setup');
  await setUp(sandbox, redis.url, dataDir);

  step('app');
  const secret = randomBytes(32).toString('hex');
  const service = await startApp(sandbox, { ...options, redis, clock, secret });
  const appUrl = `http://127.0.0.1:${service.port}`;
  followClock(sandbox, clock, service);
  writeDemoFile(dataDir, { webhookUrl: sandbox.webhookUrl, redisUrl: redis.url, appUrl, secret });
  return {
    sandboxUrl: sandbox.url,
    appUrl,
    redisKind: redis.kind,
    sandbox,
    async close() {
      await service.close(5000);
      await sandbox.close();
      await redis.close();
    },
  };
}

interface AppStart extends Pick<DemoOptions, 'port' | 'log' | 'adminToken'> {
  readonly redis: ProvidedRedis;
  readonly clock: ShiftableClock;
  readonly secret: string;
}

/** The service, installed on the portal. */
async function startApp(sandbox: Sandbox, { redis, secret, ...start }: AppStart): Promise<Service> {
  const credentials = demoCredentials();
  const service = await startService({
    portal: null,
    app: { ...credentials, oauthOrigins: [sandbox.oauthUrl] },
    memoryOnly: redis.kind === 'memory',
    redisUrl: redis.url,
    role: 'all',
    secret,
    port: start.port,
    adminToken: start.adminToken ?? null,
    clock: start.clock,
    log: start.log,
  });
  const { name, scopes } = readManifest();
  await installOnSandbox(sandbox, {
    appUrl: `http://127.0.0.1:${service.port}`,
    name: name.ru,
    credentials,
    scopes: scopes.map(({ scope }) => scope),
  });
  return service;
}

function followClock(sandbox: Sandbox, clock: ShiftableClock, service: Service): void {
  sandbox.onClockMoved((now) => {
    clock.setTo(now);
    void service.clockMoved();
  });
}

async function openSandbox(port: number, now: number | undefined): Promise<Sandbox> {
  try {
    return await startSandbox({
      port,
      seed: 'support',
      memberId: DEMO_PORTAL,
      ...(now === undefined ? {} : { now }),
    });
  } catch (cause) {
    throw new AppError(
      'config-invalid',
      `Port ${port} for the sandbox portal cannot be used: stop what runs there or set PORT to another one`,
      { cause },
    );
  }
}

async function setUp(sandbox: Sandbox, redisUrl: string, dataDir: string): Promise<void> {
  const tools = await composeTools({
    webhookUrl: sandbox.webhookUrl,
    redisUrl,
    dataDir,
    portalId: DEMO_PORTAL,
  });
  try {
    for (const pipeline of PIPELINES) {
      const result = await setupPipeline(
        { pipeline, mode: 'enforce', language: 'ru', settings: [LEAD] },
        tools,
      );
      if (!result.ok) {
        const codes = result.problems.map(({ code }) => code).join(', ');
        throw new AppError('policy-invalid', `The demonstration could not be set up: ${codes}`);
      }
    }
  } finally {
    await tools.close();
  }
}

/** Lets the commands reach the running demonstration without any settings. */
function writeDemoFile(
  dataDir: string,
  where: Readonly<Record<'webhookUrl' | 'redisUrl' | 'appUrl' | 'secret', string>>,
): void {
  mkdirSync(dataDir, { recursive: true });
  const file = {
    webhookUrl: where.webhookUrl,
    redisUrl: where.redisUrl,
    eventUrl: `${where.appUrl}/events`,
    portalId: DEMO_PORTAL,
    // Of this run of the demonstration alone.
    secret: where.secret,
  };
  writeFileSync(join(dataDir, 'demo.json'), JSON.stringify(file), { mode: 0o600 });
}
