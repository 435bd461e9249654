import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPortalLock } from '../../src/redis/portal-lock.ts';
import { createRequestBudget } from '../../src/redis/request-budget.ts';
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

  test('a method near its operating limit waits until its window is reset', async () => {
    const budget = createRequestBudget(connections.producer, keys);
    const reset = Date.now() + 60_000;

    await budget.spent(PORTAL, 'crm.item.update', 431.9, reset);
    const below = await budget.operatingWait(PORTAL, 'crm.item.update');
    await budget.spent(PORTAL, 'crm.item.update', 432, reset);
    const above = await budget.operatingWait(PORTAL, 'crm.item.update');
    await budget.spent(PORTAL, 'crm.item.update', 470, Date.now() - 1000);
    const afterReset = await budget.operatingWait(PORTAL, 'crm.item.update');

    expect([below, afterReset, await budget.operatingWait(PORTAL, 'batch')]).toEqual([0, 0, 0]);
    expect(above).toBeGreaterThan(50_000);
    expect(above).toBeLessThanOrEqual(60_000);
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
    const mine = createPortalLock({ redis: connections.producer, keys, log, ttlMs: 1500 });
    const theirs = createPortalLock({ redis: others.producer, keys, log, ttlMs: 1500 });

    const inTheMiddle = await mine.exclusively(PORTAL, async () => {
      await sleep(3500);
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
