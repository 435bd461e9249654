/**
 * `npm run soak -- --minutes 30 --out docs/SOAK.md`: ten times a large desk on the service as it runs in production, for half an hour.
 * `--portals 30`, `--tickets 30000` (a day of nine hours), `--seed 1`, `--snapshots <folder>` for heap snapshots after a third and at the
 * end, `--out <file>`. Ends with a non-zero code when something that must hold does not.
 */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { demoCredentials } from '../../src/demo-install.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { logRequests } from '../bench/request-log.ts';
import { fromCommandLine, positiveWhole } from '../support/from-command-line.ts';
import { seeded } from '../support/mutate.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { Desk } from './desk.ts';
import { openDesk, openPortal } from './desk.ts';
import { reportOf } from './report.ts';
import { createSampler } from './sampling.ts';
import type { Moment, Sampler } from './sampling.ts';
import { freePort } from '../support/free-port.ts';
import { startProcess } from './service-process.ts';
import type { ServiceProcess } from './service-process.ts';
import { emptyTally, playTicket } from './ticket-story.ts';
import type { Tally } from './ticket-story.ts';
import { judge } from './verdict.ts';

const SAMPLE_MS = 10_000;
const MINUTE_MS = 60_000;
const WORKDAY_SECONDS = 9 * 3600;
/** Final notices wait for the undo window, schedules for their turn. */
const DRAIN_MS = 5 * MINUTE_MS;

const USAGE = `npm run soak -- [options]   ten times a large desk on the service, its report as Markdown
  --minutes 30        how long tickets come in
  --portals 30        portals that installed the app
  --tickets 30000     tickets of a day of nine hours, all portals together
  --seed 1            of the stories
  --snapshots <dir>   heap snapshots after a third and at the end
  --out <file>        report; docs/SOAK.md
Ends with 1 when something that must hold does not.`;

const { values, minutes, portals, ticketsADay, seed } = fromCommandLine(USAGE, () => {
  const asked = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      portals: { type: 'string', default: '30' },
      tickets: { type: 'string', default: '30000' },
      seed: { type: 'string', default: '1' },
      snapshots: { type: 'string' },
      out: { type: 'string', default: 'docs/SOAK.md' },
    },
  }).values;
  const span = Number(asked.minutes);
  if (!(span > 0)) throw new Error('--minutes is a number above 0');
  return {
    values: asked,
    minutes: span,
    portals: positiveWhole(asked.portals, 'portals'),
    ticketsADay: positiveWhole(asked.tickets, 'tickets'),
    seed: positiveWhole(asked.seed, 'seed'),
  };
});
/** Sixty for every 3,000 tickets a day. */
const agents = Math.max(1, Math.round(ticketsADay / 50 / portals));
const random = seeded(seed);

