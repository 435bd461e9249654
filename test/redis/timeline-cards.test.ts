import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CardRecord, CardWish } from '../../src/app/ports/timeline-cards.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { forgetPeopleOf } from '../../src/redis/forget-portal.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createTimelineCardStore } from '../../src/redis/timeline-card-store.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PORTAL = 'portal-1';
const REF = { entityTypeId: 2, id: 759 };
const NOW = Date.UTC(2026, 10, 20, 9);
const RETURNED: CardWish = {
  kind: 'returned',
  ref: REF,
  cycle: 1,
  gaps: [{ code: 'solution-missing', params: {} }],
  responsibleId: 12,
  language: 'ru',
  first: true,
  seen: 'v1',
  at: NOW,
};
const LOOK: CardWish = { kind: 'look', ref: REF, whole: false, at: NOW };
const PRESS = { activityId: 15, ref: REF, userId: 11, at: NOW };
const CARD: CardRecord = {
  ref: REF,
  cycle: 1,
  activityId: 15,
  claimedAt: null,
  gaps: [{ code: 'open-task', params: { id: 7 } }],
  responsibleId: 12,
  language: 'ru',
  checkedAt: NOW,
  seen: 'v1',
};

describeWithRedis('the store of cards in timelines', (server) => {
  const keys = createKeys('test');
  const log = recordingLog();
  let connections: Connections;
  let woken: string[];
  let queueAway: boolean;

  beforeEach(async () => {
    await server().flush();
    woken = [];
    queueAway = false;
    connections = createConnections({ url: server().url, log });
    await connections.ready(10_000);
  });
  afterEach(() => connections.close());

  const store = () =>
    createTimelineCardStore({
      redis: connections.producer,
      keys,
      log,
      async wake(portalId) {
        if (queueAway) throw new Error('no queue');
        woken.push(portalId);
      },
    });
  const wishes = async () =>
    (await store().due(PORTAL)).flatMap((one) => ('wish' in one ? [one.wish] : []));

  test('a return replaces what is due of its ticket, a look leaves it', async () => {
    await store().wish(PORTAL, [LOOK]);
    await store().wish(PORTAL, [RETURNED]);
    await store().wish(PORTAL, [LOOK]);

    expect(await wishes()).toEqual([RETURNED]);
    expect(woken).toEqual([PORTAL, PORTAL, PORTAL]);
  });

  test('a press stands beside the wish, and stands although its job could not be queued', async () => {
    queueAway = true;
    await store().wish(PORTAL, [RETURNED]);
    await store().press(PORTAL, PRESS);
    const due = await store().due(PORTAL);

    expect(due.flatMap((one) => ('press' in one ? [one.press] : []))).toEqual([PRESS]);
    expect(due).toHaveLength(2);
  });

  test('only what is still as it was read is settled', async () => {
    await store().wish(PORTAL, [RETURNED]);
    await store().press(PORTAL, PRESS);
    const read = await store().due(PORTAL);
    const later = { ...RETURNED, at: NOW + 1, gaps: [] };
    await store().wish(PORTAL, [later]);
    await store().settle(
      PORTAL,
      read.map(({ mark }) => mark),
    );

    expect(await wishes()).toEqual([later]);
    expect(await store().due(PORTAL)).toHaveLength(1);
  });

  test('cards are kept by ticket and portal, and forgotten', async () => {
    const other = { ...CARD, ref: { entityTypeId: 2, id: 760 }, activityId: null, claimedAt: NOW };
    await store().save(PORTAL, [CARD, other]);
    const known = await store().known(PORTAL, [REF, { entityTypeId: 2, id: 1 }]);
    const elsewhere = await store().known('portal-2', [REF]);
    await store().forget(PORTAL, [REF]);

    expect([...known]).toEqual([['2:759', CARD]]);
    expect(elsewhere.size).toBe(0);
    expect(await store().all(PORTAL)).toEqual([other]);
  });

  test('what another version wrote is left out, not fallen over', async () => {
    await store().save(PORTAL, [CARD]);
    await connections.producer.hset('test:{portal-1}:timeline-cards', '2:1', '{"cycle":"one"}');
    await connections.producer.hset('test:{portal-1}:timeline-cards:due', 'x', 'nonsense');

    expect(await store().all(PORTAL)).toEqual([CARD]);
    expect(await store().due(PORTAL)).toEqual([]);
  });

  test('nothing of it outlives the portal', async () => {
    await store().save(PORTAL, [CARD]);
    await store().press(PORTAL, PRESS);
    await forgetPeopleOf(connections.producer, keys, PORTAL);

    expect(await connections.producer.keys('*timeline*')).toEqual([]);
  });
});
