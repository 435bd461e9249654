/** What an older version of the app left behind, standing again: its keys in a Redis of their own, its portals as sandboxes. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { startService } from '../../src/compose.ts';
import type { Service } from '../../src/compose.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPortalRegistry } from '../../src/redis/portal-registry.ts';
import { defineScripts } from '../../src/redis/scripts.ts';
import { createSecretBox } from '../../src/redis/secret-box.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { RecordingLog } from '../support/recording-log.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import type { KeyLine } from './keys-as-text.ts';
import { putLines, readLines } from './keys-as-text.ts';
import { play, readTape } from './portal-tape.ts';

/** A Monday without holidays near. */
export const MONDAY = Date.parse('2026-03-16T10:00:00+03:00');
export const SECRET = 'a-secret-of-the-recorded-states';
export const CLIENT = {
  clientId: 'local.5c8bb1b0891cf2.87252039',
  clientSecret: 'SakeVG5mbRdcQet45UUrt6q72AMTo7fkwXSO7Y5LYFYNCRsA6f',
} as const;
/** Recorded lines are to be read for as long as these tests run. */
const RETENTION = { days: 36_500, lines: 1_000_000 };

const refSchema = z.object({ entityTypeId: z.number(), id: z.number() });
const ticketsSchema = z.array(
  z.object({
    id: z.number(),
    stageId: z.string(),
    movedTime: z.number(),
    createdTime: z.number(),
  }),
);
const aboutSchema = z.object({
  /** Returned. */
  premature: refSchema,
  /** Closed, and verified. */
  confirmed: refSchema,
  /** Lacks its client's word only. */
  waiting: refSchema,
  /** Closed by its client's word. */
  answered: refSchema.optional(),
  /** Asked at the moment the old process was killed. */
  later: refSchema.optional(),
  /** Closed after that. */
  unseen: refSchema,
  /** Path of the client page that `answered` was answered on. */
  link: z.string().optional(),
  installed: z.object({ portalId: z.string(), premature: refSchema, unseen: refSchema }).optional(),
  endedAt: z.number(),
  tickets: z.tuple([ticketsSchema, ticketsSchema]),
});
export type About = z.infer<typeof aboutSchema>;

const folder = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/state/${name}/`, import.meta.url));
const textOf = (name: string, file: string): string =>
  readFileSync(`${folder(name)}${file}`, 'utf8');

export interface OldState {
  readonly about: About;
  readonly lines: readonly KeyLine[];
  readonly redis: TestRedis;
  readonly client: Redis;
  readonly hooked: Sandbox;
  readonly installed: Sandbox | null;
  readonly log: RecordingLog;
  /** Today's service on it. */
  start(): Promise<Service>;
  /** Portals and service are this much later. */
  later(service: Service, ms: number): Promise<void>;
  close(): Promise<void>;
}

export async function standAgain(name: string): Promise<OldState> {
  const about = aboutSchema.parse(JSON.parse(textOf(name, 'about.json')));
  const hooked = await portalOf(name, 'portal.ndjson', about);
  const installed = about.installed ? await portalOf(name, 'installed.ndjson', about) : null;
  const redis = await startTestRedis();
  const client = new Redis(redis.url);
  defineScripts(client);
  const lines = readLines(textOf(name, 'keys.ndjson'));
  await putLines(
    client,
    lines.map((line) => moved(line, installed)),
  );
  const log = recordingLog();
  return {
    about,
    lines,
    redis,
    client,
    hooked,
    installed,
    log,
    start: () => startToday({ hooked, installed, redis, log }),
    async later(service, ms) {
      hooked.clock.advance(ms);
      installed?.clock.advance(Math.max(0, hooked.clock.now() - installed.clock.now()));
      await service.clockMoved();
    },
    async close() {
      client.disconnect();
      await hooked.close();
      await installed?.close();
      await redis.remove();
    },
  };
}

type Place = Pick<OldState, 'hooked' | 'installed' | 'redis' | 'log'>;

function startToday({ hooked, installed, redis, log }: Place): Promise<Service> {
  return startService({
    portal: { id: 'webhook', webhookUrl: hooked.webhookUrl, eventTokens: [hooked.eventToken] },
    app: installed && { ...CLIENT, oauthOrigins: [installed.oauthUrl] },
    redisUrl: redis.url,
    role: 'all',
    port: 0,
    clock: { now: () => hooked.clock.now() },
    log,
    secret: SECRET,
    retention: RETENTION,
    tuning: {
      sweepEveryMs: 500,
      budget: { capacity: 5000, drainPerSecond: 1000 },
      reconcileEveryMs: 1000,
      // Work that the old process was killed over is taken up soon.
      jobs: { lockMs: 2000, stalledMs: 500 },
      claimSettlesMs: 0,
    },
  });
}

async function portalOf(name: string, file: string, about: About): Promise<Sandbox> {
  const of = file === 'portal.ndjson' ? 0 : 1;
  const memberId = of === 0 ? 'webhooked' : (about.installed?.portalId ?? '');
  const sandbox = await startSandbox({ seed: 'empty', limits: 'off', now: MONDAY, memberId });
  if (existsSync(`${folder(name)}${file}`)) await play(sandbox, readTape(textOf(name, file)));
  // To the second as it was: the keys name these moments.
  for (const { id, movedTime, createdTime } of about.tickets[of]) {
    Object.assign(sandbox.control.ticket({ entityTypeId: 2, id }), { movedTime, createdTime });
  }
  sandbox.clock.advance(Math.max(0, about.endedAt + 1000 - sandbox.clock.now()));
  return sandbox;
}

/** The portal has moved to the address it has in this run. */
function moved(line: KeyLine, installed: Sandbox | null): KeyLine {
  if (line.type !== 'hash' || !line.key.endsWith('}:portal') || installed === null) return line;
  const now: Readonly<Record<string, string>> = {
    origin: installed.url,
    oauthEndpoint: installed.oauthUrl,
  };
  const value = line.value.map(([field, text]): [string, string] => [field, now[field] ?? text]);
  return { ...line, value };
}

export function registryOf({ client, log }: Pick<OldState, 'client' | 'log'>, secret = SECRET) {
  const box = createSecretBox([secret]);
  const clock = { now: () => Date.now() };
  return createPortalRegistry({ redis: client, keys: createKeys(), box, clock, log });
}

/** The portal of this run knows other keys than the recorded one did: a pair of its own takes their place. */
export async function renewTokens(old: OldState): Promise<void> {
  const { installed, about, hooked } = old;
  if (installed === null || about.installed === undefined) return;
  const card = { name: 'Closegate', handlerUrl: `${hooked.url}/app`, scopes: ['crm', 'im'] };
  installed.apps.register({ ...card, credentials: CLIENT, installUrl: `${hooked.url}/app` });
  const { body } = installed.apps.openInstaller(CLIENT.clientId);
  await installed.apps.finishInstall(CLIENT.clientId);
  await registryOf(old).saveTokens(about.installed.portalId, {
    owner: 'installer',
    accessToken: body['AUTH_ID'] ?? '',
    refreshToken: body['REFRESH_ID'] ?? '',
    expiresAt: hooked.clock.now() + 3_600_000,
    userId: 1,
  });
}
