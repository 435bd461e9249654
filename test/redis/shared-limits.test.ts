import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPortalLock } from '../../src/redis/portal-lock.ts';
import { createRequestBudget } from '../../src/redis/request-budget.ts';
import { until } from '../support/eventually.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PORTAL = 'portal-1';

describeWithRedis('what processes share', (server) => {
  const keys = createKeys('test');
  let connections: Connections;
  let others: Connections;
  let log = recordingLog();

  beforeEach(async () => {
    log = recordingLog();
    connections = createConnections({ url: server().url, log });
    others = createConnections({ url: server().url, log });
    await Promise.all([connections.ready(5000), others.ready(5000)]);
    await server().flush();
  });
  afterEach(async () => {
    await Promise.all([connections.close(), others.close()]);
  });

  test('two processes draw from one bucket', async () => {
    const limits = { drainPerSecond: 0.001, maxWaitMs: 0 };
    const mine = createRequestBudget(connections.producer, keys, limits);
    const theirs = createRequestBudget(others.producer, keys, limits);

    const taken = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? mine : theirs).take(PORTAL, 'live')),
    );

    expect(taken.filter(({ status }) => status === 'fulfilled').length).toBe(48);
    await expect(mine.take('portal-2', 'live')).resolves.toBeUndefined();
  });

  test('bulk work leaves room for live moves', async () => {
    const budget = createRequestBudget(connections.producer, keys, {
      drainPerSecond: 0.001,
      maxWaitMs: 0,
    });

    const bulk = await Promise.allSettled(
      Array.from({ length: 40 }, () => budget.take(PORTAL, 'bulk')),
    );
    const live = await Promise.allSettled(
      Array.from({ length: 40 }, () => budget.take(PORTAL, 'live')),
    );

    expect(bulk.filter(({ status }) => status === 'fulfilled').length).toBe(30);
    expect(live.filter(({ status }) => status === 'fulfilled').length).toBe(18);
  });

  test('a full bucket drains and the waiting request goes on', async () => {
    const budget = createRequestBudget(connections.producer, keys, {
      capacity: 2,
      drainPerSecond: 20,
      fill: { live: 2, bulk: 1 },
    });
    // From before the first: on a slow machine the bucket drains between the requests already.
    const before = performance.now();
    await budget.take(PORTAL, 'live');
    await budget.take(PORTAL, 'live');

    await budget.take(PORTAL, 'live');

    expect(performance.now() - before).toBeGreaterThan(45);
  });

  test('a refusal of the portal fills the bucket, and too long a wait is a fault with its time', async () => {
    const budget = createRequestBudget(connections.producer, keys, {
      drainPerSecond: 0.001,
      maxWaitMs: 100,
    });

    await budget.refused(PORTAL);

    await expect(budget.take(PORTAL, 'live')).rejects.toMatchObject({
      code: 'portal-rate-limited',
      retry: 'after',
      retryAfterMs: expect.any(Number),
    });
    await expect(budget.take(PORTAL, 'bulk')).rejects.toMatchObject({
      code: 'portal-rate-limited',
    });
  });

  const UPDATE = 'crm.item.update';
  const figures = (seconds: number, inMs: number, perCall = 1) => ({
    seconds,
    freesInMs: inMs,
    perCall,
  });
  const once = (method: string, calls = 1) => new Map([[method, calls]]);

  test('a method near its operating limit waits until its window is reset, and no other does', async () => {
    const budget = createRequestBudget(connections.producer, keys);
    const wait = (method: string, calls = 1) =>
      budget.operatingWait(PORTAL, once(method, calls), 'live');

    await budget.spent(PORTAL, UPDATE, figures(200, 60_000));
    const below = await wait(UPDATE);
    await budget.spent(PORTAL, UPDATE, figures(433, 60_000));
    const above = await wait(UPDATE);
    const others = [
      await wait('crm.item.list', 50),
      await budget.operatingWait('portal-2', once(UPDATE), 'live'),
    ];

    expect([below, ...others]).toEqual([0, 0, 0]);
    expect(above).toBeGreaterThan(50_000);
    expect(above).toBeLessThanOrEqual(60_000);
  });

  test('a batch that would pass the limit waits although there is room for a single call', async () => {
    const budget = createRequestBudget(connections.producer, keys);
    await budget.spent(PORTAL, UPDATE, figures(410, 60_000, 2));

    expect(await budget.operatingWait(PORTAL, once(UPDATE, 20), 'live')).toBeGreaterThan(50_000);
    expect(await budget.operatingWait(PORTAL, once(UPDATE, 1), 'live')).toBe(0);
  });

  test('what two processes send before either has heard of its cost counts for both', async () => {
    const mine = createRequestBudget(connections.producer, keys);
    const theirs = createRequestBudget(others.producer, keys);
    await mine.spent(PORTAL, UPDATE, figures(240, 600_000, 5));

    const passed = [];
    for (let n = 0; n < 20; n += 1) {
      const budget = n % 2 === 0 ? mine : theirs;
      passed.push(await budget.operatingWait(PORTAL, once(UPDATE, 4), 'live'));
    }

    // 240 + 2 × 20 stand below the slow share of 288, the third batch passes it; the next one is spread out.
    expect(passed.findIndex((ms) => ms > 0)).toBe(3);
    expect(passed[3]).toBeGreaterThan(10_000);
  });

  test('on the way to the limit live calls slow down, and bulk work leaves them the rest', async () => {
    const budget = createRequestBudget(connections.producer, keys);
    await budget.spent(PORTAL, UPDATE, figures(350, 100_000, 1));

    const bulk = await budget.operatingWait(PORTAL, once(UPDATE), 'bulk');
    const first = await budget.operatingWait(PORTAL, once(UPDATE), 'live');
    const second = await budget.operatingWait(PORTAL, once(UPDATE), 'live');

    expect(bulk).toBeGreaterThan(90_000);
    expect(first).toBe(0);
    // 82 s are left of 432 for the next 100 s: a call of one second about every 1.2 s.
    expect(second).toBeGreaterThan(500);
    expect(second).toBeLessThan(2000);
  });

  test('when a window ends one call goes ahead and the others wait for what it hears', async () => {
    const budget = createRequestBudget(connections.producer, keys);
    await budget.spent(PORTAL, UPDATE, figures(430, -1));

    const waits = [];
    for (let n = 0; n < 3; n += 1)
      waits.push(await budget.operatingWait(PORTAL, once(UPDATE), 'live'));
    await budget.spent(PORTAL, UPDATE, figures(100, 60_000));

    expect(waits.map((ms) => ms > 0)).toEqual([false, true, true]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2000);
  });

  test('of several methods of a batch none is reckoned while one has to wait', async () => {
    const budget = createRequestBudget(connections.producer, keys);
    await budget.spent(PORTAL, UPDATE, figures(440, 60_000));
    await budget.spent(PORTAL, 'crm.item.get', figures(280, 60_000, 4));
    const both = new Map([...once(UPDATE), ...once('crm.item.get', 10)]);

    for (let n = 0; n < 5; n += 1) await budget.operatingWait(PORTAL, both, 'live');

    expect(await budget.operatingWait(PORTAL, once('crm.item.get', 1), 'live')).toBe(0);
  });

  test('a refusal keeps everybody away, and the figure it came at is the limit from then on', async () => {
    const mine = createRequestBudget(connections.producer, keys);
    const theirs = createRequestBudget(others.producer, keys);
    // A portal of one's own with 300 s.
    await mine.spent(PORTAL, UPDATE, figures(300, 30_000));

    await mine.exhausted(PORTAL, UPDATE);
    const refused = await theirs.operatingWait(PORTAL, once(UPDATE), 'live');
    await mine.spent(PORTAL, UPDATE, figures(275, -1));
    await mine.operatingWait(PORTAL, once(UPDATE), 'live');
    await mine.spent(PORTAL, UPDATE, figures(275, 30_000));
    const nearIt = await theirs.operatingWait(PORTAL, once(UPDATE), 'live');

    expect(refused).toBeGreaterThan(20_000);
    expect(refused).toBeLessThanOrEqual(30_000);
    expect(nearIt).toBeGreaterThan(0);
  });

  test('figures of an older version of the app are read', async () => {
    const budget = createRequestBudget(connections.producer, keys);
    const stood = `450.000@${Date.now() + 60_000}`;
    await connections.producer.hset(keys.portal(PORTAL, 'operating'), UPDATE, stood);

    expect(await budget.operatingWait(PORTAL, once(UPDATE), 'live')).toBeGreaterThan(50_000);
  });

  test('only one process works under the lock at a time', async () => {
    const mine = createPortalLock({ redis: connections.producer, keys, log });
    const theirs = createPortalLock({ redis: others.producer, keys, log });

    const outcome = await mine.exclusively(PORTAL, async () => [
      await theirs.exclusively(PORTAL, async () => 'theirs'),
      await theirs.exclusively('portal-2', async () => 'another portal'),
    ]);

    expect(outcome).toEqual([null, 'another portal']);
    expect(await theirs.exclusively(PORTAL, async () => 'afterwards')).toBe('afterwards');
  });

  test('the lock is renewed while the work lasts longer than its time to live', async () => {
    const ttlMs = 1500;
    const mine = createPortalLock({ redis: connections.producer, keys, log, ttlMs });
    const theirs = createPortalLock({ redis: others.producer, keys, log, ttlMs });

    // By the clock of Redis: the time to live has passed twice.
    const redisNow = async (): Promise<number> => {
      const [seconds, micros] = await connections.producer.time();
      return Number(seconds) * 1000 + Number(micros) / 1000;
    };
    const inTheMiddle = await mine.exclusively(PORTAL, async () => {
      const over = (await redisNow()) + 2 * ttlMs;
      await until(async () => (await redisNow()) > over);
      return theirs.exclusively(PORTAL, async () => 'theirs');
    });

    expect(inTheMiddle).toBeNull();
    expect(log.lines).toEqual([]);
  });

  test('a lock taken over by somebody else is not released by its old owner', async () => {
    const mine = createPortalLock({ redis: connections.producer, keys, log });
    const name = keys.portal(PORTAL, 'lock');

    await mine.exclusively(PORTAL, async () => {
      await others.producer.set(name, 'somebody else');
    });

    expect(await connections.producer.get(name)).toBe('somebody else');
  });

  test('a fault of the work releases the lock and comes through', async () => {
    const lock = createPortalLock({ redis: connections.producer, keys, log });

    const work = lock.exclusively(PORTAL, () => Promise.reject(new Error('broken')));

    await expect(work).rejects.toThrow('broken');
    expect(await lock.exclusively(PORTAL, async () => 'free')).toBe('free');
  });
});
