import { describe, expect, test } from '@jest/globals';
import type { MassChoice, MassDeps, MassReport } from '../../src/app/close-many.ts';
import { closeMany } from '../../src/app/close-many.ts';
import { undoMany } from '../../src/app/undo-many.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { refKey } from '../../src/core/ticket.ts';
import { aPolicy } from '../support/a-policy.ts';
import type { TicketOverrides } from '../support/a-ticket.ts';
import { aConversation, UNREADABLE } from '../support/a-ticket.ts';
import { aGate, PORTAL } from '../support/a-gate.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene } from '../support/a-client-side.ts';
import { instant } from '../support/a-working-time.ts';
import { FakeMassClosings } from '../support/fake-client-stores.ts';

const TUESDAY = instant('2026-03-10 11:00');
const MINUTE = 60_000;
const CHOSEN = Array.from({ length: 50 }, (_, n) => ({ entityTypeId: 2, id: 100 + n }));
const NOT_READY = CHOSEN.slice(10, 17);

interface MassScene extends ClientScene {
  readonly mass: MassDeps;
  close(choice?: MassChoice): Promise<MassReport>;
}

function aMassScene(policy: Partial<ClosingPolicy> = {}): MassScene {
  const scene = aClientScene(policy, TUESDAY);
  const mass: MassDeps = { ...scene.deps, massClosings: new FakeMassClosings() };
  const chosen: MassChoice = { kind: 'tickets', refs: CHOSEN };
  return Object.assign(scene, {
    mass,
    close: (choice = chosen) => closeMany(PORTAL, choice, mass),
  });
}

function put(scene: ClientScene, ticket: TicketOverrides): void {
  scene.put({
    stageId: 'C5:EXECUTING',
    conversation: aConversation(null, TUESDAY - MINUTE),
    ...ticket,
    record: { confirmation: 'confirmed', ...ticket.record },
  });
}

/** Fifty in work, seven of them without a solution. */
function fifty(scene: ClientScene): void {
  for (const ref of CHOSEN) {
    put(scene, { ref, record: NOT_READY.includes(ref) ? { solution: '' } : {} });
  }
}

const kinds = ({ results }: MassReport) => results.map(({ fate }) => fate.kind);
const stageOf = (scene: ClientScene, id: number) => scene.tickets.stageOf({ entityTypeId: 2, id });
const closedCount = (scene: ClientScene) =>
  CHOSEN.filter(({ id }) => stageOf(scene, id) === 'C5:WON').length;

