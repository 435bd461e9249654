/** A sandbox portal of a busy support team with the service connected to it: what the storms are let loose on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { setupPipeline } from '../../src/app/setup-pipeline.ts';
import { createClock } from '../../src/clock.ts';
import { composeTools } from '../../src/compose-tools.ts';
import type { PipelineRef } from '../../src/core/policy.ts';
import { startService } from '../../src/compose.ts';
import { createKeys } from '../../src/redis/keys.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { RecordingLog } from '../support/recording-log.ts';

export const PIPELINE = { entityTypeId: 2, categoryId: 5 } as const;
/** Another pipeline of the same portal, of a smart process. */
export const REQUESTS = { entityTypeId: 1034, categoryId: 12 } as const;
export const WORK_STAGE = 'C5:PREPARATION';
export const WAITING_STAGE = 'C5:UC_WAIT';
export const CLOSED_STAGE = 'C5:WON';
/** The seed's team lead hears of what the gate cannot settle alone; no storm should reach him. */
const LEAD = 4;
export const PORTAL = 'bench';
export const SECRET = 'a-secret-for-the-benchmark';
const DRAIN_PER_SECOND = 2;
const ROOMY = { capacity: 5000, drainPerSecond: 1000 } as const;

const EVENTS = [
  'ONCRMDEALADD',
  'ONCRMDEALUPDATE',
  'ONCRMDEALDELETE',
  'ONCRMDYNAMICITEMUPDATE',
  'ONCRMACTIVITYADD',
];

export type Ref = ReturnType<Sandbox['control']['createTicket']>;

export interface Agent {
  readonly userId: number;
  readonly tickets: readonly Ref[];
}

export interface BenchPortal {
  readonly sandbox: Sandbox;
  readonly agents: readonly Agent[];
  readonly log: RecordingLog;
  /** Gives `count` tickets in work to the team; some waited for the client before, some have an open task or a chat. */
  hire(agents: number, tickets: number): readonly Agent[];
  /** Sets the pipeline up, starts the service and lets its first look at the portal pass. */
  connect(): Promise<void>;
  /** Waits until the requests made so far have drained out of the portal's bucket. */
  drained(): Promise<void>;
  /** Requests of the service that waited for its own budget so far. */
  waited(): Promise<Waited>;
  /** Operating seconds by method, as the service keeps what the portal told. */
  operating(): Promise<readonly (readonly [method: string, seconds: number])[]>;
  close(): Promise<void>;
}

export interface Waited {
  /** Those that waited 50 ms or longer. */
  readonly count: number;
  readonly seconds: number;
}

export interface BenchOptions extends SandboxOptions {
  /** Gated pipelines; absent: the deals alone. */
  readonly pipelines?: readonly PipelineRef[];
  /** The service may ask as often as it likes; goes with `limits: 'off'`. */
  readonly roomy?: boolean;
}

export async function startBenchPortal(
  redisUrl: string,
  { pipelines = [PIPELINE], roomy = false, ...options }: BenchOptions = {},
): Promise<BenchPortal> {
  const sandbox = await startSandbox({ seed: 'empty', ...options });
  const log = recordingLog();
  const agents: Agent[] = [];
  let service: Awaited<ReturnType<typeof startService>> | null = null;
  const drained = (): Promise<void> =>
    sleep(((Math.min(50, sandbox.stats.requests) + 1) * 1000) / DRAIN_PER_SECOND);
  return {
    sandbox,
    agents,
    log,
    hire(count, tickets) {
      agents.push(...hireTeam(sandbox, count, tickets));
      return agents;
    },
    async connect() {
      await setUp(sandbox, redisUrl, { portalId: PORTAL, pipelines });
      service = await startService({
        portal: {
          id: PORTAL,
          webhookUrl: sandbox.webhookUrl,
          eventTokens: [sandbox.eventToken],
        },
        redisUrl,
        role: 'all',
        secret: SECRET,
        port: 0,
        clock: createClock(),
        log,
        ...(roomy && { tuning: { budget: ROOMY } }),
      });
      await quiet(sandbox, 1500);
      sandbox.subscribe({
        handlerUrl: `http://127.0.0.1:${service.port}/events`,
        token: sandbox.eventToken,
        events: EVENTS,
      });
    },
    drained,
    waited: async () => readWaited(service?.port ?? null),
    operating: () => readOperating(redisUrl),
    async close() {
      await service?.close(2000);
      await sandbox.close();
    },
  };
}

/** From `/metrics`, where an operator would look. */
async function readWaited(port: number | null): Promise<Waited> {
  if (port === null) return { count: 0, seconds: 0 };
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const sum = (name: string): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`closegate_request_wait_seconds_${name}`))
      .reduce((all, line) => all + Number(line.split(' ').at(-1)), 0);
  return { count: sum('count') - sum('bucket{le="0.05"'), seconds: sum('sum') };
}

async function readOperating(redisUrl: string): Promise<readonly (readonly [string, number])[]> {
  const redis = new Redis(redisUrl);
  const found = await redis.hgetall(createKeys().portal(PORTAL, 'operating'));
  await redis.quit();
  return Object.entries(found).map(([method, value]) => [method, Number(value.split('@')[0])]);
}

/** Enforces the gate in these pipelines. */
export async function setUp(
  sandbox: Sandbox,
  redisUrl: string,
  {
    portalId,
    pipelines,
  }: { readonly portalId: string; readonly pipelines: readonly PipelineRef[] },
): Promise<void> {
  const { webhookUrl } = sandbox;
  const tools = await composeTools({ webhookUrl, redisUrl, dataDir: '', portalId });
  try {
    const settings = [{ key: 'lead', value: String(LEAD) }];
    for (const pipeline of pipelines) {
      const wish = { pipeline, mode: 'enforce', language: 'ru', settings } as const;
      const result = await setupPipeline(wish, tools);
      if (!result.ok) throw new Error(`setup: ${result.problems.map((p) => p.code).join(', ')}`);
    }
  } finally {
    await tools.close();
  }
}

const FIRST_AGENT = 101;

export function hireTeam(sandbox: Sandbox, count: number, tickets: number): readonly Agent[] {
  const { control } = sandbox;
  return Array.from({ length: count }, (_, n) => {
    const id = FIRST_AGENT + n;
    control.addUser({
      id,
      name: 'Agent',
      lastName: String(n + 1),
      email: `agent${n + 1}@portal.example`,
      role: 'agent',
      admin: false,
    });
    const share = Math.floor(tickets / count) + (n < tickets % count ? 1 : 0);
    const wanted = { ...PIPELINE, title: `Ticket of agent ${n + 1}, number`, assignedById: id };
    const own = control.bulkCreate(share, wanted, id);
    for (const [index, ref] of own.entries()) {
      control.moveTicket(ref, WORK_STAGE, id);
      if (index % 3 === 1) {
        control.moveTicket(ref, WAITING_STAGE, id);
        control.moveTicket(ref, WORK_STAGE, id);
      }
      if (index % 10 === 3) control.addTask(ref, 'Call the client', id);
      if (index % 10 === 7) {
        control.addChat(ref, id);
        control.clientWrites(ref, 'When will it work?');
      }
    }
    return { userId: id, tickets: own };
  });
}

/** Waits until the portal has heard nothing for `ms`. */
export async function quiet(sandbox: Sandbox, ms: number): Promise<void> {
  let seen = -1;
  let since = performance.now();
  while (performance.now() - since < ms) {
    const { requests, eventsSent } = sandbox.stats;
    if (requests + eventsSent !== seen) {
      seen = requests + eventsSent;
      since = performance.now();
    }
    await sleep(20);
  }
}
