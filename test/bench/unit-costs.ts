/**
 * What one of each thing costs: memory of Redis for a portal, a ticket, a timer, a journal line; processor time of the service
 * for an event, a return, a sweep and the scheduled passes. docs/SCALING.md reckons with these. Usage: npm run bench:units [-- --items 10000]
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { composeTools } from '../../src/compose-tools.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { setUpScene } from '../chaos/scene.ts';
import { back, bare } from '../support/bare-tickets.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import { openFill } from './unit-fill.ts';
import { costOfPasses } from './unit-passes.ts';
import { costOfSweep } from './unit-sweep.ts';

const EVENTS = ['ONCRMDEALADD', 'ONCRMDEALUPDATE'];
const TICK_MS = 10;
const { values } = parseArgs({ options: { items: { type: 'string', default: '10000' } } });
const items = Number(values.items);

const redis = await startTestRedis();
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.version}, ${items} of each`,
);
try {
  await memoryOfEach(redis.url);
  await redis.flush();
  const sweep = await costOfSweep(redis.url, tmpdir());
  console.log(
    `a sweep of an idle portal: at most ${sweep.processorMs.toFixed(1)} ms of processor, ${sweep.requests.toFixed(1)} requests`,
  );
  await redis.flush();
  for (const { name, processorMs, requests } of await costOfPasses(redis.url, tmpdir()))
    console.log(
      `${name}: at most ${processorMs.toFixed(1)} ms of processor, ${requests.toFixed(1)} requests`,
    );
  await redis.flush();
  await timeOfEach(redis);
} finally {
  await redis.remove();
}

async function memoryOfEach(url: string): Promise<void> {
  const client = new Redis(url);
  const used = async (): Promise<number> =>
    Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]);
  const fill = await openFill(url);
  for (const [name, run] of fill.kinds) {
    const before = await used();
    const began = performance.now();
    await run(items);
    const bytes = ((await used()) - before) / items;
    const each = ((performance.now() - began) * 1000) / items;
    console.log(`${name}: ${Math.round(bytes)} bytes of Redis, ${Math.round(each)} µs to write`);
  }
  await fill.close();
  client.disconnect();
}

/** The service as it is run, in a process of its own, against a sandbox without limits. */
async function timeOfEach({ url }: TestRedis): Promise<void> {
  const sandbox = await startSandbox({ seed: 'empty', limits: 'off' });
  const dir = await mkdtemp(join(tmpdir(), 'closegate-units-'));
  const tools = await composeTools({ webhookUrl: sandbox.webhookUrl, redisUrl: url, dataDir: dir });
  const scene = await setUpScene(sandbox, tools);
  await tools.close();
  const port = await freePort();
  const service = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      B24_WEBHOOK_URL: sandbox.webhookUrl,
      B24_EVENT_TOKEN: sandbox.eventToken,
      REDIS_URL: url,
      APP_SECRET: 'secret of the measurement, of no use elsewhere',
      PORT: String(port),
      LOG_LEVEL: 'warn',
      DATA_DIR: dir,
    },
  });
  try {
    const door = `http://127.0.0.1:${port}`;
    await eventually(
      'the service',
      () => answers(`${door}/readyz`),
      (status) => status === 200,
    );
    await sleep(3000);
    const idle = await spent(service, () => sleep(60_000));
    console.log(`a minute of an idle process: ${idle.toFixed(0)} ms of processor`);
    const ref = bare(scene);
    const body = `event=ONCRMDEALUPDATE&data[FIELDS][ID]=${ref.id}&auth[application_token]=${sandbox.eventToken}`;
    const events = await spent(service, () => postAll(`${door}/events`, body, items));
    console.log(`an event: ${((events * 1000) / items).toFixed(0)} µs of processor`);
    sandbox.subscribe({ handlerUrl: `${door}/events`, token: sandbox.eventToken, events: EVENTS });
    const tickets = Array.from({ length: 1000 }, () => bare(scene));
    await sleep(5000);
    sandbox.stats.reset();
    const returns = await spent(service, async () => {
      for (const one of tickets) scene.drag(one, 'WON');
      await eventually(
        'the returns',
        () => back(scene, tickets),
        (n) => n === tickets.length,
        120_000,
      );
    });
    console.log(
      `a return in a storm: ${(returns / tickets.length).toFixed(2)} ms of processor, ${(sandbox.stats.requests / tickets.length).toFixed(3)} requests`,
    );
  } finally {
    const ended = once(service, 'exit');
    service.kill('SIGTERM');
    await ended;
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<number> {
  return fetch(url).then(
    ({ status }) => status,
    () => 0,
  );
}

async function postAll(url: string, body: string, count: number): Promise<void> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  let left = count;
  const poster = async (): Promise<void> => {
    for (; left > 0; left -= 1) await (await fetch(url, { method: 'POST', body, headers })).text();
  };
  await Promise.all(Array.from({ length: 16 }, poster));
}

/** Milliseconds of processor that the process took meanwhile. */
async function spent(child: ChildProcess, work: () => Promise<unknown>): Promise<number> {
  const before = await processorMs(child);
  await work();
  return (await processorMs(child)) - before;
}

async function processorMs({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
