import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene } from '../support/a-client-side.ts';
import { aWorkingTime, instant } from '../support/a-working-time.ts';
import { AppError } from '../../src/errors.ts';
import { addWorkingDays } from '../../src/core/working-time.ts';

const ASKED = instant('2026-03-13 17:30');
const CLOSED = instant('2026-03-17 17:30');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const sentKinds = (scene: ClientScene): readonly string[] =>
  scene.channels.sent.map(({ plain }) => plain.split(' ru')[0] ?? '');

async function asked(): Promise<ClientScene> {
  const scene = aClientScene({}, ASKED);
  scene.put();
  await scene.sweep();
  await scene.until(ASKED);
  return scene;
}

type Crash = (scene: ClientScene) => void;

const CRASHES: readonly (readonly [string, Crash])[] = [
  ['before sending', (scene) => (scene.channels.dieAt = 'before-send')],
  ['between sending and knowing', (scene) => (scene.channels.dieAt = 'after-send')],
  [
    'between sending and marking',
    ({ outbox }) => {
      const sent = outbox.sent.bind(outbox);
      outbox.sent = () => {
        outbox.sent = sent;
        throw new AppError('store-unavailable', 'stopped at the mark', { retry: 'backoff' });
      };
    },
  ],
  ['before the ticket is written', (scene) => (scene.writer.dieAt = 'before-change')],
  ['after the ticket is written', (scene) => (scene.writer.dieAt = 'after-change')],
];

describe('a process that dies', () => {
  const WAYS = ['chat', 'email'] as const;
  const cases = CRASHES.flatMap(([name, crash]) => WAYS.map((way) => ({ name, crash, way })));

  test.each(cases)('$name of the request ($way) leads to one message', async ({ crash, way }) => {
    const scene = aClientScene({}, ASKED);
    scene.channels.reach = [way];
    scene.put();
    await scene.sweep();
    crash(scene);
    await scene.until(ASKED);
    expect(sentKinds(scene)).toEqual(['request']);
    expect(scene.record().confirmation).toBe('asked');
    await scene.until(CLOSED + DAY);
    expect(sentKinds(scene)).toEqual(['request', 'reminder', 'notice no-answer']);
    const kinds = scene.journal.lines.filter(({ kind }) => kind === 'client-message');
    expect(kinds).toHaveLength(3);
  });

  test.each(cases)('$name of the reminder ($way) leads to one message', async ({ crash, way }) => {
    const scene = await asked();
    scene.channels.reach = [way];
    await scene.until(instant('2026-03-16 17:29'));
    crash(scene);
    await scene.until(CLOSED + DAY);
    expect(sentKinds(scene)).toEqual(['request', 'reminder', 'notice no-answer']);
    expect(scene.stageId()).toBe('C5:SILENT');
  });

  test.each(cases.slice(0, 6))(
    '$name of the notice ($way) leads to one',
    async ({ crash, way }) => {
      const scene = await asked();
      scene.channels.reach = [way];
      await scene.until(CLOSED + MINUTE);
      crash(scene);
      await scene.until(CLOSED + DAY);
      expect(sentKinds(scene)).toEqual(['request', 'reminder', 'notice no-answer']);
    },
  );

  test.each(['before-change', 'after-change'] as const)(
    '%s of the mark of a silent closing leaves the mark all the same',
    async (dieAt) => {
      const scene = await asked();
      await scene.until(CLOSED - MINUTE);
      scene.writer.dieAt = dieAt;
      await scene.until(CLOSED + MINUTE);
      expect(scene.said()).toContain('client.closed-on-silence');
      expect(scene.record().confirmation).toBe('no-answer');
    },
  );
});

