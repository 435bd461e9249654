/** What the app's robots on a stage answer and do. */
import { describe, expect, test } from '@jest/globals';
import { acceptRobotCall, robotsCalled } from '../../src/app/automation/robots-called.ts';
import type { NewRobotCall } from '../../src/app/ports/robots.ts';
import { PORTAL } from '../support/a-gate.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import { UNREADABLE } from '../support/a-ticket.ts';
import { instant } from '../support/a-working-time.ts';
import { robotsOf } from '../support/fake-automation.ts';
import type { RobotScene } from '../support/fake-automation.ts';
import { APP_USER } from '../support/fake-tickets.ts';

const NOW = instant('2026-03-13 12:00');
const MINUTE = 60_000;
const ELSEWHERE = { entityTypeId: 2, id: 4711 };

interface Scene {
  readonly scene: ClientScene;
  readonly robots: RobotScene;
  /** The portal calls a robot, and its job runs. */
  readonly call: (call?: Partial<NewRobotCall>) => Promise<void>;
  /** Time goes by and the waiting calls are looked at again. */
  readonly later: (ms: number) => Promise<void>;
}

let calls = 0;
function aScene(policy: Parameters<typeof aClientScene>[0] = {}): Scene {
  const scene = aClientScene(policy, NOW);
  const robots = robotsOf(scene);
  const around = { ...robots.deps, clock: scene.deps.clock, log: scene.deps.log };
  return {
    scene,
    robots,
    async call(call = {}) {
      calls += 1;
      const eventToken = `token-${calls}`;
      const whole: NewRobotCall = {
        code: 'closegate_check',
        ref: TICKET,
        eventToken,
        waits: true,
        timeoutSeconds: 0,
        ...call,
      };
      await acceptRobotCall(PORTAL, whole, around);
      await robotsCalled(PORTAL, robots.deps);
    },
    async later(ms) {
      scene.now += ms;
      await robotsCalled(PORTAL, robots.deps);
    },
  };
}

const ready = { stageId: 'C5:EXECUTING', record: { confirmation: 'confirmed' } } as const;

