/** What is kept of robots and triggers, on a real Redis. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { RobotCall } from '../../src/app/ports/robots.ts';
import type { TriggerSignal } from '../../src/app/ports/triggers.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { forgetPeopleOf } from '../../src/redis/forget-portal.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createRobotCalls } from '../../src/redis/robot-calls.ts';
import { createSecretBox } from '../../src/redis/secret-box.ts';
import { createTriggerBox } from '../../src/redis/trigger-box.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PORTAL = 'portal-1';
const OTHER_PORTAL = 'portal-2';
const NOW = 1_760_000_000_000;
const DAY = 24 * 3600_000;
const TOKEN = '65a1b2c3d4e5f|A1234|secret-that-answers-the-robot';

const call: Omit<RobotCall, 'id'> = {
  code: 'closegate_check',
  ref: { entityTypeId: 2, id: 759 },
  eventToken: TOKEN,
  waits: true,
  decideBy: NOW + 1000,
  answerBy: NOW + 2000,
  dueAt: NOW,
  attempts: 0,
};
const signal = (id: number, fact = '1@5'): TriggerSignal => ({
  code: 'closegate_confirmed',
  ref: { entityTypeId: 1044, id },
  fact,
});

describeWithRedis('what is kept of robots and triggers', (server) => {
  const keys = createKeys();
  let connections: Connections;
  let log = recordingLog();
  const callsSealedBy = (...secrets: readonly [string, ...string[]]) =>
    createRobotCalls({ redis: connections.producer, keys, box: createSecretBox(secrets), log });

  beforeEach(async () => {
    log = recordingLog();
    connections = createConnections({ url: server().url, log });
    await connections.ready(5000);
    await server().flush();
  });
  afterEach(() => connections.close());

  async function everythingStored(): Promise<string> {
    const redis = connections.producer;
    const names = await redis.keys('*');
    const values = await Promise.all(names.map((name) => redis.dump(name)));
    const hashes = await Promise.all(
      names.filter((name) => name.endsWith(':calls')).map((name) => redis.hgetall(name)),
    );
    return names.join() + values.join() + JSON.stringify(hashes);
  }

  test('a call sealed with a secret that this process does not name is left to one that does', async () => {
    const recent = { ...call, answerBy: Date.now() + 2000 };
    await callsSealedBy('secret-2').accept(PORTAL, recent);

    expect(await callsSealedBy('secret-1').waiting(PORTAL)).toEqual([]);
    expect(await callsSealedBy('secret-2').waiting(PORTAL)).toMatchObject([recent]);
    expect(log.lines).toMatchObject([
      { level: 'warn', message: expect.stringContaining('secret') },
    ]);
  });

  test('a call stands until it is done with, and a repeated delivery is known from then on', async () => {
    const calls = callsSealedBy('secret-1');

    const first = await calls.accept(PORTAL, call);
    const again = await calls.accept(PORTAL, { ...call, dueAt: NOW + 5 });
    const [stored] = await calls.waiting(PORTAL);
    const waiting = await calls.portals();
    await calls.done(PORTAL, stored ? [stored] : [], NOW);
    const late = await calls.accept(PORTAL, call);

    expect([first, again, late]).toEqual([true, false, false]);
    expect(stored).toMatchObject(call);
    expect(waiting).toEqual([PORTAL]);
    expect([await calls.waiting(PORTAL), await calls.portals()]).toEqual([[], []]);
  });

  test('is put off with the attempts it has had', async () => {
    const calls = callsSealedBy('secret-1');
    await calls.accept(PORTAL, call);
    const [stored] = await calls.waiting(PORTAL);
    if (!stored) throw new Error('nothing waits');

    await calls.again(PORTAL, { ...stored, attempts: 3, dueAt: NOW + 8000 });

    expect(await calls.waiting(PORTAL)).toEqual([{ ...stored, attempts: 3, dueAt: NOW + 8000 }]);
  });

  test('the token of a call is readable nowhere, opens with an older secret, and on no other portal', async () => {
    await callsSealedBy('secret-1').accept(PORTAL, call);
    expect(await everythingStored()).not.toContain('secret-that-answers');

    const rotated = await callsSealedBy('secret-2', 'secret-1').waiting(PORTAL);
    expect(rotated.map(({ eventToken }) => eventToken)).toEqual([TOKEN]);

    const redis = connections.producer;
    const document = await redis.hgetall(keys.portal(PORTAL, 'robots:calls'));
    await redis.hset(keys.portal(OTHER_PORTAL, 'robots:calls'), document);
    expect(await callsSealedBy('secret-1').waiting(OTHER_PORTAL)).toEqual([]);
    expect(await redis.hlen(keys.portal(OTHER_PORTAL, 'robots:calls'))).toBe(0);
    expect(JSON.stringify(log.lines)).not.toContain('secret-that-answers');
  });

  test('goes with the portal', async () => {
    await callsSealedBy('secret-1').accept(PORTAL, call);

    await forgetPeopleOf(connections.producer, keys, PORTAL);

    expect(await callsSealedBy('secret-1').waiting(PORTAL)).toEqual([]);
  });

  test('a fact told twice is one signal, also after it was fired', async () => {
    const box = createTriggerBox(connections.producer, keys);
    await box.add(PORTAL, [signal(1), signal(1), signal(1, '2@9')], NOW);
    await box.add(PORTAL, [signal(1)], NOW + 5);

    const first = await box.claim(PORTAL, 10);
    await box.done(PORTAL, first);
    await box.add(PORTAL, [signal(1)], NOW + DAY);

    expect(first).toEqual([
      { ...signal(1), at: NOW },
      { ...signal(1, '2@9'), at: NOW },
    ]);
    expect(await box.claim(PORTAL, 10)).toEqual([]);
    expect(await box.portals()).toEqual([]);
  });

  test('what is marked and not settled is found, and waits again when it was surely not sent', async () => {
    const box = createTriggerBox(connections.producer, keys);
    await box.add(PORTAL, [signal(1)], NOW);
    await box.add(PORTAL, [signal(2)], NOW + 1);

    const marked = await box.claim(PORTAL, 1);
    expect(await box.claimed(PORTAL)).toEqual(marked);
    expect(await box.portals()).toEqual([PORTAL]);
    await box.release(PORTAL, marked);

    expect((await box.claim(PORTAL, 10)).map(({ ref }) => ref.id)).toEqual([1, 2]);
    expect(await box.claimed(OTHER_PORTAL)).toEqual([]);
  });
});
