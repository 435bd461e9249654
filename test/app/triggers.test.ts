/** Facts that fire triggers: each told once, whatever dies in between, and fired at most once. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { fireTriggers } from '../../src/app/automation/fire-triggers.ts';
import type { TriggerSignal } from '../../src/app/ports/triggers.ts';
import { sweepPortal } from '../../src/app/sweep-portal.ts';
import { aGate, PORTAL } from '../support/a-gate.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import { NOON } from '../support/a-ticket.ts';
import { instant } from '../support/a-working-time.ts';
import { FakeSignals, FakeTriggerBox, FakeTriggerCaller } from '../support/fake-automation.ts';
import { FakeLock } from '../support/fake-client-stores.ts';
import { recordingLog } from '../support/recording-log.ts';

/** Friday. */
const ASKED = instant('2026-03-13 12:00');
const CLOSED = instant('2026-03-17 12:00');
const DAY = 24 * 3600_000;

function aScene(): { scene: ClientScene; signals: FakeSignals } {
  const signals = new FakeSignals();
  const scene = aClientScene({}, ASKED);
  Object.assign(scene.deps, { triggers: signals });
  return { scene, signals };
}

async function asked(): Promise<ReturnType<typeof aScene>> {
  const all = aScene();
  all.scene.put({});
  await all.scene.sweep();
  await all.scene.until(all.scene.now);
  return all;
}

describe('what the client says', () => {
  test('"solved" is told once, also when it is worked off again after a crash', async () => {
    const { scene, signals } = await asked();
    scene.channels.dieAt = null;
    scene.writer.dieAt = 'after-change';

    await expect(scene.answer({ answer: 'solved' })).rejects.toThrow('stopped');
    await scene.workOff();
    await scene.answer({ answer: 'solved' });

    expect(scene.stageId()).toBe('C5:WON');
    expect(signals.told).toEqual([`closegate_confirmed 2:759 1@${ASKED}`]);
  });

  test('"not solved" is told for the round, a question is not', async () => {
    const { scene, signals } = await asked();
    await scene.answer({ answer: 'question', comment: 'А как это включить?' });
    expect(signals.told).toEqual([]);

    await scene.answer({ answer: 'not-solved' });
    await scene.answer({ answer: 'not-solved', comment: 'Всё ещё нет' });

    expect(signals.told).toEqual([`closegate_not_solved 2:759 1@${ASKED}`]);
  });

  test('"not solved" after the closing is a fact of its own, told also when the process dies at it', async () => {
    const { scene, signals } = await asked();
    await scene.answer({ answer: 'solved' });
    scene.writer.dieAt = 'after-change';

    await expect(scene.answer({ answer: 'not-solved', cycle: 1 })).rejects.toThrow('stopped');
    // As the store does it with the answer itself.
    const known = scene.cases.entries.get('2:759');
    if (known) await scene.cases.save(PORTAL, { ...known, answer: 'not-solved' });
    await scene.workOff();

    expect(scene.stageId()).toBe('C5:NEW');
    expect(signals.told).toEqual([
      `closegate_confirmed 2:759 1@${ASKED}`,
      'closegate_not_solved 2:759 2@reopened',
    ]);
  });

  test('fires nothing where the gate only observes', async () => {
    const { scene, signals } = await asked();
    Object.assign(scene.policies.saved[0] ?? {}, { mode: 'observe' });

    await scene.answer({ answer: 'solved' });

    expect(signals.told).toEqual([]);
  });
});

describe('silence', () => {
  test('that closes a ticket is told once, also after a crash at the mark', async () => {
    const { scene, signals } = await asked();
    await scene.until(CLOSED - 1);
    expect(signals.told).toEqual([]);
    scene.writer.dieAt = 'before-change';

    await scene.until(CLOSED + DAY);

    expect(scene.record().confirmation).toBe('no-answer');
    expect(signals.told).toEqual([`closegate_no_answer 2:759 1@${ASKED}`]);
  });
});

describe('where a trigger puts a closed ticket', () => {
  const ARCHIVE = 'C5:UC_ARCHIVE';

  /** Closed on silence, then moved by nobody's hand. */
  async function movedOn(semantics: 'process' | 'failure'): Promise<ClientScene> {
    const { scene } = await asked();
    const stage = { entityTypeId: 2, categoryId: 5, stageId: ARCHIVE, name: ARCHIVE, sort: 99 };
    scene.tickets.stages.push({ ...stage, semantics });
    await scene.until(CLOSED);
    const head = scene.tickets.heads.get('2:759');
    if (head) {
      const move = { stageId: ARCHIVE, movedBy: 0, movedAt: scene.now + 1000 };
      scene.tickets.heads.set('2:759', { ...head, ...move });
    }
    scene.state.inbox.set('2:759', 1);
    await scene.sweep();
    return scene;
  }

  test('a stage the settings do not know, where tickets end, is no reopening', async () => {
    const scene = await movedOn('failure');

    expect(scene.record()).toMatchObject({ outcome: 'no-answer', cycle: 1 });
    expect(scene.journal.kinds()).not.toContain('undone');
  });

  test('a stage where work goes on takes the closing back', async () => {
    const scene = await movedOn('process');

    expect(scene.journal.kinds()).toContain('undone');
  });
});