describe('the breaker', () => {
  test('lets nothing leave, tells the lead once, and everything leaves when it is closed again', async () => {
    const scene = aClientScene({}, instant('2026-03-10 10:00'));
    scene.outbox.breakerOpen = true;
    scene.put();
    await scene.sweep();
    await scene.until(scene.now + 120 * MINUTE);
    await scene.reconcile();
    expect(scene.channels.sent).toEqual([]);
    const alerts = scene.journal.lines.filter(
      ({ detail }) => detail['code'] === 'messages-stopped',
    );
    expect(alerts).toHaveLength(1);

    await scene.outbox.resume();
    await scene.until(scene.now + 20 * MINUTE);
    expect(sentKinds(scene)).toEqual(['request']);
  });

  test('a notice it held back leaves later', async () => {
    const scene = aClientScene({ criteria: [] }, instant('2026-03-10 10:00'));
    scene.outbox.breakerOpen = true;
    scene.put({ stageId: 'C5:EXECUTING' });
    await scene.drag('C5:WON');
    await scene.until(scene.now + 60 * MINUTE);
    await scene.outbox.resume();
    await scene.until(scene.now + 60 * MINUTE);
    expect(sentKinds(scene)).toEqual(['notice unconfirmed']);
  });
});

describe('the reconcile', () => {
  test.each([
    ['after the request', ASKED + MINUTE],
    ['after the reminder', instant('2026-03-17 10:00')],
  ])('rebuilds lost timers %s to the same due times, and the cases', async (_name, at) => {
    const scene = await asked();
    await scene.until(at);
    const before = await scene.timers.list();
    scene.flush();
    await scene.reconcile();
    expect(await scene.timers.list()).toEqual(before);
    expect(scene.cases.entries.get('2:759')).toMatchObject({ state: 'open', cycle: 1 });
    scene.writes('Не работает!');
    await scene.scan();
    expect(scene.record().confirmation).toBe('not-asked');
  });

  test('loses no promise although the store is emptied again and again', async () => {
    const scene = await asked();
    for (let at = ASKED; at < CLOSED + DAY; at += 47 * MINUTE) {
      await scene.until(at);
      scene.flush();
      await scene.reconcile();
    }
    expect(scene.stageId()).toBe('C5:SILENT');
    expect(sentKinds(scene)).toEqual(['request', 'reminder', 'notice no-answer']);
  });

  test('after the loss a closed ticket still takes a late answer', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'solved' });
    await scene.until(instant('2026-03-16 12:00'));
    scene.flush();
    await scene.reconcile();
    expect(scene.cases.entries.get('2:759')).toMatchObject({ state: 'closed', cycle: 1 });
    await scene.until(instant('2026-03-16 13:00'));
    expect(sentKinds(scene)).toEqual(['request', 'notice confirmed']);
  });

  test('drops timers of tickets that wait no more', async () => {
    const scene = await asked();
    scene.edit({ confirmation: 'confirmed' });
    const report = await scene.reconcile();
    expect(report).toMatchObject({ dropped: 1, rebuilt: 0 });
    expect(scene.timers.kinds()).toEqual([]);
  });

  test('asks a ticket that came to wait unseen, and moves nothing else', async () => {
    const scene = aClientScene({}, ASKED);
    scene.put();
    await scene.reconcile();
    await scene.until(ASKED);
    expect(sentKinds(scene)).toEqual(['request']);
    expect(scene.tickets.moves).toEqual([]);
    const before = await scene.timers.list();
    await expect(scene.reconcile()).resolves.toEqual({ waiting: 1, rebuilt: 0, dropped: 0 });
    expect(await scene.timers.list()).toEqual(before);
  });

  test('of an earlier cycle a request timer asks nobody', async () => {
    const scene = await asked();
    scene.edit({ cycle: 2, confirmation: 'not-asked', askedAt: null });
    const timer = { ref: { entityTypeId: 2, id: 759 }, cycle: 1, kind: 'send-request' as const };
    await scene.timers.set('p1', { ...timer, dueAt: scene.now });
    await scene.until(scene.now);
    expect(sentKinds(scene)).toEqual(['request']);
  });
});

