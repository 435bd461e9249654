/** What a chaos run breaks with: each control does break what it says, and heals it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { describeWithRedis } from '../../support/redis-server.ts';
import { until } from '../../support/eventually.ts';
import { openScene } from '../scene.ts';
import type { Scene } from '../scene.ts';
import { createChaosClock } from './chaos-clock.ts';
import type { ServicePlace } from './fault.ts';
import { openRedis } from './redis-control.ts';
import type { OwnedRedis } from './redis-control.ts';
import { bundleService } from './service-bundle.ts';
import type { ServiceBundle } from './service-bundle.ts';
import { createServiceProcesses } from './service-processes.ts';
import type { ManagedProcess, ServiceProcesses } from './service-processes.ts';
import { freePort } from '../../support/free-port.ts';

const TUNING = {
  lockTtlMs: 900,
  jobs: { lockMs: 900, stalledMs: 300, scheduleCheckMs: 300 },
  sweepEveryMs: 500,
};
const DAY_MS = 86_400_000;

describeWithRedis('the controls of a chaos run', () => {
  let dir = '';
  let bundle: ServiceBundle;
  let redis: OwnedRedis;
  let scene: Scene;
  let processes: ServiceProcesses;
  let web: ManagedProcess;
  let worker: ManagedProcess;
  let port = 0;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'closegate-controls-'));
    [bundle, redis, port] = await Promise.all([bundleService(), openRedis(), freePort()]);
    scene = await openScene(redis.directUrl, dir);
    processes = createServiceProcesses(bundle.script);
    const place = (redisUrl: string): ServicePlace => ({
      redisUrl,
      webhook: { url: scene.sandbox.webhookUrl, eventToken: 'token-of-the-run' },
      app: null,
      secret: 'secret of the chaos run, of no use elsewhere',
      publicUrl: `http://127.0.0.1:${port}`,
      port,
      tuning: TUNING,
    });
    const now = () => scene.now();
    web = processes.add({ name: 'web', role: 'web', place: () => place(redis.directUrl), now });
    worker = processes.add({ name: 'worker', role: 'worker', place: () => place(redis.url), now });
    await Promise.all([web.start(), worker.start()]);
  });
  afterAll(async () => {
    await processes?.close();
    await scene?.sandbox.close();
    await redis?.close();
    await bundle?.remove();
    await rm(dir, { recursive: true, force: true });
  });

  const readiness = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    return answer?.status ?? 0;
  };
  const ring = async (): Promise<number> => {
    const body = new URLSearchParams({
      event: 'ONCRMDEALUPDATE',
      'data[FIELDS][ID]': '1',
      'auth[application_token]': 'token-of-the-run',
    });
    const answer = await fetch(`http://127.0.0.1:${port}/events`, { method: 'POST', body });
    return answer.status;
  };
  /** A premature closing comes back: everything from schedule to return works. */
  const returnsAClosing = async (): Promise<void> => {
    const ref = scene.createTicket('chat', false);
    scene.drag(ref, 'WON');
    // The schedule alone would take as long as it is looked after.
    await until(async () => (await ring()) === 200);
    await until(() => scene.sandbox.control.ticket(ref).stageId !== 'C5:WON');
  };

  it('start, stop, kill and start again a process of either role', async () => {
    await expect(readiness()).resolves.toBe(200);
    await returnsAClosing();
    const first = worker.pid;

    await Promise.all([web.stop(), worker.kill()]);
    expect([web.running, worker.running]).toEqual([false, false]);
    expect(worker.log.join()).toContain('SIGKILL');
    expect(web.log.join()).not.toContain('SIGKILL');
    await expect(readiness()).resolves.toBe(0);

    await Promise.all([web.start(), worker.start()]);
    await expect(readiness()).resolves.toBe(200);
    expect(worker.pid).not.toBe(first);
    await returnsAClosing();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'end Redis by %s and start it with its data',
    async (signal) => {
      await withRedis((client) => client.set('kept', signal));
      const back = redis.restart(signal, 300);
      await until(async () => (await readiness()) === 503);
      await back;
      await expect(withRedis((client) => client.get('kept'))).resolves.toBe(signal);
      await until(async () => (await readiness()) === 200);
      await returnsAClosing();
    },
  );

  it('freeze Redis: events are refused, not held, and it goes on afterwards', async () => {
    redis.freeze();
    await expect(ring()).resolves.toBe(503);
    redis.thaw();
    await until(async () => (await ring()) === 200);
    await returnsAClosing();
  });

  it('fill the memory of Redis: events are refused, not dropped', async () => {
    // Well below: what Redis needs for its clients goes up and down.
    await redis.limitMemory(-300_000);
    await expect(ring()).resolves.toBe(503);
    await redis.limitMemory(null);
    await expect(ring()).resolves.toBe(200);
    await returnsAClosing();
  });

  it('break the connections of the workers, who open others', async () => {
    redis.cutConnections();
    await returnsAClosing();
  });

  it('cut the power: what was written since is lost, what was before stays', async () => {
    let written = 0;
    let over = false;
    let cut = Promise.resolve();
    await withRedis(async (client) => {
      await client.set('count', 0);
      cut = redis.cutPower(300).finally(() => {
        over = true;
      });
      // A client that has come back writes what nobody has lost.
      while (!over && client.status === 'ready') {
        const done = await client.set('count', written + 1).catch(() => null);
        if (done === 'OK') written += 1;
        await sleep(5);
      }
    });
    await cut;
    await withRedis((client) => client.set('after', 'yes'));
    const kept = await withRedis((client) => client.mget('count', 'after'));
    expect(kept[1]).toBe('yes');
    expect(Number(kept[0] ?? 0)).toBeLessThan(written);
    await returnsAClosing();
  });

  it('freeze a worker longer than it holds its locks, and let it go on', async () => {
    worker.freeze();
    const ref = scene.createTicket('chat', false);
    scene.drag(ref, 'WON');
    await expect(ring()).resolves.toBe(200);
    expect(scene.sandbox.control.ticket(ref).stageId).toBe('C5:WON');
    worker.thaw();
    await until(() => scene.sandbox.control.ticket(ref).stageId !== 'C5:WON');
  });

  it('let a process believe in another day, and back', async () => {
    const clock = createChaosClock(scene.sandbox.clock, () => [web, worker]);
    await clock.skew(DAY_MS, worker);
    await returnsAClosing();
    // Two days back, in one step.
    await clock.skew(-DAY_MS, worker);
    await returnsAClosing();
    // The machine of the worker is a day ahead when it starts: told once Redis was asked.
    await worker.kill();
    worker.skewMs = DAY_MS;
    await worker.start();
    await until(() => worker.log.join().includes('"seconds":86400'));
    await clock.skew(0);
  });

  async function withRedis<T>(ask: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(redis.directUrl, {
      // A command that is not sent again is never answered when the server is back at the first try.
      commandTimeout: 1_000,
      retryStrategy: () => 100,
      autoResendUnfulfilledCommands: false,
    });
    client.on('error', () => undefined);
    try {
      return await ask(client);
    } finally {
      client.disconnect();
    }
  }
});
