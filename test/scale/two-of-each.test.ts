/** Two web and two worker roles on one Redis, behind something that hands requests out in turn. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClock } from '../../src/clock.ts';
import { composeTools } from '../../src/compose-tools.ts';
import { WEBHOOK_PORTAL } from '../../src/compose-store.ts';
import { startService } from '../../src/compose.ts';
import type { Service } from '../../src/compose.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { setUpScene } from '../chaos/scene.ts';
import type { Ref, Scene } from '../chaos/scene.ts';
import { eventually } from '../support/eventually.ts';
import { back, bare, tally } from '../support/failover-story.ts';
import { inTurn } from '../support/in-turn.ts';
import type { InTurn } from '../support/in-turn.ts';
import { freePort } from '../support/redis-processes.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

/** Monday, 10:00 in Moscow. */
const MONDAY = Date.parse('2025-02-03T10:00:00+03:00');
const EVENTS = ['ONCRMDEALADD', 'ONCRMDEALUPDATE', 'ONCRMACTIVITYADD'];
/** Two idle requests in three seconds: what the portal gives back meanwhile is more. */
const EVERY_MS = 1500;
const ADMIN_TOKEN = 'who-reads-the-measures-of-this-suite';

describeWithRedis('two web and two worker roles', (redis) => {
  let scene: Scene;
  let services: readonly Service[] = [];
  let opsPorts: readonly number[] = [];
  let door: InTurn;
  let asking: readonly Ref[] = [];
  const clocks: ReturnType<typeof createClock>[] = [];

  beforeAll(async () => {
    // The platform's real limits: 50 requests at once, two more each second.
    const sandbox = await startSandbox({ seed: 'empty', now: MONDAY });
    const tools = await composeTools({
      webhookUrl: sandbox.webhookUrl,
      redisUrl: redis().url,
      dataDir: tmpdir(),
    });
    scene = await setUpScene(sandbox, tools);
    await tools.close();
    opsPorts = [await freePort(), await freePort()];
    const webs = await Promise.all([start('web'), start('web')]);
    const workers = await Promise.all(opsPorts.map((opsPort) => start('worker', opsPort)));
    services = [...webs, ...workers];
    door = await inTurn(webs.map(({ port }) => `http://127.0.0.1:${port}`));
    const handlerUrl = `${door.url}/events`;
    sandbox.subscribe({ handlerUrl, token: sandbox.eventToken, events: EVENTS });
  }, 60_000);
  afterAll(async () => {
    await door.close();
    await Promise.all(services.map((one) => one.close(2000)));
    await scene.sandbox.close();
  });

  function start(role: 'web' | 'worker', opsPort?: number): Promise<Service> {
    const clock = createClock();
    clock.setTo(scene.now());
    clocks.push(clock);
    return startService({
      portal: {
        id: WEBHOOK_PORTAL,
        webhookUrl: scene.sandbox.webhookUrl,
        eventTokens: [scene.sandbox.eventToken],
      },
      redisUrl: redis().url,
      role,
      port: 0,
      ...(opsPort !== undefined && { opsPort }),
      adminToken: ADMIN_TOKEN,
      clock,
      log: recordingLog(),
      secret: 'secret of the two of each, of no use elsewhere',
      publicUrl: 'https://support.example',
      tuning: { sweepEveryMs: EVERY_MS },
    });
  }

  test('each closing comes back once, each client is asked once, and no limit of the portal is met', async () => {
    const { stats } = scene.sandbox;
    const closing = Array.from({ length: 30 }, () => bare(scene));
    asking = Array.from({ length: 2 }, () => scene.createTicket('email', false));
    for (const ref of closing) scene.drag(ref, 'WON');
    for (const ref of asking) scene.drag(ref, 'UC_WAIT');

    await eventually(
      'every closing to come back',
      () => back(scene, closing),
      (n) => n === 30,
    );
    await eventually(
      'every client to be asked',
      () => asking.filter((ref) => scene.isAsked(ref)).length,
      (count) => count === 2,
    );
    const last = bare(scene);
    scene.drag(last, 'WON');
    await eventually(
      'one more to come back',
      () => back(scene, [last]),
      (n) => n === 1,
    );

    expect(tally(closing.map((ref) => scene.comments(ref).length))).toEqual(new Map([[1, 30]]));
    expect(tally(asking.map((ref) => scene.received(ref).join()))).toEqual(
      new Map([['request', 2]]),
    );
    expect(stats.rejections).toBe(0);
    // More than one process could have asked without waiting for the other.
    expect(stats.requests).toBeGreaterThan(20);
    expect(door.handedOut.every((count) => count > 5)).toBe(true);
  }, 60_000);

  test('both workers sweep, and together no more often than one would', async () => {
    const before = await sweepsOf(opsPorts);
    const began = performance.now();
    const during = await eventually(
      'several sweeps on the schedule',
      async () => (await sweepsOf(opsPorts)).map((count, at) => count - (before[at] ?? 0)),
      (counts) => counts.reduce((sum, count) => sum + count) >= 3,
    );
    const ticks = (performance.now() - began) / EVERY_MS;

    expect((await sweepsOf(opsPorts)).every((count) => count > 0)).toBe(true);
    expect(during.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(Math.ceil(ticks) + 2);
  }, 60_000);

  test('a reminder that fell due is sent once, though both look at the timers', async () => {
    const [ref] = asking;
    if (!ref) throw new Error('nobody was asked');
    for (let day = 0; day < 6 && scene.received(ref).length < 2; day += 1) {
      scene.nextWorkingDay();
      for (const clock of clocks) clock.setTo(scene.now());
      await Promise.all(services.map((one) => one.clockMoved()));
    }

    const got = await eventually(
      'the reminder',
      () => scene.received(ref),
      (all) => all.length >= 2,
    );

    expect(got).toEqual(['request', 'reminder']);
  }, 60_000);
});

async function sweepsOf(ports: readonly number[]): Promise<number[]> {
  return Promise.all(
    ports.map(async (port) => {
      const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
      const text = await answer.text();
      return Number(/sweep_seconds_count\{[^}]*done[^}]*\} (\d+)/.exec(text)?.[1] ?? 0);
    }),
  );
}