const event = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      minutes: fc.integer({ min: 1, max: 3000 }),
    }),
  },
  ...(
    ['letter', 'chat', 'auto', 'reply', 'edit', 'flush', 'reconcile', 'scan', 'crash'] as const
  ).map((kind) => fc.record({ kind: fc.constant(kind), minutes: fc.constant(0) })),
  fc.record({ kind: fc.constant('hold' as const), minutes: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({
    kind: fc.constantFrom('solved' as const, 'not-solved' as const, 'question' as const),
    minutes: fc.constant(0),
  }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** What really happened between client and agent, kept apart from what the app sees. */
interface Truth {
  wrote: number | null;
}

type Step = (scene: ClientScene, truth: Truth, minutes: number) => unknown;

const says =
  (channel: 'email' | 'chat'): Step =>
  (scene, truth) => {
    truth.wrote = scene.now;
    scene.writes('Не открывается дверь', { channel });
  };
const answers =
  (answer: 'solved' | 'not-solved' | 'question'): Step =>
  (scene) =>
    scene.answer({ answer, comment: answer === 'solved' ? '' : 'Дверь' });

const STEPS: Readonly<Record<Event['kind'], Step>> = {
  clock: (scene, _truth, minutes) => scene.until(scene.now + minutes * MINUTE),
  letter: says('email'),
  chat: says('chat'),
  auto: (scene) =>
    scene.writes('Это автоматический ответ, я в отпуске.', { subject: 'Автоответ: отпуск' }),
  reply: (scene) => scene.replies(),
  edit: (scene) => scene.edit({ recommendations: `правка ${scene.now}` }),
  hold: (scene, _truth, minutes) =>
    scene.edit({ holdUntil: scene.now + minutes * MINUTE, holdReason: 'пауза' }),
  flush: (scene) => {
    scene.flush();
    return scene.reconcile();
  },
  reconcile: (scene) => scene.reconcile(),
  scan: (scene) => scene.scan(),
  crash: (scene) => (scene.channels.dieAt = 'after-send'),
  solved: answers('solved'),
  'not-solved': answers('not-solved'),
  question: answers('question'),
};

/** A channel or a fact that breaks off is a fault of one try: the next event finds it mended. */
async function tell(scene: ClientScene, truth: Truth, events: readonly Event[]): Promise<void> {
  for (const { kind, minutes } of events) {
    try {
      await STEPS[kind](scene, truth, minutes);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
    if (scene.record().outcome === 'no-answer') return;
  }
}

const dayAfter = (at: number | undefined): number =>
  addWorkingDays(at ?? Infinity, 1, aWorkingTime()) ?? Infinity;

test('special-no-confirmation: never closed on silence too early, over an answer, or with a message twice', async () => {
  let silent = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 25 }), async (events) => {
      const scene = aClientScene({}, ASKED);
      const truth: Truth = { wrote: null };
      scene.put();
      await scene.sweep();
      await scene.until(ASKED);
      await tell(scene, truth, events);
      const record = scene.record();
      const kinds = scene.channels.delivered().map(({ key }) => key);
      expect(new Set(kinds).size).toBe(kinds.length);
      if (record.outcome !== 'no-answer') return;
      silent += 1;
      expect(truth.wrote).toBeNull();
      const [request, reminder] = scene.channels.delivered();
      expect(reminder?.key).toContain(':reminder:');
      expect(reminder?.at).toBeGreaterThanOrEqual(dayAfter(request?.at));
      // The portal's own clock in the fake is a second behind at most.
      const from = Math.max(reminder?.at ?? Infinity, record.holdUntil ?? 0);
      expect((record.closedAt ?? 0) + 1000).toBeGreaterThanOrEqual(dayAfter(from));
    }),
    { numRuns: 1000 },
  );
  // The property is not empty: a good part of the stories does end in silence.
  expect(silent).toBeGreaterThan(20);
});
