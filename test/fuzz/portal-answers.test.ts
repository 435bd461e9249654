/**
 * A portal whose answers are damaged: values of other types, keys gone, lists where maps should be, errors without a code. While it lasts
 * nothing is closed or told wrongly; when it is over every premature closing is back or explained. Seeded as foreign-bodies.test.ts.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createClock } from '../../src/clock.ts';
import type { ShiftableClock } from '../../src/clock.ts';
import { composeTools } from '../../src/compose-tools.ts';
import { startService } from '../../src/compose.ts';
import type { Service } from '../../src/compose.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { START, setUpScene } from '../chaos/scene.ts';
import type { Channel, Scene } from '../chaos/scene.ts';
import { eventually, until } from '../support/eventually.ts';
import { FUZZ_SEED } from '../support/fuzz-settings.ts';
import { damaged, pick, seeded } from '../support/mutate.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { TestRedis } from '../support/start-test-redis.ts';

const SEED = FUZZ_SEED;
/** Answers damaged, and how often. */
const BAD_ANSWERS = 20;
const SHARE = 0.4;
const TICKETS = 20;
const CHANNELS: readonly Channel[] = ['chat', 'email'];
/** Errors of the platform in turn with damage (PORTAL 10.6); all of them by name: test/portal/named-errors.test.ts. */
const NAMED: readonly (readonly [number, unknown])[] = [
  [500, 'INTERNAL_SERVER_ERROR'],
  [503, 'QUERY_LIMIT_EXCEEDED'],
  [401, 'expired_token'],
  [403, 'ACCESS_DENIED'],
  [404, 'ERROR_METHOD_NOT_FOUND'],
  [400, 0],
  [400, '-'],
  [200, 'Access denied'],
];

describeWithRedis('a portal whose answers are damaged', () => {
  let redis: TestRedis;
  let sandbox: Sandbox;
  let proxy: Server;
  let scene: Scene;
  let clock: ShiftableClock;
  let service: Service;
  let bad: number;
  let weather: boolean;

  beforeEach(async () => {
    redis = await startTestRedis();
    sandbox = await startSandbox({ seed: 'empty', limits: 'off', now: START });
    bad = 0;
    weather = false;
    const random = seeded(SEED);
    proxy = createServer((request, response) => {
      void pass(request, response, (answer) => {
        if (!weather || random() > SHARE) return answer;
        bad += 1;
        const [status, error] = NAMED[bad % (2 * NAMED.length)] ?? [];
        if (status !== undefined) return { status, body: { error, error_description: 'клиент' } };
        const body = damaged(answer.body, random, 1 + Math.floor(random() * 3));
        return { status: pick(random, [200, 200, 200, 400, 403, 500]), body };
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { memberId: portalId } = sandbox;
    const tools = await composeTools({
      webhookUrl: url(),
      redisUrl: redis.url,
      dataDir: '',
      portalId,
    });
    scene = await setUpScene(sandbox, tools);
    await tools.close();
    clock = createClock();
    service = await startService({
      portal: { id: portalId, webhookUrl: url(), eventTokens: [sandbox.eventToken] },
      redisUrl: redis.url,
      role: 'all',
      port: 0,
      clock,
      log: recordingLog(),
      secret: 'a-secret-of-this-suite',
      tuning: {
        sweepEveryMs: 300,
        reconcileEveryMs: 1000,
        claimSettlesMs: 5000,
        budget: { drainPerSecond: 100_000 },
        breaker: { floor: 1_000_000, perRun: 1_000_000 },
      },
    });
    sandbox.subscribe({
      handlerUrl: `http://127.0.0.1:${service.port}/events`,
      token: sandbox.eventToken,
      events: ['ONCRMDEALUPDATE', 'ONCRMDEALADD'],
    });
  });
  afterEach(async () => {
    await service.close(2000);
    proxy.closeAllConnections();
    proxy.close();
    await sandbox.close();
    await redis.remove();
  });

  function url(): string {
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : 0;
    return sandbox.webhookUrl.replace(/^http:\/\/[^/]+/, `http://127.0.0.1:${port}`);
  }

  interface Answered {
    readonly status: number;
    readonly body: unknown;
  }

  async function pass(
    request: IncomingMessage,
    response: ServerResponse,
    change: (answer: Answered) => Answered,
  ): Promise<void> {
    let text = '';
    for await (const part of request) text += String(part);
    const real = await fetch(`${sandbox.url}${request.url}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: text,
    });
    const { status, body } = change({ status: real.status, body: await real.json() });
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  it(`brings every premature closing back in the end (seed ${SEED})`, async () => {
    const of = (n: number): Channel => CHANNELS[n % CHANNELS.length] ?? 'chat';
    const tickets = Array.from({ length: TICKETS }, (_, n) => ({
      ref: n % 4 < 2 ? scene.bareTicket(of(n)) : scene.createTicket(of(n), false),
      /** Only the client's word is missing, and that is asked for. */
      asks: n % 4 >= 2,
    }));
    const good = CHANNELS.map((channel) => scene.createTicket(channel, true));
    clock.setTo(scene.now());
    await service.clockMoved();

    weather = true;
    for (const { ref } of tickets) {
      scene.drag(ref, 'WON');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await until(() => bad >= BAD_ANSWERS, 90_000);
    weather = false;

    await eventually(
      'premature closings to be back or explained',
      () => tickets.filter(({ ref }) => scene.isClosed(ref) && scene.comments(ref).length === 0),
      (left) => left.length === 0,
      120_000,
    );
    // Those that are closed rightly show that a closing would be stamped, by the time that these are.
    for (const ref of good) scene.drag(ref, 'WON');
    await until(() => good.every((ref) => scene.field(ref, 'closedAt') !== null));

    // Nothing else was taken for a good closing, and no client heard anything but the question that was due: again where
    // the portal had said of a message that it was refused, and it was not.
    const wrong = tickets
      .map(({ ref, asks }) => ({
        id: ref.id,
        outcome: scene.outcome(ref),
        closedAt: scene.field(ref, 'closedAt'),
        unwanted: scene.received(ref).filter((kind) => !(asks && kind === 'request')),
      }))
      .filter((one) => one.outcome !== null || one.closedAt !== null || one.unwanted.length > 0);
    expect(wrong).toEqual([]);
  }, 300_000);
});
