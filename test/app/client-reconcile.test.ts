import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/errors.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene } from '../support/a-client-side.ts';
import { instant } from '../support/a-working-time.ts';

const TUESDAY = instant('2026-03-10 11:00');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const sentKinds = (scene: ClientScene): readonly string[] =>
  scene.channels.sent.map(({ plain }) => plain.split(' ru')[0] ?? '');
const count = (scene: ClientScene, kind: string): number =>
  sentKinds(scene).filter((one) => one === kind).length;

async function asked(): Promise<ClientScene> {
  const scene = aClientScene({}, TUESDAY);
  scene.put();
  await scene.sweep();
  await scene.until(TUESDAY);
  scene.now += 5 * MINUTE;
  return scene;
}

/** Closed by the client's word; the process dies before the bookkeeping, and its retry finds a closed ticket. */
async function closedBrokenOff(): Promise<ClientScene> {
  const scene = await asked();
  await scene.reconcile();
  const save = scene.cases.save.bind(scene.cases);
  scene.cases.save = async (portalId, entry) => {
    if (entry.state === 'closed') {
      scene.cases.save = save;
      throw new AppError('store-unavailable', 'died', { retry: 'backoff' });
    }
    return save(portalId, entry);
  };
  await scene.answer({ answer: 'solved' }).catch(() => {});
  await scene.workOff();
  expect(scene.stageId()).toBe('C5:WON');
  expect(scene.cases.entries.get('2:759')?.state).not.toBe('closed');
  return scene;
}

async function reopened(): Promise<ClientScene> {
  const scene = await asked();
  await scene.answer({ answer: 'solved' });
  await scene.until(scene.now + 11 * MINUTE);
  scene.now += HOUR;
  await scene.drag('C5:EXECUTING');
  return scene;
}

describe('step-7: a closing that broke off between its move and its bookkeeping', () => {
  test('is known at the next pass, so that a drag back reopens it', async () => {
    const scene = await closedBrokenOff();
    await scene.reconcile();
    await scene.until(scene.now + 15 * MINUTE);
    expect(sentKinds(scene)).toEqual(['request', 'notice confirmed']);
    scene.now += HOUR;
    await scene.drag('C5:EXECUTING');
    expect(scene.record().cycle).toBe(2);
  });

  test('is known after an outage of hours and of days too', async () => {
    for (const outage of [5 * HOUR, 3 * DAY]) {
      const scene = await closedBrokenOff();
      scene.now += outage;
      await scene.reconcile();
      expect(scene.cases.entries.get('2:759')).toMatchObject({ state: 'closed', cycle: 1 });
    }
  });

  test('a notice that has left is not sent again', async () => {
    const scene = await closedBrokenOff();
    await scene.until(scene.now + 15 * MINUTE);
    for (let pass = 0; pass < 3; pass += 1) {
      await scene.reconcile();
      await scene.until(scene.now + 10 * MINUTE);
    }
    expect(count(scene, 'notice confirmed')).toBe(1);
  });

  test('each pass lists only what moved since the last', async () => {
    const scene = await asked();
    const listed: number[] = [];
    const listMoved = scene.tickets.listMoved.bind(scene.tickets);
    scene.tickets.listMoved = async (queries) => {
      listed.push(...queries.map(({ since }) => since));
      return listMoved(queries);
    };
    await scene.reconcile();
    expect(Math.max(...listed)).toBeLessThan(scene.now - 9 * DAY);
    listed.length = 0;
    scene.now += 10 * MINUTE;
    await scene.reconcile();
    expect(listed).toHaveLength(2);
    expect(Math.max(...listed)).toBeGreaterThan(scene.now - 3 * HOUR);
  });
});

describe('special-mistake: a reopened ticket after the store was emptied', () => {
  test('gets its review back, once', async () => {
    const scene = await reopened();
    await scene.until(scene.now + HOUR);
    scene.flush();
    await scene.reconcile();
    expect(scene.timers.kinds()).toContain('mistake-review');
    await scene.until(scene.now + 3 * DAY);
    await scene.reconcile();
    await scene.until(scene.now + HOUR);
    const overdue = scene.tickets.notices.filter(({ text }) => text === 'mistake-overdue 759');
    expect(overdue).toHaveLength(1);
  });

  test('asks nobody for what is filled in', async () => {
    const scene = await reopened();
    scene.edit({ mistakeCause: 'hurried', mistakeMeasure: 'Чек-лист' });
    scene.flush();
    await scene.reconcile();
    expect(scene.timers.kinds()).not.toContain('mistake-review');
  });

  test('tells the client that work goes on if nobody has yet, and never twice', async () => {
    const lost = await reopened();
    lost.flush();
    await lost.reconcile();
    await lost.until(lost.now + HOUR);
    expect(count(lost, 'work-goes-on')).toBe(1);

    const told = await reopened();
    await told.until(told.now);
    for (let pass = 0; pass < 3; pass += 1) {
      told.flush();
      await told.reconcile();
      await told.until(told.now + HOUR);
    }
    expect(count(told, 'work-goes-on')).toBe(1);
  });

  test('says nothing where an earlier word could not be found any more: it moved on since', async () => {
    const scene = await reopened();
    await scene.until(scene.now);
    scene.now += HOUR;
    await scene.drag('C5:NEW');
    scene.flush();
    scene.channels.findSent = async () => null;
    await scene.reconcile();
    await scene.until(scene.now + HOUR);
    expect(count(scene, 'work-goes-on')).toBe(1);
  });

  test('that was reopened and told is left alone at every later pass', async () => {
    const scene = await reopened();
    await scene.until(scene.now + 2 * DAY);
    const before = await scene.timers.list();
    await scene.reconcile();
    expect(await scene.timers.list()).toEqual(before);
  });
});

describe('a timer that should have fired long ago', () => {
  test('is told to fire; one that is merely tried again is left alone', async () => {
    const scene = await asked();
    const due = scene.timers.dueAt('remind') ?? 0;

    scene.now = due + 20 * MINUTE;
    await scene.reconcile();
    expect(scene.timers.promoted).toEqual([]);

    scene.now = due + 2 * HOUR;
    await scene.reconcile();
    expect(scene.timers.promoted.some((at) => at >= due && at < scene.now)).toBe(true);
  });
});
