/** The service with an application on two sandbox portals behind one authorization server, over real HTTP and a real Redis. */
import { setupPipeline } from '../../src/app/setup-pipeline.ts';
import { createClock } from '../../src/clock.ts';
import type { ShiftableClock } from '../../src/clock.ts';
import { composeTools } from '../../src/compose-tools.ts';
import { startService } from '../../src/compose.ts';
import type { Service, ServiceTuning } from '../../src/compose.ts';
import type { PipelineRef } from '../../src/core/policy.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { AppCard } from '../../src/sandbox/apps/app-control.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import type { RecordingLog } from './recording-log.ts';
import { recordingLog } from './recording-log.ts';
import { postFrame } from './sandbox-app.ts';
import type { TestRedis } from './start-test-redis.ts';
import { startTestRedis } from './start-test-redis.ts';

export const CLIENT_ID = 'local.5c8bb1b0891cf2.87252039';
export const APP_SECRET = 'a-secret-for-the-tests';
export const CLIENT_SECRET = 'SakeVG5mbRdcQet45UUrt6q72AMTo7fkwXSO7Y5LYFYNCRsA6f';
/** What the application is started with, for commands beside it. */
export const APP_OPTIONS = {
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  secret: APP_SECRET,
} as const;
/** A Monday morning in Moscow: clients are written to at once, whenever the test runs. */
export const WORKDAY = Date.parse('2026-11-23T10:00:00+03:00');
export const PIPELINE = { entityTypeId: 2, categoryId: 5 } as const;
const SCOPES = ['crm', 'placement', 'bizproc', 'im', 'user_brief', 'imopenlines', 'task', 'note'];

const ROOMY = { capacity: 5000, drainPerSecond: 1000 } as const;

export interface InstalledApp {
  readonly url: string;
  readonly clientId: string;
  readonly log: RecordingLog;
  readonly redis: TestRedis;
  readonly portals: readonly [Sandbox, Sandbox];
  readonly service: Service;
  readonly clock: ShiftableClock;
  /** Opens the installer, runs its steps, ends the installation. */
  install(sandbox: Sandbox): Promise<readonly StepSeen[]>;
  /** A policy in the deals pipeline, enforced at once. */
  setUp(sandbox: Sandbox, pipeline?: PipelineRef): Promise<void>;
  close(): Promise<void>;
}

export interface StepSeen {
  readonly step: string;
  readonly ok: boolean;
  readonly lines: readonly string[];
}

interface AppWish {
  /** `web`: no sweeps in this process. */
  readonly role?: 'web' | 'all';
  readonly log?: RecordingLog;
  /** The app may ask the portals as often as it likes: for suites that are not about requests. */
  readonly roomy?: boolean;
  /** Where the clocks of portals and app begin; absent: real time. */
  readonly now?: number;
  /** How the first portal differs from a portal without limits. */
  readonly first?: SandboxOptions;
  readonly tuning?: ServiceTuning;
  /** Beside the usual ones, as `userfieldconfig` for smart processes. */
  readonly moreScopes?: readonly string[];
}

export async function startInstalledApp(
  card: Pick<AppCard, 'kind' | 'ui'> = {},
  { role = 'all', log = recordingLog(), now, roomy = false, ...wish }: AppWish = {},
): Promise<InstalledApp> {
  const clientId = clientIdOf(card);
  const redis = await startTestRedis();
  const clock = createClock();
  const options = { seed: 'empty', limits: 'off', ...(now !== undefined && { now }) } as const;
  if (now !== undefined) clock.setTo(now);
  const first = await startSandbox({ ...options, ...wish.first });
  const second = await startSandbox({ ...options, oauth: first.oauth });
  const service = await startService({
    portal: null,
    app: { clientId, clientSecret: CLIENT_SECRET, oauthOrigins: [first.oauthUrl] },
    redisUrl: redis.url,
    role,
    port: 0,
    clock,
    log,
    secret: APP_OPTIONS.secret,
    tuning: { sweepEveryMs: 500, ...(roomy && { budget: ROOMY }), ...wish.tuning },
  });
  const url = `http://127.0.0.1:${service.port}`;
  for (const sandbox of [first, second]) registerApp(sandbox, url, card, wish.moreScopes);
  return {
    url,
    clientId,
    log,
    redis,
    service,
    clock,
    portals: [first, second],
    install: (sandbox) => runInstaller(sandbox, url),
    setUp: (sandbox, pipeline = PIPELINE) => setUp(sandbox, redis.url, pipeline),
    async close() {
      await service.close(2000);
      await second.close();
      await first.close();
      await redis.remove();
    },
  };
}

/** Known to the portal as an application that is reached at `url`. */
export function registerApp(
  sandbox: Sandbox,
  url: string,
  card: Pick<AppCard, 'kind' | 'ui'> = {},
  moreScopes: readonly string[] = [],
): void {
  sandbox.apps.register({
    name: 'Closegate',
    handlerUrl: `${url}/app`,
    installUrl: `${url}/install`,
    scopes: [...SCOPES, ...moreScopes],
    credentials: { clientId: clientIdOf(card), clientSecret: CLIENT_SECRET },
    ...card,
  });
}

const clientIdOf = ({ kind }: Pick<AppCard, 'kind'>): string =>
  kind === 'market' ? 'app.5c8bb1b0891cf2.87252039' : CLIENT_ID;

/** @param url where the calls of the installer's page go */
export async function runInstaller(sandbox: Sandbox, url: string): Promise<readonly StepSeen[]> {
  const page = await postFrame(sandbox.apps.openInstaller(CLIENT_ID));
  if (page.status !== 200) throw new Error(`the installer answered ${page.status}`);
  const token = installTokenOf(page.text);
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const listed = await fetch(`${url}/api/install/steps`, { headers });
  const { steps } = (await listed.json()) as { steps: { id: string }[] };
  const seen: StepSeen[] = [];
  for (const { id } of steps) {
    const body = JSON.stringify({ step: id });
    const answer = await fetch(`${url}/api/install/step`, { method: 'POST', headers, body });
    const { ok, lines } = (await answer.json()) as Omit<StepSeen, 'step'>;
    seen.push({ step: id, ok, lines });
  }
  await sandbox.apps.finishInstall(CLIENT_ID);
  return seen;
}

export function installTokenOf(page: string): string {
  return /"token":"([^"]+)"/.exec(page)?.[1] ?? '';
}

async function setUp(sandbox: Sandbox, redisUrl: string, pipeline: PipelineRef): Promise<void> {
  const tools = await composeTools({
    webhookUrl: sandbox.webhookUrl,
    redisUrl,
    dataDir: '',
    portalId: sandbox.memberId,
  });
  try {
    const result = await setupPipeline(
      { pipeline, mode: 'enforce', language: 'ru', settings: [] },
      tools,
    );
    if (!result.ok) throw new Error(`setup: ${result.problems.map((p) => p.code).join(', ')}`);
  } finally {
    await tools.close();
  }
}
