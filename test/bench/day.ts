/** A working day of a large desk replayed in minutes, and the next ones until its reminders have gone out. */
import { Redis } from 'ioredis';
import { setupPipeline } from '../../src/app/setup-pipeline.ts';
import { composeTools } from '../../src/compose-tools.ts';
import { startService } from '../../src/compose.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { recordingLog } from '../support/recording-log.ts';
import { seeded } from '../support/mutate.ts';
import type { Desk } from '../soak/desk.ts';
import { apportion } from './arithmetic.ts';
import { PIPELINE, PORTAL, SECRET } from './bench-portal.ts';
import { createDayClock } from './day-clock.ts';
import { playTicket, WAYS } from './day-story.ts';
import type { Scene, Way } from './day-story.ts';

/** New tickets by the hour of the day, Moscow time: work from 9 to 18 with peaks before noon and after three, a little at night. */
export const PROFILE: readonly number[] = [
  4, 3, 2, 2, 2, 3, 5, 10, 30, 90, 130, 140, 110, 70, 90, 130, 120, 90, 35, 20, 12, 8, 6, 5,
];
/**
 * How many times faster the clock runs while people work, when next to nothing happens, and while only reminders go out. Two cores that
 * carry portal, app and people answer some 100 requests a second; a faster clock measures how a service that is left behind gives up.
 */
export const SPEED = { work: 36, night: 1500, reminders: 180 } as const;

export interface DayFigures {
  readonly tickets: number;
  readonly agents: number;
  readonly done: ReadonlyMap<Way, number>;
  readonly lost: readonly string[];
  /** Answers that a client's page did not take at once. */
  readonly triedAgain: number;
  readonly requests: number;
  readonly byMethod: Readonly<Record<string, number>>;
  /** QUERY_LIMIT_EXCEEDED and OPERATION_TIME_LIMIT answers. */
  readonly rejections: number;
  readonly events: number;
  readonly eventsFailed: number;
  readonly clientMessages: number;
  /** Real seconds altogether, and those in which the clock was held back. */
  readonly seconds: number;
  readonly heldBack: number;
}

const HOUR = 3600_000;
/** Monday 23 November 2026, 0:00 in Moscow: no day off around it. */
const START = Date.UTC(2026, 10, 22, 21);
/** Whoever was asked on Tuesday morning only is reminded on Wednesday. */
const END = START + 67 * HOUR;
const AGENTS = 60;
const FIRST_AGENT = 101;
const LEAD = '4';
const EVENTS = [
  'ONCRMDEALADD',
  'ONCRMDEALUPDATE',
  'ONCRMDEALDELETE',
  'ONCRMACTIVITYADD',
  'ONCRMACTIVITYUPDATE',
];

export async function benchDay(redisUrl: string, tickets: number): Promise<DayFigures> {
  const sandbox = await startSandbox({
    seed: 'empty',
    now: START,
    rate: { size: 50, perSecond: 2 * SPEED.work },
  });
  sandbox.faults.delayMs = [0, 2];
  const agents = addAgents(sandbox);
  const policy = await setUpDesk(sandbox, redisUrl);
  await pretendHistory(redisUrl);
  const service = await startFastService(sandbox, redisUrl);
  sandbox.subscribe({
    handlerUrl: `http://127.0.0.1:${service.port}/events`,
    token: sandbox.eventToken,
    events: EVENTS,
  });
  const clock = createDayClock(sandbox.clock);
  const scene: Scene = {
    desk: { sandbox, policy, clientId: '', agents },
    clock,
    now: () => sandbox.clock.now(),
    random: seeded(20_261_123),
    done: new Map(),
    lost: [],
    triedAgain: 0,
  };
  const from = performance.now();
  sandbox.stats.reset();
  const stories = Promise.all(
    arrivals(tickets, scene.random).map(({ at, way }, n) => playTicket(scene, n + 1, way, at)),
  );
  let ended = false;
  void stories.then(() => (ended = true));
  try {
    for (let hour = START + HOUR; hour <= END && !ended; hour += HOUR) {
      await clock.runTo(hour, speedAt);
      // Timers were set at the pace of working hours; on a busy machine the next hour promotes what this one could not.
      await service.clockMoved().catch(() => undefined);
      tellHour(hour, scene, sandbox);
    }
    const { stats } = sandbox;
    return {
      tickets,
      agents: AGENTS,
      done: scene.done,
      lost: scene.lost,
      triedAgain: scene.triedAgain,
      requests: stats.requests,
      byMethod: { ...stats.byMethod },
      rejections: stats.rejections + stats.operatingRejections,
      events: stats.eventsSent,
      eventsFailed: stats.eventsFailed,
      clientMessages: stats.clientMessages,
      seconds: (performance.now() - from) / 1000,
      heldBack: clock.heldBack(),
    };
  } finally {
    await service.close(5000);
    await sandbox.close();
  }
}

