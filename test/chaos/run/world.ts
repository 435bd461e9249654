/** The world of a chaos run: sandbox portal, Redis, web and two workers as processes, and everything that stands between them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tools } from '../../../src/app/ports/tools.ts';
import { composeTools } from '../../../src/compose-tools.ts';
import { WEBHOOK_PORTAL } from '../../../src/compose-store.ts';
import type { ServiceTuning } from '../../../src/compose.ts';
import { AppError } from '../../../src/errors.ts';
import { EVENTS } from '../../../src/demo.ts';
import { isWriting } from '../../../src/sandbox/rest/call-method.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../../src/sandbox/start-sandbox.ts';
import { START, setUpScene } from '../scene.ts';
import type { Scene } from '../scene.ts';
import { createChaosClock } from './chaos-clock.ts';
import { openEventGate } from './event-gate.ts';
import type { EventGate } from './event-gate.ts';
import type { ChaosWorld, ServicePlace, WorldKind } from './fault.ts';
import { APP, createGrants, installApp } from './installed-world.ts';
import { openJobQueues } from './job-queues.ts';
import type { JobQueues } from './job-queues.ts';
import { createPortalFront } from './portal-front.ts';
import type { PortalFront } from './portal-front.ts';
import { slowness } from './patience.ts';
import { openRedis } from './redis-control.ts';
import type { OwnedRedis } from './redis-control.ts';
import { bundleService } from './service-bundle.ts';
import { createServiceProcesses } from './service-processes.ts';
import type { ManagedProcess } from './service-processes.ts';
import { freePort } from '../../support/free-port.ts';

export interface World extends ChaosWorld {
  readonly redis: OwnedRedis;
  readonly web: ManagedProcess;
  readonly workers: readonly ManagedProcess[];
  readonly sandbox: Sandbox;
  readonly scene: Scene;
  readonly tools: Tools;
  readonly portalId: string;
  readonly queues: JobQueues;
  /** Draws of the gates come from here from now on. */
  drawFrom(random: () => number): void;
  /** Where `note` goes. */
  onNote: (text: string) => void;
  /** The service works for the portal: its grant lives, as far as it knows. */
  served(): Promise<boolean>;
  /** Changes whenever the service has written anything to the portal. */
  revision(): number;
  /** Everything that was killed or stopped runs again. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

/** Times and limits for a run that cannot wait; the relations between them are the service's own. */
function tuningFor(slow: number): ServiceTuning {
  const lockMs = Math.round(900 * slow);
  return {
    lockTtlMs: lockMs,
    jobs: { lockMs, stalledMs: Math.round(300 * slow) },
    sweepEveryMs: Math.round(500 * slow),
    breaker: { floor: 1_000_000, perRun: 1_000_000 },
    budget: { drainPerSecond: 100_000 },
    claimSettlesMs: Math.round(2000 * slow),
  };
}
const SECRET = 'secret of the chaos run, of no use elsewhere';
const CLOSE_MS = 5000;
const PATIENCE_MS = 60_000;
const ANSWERS_MS = 3000;
const AGAIN_MS = 500;
const WORKERS = ['worker-1', 'worker-2'];

type Closing = (() => Promise<unknown>)[];

