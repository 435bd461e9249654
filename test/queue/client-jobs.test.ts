import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Timer, TimerKind } from '../../src/app/ports/client.ts';
import type { Clock } from '../../src/app/ports/runtime.ts';
import { AppError } from '../../src/errors.ts';
import { createClientJobs } from '../../src/queue/client-jobs.ts';
import type {
  ClientHandlers,
  ClientJobs,
  ClientJobsSettings,
} from '../../src/queue/client-jobs.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createTimerNames } from '../../src/redis/timer-names.ts';
import { until } from '../support/a-queue.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { RecordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PORTAL = 'portal-1';
const REF = { entityTypeId: 2, id: 759 };
const HOUR = 3600_000;
const PREFIX = '{cgq}';

interface ShiftableClock extends Clock {
  shift(ms: number): void;
}

function shiftableClock(): ShiftableClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    shift(ms) {
      offset += ms;
    },
  };
}

async function aDayAhead(work: () => Promise<void>): Promise<void> {
  const right = Date.now;
  Date.now = () => right() + 24 * HOUR;
  try {
    await work();
  } finally {
    Date.now = right;
  }
}

interface Opened {
  readonly jobs: ClientJobs;
  readonly clock: ShiftableClock;
  readonly log: RecordingLog;
}

describeWithRedis('timers and jobs of the client side', (server) => {
  let closers: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    closers = [];
    await server().flush();
  });
  afterEach(async () => {
    for (const close of closers) await close();
  });

  const open = async (settings: Partial<ClientJobsSettings> = {}): Promise<Opened> => {
    const log = recordingLog();
    const clock = shiftableClock();
    const connections = createConnections({ url: server().url, log });
    await connections.ready(10_000);
    const jobs = createClientJobs({
      producer: connections.producer,
      worker: connections.worker,
      timerNames: createTimerNames(connections.producer, createKeys('test')),
      clock,
      log,
      // Nobody dies here: a lock long enough for a busy machine.
      settings: { lockMs: 30_000, stalledMs: 30_000, scheduleCheckMs: 200, ...settings },
    });
    closers.push(async () => {
      await jobs.close(2000);
      await connections.close();
    });
    return { jobs, clock, log };
  };
  const timer = (clock: ShiftableClock, inMs: number, kind: TimerKind = 'remind'): Timer => ({
    ref: REF,
    cycle: 1,
    kind,
    dueAt: clock.now() + inMs,
  });
  const handlers = (given: Partial<ClientHandlers>): ClientHandlers => ({
    onTimer: () => Promise.resolve(),
    onAnswer: () => Promise.resolve(),
    ...given,
  });

  test('a timer set again is moved: it fires once, with what was set last', async () => {
    const { jobs, clock } = await open();
    const fired: Timer[] = [];
    await jobs.start(handlers({ onTimer: (_, one) => Promise.resolve(void fired.push(one)) }));
    await jobs.timers.set(PORTAL, timer(clock, HOUR));
    const moved = timer(clock, 50);
    await jobs.timers.set(PORTAL, moved);

    await until(() => fired.length > 0);
    // A timer stands until its work has ended.
    await until(async () => (await jobs.timers.list(PORTAL)).length === 0);

    expect(fired).toEqual([moved]);
  });

  test('job data carry ids and the due time only, under an id the queue accepts', async () => {
    const { jobs, clock } = await open();
    const set = timer(clock, HOUR);
    await jobs.timers.set('a:b', set);

    const queue = new Queue('timers', { connection: { url: server().url }, prefix: PREFIX });
    const [job] = await queue.getDelayed();
    await queue.close();
    expect(job?.id).toBe('t_2_759_remind_a%3Ab');
    expect(job?.data).toEqual({
      portalId: 'a:b',
      entityTypeId: 2,
      id: 759,
      cycle: 1,
      kind: 'remind',
      dueAt: set.dueAt,
    });
  });

  test('cancelling takes the named kinds of this ticket and portal, and no others', async () => {
    const { jobs, clock } = await open();
    for (const kind of ['remind', 'close', 'final-notice'] as const)
      await jobs.timers.set(PORTAL, timer(clock, HOUR, kind));
    const other = { ...timer(clock, HOUR), ref: { entityTypeId: 2, id: 760 } };
    await jobs.timers.set(PORTAL, other);
    await jobs.timers.set('portal-2', timer(clock, HOUR));

    await jobs.timers.cancel(PORTAL, REF, ['remind', 'close']);

    const kinds = (await jobs.timers.list(PORTAL)).map(({ ref, kind }) => `${ref.id} ${kind}`);
    expect(kinds.toSorted()).toEqual(['759 final-notice', '760 remind']);
    expect(await jobs.timers.list('portal-2')).toHaveLength(1);
  });

  test('more timers than one page holds are all listed', async () => {
    const { jobs, clock } = await open();
    const count = 1203;
    for (let from = 0; from < count; from += 100)
      await Promise.all(
        Array.from({ length: Math.min(100, count - from) }, (_, n) =>
          jobs.timers.set(PORTAL, {
            ...timer(clock, HOUR),
            ref: { entityTypeId: 2, id: from + n + 1 },
          }),
        ),
      );

    const ids = (await jobs.timers.list(PORTAL)).map(({ ref }) => ref.id);

    expect(ids.toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: count }, (_, n) => n + 1),
    );
  });

  test("a portal's timers are listed without a look at those of others", async () => {
    const { jobs, clock } = await open();
    for (let id = 1; id <= 60; id += 1)
      await jobs.timers.set('portal-2', { ...timer(clock, HOUR), ref: { entityTypeId: 2, id } });
    await jobs.timers.set(PORTAL, timer(clock, HOUR));
    const redis = new Redis(server().url);
    const readSoFar = async (): Promise<number> =>
      Number(/cmdstat_hgetall:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);

    const before = await readSoFar();
    expect(await jobs.timers.list(PORTAL)).toHaveLength(1);
    expect((await readSoFar()) - before).toBeLessThan(10);
    redis.disconnect();
  });

  test('a moved clock fires what is due by it and leaves the rest', async () => {
    const { jobs, clock } = await open();
    const fired: TimerKind[] = [];
    await jobs.start(
      handlers({ onTimer: (_, { kind }) => Promise.resolve(void fired.push(kind)) }),
    );
    await jobs.timers.set(PORTAL, timer(clock, HOUR, 'remind'));
    await jobs.timers.set(PORTAL, timer(clock, 30 * HOUR, 'close'));
    await jobs.timers.set('portal-2', timer(clock, HOUR, 'hold-end'));
    clock.shift(24 * HOUR);

    expect(await jobs.timers.promoteDue(PORTAL, clock.now())).toBe(1);
    await until(() => fired.length > 0);
    await until(async () => (await jobs.timers.list(PORTAL)).length === 1);

    expect(fired).toEqual(['remind']);
    expect((await jobs.timers.list(PORTAL)).map(({ kind }) => kind)).toEqual(['close']);
  });

  test('a job that runs before it is due by the app clock puts itself off again', async () => {
    const { jobs, clock } = await open();
    const fired: Timer[] = [];
    await jobs.start(handlers({ onTimer: (_, one) => Promise.resolve(void fired.push(one)) }));
    const set = timer(clock, HOUR);
    await jobs.timers.set(PORTAL, set);
    // Promoted as if due, but the app's clock does not say so.
    expect(await jobs.timers.promoteDue(PORTAL, set.dueAt)).toBe(1);
    const queue = new Queue('timers', { connection: { url: server().url }, prefix: PREFIX });
    await until(async () => (await queue.getDelayedCount()) === 1);
    const [job] = await queue.getDelayed();
    await queue.close();

    expect(fired).toEqual([]);
    expect(job?.delay).toBeGreaterThan(HOUR / 2);
    expect(await jobs.timers.list(PORTAL)).toEqual([set]);
  });

  test('a timer set by its own firing is kept and fires afterwards', async () => {
    const { jobs, clock } = await open();
    const fired: number[] = [];
    const rounds = 4;
    await jobs.start(
      handlers({
        onTimer: async (portalId, { cycle }) => {
          fired.push(cycle);
          if (cycle < rounds)
            await jobs.timers.set(portalId, { ...timer(clock, 30), cycle: cycle + 1 });
        },
      }),
    );
    await jobs.timers.set(PORTAL, timer(clock, 0));

    await until(() => fired.length >= rounds);

    expect(fired).toEqual([1, 2, 3, 4]);
  });

  test('a passing fault is tried again, a named wait is waited, a fault for a person ends the job', async () => {
    const { jobs, clock, log } = await open();
    const calls: Record<string, number> = {};
    await jobs.start(
      handlers({
        onTimer: (_, { kind }) => {
          calls[kind] = (calls[kind] ?? 0) + 1;
          if (kind === 'close') throw new AppError('portal-denied', 'grant the right');
          if (calls[kind] > 1) return Promise.resolve();
          if (kind === 'remind')
            throw new AppError('portal-unreachable', 'm', { retry: 'backoff' });
          throw new AppError('portal-rate-limited', 'm', { retry: 'after', retryAfterMs: 300 });
        },
      }),
    );
    for (const kind of ['remind', 'close', 'hold-end'] as const)
      await jobs.timers.set(PORTAL, timer(clock, 0, kind));

    await until(() => calls['remind'] === 2 && calls['hold-end'] === 2);
    await until(async () => (await jobs.timers.list(PORTAL)).length === 0);

    await until(() => log.lines.some(({ level }) => level === 'error'));
    expect(calls).toEqual({ remind: 2, close: 1, 'hold-end': 2 });
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { code: 'portal-denied', kind: 'close', ticket: '2:759' } },
    ]);
  });

  test("a flood of one portal does not hold another's timer up", async () => {
    const { jobs, clock } = await open({ concurrency: 4, perPortal: 2 });
    let running = 0;
    let most = 0;
    let flooded = 0;
    const calm: number[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await jobs.start(
      handlers({
        onTimer: async (portalId) => {
          if (portalId === 'calm') return void calm.push(flooded);
          running += 1;
          most = Math.max(most, running);
          await held;
          running -= 1;
          flooded += 1;
        },
      }),
    );
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        jobs.timers.set('flood', { ...timer(clock, 0), ref: { entityTypeId: 2, id: n + 1 } }),
      ),
    );
    await jobs.timers.set('calm', timer(clock, 0));

    await until(() => calm.length === 1);
    expect(calm).toEqual([0]);
    release();
    await until(() => flooded === 40);

    expect(most).toBe(2);
  });

  test('a waiting answer wakes the worker of its portal, also when it comes while one is worked off', async () => {
    const { jobs } = await open();
    const woken: string[] = [];
    await jobs.start(
      handlers({
        onAnswer: async (portalId) => {
          woken.push(portalId);
          if (woken.length === 1) await jobs.wakeAnswers(portalId);
        },
      }),
    );
    await jobs.wakeAnswers(PORTAL);

    await until(() => woken.length === 2);

    expect(woken).toEqual([PORTAL, PORTAL]);
  });

  test('a timer set by a machine that is a day ahead fires when it is due by the clock all agree on', async () => {
    const { jobs, clock } = await open();
    const right = Date.now;
    Object.assign(clock, { now: () => right(), real: () => right() });
    const fired: Timer[] = [];
    await aDayAhead(() => jobs.timers.set(PORTAL, timer(clock, 200)));
    await jobs.start(handlers({ onTimer: (_, one) => Promise.resolve(void fired.push(one)) }));

    await until(() => fired.length === 1);
  });

  test('scheduled work goes on when a clock that was a day ahead is right again', async () => {
    const { jobs } = await open();
    let runs = 0;
    jobs.every('reconcile', 200, () => Promise.resolve(void (runs += 1)));
    await aDayAhead(async () => {
      await jobs.start(handlers({}));
      await until(() => runs >= 2);
    });

    const before = runs;
    await until(() => runs > before + 2);
  });

  test('scheduled work goes on after a fault and after Redis lost everything', async () => {
    const { jobs, log } = await open();
    let runs = 0;
    jobs.every('reconcile', 200, () => {
      runs += 1;
      if (runs === 1) throw new AppError('portal-denied', 'grant the right');
      return Promise.resolve();
    });
    await jobs.start(handlers({}));
    await until(() => runs >= 2);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);

    await server().flush();
    const flushed = runs;
    await until(() => runs > flushed + 1);
    await server().stop('SIGKILL');
    await server().start();
    const restarted = runs;
    await until(() => runs > restarted + 1);
  });
});
