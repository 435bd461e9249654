/** What the runs of the client's side tell, how a flood is spread, and the settings of a pipeline's messages. */
import { describe, expect, test } from '@jest/globals';
import { countFates, recordRun } from '../../src/app/record-run.ts';
import { createTimerRuns } from '../../src/app/timer-runs.ts';
import type { Timer } from '../../src/app/ports/client.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { AppError } from '../../src/errors.ts';
import { PORTAL } from '../support/a-gate.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import { instant } from '../support/a-working-time.ts';
import { recordingLog } from '../support/recording-log.ts';

const TUESDAY = instant('2026-03-10 11:00');
const MINUTE = 60_000;
const THANKS = 'Спасибо, всё работает!';

async function asked(policy: Partial<ClosingPolicy> = {}): Promise<ClientScene> {
  const scene = aClientScene(policy, TUESDAY);
  scene.put();
  await scene.sweep();
  await scene.until(TUESDAY);
  scene.now += 5 * MINUTE;
  return scene;
}

const timerOf = (scene: ClientScene, changes: Partial<Timer> = {}): Timer => ({
  ref: TICKET,
  cycle: 1,
  kind: 'send-request',
  dueAt: scene.now,
  ...changes,
});

describe('a run', () => {
  test('counts each candidate once: sent, done, or skipped for a reason', () => {
    expect(countFates(['sent', 'blocked', 'done', 'sent', 'blocked', 'fault'])).toEqual({
      candidates: 6,
      sent: 2,
      done: 1,
      skipped: { blocked: 2, fault: 1 },
    });
  });

  test('of timers gathers what one worker fired, and tells it in one line and one entry', async () => {
    const scene = aClientScene({}, TUESDAY);
    const log = recordingLog();
    scene.put();
    const runs = createTimerRuns(() => scene.deps, { ...scene.deps, log });

    await runs.fire(PORTAL, timerOf(scene));
    await runs.fire(PORTAL, timerOf(scene, { cycle: 2 }));
    scene.lock.held.add('p1:ticket:2:759');
    await expect(runs.fire(PORTAL, timerOf(scene))).rejects.toBeInstanceOf(AppError);
    await runs.close();

    const counts = { candidates: 3, sent: 1, done: 0, skipped: { 'not-wanted': 1, fault: 1 } };
    expect(scene.runs.runs).toEqual([{ kind: 'timers', at: scene.now, ...counts }]);
    const told = log.lines.filter(({ message }) => message === 'a run ended');
    expect(told.map(({ fields }) => fields)).toEqual([
      { portalId: PORTAL, run: 'timers', ...counts },
    ]);
  });

  test('of timers ends by itself', async () => {
    const scene = aClientScene({}, TUESDAY);
    scene.put();
    let told: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      told = resolve;
    });
    const deps = { ...scene.deps, runs: { ...scene.deps.runs, add: async () => told() } };
    const runs = createTimerRuns(() => deps, deps, 1);

    await runs.fire(PORTAL, timerOf(scene));

    await expect(ended).resolves.toBeUndefined();
  });

  test('is told in the log although the store is away', async () => {
    const scene = aClientScene();
    const log = recordingLog();
    const add = async (): Promise<never> => {
      throw new AppError('store-unavailable', 'Redis does not answer');
    };

    await recordRun(PORTAL, 'reconcile', ['done'], {
      clock: { now: () => 0 },
      log,
      runs: { ...scene.deps.runs, add },
    });

    expect(log.lines).toMatchObject([{ level: 'info', fields: { candidates: 1, done: 1 } }]);
  });

  test.each([
    ['outside-hours', instant('2026-03-14 12:00'), {}],
    ['no-solution', TUESDAY, { record: { solution: '' } }],
    ['sent', TUESDAY, {}],
  ] as const)('of a request says %s', async (fate, now, ticket) => {
    const scene = aClientScene({}, now);
    scene.put(ticket);
    const runs = createTimerRuns(() => scene.deps, scene.deps);

    await runs.fire(PORTAL, timerOf(scene));
    await runs.close();

    const expected = fate === 'sent' ? { sent: 1, skipped: {} } : { skipped: { [fate]: 1 } };
    expect(scene.runs.runs).toMatchObject([expected]);
  });

  test('of the reconcile tells what it mended and what stood as it should', async () => {
    const scene = await asked();
    await scene.reconcile();
    scene.timers.standing.clear();
    await scene.reconcile();

    expect(scene.runs.runs).toMatchObject([
      { kind: 'reconcile', candidates: 1, done: 1, skipped: {} },
      { kind: 'reconcile', candidates: 1, done: 0, skipped: { 'up-to-date': 1 } },
    ]);
  });

  test('of the read of replies tells answers from what was none', async () => {
    const scene = await asked();
    scene.writes('Я в отпуске до 20 марта', { subject: 'Автоответ: отпуск' });
    scene.now += MINUTE;
    scene.writes('Не работает, посмотрите ещё раз');
    await scene.scan();

    expect(scene.runs.runs).toMatchObject([
      { kind: 'replies', candidates: 2, done: 1, skipped: { suppressed: 1 } },
    ]);
  });

  test('of answers tells what was carried out and what must wait', async () => {
    const scene = await asked();
    scene.lock.held.add('p1:ticket:2:759');
    await expect(scene.answer({ answer: 'solved' })).rejects.toBeInstanceOf(AppError);
    scene.lock.held.clear();
    await scene.workOff();

    expect(scene.runs.runs).toMatchObject([
      { kind: 'answers', candidates: 1, done: 1 },
      { kind: 'answers', candidates: 1, done: 0, skipped: { busy: 1 } },
    ]);
  });
});