describe('the robot that checks', () => {
  test('answers that a ready ticket may be closed, once', async () => {
    const { scene, robots, call, later } = aScene();
    scene.put(ready);

    await call({ eventToken: 'the-token' });
    await call({ eventToken: 'the-token' });
    await later(MINUTE);

    expect(robots.answers.given).toMatchObject([
      { eventToken: 'the-token', values: { passed: true, missing: '' } },
    ]);
    expect(robots.answers.given[0]?.log).toBe(
      'Обращение готово к закрытию: все требования регламента выполнены',
    );
  });

  test('names what is missing, a line for each gap, in the language of the policy', async () => {
    const { scene, robots, call } = aScene({ language: 'en' });
    scene.put({ ...ready, record: { ...ready.record, cause: '', solution: '' } });

    await call();

    const [answer] = robots.answers.given;
    const lines = answer?.values?.missing.split('\n') ?? [];
    expect(answer?.values?.passed).toBe(false);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines).toContain('Fill in "Solution"');
    expect(answer?.log).toContain(`${lines.length} things are missing`);
  });

  test('asks nobody: a ticket that lacks its client only is told to lack that', async () => {
    const { scene, robots, call } = aScene();
    scene.put({ stageId: 'C5:EXECUTING' });

    await call();

    expect(robots.answers.given[0]?.values?.missing).toContain('Получите подтверждение клиента');
    expect(scene.timers.kinds()).toEqual([]);
  });

  test('on a closed ticket answers by how it stands there', async () => {
    const { scene, robots, call } = aScene();
    scene.put({ stageId: 'C5:WON', record: { confirmation: 'confirmed', cause: '' } });

    await call();

    expect(robots.answers.given[0]?.values?.missing).toBe('Заполните «Причина проблемы»');
  });

  test('answers in observe mode too: a question changes nothing', async () => {
    const { scene, robots, call } = aScene({ mode: 'observe' });
    scene.put(ready);

    await call();

    expect(robots.answers.given[0]?.values?.passed).toBe(true);
  });

  test.each([
    ['no pipeline of the policies', { ref: { entityTypeId: 1044, id: 1 } }, 'is not set up'],
    ['no ticket the app sees', { ref: ELSEWHERE }, 'does not see'],
  ])('answers "not ready" where there is %s, and says why', async (_what, ref, why) => {
    const { robots, call } = aScene();

    await call(ref);

    expect(robots.answers.given[0]?.values?.passed).toBe(false);
    expect(robots.answers.given[0]?.values?.missing).toContain(why);
    expect(robots.answers.given[0]?.log).toContain(why);
  });

  test('reads a fact again that could not be read, and answers by it', async () => {
    const { scene, robots, call, later } = aScene();
    scene.put({ ...ready, openWork: UNREADABLE });
    await call();
    expect(robots.answers.given).toEqual([]);
    expect(robots.wakes.at(-1)).toBe(2000);

    scene.put(ready);
    await later(2000);

    expect(robots.answers.given).toMatchObject([{ values: { passed: true } }]);
    expect(robots.calls.stored.size).toBe(0);
  });

  test('a ticket that brings out a defect of ours keeps no other robot waiting', async () => {
    const { scene, robots } = aScene();
    scene.put(ready);
    scene.put({ ...ready, ref: ELSEWHERE });
    const { client } = robots.deps;
    const tickets = Object.create(client.tickets) as typeof client.tickets;
    tickets.loadFacts = async (heads, ...rest) => {
      if (heads.some(({ ref }) => ref.id === ELSEWHERE.id)) throw new TypeError('not foreseen');
      return client.tickets.loadFacts(heads, ...rest);
    };
    const around = { ...robots.deps, clock: scene.deps.clock, log: scene.deps.log };
    for (const ref of [ELSEWHERE, TICKET]) {
      const call = { code: 'closegate_check', ref, eventToken: `of ${ref.id}` } as const;
      await acceptRobotCall(PORTAL, { ...call, waits: true, timeoutSeconds: 0 }, around);
    }

    await robotsCalled(PORTAL, { ...robots.deps, client: { ...client, tickets } });

    expect(robots.answers.given).toMatchObject([
      { eventToken: `of ${TICKET.id}`, values: { passed: true } },
    ]);
    expect([...robots.calls.stored.values()]).toMatchObject([{ ref: ELSEWHERE, attempts: 1 }]);
    expect(JSON.stringify(scene.logged)).toContain('TypeError');
  });

  test('answers "could not be checked" before the time of the step is up', async () => {
    const { scene, robots, call, later } = aScene();
    scene.put({ ...ready, openWork: UNREADABLE });
    await call({ timeoutSeconds: 60 });
    await later(40_000);
    expect(robots.answers.given).toEqual([]);

    await later(6000);

    expect(robots.answers.given[0]?.values).toEqual({
      passed: false,
      missing: expect.stringContaining('could not be checked'),
    });
  });

  test('without a time of its own gives up after a quarter of an hour', async () => {
    const { scene, robots, call, later } = aScene();
    scene.put({ ...ready, openWork: UNREADABLE });
    await call();
    for (let minute = 0; minute < 14; minute += 1) await later(MINUTE);
    expect(robots.answers.given).toEqual([]);

    await later(MINUTE);

    expect(robots.answers.given).toHaveLength(1);
  });

  test('an answer that was not taken for sure is given again until nobody waits for it', async () => {
    const { scene, robots, call, later } = aScene();
    scene.put(ready);
    robots.answers.away = true;
    await call({ timeoutSeconds: 600 });
    robots.answers.away = false;
    robots.answers.outcome = 'again';
    await later(MINUTE);
    await later(MINUTE);
    expect(robots.answers.given).toHaveLength(2);

    await later(600_000);

    expect(robots.answers.given).toHaveLength(2);
    expect(robots.calls.stored.size).toBe(0);
    expect(scene.logged).toContainEqual(
      expect.objectContaining({ robot: 'closegate_check', ticket: '2:759' }),
    );
  });

  test('keeps the secret of the call out of every log line', async () => {
    const { scene, robots, call, later } = aScene();
    robots.answers.away = true;
    scene.put(ready);
    await call({ eventToken: 'the-secret-token', timeoutSeconds: 60 });
    robots.answers.away = false;
    robots.answers.outcome = 'refused';
    await call({ eventToken: 'the-secret-token-2' });
    await later(10 * MINUTE);

    expect(scene.logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(scene.logged)).not.toContain('the-secret-token');
  });

  test('does not work for a step that does not wait', async () => {
    const { scene, robots, call } = aScene();
    scene.put(ready);

    await call({ waits: false });

    expect(robots.answers.given).toEqual([]);
    expect(robots.calls.stored.size).toBe(0);
    expect(scene.tickets.reads).toEqual([]);
  });

  test('a storm is read together and its chats only where nothing else is missing', async () => {
    const { scene, robots } = aScene();
    const around = { ...robots.deps, clock: scene.deps.clock, log: scene.deps.log };
    for (let id = 1; id <= 40; id += 1) {
      const ref = { entityTypeId: 2, id };
      scene.put({ ...ready, ref, ...(id % 2 === 0 ? { record: { cause: '' } } : {}) });
      const call = { code: 'closegate_check', ref, eventToken: `storm-${id}` } as const;
      await acceptRobotCall(PORTAL, { ...call, waits: true, timeoutSeconds: 0 }, around);
    }

    await robotsCalled(PORTAL, robots.deps);

    expect(scene.tickets.reads).toEqual(['list', 'facts', 'chats:20']);
    const passed = robots.answers.given.filter(({ values }) => values?.passed);
    expect([robots.answers.given.length, passed.length]).toEqual([40, 20]);
  });
});