export async function openWorld(kind: WorldKind): Promise<World> {
  const closing: Closing = [];
  try {
    return await build(kind, closing);
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

async function closeAll(closing: Closing): Promise<void> {
  // A run that cannot end is worse than a directory that stays.
  for (const close of closing.splice(0).reverse())
    await Promise.race([close().catch(() => undefined), sleep(CLOSE_MS, null, { ref: false })]);
}

interface Ground {
  readonly redis: OwnedRedis;
  readonly sandbox: Sandbox;
  readonly front: PortalFront;
  readonly gate: EventGate;
  readonly port: number;
  readonly dir: string;
  /** As the machine was when the world was opened. */
  readonly slow: number;
}

async function layGround(closing: Closing): Promise<Ground> {
  const dir = await mkdtemp(join(tmpdir(), 'closegate-chaos-'));
  closing.push(() => rm(dir, { recursive: true, force: true }));
  const redis = await openRedis();
  closing.push(() => redis.close());
  const front = createPortalFront();
  const sandbox = await startSandbox({
    seed: 'empty',
    limits: 'off',
    now: START,
    front: front.rest,
    oauthFront: front.oauth,
  });
  sandbox.faults.delayMs = [5, 30];
  closing.push(() => sandbox.close());
  const port = await freePort();
  const gate = await openEventGate(() => `http://127.0.0.1:${port}`);
  closing.push(() => gate.close());
  return { redis, sandbox, front, gate, port, dir, slow: slowness() };
}

interface Crew {
  readonly web: ManagedProcess;
  readonly workers: readonly ManagedProcess[];
  readonly all: readonly ManagedProcess[];
}

/** Added, not yet started. */
async function hireCrew(kind: WorldKind, ground: Ground, closing: Closing): Promise<Crew> {
  const { redis, sandbox } = ground;
  const bundle = await bundleService();
  closing.push(() => bundle.remove());
  const processes = createServiceProcesses(bundle.script);
  closing.push(() => processes.close());
  const common = { place: () => placeOf(kind, ground), now: () => sandbox.clock.now() };
  // Past the gate: a watch sees what workers say.
  const direct = () => ({ ...placeOf(kind, ground), redisUrl: redis.directUrl });
  const web = processes.add({ ...common, place: direct, name: 'web', role: 'web' });
  const workers = WORKERS.map((name) => processes.add({ ...common, name, role: 'worker' }));
  return { web, workers, all: [web, ...workers] };
}

async function beginWork(kind: WorldKind, { sandbox, gate }: Ground, { all }: Crew): Promise<void> {
  await Promise.all(all.map((one) => one.start()));
  for (const { name, running, log } of all)
    if (!running) throw new Error(`${name} did not start: ${log.slice(-5).join('\n')}`);
  if (kind === 'installed') return installApp(sandbox, gate.url);
  const handlerUrl = `${gate.url}/events`;
  sandbox.subscribe({ handlerUrl, token: sandbox.eventToken, events: EVENTS });
}

async function build(kind: WorldKind, closing: Closing): Promise<World> {
  const ground = await layGround(closing);
  const { redis, sandbox, dir } = ground;
  const portalId = kind === 'webhook' ? WEBHOOK_PORTAL : sandbox.memberId;
  const crew = await hireCrew(kind, ground, closing);
  // Whoever works by hand knows where the portal is now.
  const openTools = () =>
    composeTools({
      webhookUrl: sandbox.webhookUrl,
      redisUrl: redis.directUrl,
      dataDir: dir,
      portalId,
    });
  const tools = await openTools();
  closing.push(() => tools.close());
  const scene = await setUpScene(sandbox, tools);
  const queues = openJobQueues(redis.directUrl);
  closing.push(() => queues.close());
  await beginWork(kind, ground, crew);
  const parts = { kind, ground, crew, portalId, tools, scene, queues, openTools };
  return worldOf(parts, () => closeAll(closing));
}

interface Parts extends Pick<World, 'kind' | 'portalId' | 'tools' | 'scene' | 'queues'> {
  readonly ground: Ground;
  readonly crew: Crew;
  readonly openTools: () => Promise<Tools>;
}

function worldOf(parts: Parts, close: () => Promise<void>): World {
  const { kind, portalId, tools, scene, queues, openTools } = parts;
  const { redis, sandbox, front, gate } = parts.ground;
  const { web, workers, all } = parts.crew;
  const seen = { kind, redis, web, workers, sandbox, scene, tools, portalId, queues };
  const grants = kind === 'installed' ? createGrants(sandbox) : null;
  let settingUp = Promise.resolve();
  const setUpAgain = async (since: number): Promise<void> => {
    await grants?.restore();
    const giveUpAt = performance.now() + PATIENCE_MS;
    // The faults meet the operator, too: told to wait, he does, and tries again.
    while (!(await wasSetUp(sandbox, openTools, since))) {
      if (performance.now() > giveUpAt) throw new Error('the portal takes no set-up');
      await sleep(AGAIN_MS);
    }
  };
  const world: World = {
    ...seen,
    portal: front.faults,
    events: gate.faults,
    clock: {
      ...createChaosClock(sandbox.clock, () => all),
      untilNextWorkingDay: () => scene.untilNextWorkingDay(),
    },
    grants,
    setUpAgain(since) {
      // Emptied twice, it is set up twice, by one and the same person.
      settingUp = settingUp.then(() => setUpAgain(since));
      return settingUp;
    },
    async answersWorkedOff() {
      const giveUpAt = performance.now() + ANSWERS_MS;
      while (performance.now() < giveUpAt) {
        const busy = await queues.busy(scene.now()).catch(() => ['client:answers']);
        if (!busy.some((one) => one.startsWith('client:answers'))) return;
        await sleep(AGAIN_MS);
      }
    },
    onNote: () => undefined,
    note: (text) => world.onNote(text),
    drawFrom(random) {
      front.random = random;
      gate.random = random;
    },
    served: () => (kind === 'webhook' ? Promise.resolve(true) : queues.isServed(portalId)),
    revision: () => writesOf(sandbox),
    async revive() {
      await Promise.all(all.map((one) => one.start()));
    },
    close,
  };
  return world;
}

async function wasSetUp(
  sandbox: Sandbox,
  openTools: () => Promise<Tools>,
  since: number,
): Promise<boolean> {
  let own: Tools | null = null;
  try {
    own = await openTools();
    await setUpScene(sandbox, own, since);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  } finally {
    await own?.close();
  }
}

function placeOf(kind: WorldKind, { redis, sandbox, gate, port, slow }: Ground): ServicePlace {
  const webhook = { url: sandbox.webhookUrl, eventToken: sandbox.eventToken };
  return {
    redisUrl: redis.url,
    webhook: kind === 'webhook' ? webhook : null,
    app: kind === 'installed' ? { ...APP, oauthOrigins: [sandbox.oauthUrl] } : null,
    secret: SECRET,
    publicUrl: gate.url,
    port,
    tuning: { ...tuningFor(slow) },
  };
}

function writesOf({ stats }: Sandbox): number {
  return Object.entries(stats.byMethod).reduce(
    (sum, [method, count]) => (isWriting(method) ? sum + count : sum),
    0,
  );
}
