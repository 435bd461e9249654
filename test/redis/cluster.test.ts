import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDesk, survivesItsMaster } from '../support/failover-story.ts';
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
    await expect(survivesItsMaster(desk)).resolves.toBe(200);
  }, 120_000);

  test('what is asked about safety is told of all masters', async () => {
    expect(await desk.readiness()).toMatchObject({ checks: { redis: 'ok', persistence: 'ok' } });
  });
});
