/** A desk: a sandbox portal with the platform's limits, the app installed on it, its agents, the pipeline enforced. */
import { Redis } from 'ioredis';
import { setupPipeline } from '../../src/app/setup-pipeline.ts';
import { composeTools } from '../../src/compose-tools.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { installOnSandbox } from '../../src/demo-install.ts';
import { readManifest } from '../../src/read-manifest.ts';
import { createKeys } from '../../src/redis/keys.ts';
import type { AppCredentials } from '../../src/sandbox/apps/app-control.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';

export const DEALS = { entityTypeId: 2, categoryId: 5 } as const;
const FIRST_AGENT = 101;
/** The seed's team lead. */
const LEAD = 4;
/** Short, so that the final notice belongs to the run. */
const UNDO_MINUTES = 1;

export interface Desk {
  readonly sandbox: Sandbox;
  readonly policy: ClosingPolicy;
  readonly clientId: string;
  readonly agents: readonly number[];
}

export interface DeskWish {
  readonly appUrl: string;
  readonly redisUrl: string;
  readonly credentials: AppCredentials;
  readonly agents: number;
}

/** The portal alone; the first one brings the authorization server for all. */
export async function openPortal(agents: number, oauth: Sandbox['oauth'] | null): Promise<Sandbox> {
  const sandbox = await startSandbox({ seed: 'empty', ...(oauth && { oauth }) });
  for (let n = 0; n < agents; n += 1) {
    sandbox.control.addUser({
      id: FIRST_AGENT + n,
      name: 'Agent',
      lastName: String(n + 1),
      email: `agent${n + 1}@portal.example`,
      role: 'agent',
      admin: false,
    });
  }
  return sandbox;
}

export async function openDesk(sandbox: Sandbox, wish: DeskWish): Promise<Desk> {
  const { name, scopes } = readManifest();
  const { appUrl, redisUrl, credentials } = wish;
  await installOnSandbox(sandbox, {
    appUrl,
    name: name.ru,
    credentials,
    scopes: scopes.map(({ scope }) => scope),
  });
  const { webhookUrl, memberId: portalId } = sandbox;
  const tools = await composeTools({ webhookUrl, redisUrl, dataDir: '', portalId });
  try {
    const settings = workingNow(Date.now()).concat(
      { key: 'lead', value: String(LEAD) },
      { key: 'undoMinutes', value: String(UNDO_MINUTES) },
    );
    const result = await setupPipeline(
      { pipeline: DEALS, mode: 'enforce', language: 'ru', settings },
      tools,
    );
    if (!result.ok) throw new Error(`setup: ${result.problems.map(({ code }) => code).join(', ')}`);
    await pretendHistory(portalId, redisUrl);
    const agents = Array.from({ length: wish.agents }, (_, n) => FIRST_AGENT + n);
    return { sandbox, policy: result.policy, clientId: credentials.clientId, agents };
  } finally {
    await tools.close();
  }
}

/** A desk at work for a day: its breaker knows how many messages an hour are usual. */
async function pretendHistory(portalId: string, redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl);
  const hour = Math.floor(Date.now() / 3_600_000);
  const counts = Array.from({ length: 9 }, (_, n) => [hour - 1 - n, MESSAGES_AN_HOUR] as const);
  await redis.hset(createKeys().portal(portalId, 'outbox:hours'), Object.fromEntries(counts));
  redis.disconnect();
}

const MESSAGES_AN_HOUR = 600;
const DAY_MS = 86_400_000;
const MORNING = 11;
/** One for every other hour of the day, none with summer time. */
const ZONES = [
  'Pacific/Pago_Pago',
  'America/Phoenix',
  'America/Bogota',
  'Atlantic/Stanley',
  'Africa/Abidjan',
  'Europe/Moscow',
  'Asia/Karachi',
  'Asia/Bangkok',
  'Asia/Tokyo',
  'Pacific/Noumea',
] as const;

/** Clients are written to in working hours: a zone where it is morning, and these days worked whatever day it is. */
function workingNow(now: number): { readonly key: string; readonly value: string }[] {
  const fromMorning = (timeZone: string): number => {
    const hour = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
    return Math.abs(Number(hour.format(now)) - MORNING);
  };
  const [zone = ''] = ZONES.toSorted((a, b) => fromMorning(a) - fromMorning(b));
  const days = [-1, 0, 1].map((n) => new Date(now + n * DAY_MS).toISOString().slice(0, 10));
  return [
    { key: 'timeZone', value: zone },
    { key: 'workDays', value: days.join(',') },
  ];
}