function tellHour(hour: number, { done, lost }: Scene, { stats }: Sandbox): void {
  const ended = [...done.values()].reduce((all, one) => all + one, 0);
  process.stderr.write(
    `  ${hourOf(hour)}:00 ${ended} ended, ${lost.length} lost, ${stats.requests} requests ${lost.at(-1) ?? ''}\n`,
  );
}

/** Hour of the day in Moscow, 0…23. */
const hourOf = (now: number): number => Math.floor((now + 3 * HOUR) / HOUR) % 24;

function speedAt(now: number): number {
  const hour = hourOf(now);
  if (hour < 8 || hour >= 19) return SPEED.night;
  return now < START + 24 * HOUR ? SPEED.work : SPEED.reminders;
}

interface Arrival {
  readonly at: number;
  readonly way: Way;
}

/** As many as the profile says in each hour, at even random moments of it. */
export function arrivals(tickets: number, random: () => number): readonly Arrival[] {
  const ways = apportion(
    tickets,
    WAYS.map(([, share]) => share),
  ).flatMap((count, n) => Array.from({ length: count }, () => WAYS[n]?.[0] ?? WAYS[0][0]));
  const shuffled = ways
    .map((way) => ({ way, order: random() }))
    .toSorted((a, b) => a.order - b.order);
  const moments = apportion(tickets, PROFILE).flatMap((count, hour) =>
    Array.from({ length: count }, () => START + (hour + random()) * HOUR),
  );
  return moments.map((at, n) => ({ at, way: shuffled[n]?.way ?? WAYS[0][0] }));
}

function addAgents({ control }: Sandbox): readonly number[] {
  return Array.from({ length: AGENTS }, (_, n) => {
    const id = FIRST_AGENT + n;
    const email = `agent${n + 1}@portal.example`;
    const name = { name: 'Agent', lastName: String(n + 1) };
    control.addUser({ ...name, id, email, role: 'agent', admin: false });
    return id;
  });
}

async function setUpDesk(sandbox: Sandbox, redisUrl: string): Promise<Desk['policy']> {
  const { webhookUrl } = sandbox;
  const tools = await composeTools({ webhookUrl, redisUrl, dataDir: '', portalId: PORTAL });
  try {
    const settings = [{ key: 'lead', value: LEAD }];
    const wish = { pipeline: PIPELINE, mode: 'enforce', language: 'ru', settings } as const;
    const result = await setupPipeline(wish, tools);
    if (!result.ok) throw new Error(`setup: ${result.problems.map((p) => p.code).join(', ')}`);
    // Set up by a command whose clock is the real one.
    const policy = { ...result.policy, cutoff: START };
    await tools.policies.save(PORTAL, policy);
    return policy;
  } finally {
    await tools.close();
  }
}

/** A desk that has been at work for days: its breaker knows how many messages an hour are usual. */
async function pretendHistory(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl);
  const hour = Math.floor(START / HOUR);
  const usual = Array.from({ length: 24 }, (_, n) => [hour - 1 - n, 600] as const);
  await redis.hset(createKeys().portal(PORTAL, 'outbox:hours'), Object.fromEntries(usual));
  await redis.quit();
}

function startFastService(sandbox: Sandbox, redisUrl: string) {
  const faster = SPEED.work;
  return startService({
    portal: { id: PORTAL, webhookUrl: sandbox.webhookUrl, eventTokens: [sandbox.eventToken] },
    redisUrl,
    role: 'all',
    secret: SECRET,
    port: 0,
    clock: sandbox.clock,
    log: recordingLog(),
    tuning: {
      budget: { drainPerSecond: 2 * faster },
      rings: { firstGapMs: 250 / faster, maxGapMs: 4000 / faster },
      jobs: { timesFaster: faster },
      sweepEveryMs: 60_000 / faster,
      reconcileEveryMs: 600_000 / faster,
    },
  });
}
