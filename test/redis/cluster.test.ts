import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { comesBack, openDesk, stormWithFailover } from '../support/failover-story.ts';
import type { Desk } from '../support/failover-story.ts';
import { describeIfRedis } from '../support/redis-server.ts';
import { startCluster } from '../support/redis-processes.ts';
import type { RedisGroup } from '../support/redis-processes.ts';

describeIfRedis('the service on a Redis Cluster', () => {
  let group: RedisGroup;
  let desk: Desk;

  beforeAll(async () => {
    group = await startCluster();
    desk = await openDesk(group);
  }, 60_000);
  afterAll(async () => {
    await desk.close();
    await group.remove();
  });

  test('the portal’s master killed in the middle of a storm costs no return, no explanation and no message', async () => {
    const seen = await stormWithFailover(desk, {
      tickets: 200,
      waiting: 10,
      key: 'cg:{webhook}:inbox',
    });

    expect(seen.backWhenKilled).toBeLessThan(200);
    expect(seen.explanations).toEqual(new Map([[1, 200]]));
    expect(seen.letters).toEqual(new Map([['request', 10]]));
    expect(seen.statuses).toEqual(new Set([503, 200]));
    expect(seen.chain).toMatchObject({ intact: true });

    await comesBack(seen.victim);
    expect(await desk.ring()).toBe(200);
  }, 120_000);

  test('what is asked about safety is told of all masters', async () => {
    expect(await desk.readiness()).toMatchObject({ checks: { redis: 'ok', persistence: 'ok' } });
  });
});