describe('a mass closing', () => {
  test('of fifty with seven not ready closes 43 and lists seven with their reasons', async () => {
    const scene = aMassScene();
    fifty(scene);
    const { results } = await scene.close();

    expect(closedCount(scene)).toBe(43);
    const left = results.filter(({ fate }) => fate.kind !== 'closed');
    expect(left.map(({ ref }) => ref)).toEqual(NOT_READY);
    for (const { ref, fate } of left) {
      expect(fate).toEqual({
        kind: 'not-ready',
        gaps: [{ code: 'solution-missing', params: {} }],
      });
      expect(stageOf(scene, ref.id)).toBe('C5:EXECUTING');
    }
    expect(scene.tickets.moves).toEqual([]);
    expect(scene.tickets.notices.filter(({ tag }) => tag.includes('|returned|'))).toEqual([]);
  });

  test('stamps what it closes and journals it as any closing, with the run it belongs to', async () => {
    const scene = aMassScene();
    fifty(scene);
    const { run } = await scene.close();

    const closed = scene.journal.lines.filter(({ kind }) => kind === 'closed');
    expect(closed).toHaveLength(43);
    expect(closed[0]).toMatchObject({
      from: 'C5:EXECUTING',
      to: 'C5:WON',
      outcome: 'confirmed',
      detail: { run },
    });
    const held = scene.journal.lines.filter(({ kind }) => kind === 'held-back');
    expect(held.map(({ ref }) => ref)).toEqual(NOT_READY);
    const begun = scene.journal.lines.filter(({ kind }) => kind === 'mass-closing');
    expect(begun).toMatchObject([{ detail: { run, chosen: 50, ready: 43 } }]);
    expect(scene.tickets.heads.get('2:100')?.record).toMatchObject({
      outcome: 'confirmed',
      closeReason: 'solved',
      closedAt: TUESDAY,
    });
  });

  test('reads and writes in a few steps, however many tickets', async () => {
    const scene = aMassScene();
    fifty(scene);
    scene.tickets.reads = [];
    await scene.close();

    expect(scene.tickets.reads).toEqual(['list', 'facts', 'chats:43']);
  });

  test('tells clients only after the undo window, each once', async () => {
    const scene = aMassScene();
    fifty(scene);
    await scene.close();
    await scene.until(TUESDAY + 9 * MINUTE);
    expect(scene.channels.sent).toEqual([]);

    await scene.until(TUESDAY + 30 * MINUTE);
    expect(scene.channels.sent).toHaveLength(43);
    expect(new Set(scene.channels.sent.map(({ key }) => key)).size).toBe(43);
  });

  test('is not judged again by the sweep', async () => {
    const scene = aMassScene();
    fifty(scene);
    await scene.close();
    const lines = scene.journal.lines.length;
    await scene.sweep();

    expect(scene.journal.lines).toHaveLength(lines);
    expect(closedCount(scene)).toBe(43);
  });

  test('of a stage takes every ticket that stands there', async () => {
    const scene = aMassScene();
    put(scene, { ref: { entityTypeId: 2, id: 1 } });
    put(scene, { ref: { entityTypeId: 2, id: 2 }, stageId: 'C5:NEW' });
    const pipeline = { entityTypeId: 2, categoryId: 5 };
    const { results } = await scene.close({ kind: 'stage', pipeline, stageId: 'C5:NEW' });

    expect(results.map(({ ref }) => ref.id)).toEqual([2]);
    expect(stageOf(scene, 1)).toBe('C5:EXECUTING');
  });

  test('asks no client of what lacks only the client’s word, and says so as it is', async () => {
    const scene = aMassScene();
    const ref = { entityTypeId: 2, id: 1 };
    put(scene, { ref, record: { confirmation: null } });
    const { results } = await scene.close({ kind: 'tickets', refs: [ref] });

    expect(results[0]?.fate).toMatchObject({ gaps: [{ code: 'confirmation-not-asked' }] });
    await scene.until(TUESDAY + 60 * MINUTE);
    expect(scene.channels.sent).toEqual([]);
  });

  test('is no person who may override', async () => {
    const scene = aMassScene({ overriders: [1, 11] });
    const ref = { entityTypeId: 2, id: 1 };
    const exceptionReason = 'Клиент уехал, решение проверили с его коллегой';
    put(scene, { ref, record: { solution: '', exceptionReason } });

    expect(kinds(await scene.close({ kind: 'tickets', refs: [ref] }))).toEqual(['not-ready']);
  });

  test('goes to the stage of the ticket’s own outcome', async () => {
    const scene = aMassScene();
    const ref = { entityTypeId: 2, id: 1 };
    put(scene, { ref, record: { outcome: 'spam', solution: '' } });
    await scene.close({ kind: 'tickets', refs: [ref] });

    expect(stageOf(scene, 1)).toBe('C5:SPAM');
    expect(scene.tickets.heads.get('2:1')?.record.resolution).toBe('label spam');
  });

  test('tells of each ticket it cannot judge why', async () => {
    const scene = aMassScene();
    const at = (id: number) => ({ entityTypeId: 2, id });
    put(scene, { ref: at(1), stageId: 'C5:WON' });
    put(scene, { ref: at(2), stageId: 'C5:LOSE' });
    put(scene, { ref: at(3), categoryId: 9, stageId: 'C9:NEW' });
    put(scene, { ref: at(4), conversation: UNREADABLE });
    put(scene, { ref: at(5) });
    scene.lock.held.add('p1:ticket:2:5');
    const refs = [at(1), at(2), at(3), at(4), at(5), at(6)];

    expect(kinds(await scene.close({ kind: 'tickets', refs }))).toEqual([
      'already-closed',
      'no-gate',
      'no-gate',
      'unread',
      'busy',
      'not-found',
    ]);
  });

  test('closes nothing in a pipeline that is only observed', async () => {
    const scene = aMassScene({ mode: 'observe' });
    put(scene, { ref: { entityTypeId: 2, id: 1 } });
    const refs = [{ entityTypeId: 2, id: 1 }];

    expect(kinds(await scene.close({ kind: 'tickets', refs }))).toEqual(['observed']);
    expect(scene.tickets.stamps).toEqual([]);
  });

  test('runs alone', async () => {
    const scene = aMassScene();
    scene.lock.held.add(`mass-closing:${PORTAL}`);

    await expect(scene.close()).rejects.toMatchObject({ code: 'portal-rate-limited' });
  });
});

