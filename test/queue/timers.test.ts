/** What happens while a portal's timers are looked through: one that is being set must not be forgotten. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import type { Timer, TimerNames } from '../../src/app/ports/client.ts';
import { createTimers } from '../../src/queue/timers.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createTimerNames } from '../../src/redis/timer-names.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PORTAL = 'portal-1';
const HOUR = 3600_000;

describeWithRedis('timers set while the portal’s timers are looked through', (server) => {
  let closers: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    closers = [];
    await server().flush();
  });
  afterEach(async () => {
    for (const close of closers) await close();
  });

  /** @param work done once it is armed, at this place of the next call */
  const open = async (place: 'name-added' | 'before-drop', work: () => Promise<unknown>) => {
    const connections = createConnections({ url: server().url, log: recordingLog() });
    await connections.ready(10_000);
    const queue = new Queue('timers', { connection: { url: server().url }, prefix: '{cgq}' });
    closers.push(async () => {
      await queue.close();
      await connections.close();
    });
    const real = createTimerNames(connections.producer, createKeys('test'));
    let armed = false;
    const meanwhile = async (here: typeof place): Promise<void> => {
      if (here !== place || !armed) return;
      armed = false;
      await work();
    };
    const names: TimerNames = {
      ...real,
      async add(portalId, name) {
        await real.add(portalId, name);
        await meanwhile('name-added');
      },
      async drop(portalId, dropped) {
        await meanwhile('before-drop');
        await real.drop(portalId, dropped);
      },
    };
    const clock = { now: () => Date.now() };
    return { timers: createTimers({ queue, clock, names }), arm: () => (armed = true) };
  };
  const timer = (): Timer => ({
    ref: { entityTypeId: 2, id: 759 },
    cycle: 1,
    kind: 'final-notice',
    dueAt: Date.now() + HOUR,
  });

  test('a listing between the name and the job does not forget the timer', async () => {
    const { timers, arm } = await open('name-added', () => timers.list(PORTAL));
    await timers.set(PORTAL, timer());
    arm();
    const again = timer();
    await timers.set(PORTAL, again);

    expect(await timers.list(PORTAL)).toEqual([again]);
    expect(await timers.promoteDue(PORTAL, again.dueAt)).toBe(1);
  });

  test('a timer set between the look for its job and the forgetting of its name stays known', async () => {
    const again = timer();
    const { timers, arm } = await open('before-drop', () => timers.set(PORTAL, again));
    await timers.set(PORTAL, timer());
    const queue = new Queue('timers', { connection: { url: server().url }, prefix: '{cgq}' });
    await queue.remove('t_2_759_final-notice_portal-1');
    await queue.close();
    arm();
    await timers.list(PORTAL);

    expect(await timers.list(PORTAL)).toEqual([again]);
    expect(await timers.promoteDue(PORTAL, again.dueAt)).toBe(1);
  });
});