describe('a returned closing', () => {
  const unsolved = { record: { solution: '' } };

  test.each(['after-move', 'after-comment', 'after-notify'] as const)(
    'is told once when the process dies %s',
    async (step) => {
      const gate = aGate();
      const signals = new FakeSignals();
      const deps = { ...gate.deps, triggers: signals };
      gate.put(unsolved);
      gate.tickets.dieAt = step;

      await expect(sweepPortal(PORTAL, deps)).rejects.toThrow(step);
      await sweepPortal(PORTAL, deps);
      await sweepPortal(PORTAL, deps);

      expect(signals.told).toEqual([`closegate_returned 2:759 ${NOON}@1`]);
    },
  );

  test('that a trigger puts back onto the closing stage each time ends with the loop guard', async () => {
    const gate = aGate();
    const signals = new FakeSignals();
    const deps = { ...gate.deps, triggers: signals };
    gate.put(unsolved);
    const loops = 12;

    for (let turn = 0; turn < loops; turn += 1) {
      await sweepPortal(PORTAL, deps);
      gate.now += 1000;
      // What the trigger does: the ticket goes to the closing stage by nobody's hand.
      gate.put({ ...unsolved, movedBy: 0, movedAt: gate.now });
    }

    const returns = gate.journal.kinds().filter((kind) => kind === 'returned').length;
    expect(gate.journal.kinds()).toContain('stopped');
    expect(returns).toBeLessThan(loops / 2);
    expect(signals.told).toHaveLength(returns);
  });

  test('is nothing to a webhook, which has no triggers', async () => {
    const gate = aGate();
    gate.put(unsolved);

    await gate.sweep();

    expect(gate.journal.kinds()).toEqual(['returned']);
  });
});

describe('firing', () => {
  const returned = (id: number): TriggerSignal => ({
    code: 'closegate_returned',
    ref: { entityTypeId: 2, id },
    fact: String(NOON),
  });
  let box: FakeTriggerBox;
  let caller: FakeTriggerCaller;
  let log = recordingLog();
  let now = NOON;
  const fire = (): Promise<void> =>
    fireTriggers(PORTAL, { box, caller, lock: new FakeLock(), clock: { now: () => now }, log });
  beforeEach(() => {
    box = new FakeTriggerBox();
    caller = new FakeTriggerCaller();
    log = recordingLog();
    now = NOON;
  });

  test('a storm goes out in batches, one command a ticket, and each signal once', async () => {
    await box.add(
      PORTAL,
      Array.from({ length: 120 }, (_, id) => returned(id + 1)),
      now,
    );

    await fire();
    await box.add(PORTAL, [returned(1)], now);
    await fire();

    expect(caller.requests.map((request) => request.length)).toEqual([50, 50, 20]);
    expect(new Set(caller.requests.flat()).size).toBe(120);
    expect([box.waiting.size, box.marked.size]).toEqual([0, 0]);
  });

  test('what surely was not run waits for the next try', async () => {
    await box.add(PORTAL, [returned(1)], now);
    caller.away = true;
    await expect(fire()).rejects.toMatchObject({ code: 'portal-unreachable' });

    caller.away = false;
    caller.outcomes.set('closegate_returned', { kind: 'unsent' });
    await expect(fire()).rejects.toMatchObject({ code: 'portal-rate-limited' });
    caller.outcomes.clear();
    await fire();

    expect(caller.requests).toEqual([['closegate_returned 2:1'], ['closegate_returned 2:1']]);
    expect(log.lines).toEqual([]);
  });

  test('what broke off, or stayed marked by a process that died, is never fired again', async () => {
    await box.add(PORTAL, [returned(1), returned(2)], now);
    await box.claim(PORTAL, 1);
    caller.outcomes.set('closegate_returned', { kind: 'unknown' });

    await fire();
    caller.outcomes.clear();
    await fire();

    expect(caller.requests).toEqual([['closegate_returned 2:2']]);
    expect(log.lines.map(({ fields }) => fields['ticket'])).toEqual(['2:1', '2:2']);
    expect([box.waiting.size, box.marked.size]).toEqual([0, 0]);
  });

  test('a refusal is logged by its code and not repeated', async () => {
    await box.add(PORTAL, [returned(TICKET.id)], now);
    caller.outcomes.set('closegate_returned', { kind: 'refused', code: 'ACCESS_DENIED' });

    await fire();
    await fire();

    expect(caller.requests).toHaveLength(1);
    expect(log.lines.map(({ fields }) => fields)).toEqual([
      { portalId: PORTAL, trigger: 'closegate_returned', ticket: '2:759', code: 'ACCESS_DENIED' },
    ]);
  });

  test('half a day after the fact a ticket is not moved any more', async () => {
    await box.add(PORTAL, [returned(1)], now);
    now += 13 * 3600_000;

    await fire();

    expect(caller.requests).toEqual([]);
    expect(box.marked.size).toBe(0);
  });
});