describe('a mass closing taken back', () => {
  test('within the window puts every ticket where it was, and no client hears of it', async () => {
    const scene = aMassScene();
    fifty(scene);
    const { run } = await scene.close();
    await scene.until(TUESDAY + 5 * MINUTE);
    const results = await undoMany(PORTAL, run, scene.mass);

    expect(results?.map(({ fate }) => fate)).toEqual(Array(43).fill('undone'));
    expect(closedCount(scene)).toBe(0);
    expect(scene.tickets.heads.get('2:100')).toMatchObject({
      stageId: 'C5:EXECUTING',
      record: { outcome: null, closeReason: null, closedAt: null, resolution: '' },
    });
    expect(scene.journal.lines.filter(({ kind }) => kind === 'undone')).toHaveLength(43);
    await scene.sweep();
    await scene.until(TUESDAY + 120 * MINUTE);
    await scene.reconcile();
    await scene.until(TUESDAY + 120 * MINUTE);
    expect(scene.channels.sent).toEqual([]);
  });

  test('leaves what was dragged back by hand, and what is closed once more can be closed', async () => {
    const scene = aMassScene();
    put(scene, { ref: { entityTypeId: 2, id: 759 } });
    put(scene, { ref: { entityTypeId: 2, id: 2 } });
    const refs = [
      { entityTypeId: 2, id: 759 },
      { entityTypeId: 2, id: 2 },
    ];
    const { run } = await scene.close({ kind: 'tickets', refs });
    await scene.drag('C5:NEW');
    const results = await undoMany(PORTAL, run, scene.mass);

    expect(results?.map(({ ref, fate }) => [refKey(ref), fate])).toEqual([
      ['2:759', 'not-closed'],
      ['2:2', 'undone'],
    ]);
    expect(stageOf(scene, 759)).toBe('C5:NEW');
    expect(kinds(await scene.close({ kind: 'tickets', refs }))).toEqual(['closed', 'closed']);
  });

  test('after the window is too late', async () => {
    const scene = aMassScene();
    fifty(scene);
    const { run } = await scene.close();
    scene.now += 10 * MINUTE;
    const results = await undoMany(PORTAL, run, scene.mass);

    expect(new Set(results?.map(({ fate }) => fate))).toEqual(new Set(['too-late']));
    expect(closedCount(scene)).toBe(43);
  });

  test('that the portal refuses leaves the notice in place', async () => {
    const scene = aMassScene();
    put(scene, { ref: { entityTypeId: 2, id: 1 } });
    const { run } = await scene.close({ kind: 'tickets', refs: [{ entityTypeId: 2, id: 1 }] });
    scene.writer.refusing = 'denied';

    expect(await undoMany(PORTAL, run, scene.mass)).toMatchObject([{ fate: 'refused' }]);
    await scene.until(TUESDAY + 30 * MINUTE);
    expect(scene.channels.sent).toHaveLength(1);
  });

  test('of an unknown run is none', async () => {
    expect(await undoMany(PORTAL, 'nope', aMassScene().mass)).toBeNull();
  });
});

describe('fifty cards that an agent marks and drags to closed at once', () => {
  test('are judged one by one: 43 stay closed, seven come back in one notice per person', async () => {
    const gate = aGate([aPolicy()]);
    for (const ref of CHOSEN) {
      gate.put({ ref, ...(NOT_READY.includes(ref) ? { record: { solution: '' } } : {}) });
    }
    await gate.sweep();

    const stages = CHOSEN.map((ref) => gate.tickets.stageOf(ref));
    expect(stages.filter((stageId) => stageId === 'C5:WON')).toHaveLength(43);
    expect(NOT_READY.map((ref) => gate.tickets.stageOf(ref))).toEqual(
      Array(7).fill('C5:EXECUTING'),
    );
    const returned = gate.tickets.notices.filter(({ tag }) => tag.includes('|returned|'));
    expect(returned.map(({ userId }) => userId).toSorted((a, b) => a - b)).toEqual([11, 12]);
    for (const { text } of returned) {
      expect(text).toMatch(/^7: /);
      for (const { id } of NOT_READY) expect(text).toContain(`${id}[solution-missing]`);
    }
  });
});
