import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AppError } from '../../src/errors.ts';
import { createEventCounters } from '../../src/redis/ring-store.ts';
import { aQueue, PATIENT, until } from '../support/a-queue.ts';
import type { TestQueue } from '../support/a-queue.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PORTAL = 'portal-1';
const event = (id: number): { key: string; code: string } => ({
  key: `2:${id}`,
  code: 'ONCRMDEALUPDATE',
});

/** A machine that took longer than this had time for more sweeps: at most one more per first gap. */
const slowness = (began: number, expectedMs: number): number =>
  Math.ceil(Math.max(0, performance.now() - began - expectedMs) / 250);

describeWithRedis('rings and sweeps', (server) => {
  let opened: TestQueue[] = [];
  const open = async (
    options: Omit<Parameters<typeof aQueue>[0], 'url'> = {},
  ): Promise<TestQueue> => {
    const queue = await aQueue({ url: server().url, ...options });
    opened.push(queue);
    return queue;
  };

  beforeEach(async () => {
    opened = [];
    await server().flush();
  });
  afterEach(async () => {
    for (const queue of opened) await queue.close();
  });

  test('many rings bring few sweeps, and the inbox is emptied', async () => {
    const { queues, state } = await open();
    let sweeps = 0;
    await queues.start(async (portalId) => {
      sweeps += 1;
      await state.settleInbox(portalId, await state.readInbox(portalId));
      return { found: 0, again: false };
    });

    const began = performance.now();
    await Promise.all(
      Array.from({ length: 2000 }, (_, n) => queues.doorbell.ring(PORTAL, [event(n)])),
    );
    await until(async () => (await state.readInbox(PORTAL)).size === 0);

    expect(sweeps).toBeLessThanOrEqual(3 + slowness(began, 3000));
  });

  test('a sweep that outlives the stop is told of, and rings are taken meanwhile', async () => {
    const { queues, state } = await open(PATIENT);
    let end = (): void => undefined;
    const long = new Promise<void>((resolve) => (end = resolve));
    let begun = false;
    await queues.start(async () => {
      begun = true;
      await long;
      return { found: 0, again: false };
    });
    await queues.doorbell.ring(PORTAL, [event(1)]);
    await until(() => begun);

    expect(await queues.rest(50)).toBe(false);
    await queues.doorbell.ring(PORTAL, [event(2)]);
    expect([...(await state.readInbox(PORTAL)).keys()]).toContain('2:2');
    end();
    expect(await queues.rest(50_000)).toBe(true);
  });

  test('10,000 idle edits over a while cost at most 20 sweeps', async () => {
    const { queues, state } = await open();
    let sweeps = 0;
    await queues.start(async (portalId) => {
      sweeps += 1;
      await state.settleInbox(portalId, await state.readInbox(portalId));
      return { found: 0, again: false };
    });

    const began = performance.now();
    for (let turn = 0; turn < 100; turn += 1) {
      await Promise.all(
        Array.from({ length: 100 }, (_, n) => queues.doorbell.ring(PORTAL, [event(n)])),
      );
      await sleep(30);
    }
    await until(async () => (await state.readInbox(PORTAL)).size === 0);

    expect(sweeps).toBeLessThanOrEqual(20 + slowness(began, 10_000));
  });

  test('a ring that comes while a sweep runs is not erased by it and is swept afterwards', async () => {
    const { queues, state } = await open();
    const seen: string[][] = [];
    await queues.start(async (portalId) => {
      const inbox = await state.readInbox(portalId);
      seen.push([...inbox.keys()].toSorted());
      if (seen.length === 1) await queues.doorbell.ring(PORTAL, [event(1), event(2)]);
      await state.settleInbox(portalId, inbox);
      return { found: inbox.size, again: false };
    });

    await queues.doorbell.ring(PORTAL, [event(1)]);
    await until(() => seen.length >= 2);
    await until(async () => (await state.readInbox(PORTAL)).size === 0);

    expect(seen.slice(0, 2)).toEqual([['2:1'], ['2:1', '2:2']]);
  });

  test('rings on and on while nobody works leave one job of the portal, or one more when a minute turns', async () => {
    const { queues, state, connections, keys } = await open();
    for (let n = 0; n < 20; n += 1) {
      await queues.doorbell.ring(PORTAL, [event(n)]);
      // As time does with it, a few seconds later.
      await connections.producer.del(keys.portal(PORTAL, 'gate'));
    }

    const waiting = (await queues.counts()).find(({ state: at }) => at === 'waiting')?.count;
    let sweeps = 0;
    await queues.start(async (portalId) => {
      sweeps += 1;
      await state.settleInbox(portalId, await state.readInbox(portalId));
      return { found: 0, again: false };
    });
    await until(async () => (await state.readInbox(PORTAL)).size === 0);

    expect([1, 2]).toContain(waiting);
    expect(sweeps).toBeLessThanOrEqual(2);
  });

  test('a version read long ago does not erase a later ring of the same ticket', async () => {
    const { queues, state } = await open();
    await queues.doorbell.ring(PORTAL, [event(1)]);
    const stale = await state.readInbox(PORTAL);
    await state.settleInbox(PORTAL, stale);
    await queues.doorbell.ring(PORTAL, [event(1)]);

    const left = await state.settleInbox(PORTAL, stale);

    expect(left).toBe(1);
  });

  test('what a sweep leaves in the inbox, or asks to run again, is swept again', async () => {
    const { queues, state } = await open();
    let sweeps = 0;
    await queues.start(async (portalId) => {
      sweeps += 1;
      if (sweeps === 2) await state.settleInbox(portalId, await state.readInbox(portalId));
      return { found: 0, again: sweeps === 2 };
    });

    await queues.doorbell.ring(PORTAL, [event(1)]);
    await until(() => sweeps === 3);

    expect((await state.readInbox(PORTAL)).size).toBe(0);
  });

  test('one portal is swept by one worker at a time, others at the same time', async () => {
    const workers = [await open(PATIENT), await open(PATIENT), await open(PATIENT)];
    const running = new Map<string, number>();
    const overlaps: string[] = [];
    let together = 0;
    const done = new Map<string, number>();
    for (const { queues, state } of workers)
      await queues.start(async (portalId) => {
        running.set(portalId, (running.get(portalId) ?? 0) + 1);
        if ((running.get(portalId) ?? 0) > 1) overlaps.push(portalId);
        together = Math.max(together, [...running.values()].filter((n) => n > 0).length);
        await state.settleInbox(portalId, await state.readInbox(portalId));
        await sleep(120);
        running.set(portalId, (running.get(portalId) ?? 0) - 1);
        done.set(portalId, (done.get(portalId) ?? 0) + 1);
        return { found: 1, again: false };
      });

    for (let n = 0; n < 40; n += 1) {
      await Promise.all(
        workers.map(({ queues }, w) => queues.doorbell.ring(`portal-${(n + w) % 2}`, [event(n)])),
      );
      await sleep(25);
    }
    await until(
      async () =>
        (await workers[0]?.state.readInbox('portal-0'))?.size === 0 &&
        (await workers[0]?.state.readInbox('portal-1'))?.size === 0,
    );

    expect(overlaps).toEqual([]);
    expect(together).toBe(2);
    expect([...done.values()].every((sweeps) => sweeps > 1)).toBe(true);
  });

  test('a worker killed in the middle of a sweep leaves nothing unswept', async () => {
    const script = new URL('../support/sweeper-process.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', script, server().url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { queues, state } = await open();
    await queues.doorbell.ring(PORTAL, [event(77)]);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    await once(child, 'exit');

    const swept: string[] = [];
    await queues.start(async (portalId) => {
      const inbox = await state.readInbox(portalId);
      swept.push(...inbox.keys());
      await state.settleInbox(portalId, inbox);
      return { found: 1, again: false };
    });
    await until(() => swept.length > 0);

    expect(line.toString()).toBe('sweeping 2:77\n');
    expect(swept).toEqual(['2:77']);
  });

  test('rings and the schedule survive a crash of Redis', async () => {
    const { queues, state } = await open();
    await queues.doorbell.ring(PORTAL, [event(5)]);

    await server().stop('SIGKILL');
    await server().start();
    await queues.start(async (portalId) => {
      await state.settleInbox(portalId, await state.readInbox(portalId));
      return { found: 0, again: false };
    });
    await until(async () => (await state.readInbox(PORTAL)).size === 0);
    await server().stop('SIGTERM');
    await server().start();
    await until(() =>
      queues.doorbell.ring(PORTAL, [event(6)]).then(
        () => true,
        () => false,
      ),
    );
    await until(async () => (await state.readInbox(PORTAL)).size === 0);

    expect(await state.readInbox(PORTAL)).toEqual(new Map());
  });

  test('a process that died between the inbox and the job is made up for by the schedule', async () => {
    const { queues, state, connections, keys } = await open({
      settings: { everyMs: 300 },
      pace: { gateMs: 200 },
      portals: [PORTAL],
    });
    await connections.producer.hset(keys.portal(PORTAL, 'inbox'), '2:9', 1);
    await connections.producer.set(keys.portal(PORTAL, 'gate'), '1', 'PX', 200);

    await queues.start(async (portalId) => {
      await state.settleInbox(portalId, await state.readInbox(portalId));
      return { found: 0, again: false };
    });
    await until(async () => (await state.readInbox(PORTAL)).size === 0);

    expect(await state.readInbox(PORTAL)).toEqual(new Map());
  });

  test('the schedule sweeps a portal that sends no events', async () => {
    const { queues } = await open({ settings: { everyMs: 200 }, portals: [PORTAL, 'portal-2'] });
    const swept = new Set<string>();
    await queues.start(async (portalId) => {
      swept.add(portalId);
      return { found: 0, again: false };
    });

    await until(() => swept.size === 2);

    expect([...swept].toSorted()).toEqual([PORTAL, 'portal-2']);
  });

  test('a passing fault is retried and the ring is not lost', async () => {
    const { queues, state, log } = await open();
    let sweeps = 0;
    await queues.start(async (portalId) => {
      sweeps += 1;
      if (sweeps === 1)
        throw new AppError('portal-unreachable', 'look at the portal', { retry: 'backoff' });
      await state.settleInbox(portalId, await state.readInbox(portalId));
      return { found: 0, again: false };
    });

    await queues.doorbell.ring(PORTAL, [event(1)]);
    await until(async () => (await state.readInbox(PORTAL)).size === 0);

    expect(sweeps).toBe(2);
    expect(log.lines.map(({ level, fields }) => [level, fields['code']])).toEqual([
      ['warn', 'portal-unreachable'],
    ]);
  });

  test('a fault with a time is put off without using an attempt up', async () => {
    const { queues } = await open();
    let sweeps = 0;
    await queues.start(async () => {
      sweeps += 1;
      if (sweeps <= 12)
        throw new AppError('portal-rate-limited', 'wait', { retry: 'after', retryAfterMs: 1 });
      return { found: 0, again: false };
    });

    await queues.doorbell.ring(PORTAL, [event(1)]);
    await until(() => sweeps === 13);

    expect(sweeps).toBe(13);
  });

  test('a fault for a person is reported once and does not storm, however often it rings', async () => {
    // Held for half of this time after the fault.
    const { queues, log } = await open({ settings: { everyMs: 600_000 } });
    let sweeps = 0;
    await queues.start(async () => {
      sweeps += 1;
      throw new AppError('portal-denied', 'give the webhook its rights');
    });

    for (let n = 0; n < 30; n += 1) {
      await queues.doorbell.ring(PORTAL, [event(n)]);
      await sleep(40);
    }
    await until(() => log.lines.length > 0);

    expect(sweeps).toBe(1);
    expect(log.lines.map(({ level, fields }) => [level, fields['code']])).toEqual([
      ['error', 'portal-denied'],
    ]);
  });

  test('an event that names no ticket is counted and brings no sweep', async () => {
    const { queues, connections, keys, state } = await open();
    let sweeps = 0;
    await queues.start(async () => {
      sweeps += 1;
      return { found: 0, again: false };
    });
    await queues.doorbell.ring(PORTAL, [event(3)]);
    await until(() => sweeps === 1);
    await state.settleInbox(PORTAL, await state.readInbox(PORTAL));

    await queues.doorbell.ring('portal-2', [{ key: '', code: 'ONAPPTEST' }]);
    await queues.doorbell.refused();
    await queues.doorbell.refused();

    const counters = createEventCounters(connections.producer, keys);
    expect(await counters.read(PORTAL)).toMatchObject({ accepted: 1, refused: 2, lastKey: '2:3' });
    expect(await counters.read('portal-2')).toMatchObject({ accepted: 1, lastCode: 'ONAPPTEST' });
    expect((await counters.read('portal-3')).lastAt).toBeNull();
    expect((await state.readInbox('portal-2')).size).toBe(0);
  });

  test('close waits for the running sweep, but not for ever', async () => {
    const patient = await open();
    let finished = false;
    let started = false;
    await patient.queues.start(async () => {
      started = true;
      await sleep(300);
      finished = true;
      return { found: 0, again: false };
    });
    await patient.queues.doorbell.ring(PORTAL, [event(1)]);
    await until(() => started);

    await patient.queues.close(5000);

    expect(finished).toBe(true);
  });

  test('job data hold the portal and nothing else', async () => {
    const { queues, connections } = await open();

    await queues.doorbell.ring(PORTAL, [event(424_242)]);

    const keys = await connections.producer.keys('{cgq}:sweeps:*');
    const jobs = keys.filter((key) => /:sweep\.[\w.-]+$/.test(key));
    expect(await Promise.all(jobs.map((key) => connections.producer.hget(key, 'data')))).toEqual([
      JSON.stringify({ portalId: PORTAL }),
    ]);
  });
});