describe('a flood of messages', () => {
  test('is spread over later runs: each client is asked once, nobody is forgotten, nobody is alarmed', async () => {
    const scene = aClientScene({}, TUESDAY);
    scene.outbox.perRun = 2;
    const ids = [1, 2, 3, 4, 5];
    for (const id of ids) scene.put({ ref: { entityTypeId: 2, id } });
    await scene.sweep();

    await scene.until(TUESDAY);
    expect(scene.channels.sent).toHaveLength(2);
    await scene.until(TUESDAY + MINUTE);
    expect(scene.channels.sent).toHaveLength(4);
    await scene.until(TUESDAY + 30 * MINUTE);

    const keys = scene.channels.sent.map(({ key }) => key.split(':').slice(0, 4).join(':'));
    expect(keys.toSorted()).toEqual(ids.map((id) => `closegate:2:${id}:1`));
    expect(scene.journal.lines.filter(({ kind }) => kind === 'alert')).toEqual([]);
  });

  test('holds back notices and the word that work goes on like requests', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'solved' });
    scene.outbox.perRun = 0;
    await scene.until(scene.now + 12 * MINUTE);
    expect(scene.timers.kinds()).toContain('final-notice');

    scene.outbox.perRun = 1;
    await scene.until(scene.now + 2 * MINUTE);
    expect(scene.channels.sent).toHaveLength(2);
  });
});

describe('channels of a pipeline', () => {
  test('are tried in its order', async () => {
    const scene = await asked({ channels: ['mail', 'chat'] });

    expect(scene.channels.offered).toEqual([['email', 'chat']]);
  });

  test('with a call alone reach nobody: no countdown, and a notice asks nobody to call', async () => {
    const scene = await asked({ channels: ['call'], criteria: [] });
    expect(scene.record().confirmation).not.toBe('asked');
    await scene.drag('C5:WON');
    await scene.until(scene.now + 12 * MINUTE);

    expect(scene.channels.offered).toEqual([['to-do'], []]);
    expect(scene.said()).toContain('client.notice-undelivered');
  });

  test('of a notice leave the call out', async () => {
    const scene = await asked({ channels: ['call', 'mail'] });
    scene.channels.reach = ['email'];
    await scene.answer({ answer: 'solved' });
    await scene.until(scene.now + 12 * MINUTE);

    expect(scene.channels.offered.at(-1)).toEqual(['email']);
  });
});

describe('pure thanks', () => {
  test('confirm where the setting says so: the ticket closes, and what was taken stands as evidence', async () => {
    const scene = await asked({ thanksConfirms: true });
    scene.writes(THANKS);
    await scene.scan();
    await scene.workOff();

    expect(scene.stageId()).toBe('C5:WON');
    expect(scene.record()).toMatchObject({
      confirmation: 'confirmed',
      confirmationEvidence: 'client.evidence.rule',
    });
    expect(scene.said()).toContain('client.confirmed-by-thanks');
  });

  test('that are taken at the end of a wait confirm too', async () => {
    const scene = await asked({ thanksConfirms: true });
    scene.writes(THANKS);
    await scene.until(instant('2026-03-11 11:00'));
    await scene.workOff();

    expect(scene.stageId()).toBe('C5:WON');
  });

  test('followed by more words in the same read are only suggested', async () => {
    const scene = await asked({ thanksConfirms: true });
    scene.writes(THANKS);
    scene.now += 1000;
    scene.writes('Хотя нет, печать не идёт');
    await scene.scan();
    await scene.workOff();

    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('not-asked');
    expect(scene.said()).toContain('client.reply-thanks');
  });

  test('after which the client wrote on before they were worked off close nothing', async () => {
    const scene = await asked({ thanksConfirms: true });
    scene.writes(THANKS);
    await scene.scan();
    scene.now += MINUTE;
    scene.writes('Хотя нет, печать не идёт');
    await scene.workOff();

    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('not-asked');
    expect(scene.said()).toContain('client.reply-thanks');
    expect(scene.timers.kinds()).toEqual([]);
  });

  test('with anything else in them are no confirmation, whatever the setting', async () => {
    const scene = await asked({ thanksConfirms: true });
    scene.writes('Спасибо, но печать не работает');
    await scene.scan();
    await scene.workOff();

    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.said()).toContain('client.reply');
  });
});

describe('an outbox that stopped', () => {
  test('alarms the leads once, however many timers of the flood fire side by side', async () => {
    const scene = aClientScene({}, TUESDAY);
    scene.outbox.breakerOpen = true;
    const refs = [1, 2, 3, 4].map((id) => ({ entityTypeId: 2, id }));
    for (const ref of refs) scene.put({ ref });
    const runs = createTimerRuns(() => scene.deps, scene.deps);

    await Promise.all(refs.map((ref) => runs.fire(PORTAL, timerOf(scene, { ref }))));
    await runs.close();

    expect(scene.journal.lines.filter(({ kind }) => kind === 'alert')).toHaveLength(1);
    expect(scene.runs.runs).toMatchObject([{ candidates: 4, skipped: { stopped: 4 } }]);
  });
});
