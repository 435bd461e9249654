import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openClient } from '../../src/redis/open-client.ts';
import { parseRedisAddress } from '../../src/redis/redis-address.ts';
import { eventually } from '../support/eventually.ts';
import {
  follows,
  INBOX,
  openDesk,
  stormWithFailover,
  survivesItsMaster,
} from '../support/failover-story.ts';
import type { Desk } from '../support/failover-story.ts';
import { describeIfRedis } from '../support/redis-server.ts';
import { startSentinels } from '../support/redis-processes.ts';
import type { RedisGroup } from '../support/redis-processes.ts';

describeIfRedis('the service on a Redis that Sentinel watches', () => {
  let group: RedisGroup;
  let desk: Desk;

  beforeAll(async () => {
    group = await startSentinels();
    desk = await openDesk(group);
  }, 60_000);
  afterAll(async () => {
    await desk.close();
    await group.remove();
  });

  test('a master killed in the middle of a storm costs no return, no explanation and no message', async () => {
    await expect(survivesItsMaster(desk)).resolves.toBe(200);
  }, 120_000);

  test('a master frozen in the middle of a storm costs nothing either, nor does its waking up', async () => {
    const seen = await stormWithFailover(desk, {
      tickets: 40,
      waiting: 4,
      key: INBOX,
      how: 'frozen',
    });

    expect(seen.explanations).toEqual(new Map([[1, 40]]));
    expect(seen.letters).toEqual(new Map([['request', 4]]));
    expect(seen.chain).toMatchObject({ intact: true });

    seen.victim.thaw();
    await follows(seen.victim);
    expect(await desk.ring()).toBe(200);
  }, 120_000);

  test('a connection that hears of a failover while it looks for the master comes back', async () => {
    const patience = {
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
      looks: 6,
      resends: true,
    };
    const address = parseRedisAddress(group.url);
    if (typeof address === 'string') throw new Error(address);
    const clients = [openClient(address, patience, 'one'), openClient(address, patience, 'two')];
    for (const one of clients) {
      one.on('error', () => undefined);
      one.disconnect(true);
    }

    const answered = await eventually(
      'both to be answered again',
      () => Promise.all(clients.map((one) => one.ping().catch(() => 'Connection is closed'))),
      (answers) => answers.every((answer) => answer === 'PONG'),
    );
    expect(answered).toEqual(['PONG', 'PONG']);

    for (const one of clients) one.disconnect();
  });

  test('what is asked about safety is told of the server in charge', async () => {
    expect(await desk.readiness()).toMatchObject({ checks: { redis: 'ok', persistence: 'ok' } });
  });
});
