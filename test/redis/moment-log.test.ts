import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createMomentLog } from '../../src/redis/moment-log.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const REF = { entityTypeId: 2, id: 759 };

describeWithRedis('the moments of a ticket', (server) => {
  const keys = createKeys('test');
  let connections: Connections;

  beforeEach(async () => {
    await server().flush();
    connections = createConnections({ url: server().url, log: recordingLog() });
    await connections.ready(10_000);
  });
  afterEach(() => connections.close());

  const moments = () => createMomentLog(connections.producer, keys);
  const asked = { cycle: 1, kind: 'asked', at: 2000 } as const;
  const reopened = { cycle: 2, kind: 'reopened', at: 1000 } as const;

  test('come back in order, the same one noted twice once', async () => {
    for (const moment of [asked, asked, reopened]) await moments().note('p1', REF, moment);
    expect(await moments().list('p1', REF)).toEqual([reopened, asked]);
  });

  test('belong to one ticket of one portal and go with time', async () => {
    await moments().note('p1', REF, asked);
    expect(await moments().list('p2', REF)).toEqual([]);
    expect(await moments().list('p1', { ...REF, id: 760 })).toEqual([]);
    const left = await connections.producer.pttl(keys.portal('p1', 'moments:2:759'));
    expect(left).toBeGreaterThan(399 * 24 * 3600_000);
  });

  test('of another version of the app are left out', async () => {
    await connections.producer.sadd(keys.portal('p1', 'moments:2:759'), '1|dreamt|5', 'x');
    expect(await moments().list('p1', REF)).toEqual([]);
  });
});