async function startService(
  redisUrl: string,
  oauthUrl: string,
): Promise<{ readonly url: string; readonly all: readonly ServiceProcess[] }> {
  const [port, opsPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const env = {
    REDIS_URL: redisUrl,
    B24_CLIENT_ID: credentials.clientId,
    B24_CLIENT_SECRET: credentials.clientSecret,
    B24_OAUTH_HOSTS: new URL(oauthUrl).host,
    PUBLIC_URL: url,
    APP_SECRET: randomBytes(32).toString('hex'),
    PORT: String(port),
    NODE_ENV: 'production',
  };
  const web = startProcess({
    name: 'web',
    env: { ...env, ROLE: 'web' },
    readyUrl: `${url}/readyz`,
  });
  const worker = startProcess({
    name: 'worker',
    env: { ...env, ROLE: 'worker', OPS_PORT: String(opsPort) },
    readyUrl: `http://127.0.0.1:${opsPort}/readyz`,
  });
  return { url, all: await Promise.all([web, worker]) };
}

/** New tickets at the day's rate, evenly over the desks, until the time is up; resolves when the last story has ended. */
async function load(desks: readonly Desk[], tally: Tally): Promise<void> {
  const everyMs = (WORKDAY_SECONDS * 1000) / ticketsADay;
  const from = performance.now();
  const stories: Promise<void>[] = [];
  for (let n = 0; performance.now() - from < minutes * MINUTE_MS; n += 1) {
    const desk = desks[n % desks.length];
    if (desk) stories.push(playTicket(desk, n + 1, { random, tally }));
    await sleep(Math.max(0, from + (n + 1) * everyMs - performance.now()));
  }
  loadEnded = true;
  await Promise.all(stories);
}

async function sampleOn(sampler: Sampler, moments: Moment[]): Promise<void> {
  const from = performance.now();
  const stops = [minutes / 3, minutes];
  while (!loadEnded) {
    const at = (performance.now() - from) / MINUTE_MS;
    const moment = await sampler.take(at);
    moments.push(moment);
    tell(moment);
    if (values.snapshots !== undefined && at >= (stops[0] ?? Infinity)) {
      stops.shift();
      await snapshots(values.snapshots, at);
    }
    await sleep(Math.max(0, from + moments.length * SAMPLE_MS - performance.now()));
  }
}

async function snapshots(folder: string, at: number): Promise<void> {
  for (const one of service.all) {
    await one.snapshot(join(folder, `${one.name}-${at.toFixed(0)}.heapsnapshot`));
  }
}

function tell({ at, processes, queues, redisMb, redisKeys }: Moment): void {
  const memory = Object.entries(processes).map(
    ([name, { heapMb, rssMb, sockets, lagP99 }]) =>
      `${name} heap ${heapMb.toFixed(1)} rss ${rssMb.toFixed(0)} sockets ${sockets} lag ${lagP99.toFixed(0)}`,
  );
  const jobs = `${queues.waiting}/${queues.active}/${queues.delayed}/${queues.failed}`;
  const done = Object.values(tally.ended).reduce((sum, count) => sum + count, 0);
  console.log(
    `${at.toFixed(1)} min · ${memory.join(' · ')} · jobs ${jobs} · redis ${redisMb.toFixed(1)} MB ${redisKeys} keys · ${done}/${tally.started} tickets, ${tally.returned.length}/${tally.premature} returned, ${tally.problems.length} problems`,
  );
}

/** @returns seconds until nothing waited or ran; null when that did not come */
async function drained(sampler: Sampler): Promise<number | null> {
  const from = performance.now();
  while (performance.now() - from < DRAIN_MS) {
    const { waiting, active, delayed } = await sampler.depths();
    if (waiting + active + delayed === 0) return (performance.now() - from) / 1000;
    await sleep(500);
  }
  return null;
}

const credentials = demoCredentials();
const tally = emptyTally();
const moments: Moment[] = [];
let loadEnded = false;
const redis = await startTestRedis();
const sandboxes: Sandbox[] = [];
for (let n = 0; n < portals; n += 1)
  sandboxes.push(await openPortal(agents, sandboxes[0]?.oauth ?? null));
const service = await startService(redis.url, sandboxes[0]?.oauthUrl ?? '');
const desks: Desk[] = [];
for (const sandbox of sandboxes) {
  const place = { appUrl: service.url, redisUrl: redis.url, credentials, agents };
  desks.push(await openDesk(sandbox, place));
  console.log(`portal ${desks.length} of ${portals} is set up`);
}
for (const { stats } of sandboxes) stats.reset();
const requestLog = sandboxes[0] && logRequests(sandboxes[0].stats);
const sampler = createSampler(redis.url, service.all);
await Promise.all([load(desks, tally), sampleOn(sampler, moments)]);
const drainedSeconds = await drained(sampler);
const left = await sampler.depths();
await sampler.close();
const exitCodes: (number | null)[] = [];
for (const one of service.all) exitCodes.push(await one.stop());
const checks = judge({ desks, tally, moments, left, drainedSeconds, exitCodes });
const sum = (pick: (sandbox: Sandbox) => number): number =>
  sandboxes.reduce((total, sandbox) => total + pick(sandbox), 0);
const report = reportOf({
  command: `npm run soak -- ${process.argv.slice(2).join(' ')}`,
  date: new Date().toISOString().slice(0, 10),
  machine: `Node ${process.versions.node}, ${cpus().length} CPUs`,
  portals,
  agents: portals * agents,
  minutes,
  ticketsADay,
  tally,
  moments,
  checks,
  requests: sum(({ stats }) => stats.requests),
  rejections: sum(({ stats }) => stats.rejections),
  events: sum(({ stats }) => stats.eventsSent),
  drainedSeconds,
  complaints: new Map(service.all.map(({ name, complaints }) => [name, complaints])),
});
await writeFile(values.out, report);
console.log(`\n${report}`);
console.log(requestLog?.summary().replaceAll(', ', '\n'));
for (const problem of tally.problems.slice(0, 20)) console.log(problem);
for (const sandbox of sandboxes.toReversed()) await sandbox.close();
await redis.remove();
process.exitCode = checks.every(({ good }) => good) ? 0 : 1;
