/** Two web and two worker roles on one Redis, behind something that hands requests out in turn. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { composeTools } from '../../src/compose-tools.ts';
import type { ServiceTuning } from '../../src/compose.ts';
import { WEBHOOK_PORTAL } from '../../src/compose-store.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { setUpScene } from '../chaos/scene.ts';
import type { Ref, Scene } from '../chaos/scene.ts';
import { back, bare, tally } from '../support/bare-tickets.ts';
import { eventually } from '../support/eventually.ts';
import { inTurn } from '../support/in-turn.ts';
import type { InTurn } from '../support/in-turn.ts';
import { describeIfRedis } from '../support/redis-server.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import { ROOMY, startTwoOfEach } from '../support/two-of-each.ts';
import type { TwoOfEach } from '../support/two-of-each.ts';

/** Monday, 10:00 in Moscow. */
const MONDAY = Date.parse('2025-02-03T10:00:00+03:00');
const EVENTS = ['ONCRMDEALADD', 'ONCRMDEALUPDATE', 'ONCRMACTIVITYADD'];

interface Office {
  readonly scene: Scene;
  readonly both: TwoOfEach;
  readonly door: InTurn;
  close(): Promise<void>;
}

async function openOffice(tuning: ServiceTuning): Promise<Office> {
  const redis = await startTestRedis();
  const sandbox = await startSandbox({ seed: 'empty', now: MONDAY, limits: 'off' });
  const { webhookUrl, eventToken } = sandbox;
  const tools = await composeTools({ webhookUrl, redisUrl: redis.url, dataDir: tmpdir() });
  const scene = await setUpScene(sandbox, tools);
  await tools.close();
  const both = await startTwoOfEach(
    {
      portal: { id: WEBHOOK_PORTAL, webhookUrl, eventTokens: [eventToken] },
      redisUrl: redis.url,
      secret: 'secret of the two of each, of no use elsewhere',
      publicUrl: 'https://support.example',
      tuning,
    },
    scene.now(),
  );
  const door = await inTurn(both.urls);
  sandbox.subscribe({ handlerUrl: `${door.url}/events`, token: eventToken, events: EVENTS });
  return {
    scene,
    both,
    door,
    async close() {
      await door.close();
      await both.close();
      await sandbox.close();
      await redis.remove();
    },
  };
}

const allBack = (scene: Scene, refs: readonly Ref[]): Promise<number> =>
  eventually(
    'every closing to come back',
    () => back(scene, refs),
    (count) => count === refs.length,
  );

describeIfRedis('two web and two worker roles', () => {
  const EVERY_MS = 400;
  let office: Office;
  let scene: Scene;
  let asking: readonly Ref[] = [];

  beforeAll(async () => {
    office = await openOffice({ sweepEveryMs: EVERY_MS, budget: ROOMY });
    ({ scene } = office);
  }, 60_000);
  afterAll(() => office.close());

  test('bring each closing back once and ask each client once', async () => {
    const closing = Array.from({ length: 30 }, () => bare(scene));
    asking = Array.from({ length: 2 }, () => scene.createTicket('email', false));
    for (const ref of closing) scene.drag(ref, 'WON');
    for (const ref of asking) scene.drag(ref, 'UC_WAIT');

    await allBack(scene, closing);
    await eventually(
      'every client to be asked',
      () => asking.filter((ref) => scene.isAsked(ref)).length,
      (count) => count === 2,
    );
    const last = bare(scene);
    scene.drag(last, 'WON');
    await allBack(scene, [last]);

    expect(tally(closing.map((ref) => scene.comments(ref).length))).toEqual(new Map([[1, 30]]));
    expect(tally(asking.map((ref) => scene.received(ref).join()))).toEqual(
      new Map([['request', 2]]),
    );
    expect(office.door.handedOut.every((count) => count > 5)).toBe(true);
  }, 60_000);

  test('both workers sweep, and together no more often than one would', async () => {
    const { both } = office;
    const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count);
    await eventually(
      'both to have swept',
      () => both.sweeps(),
      (counts) => counts.every((count) => count > 0),
    );
    const before = sum(await both.sweeps());
    const began = performance.now();
    const during = await eventually(
      'several sweeps on the schedule',
      async () => sum(await both.sweeps()) - before,
      (count) => count >= 5,
    );
    const ticks = (performance.now() - began) / EVERY_MS;

    expect(during).toBeLessThanOrEqual(Math.ceil(ticks) + 2);
  }, 60_000);

  test('send a reminder that fell due once, though both look at the timers', async () => {
    const [ref] = asking;
    if (!ref) throw new Error('nobody was asked');
    for (let day = 0; day < 6 && scene.received(ref).length < 2; day += 1) {
      scene.nextWorkingDay();
      await office.both.setTime(scene.now());
    }

    const got = await eventually(
      'the reminder',
      () => scene.received(ref),
      (all) => all.length >= 2,
    );

    expect(got).toEqual(['request', 'reminder']);
  }, 60_000);
});