describe('the robot that asks', () => {
  const request = { code: 'closegate_request', waits: false } as const;
  const sent = ({ scene }: Scene): number => scene.channels.delivered().length;

  async function requested(all: Scene, call: Partial<NewRobotCall> = {}): Promise<void> {
    await all.call({ ...request, ...call });
    await all.scene.until(all.scene.now);
  }

  test('moves the ticket to where its client is waited for and asks, as an agent does', async () => {
    const all = aScene();
    all.scene.put({ stageId: 'C5:EXECUTING' });

    await requested(all);
    await all.scene.sweep();
    await all.scene.until(all.scene.now);

    expect(all.scene.stageId()).toBe('C5:CHECK');
    expect(all.scene.record()).toMatchObject({ confirmation: 'asked', cycle: 1 });
    expect(sent(all)).toBe(1);
    expect(all.robots.answers.given).toEqual([]);
  });

  test('asks once in a round: delivered again and called again it does nothing', async () => {
    const all = aScene();
    all.scene.put({ stageId: 'C5:EXECUTING' });
    await requested(all, { eventToken: 'same' });

    await requested(all, { eventToken: 'same' });
    await requested(all);

    expect(sent(all)).toBe(1);
  });

  test('goes on where the process died between the move and the timer', async () => {
    const all = aScene();
    all.scene.put({ stageId: 'C5:EXECUTING' });
    all.scene.writer.dieAt = 'after-change';
    await requested(all);
    expect(all.scene.stageId()).toBe('C5:CHECK');

    await all.later(2000);
    await all.scene.until(all.scene.now);

    expect(sent(all)).toBe(1);
  });

  test.each([
    ['the pipeline is only observed', { mode: 'observe' }, {}, 'только наблюдает'],
    ['the ticket is closed', {}, { stageId: 'C5:WON' }, 'уже закрыто'],
    ['the gate is about to judge it', {}, { stageId: 'C5:GATE' }, 'Closegate решит сам'],
    [
      'the client was asked',
      {},
      { record: { confirmation: 'asked', askedAt: NOW } },
      'уже спросили',
    ],
    ['the client confirmed', {}, { record: { confirmation: 'confirmed' } }, 'уже подтвердил'],
    ['nobody wrote what was solved', {}, { record: { solution: ' ' } }, 'поле «Решение» пустое'],
    [
      'only robots touched the ticket since the client said "not solved"',
      {},
      { movedBy: APP_USER, record: { confirmation: 'rejected', askedAt: NOW - MINUTE } },
      'с тех пор с обращением никто не работал',
    ],
    [
      'a trigger moved the ticket since the client said "not solved"',
      {},
      { movedBy: 0, record: { confirmation: 'rejected', askedAt: NOW - MINUTE } },
      'с тех пор с обращением никто не работал',
    ],
  ] as const)(
    'asks nobody while %s, and a step that waits is told so',
    async (_, policy, ticket, why) => {
      const all = aScene(policy);
      all.scene.put({ stageId: 'C5:EXECUTING', ...ticket });
      const before = all.scene.stageId();

      await requested(all, { waits: true });

      expect([sent(all), all.scene.stageId()]).toEqual([0, before]);
      expect(all.robots.answers.given).toMatchObject([
        { values: null, log: expect.stringContaining(why) },
      ]);
    },
  );

  test('asks anew once an agent worked on what the client said was not solved', async () => {
    const all = aScene();
    const record = { confirmation: 'rejected', askedAt: NOW - 60 * MINUTE } as const;
    all.scene.put({ stageId: 'C5:EXECUTING', movedBy: 11, record });

    await requested(all);

    expect(sent(all)).toBe(1);
  });

  test('keeps to a pause of the ticket and to the breaker', async () => {
    const held = aScene();
    held.scene.put({ stageId: 'C5:EXECUTING', record: { holdUntil: NOW + 60 * MINUTE } });
    const stopped = aScene();
    stopped.scene.put({ stageId: 'C5:EXECUTING' });
    stopped.scene.outbox.breakerOpen = true;

    await requested(held);
    await requested(stopped);
    expect([sent(held), sent(stopped)]).toEqual([0, 0]);

    await held.scene.until(NOW + 61 * MINUTE);
    expect(sent(held)).toBe(1);
  });
});
