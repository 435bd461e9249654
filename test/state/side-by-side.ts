/**
 * The version before and this one on one Redis, as during an update: `node --import tsx test/state/side-by-side.ts <tree of the version
 * before>`. Ends with 1 when a closing was not returned, a client was told something twice or not at all, or one of the two cannot
 * read what stands there.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { composeTools } from '../../src/compose-tools.ts';
import { startService } from '../../src/compose.ts';
import { createClock } from '../../src/clock.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import { OldProcess } from './old-process.ts';
import { MONDAY, SECRET } from './old-state.ts';
import type { Ref } from './people.ts';
import { People, PIPELINE } from './people.ts';

const [tree = ''] = process.argv.slice(2);
const TICKETS = 8;
const HOUR_MS = 3_600_000;
const tuning = {
  sweepEveryMs: 500,
  reconcileEveryMs: 1000,
  budget: { capacity: 5000, drainPerSecond: 1000 },
  claimSettlesMs: 0,
};

const redis = await startTestRedis();
const sandbox = await startSandbox({ seed: 'empty', limits: 'off', now: MONDAY });
const people = new People(sandbox);
const old = new OldProcess(tree);
await old.loaded();
const { webhookUrl, eventToken } = sandbox;
const redisUrl = redis.url;
const now = (): number => sandbox.clock.now();
const place = { webhookUrl, redisUrl };
await old.tell('setup', { now: now(), pipeline: PIPELINE, ...place });

const portal = { id: 'webhook', webhookUrl, eventTokens: [eventToken] };
const shared = { portal, redisUrl, secret: SECRET, publicUrl: 'https://support.example' };
await old.tell('start', { now: now(), options: { ...shared, tuning } });
const log = recordingLog();
const clock = createClock();
clock.setTo(now());
const service = await startService({ ...shared, role: 'all', port: 0, clock, log, tuning });

const problems: string[] = [];
const check = (what: string, holds: boolean): void => {
  if (!holds) problems.push(what);
};
const told = (ref: Ref): readonly string[] =>
  sandbox.control
    .chats(ref)
    .flatMap(({ messages, clientUserId }) =>
      messages.filter((one) => one.senderId !== clientUserId).map(({ text }) => text),
    );
async function settled(what: string, holds: () => boolean): Promise<void> {
  for (let look = 0; look < 300 && !holds(); look += 1) await sleep(100);
  check(what, holds());
  await sleep(1500);
}
async function later(ms: number): Promise<void> {
  sandbox.clock.advance(ms);
  clock.setTo(now());
  await Promise.all([service.clockMoved(), old.tell('clock', { now: now() })]);
}

const some = <T>(make: (n: number) => T): readonly T[] =>
  Array.from({ length: TICKETS }, (_, n) => make(n));
const premature = some((n) => people.ticket(`Не приходит код ${n}`));
const ready = await Promise.all(some((n) => people.ready(`Не видно камеру ${n}`)));
for (const ref of [...premature, ...ready]) people.close(ref);
await settled('every premature closing is returned', () =>
  premature.every((ref) => sandbox.control.ticket(ref).stageId === 'C5:PREPARATION'),
);
const asked = (ref: Ref): number => told(ref).filter((text) => text.includes('/c/')).length;
await settled('every client is asked once', () => ready.every((ref) => asked(ref) === 1));
await later(26 * HOUR_MS);
await settled('every client is reminded once', () => ready.every((ref) => asked(ref) === 2));
for (const ref of ready)
  check(`nothing is told twice about ${ref.id}`, new Set(told(ref)).size === told(ref).length);

await old.tell('save', { ...place, firstWaitDays: 3 });
const tools = await composeTools({ ...place, dataDir: '' });
const [saved] = await tools.policies.list(tools.portalId);
check('this version reads what the other saved', saved?.firstWaitDays === 3);
if (saved) await tools.policies.save(tools.portalId, { ...saved, firstWaitDays: 2 });
const lines = (await tools.journal.latest(tools.portalId, 10_000)).length;
const chain = await tools.archive.verify(tools.portalId);
await tools.close();
const read = await old.tell('read', place);
process.stdout.write(
  `this: ${JSON.stringify({ lines, linked: chain.linked, intact: chain.intact })}\nbefore: ${read}\n`,
);
check(
  'both read every line of an unbroken journal',
  read ===
    JSON.stringify({
      policy: (saved?.version ?? 0) + 1,
      fields: Object.keys(saved?.fields ?? {}).length,
      lines,
      linked: lines,
      intact: chain.intact,
    }),
);
for (const { level, fields, message } of log.lines) {
  if (level === 'error') problems.push(`${message} ${JSON.stringify(fields)}`);
}
process.stdout.write(problems.length === 0 ? 'side by side: well\n' : `${problems.join('\n')}\n`);
await old.tell('stop');
await old.end('SIGTERM');
await service.close(2000);
await sandbox.close();
await redis.remove();
process.exitCode = problems.length === 0 ? 0 : 1;
