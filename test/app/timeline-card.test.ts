/** The card of a returned ticket: one per ticket and cycle, true to its ticket, and never a button without an answer. */
import { describe, expect, it } from '@jest/globals';
import { sweepPortal } from '../../src/app/sweep-portal.ts';
import { createCardSide } from '../../src/app/timeline-card/card-side.ts';
import type { TimelineCardDeps } from '../../src/app/timeline-card/card-deps.ts';
import { keepCards, tendCards } from '../../src/app/timeline-card/tend-cards.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import type { TicketRecord } from '../../src/core/ticket.ts';
import { AppError } from '../../src/errors.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { GAP_CLAUSES } from '../../src/text/gap-clauses.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { PORTAL } from '../support/a-gate.ts';
import { FakeCardStore, FakeTimelineCards } from '../support/fake-timeline-cards.ts';
import type { FakeActivity } from '../support/fake-timeline-cards.ts';

const READY: Partial<TicketRecord> = {
  confirmation: 'confirmed',
  kbDecision: 'not-needed',
  kbNote: 'Разовый случай',
};
const WORK = 'C5:EXECUTING';
const CLOSED = 'C5:WON';

interface Scene {
  readonly scene: ClientScene;
  readonly store: FakeCardStore;
  readonly portal: FakeTimelineCards;
  readonly deps: TimelineCardDeps;
  readonly sweep: () => Promise<unknown>;
  readonly tend: () => Promise<void>;
  /** Puts the ticket into the closed stage with this record, and sweeps. */
  readonly close: (record?: Partial<TicketRecord>) => Promise<void>;
  /** An event about the ticket, and the sweep it brings. */
  readonly ring: () => Promise<void>;
  readonly press: (userId?: number | null) => Promise<void>;
  readonly shown: () => string;
  readonly only: () => FakeActivity & { readonly id: number };
}

function aScene(policy: Partial<ClosingPolicy> = {}): Scene {
  const scene = aClientScene(policy);
  const store = new FakeCardStore();
  const portal = new FakeTimelineCards();
  const client = { ...scene.deps, cards: createCardSide(store, scene.deps.clock) };
  const clauseOf: TimelineCardDeps['clauseOf'] = (code) => GAP_CLAUSES[code];
  const deps = { client, portal, store, plain: sayByName, clauseOf };
  const only: Scene['only'] = () => {
    const [first, ...more] = portal.activities;
    if (!first || more.length > 0) throw new Error(`${portal.activities.size} cards stand there`);
    return { id: first[0], ...first[1] };
  };
  const sweep = () => sweepPortal(PORTAL, client);
  return {
    scene,
    store,
    portal,
    deps,
    only,
    sweep,
    tend: () => tendCards(PORTAL, deps),
    async close(record = {}) {
      scene.now += 1000;
      scene.put({ stageId: CLOSED, movedAt: scene.now, record: { ...READY, ...record } });
      await sweep();
    },
    async ring() {
      scene.state.inbox.set('2:759', (scene.state.inbox.get('2:759') ?? 0) + 1);
      await sweep();
    },
    async press(userId = 11) {
      const { id, ref } = only();
      await store.press(PORTAL, { activityId: id, ref, userId, at: scene.now });
    },
    shown: () => {
      const { face } = only();
      const lines = face.lines.map(({ label, text }) => `${label?.ru ?? ''}: ${text.ru}`);
      return [face.title.ru, ...lines, face.note?.ru ?? ''].join('\n');
    },
  };
}

describe('a return', () => {
  it('leaves a note in the store, asks nothing more of the portal, and the card follows apart', async () => {
    const { close, portal, store, tend, only } = aScene();
    await close({ solution: '' });
    const before = [portal.requests.length, store.waiting.size, store.wakes];
    await tend();

    expect(before).toEqual([0, 1, 1]);
    expect(portal.requests).toEqual([{ what: 'draw', count: 1, priority: 'live' }]);
    expect(only()).toMatchObject({ key: '2-759-1', responsibleId: 12, face: { open: true } });
    expect(store.waiting.size).toBe(0);
  });

  it('names each gap with its clause, in both languages', async () => {
    const { close, tend, only } = aScene();
    await close({ solution: '', cause: '' });
    await tend();
    const { face } = only();

    expect(face.lines.slice(1).map(({ label, text }) => [label?.ru, text.ru])).toEqual([
      ['шаг 3', 'Заполните «Причина проблемы»'],
      ['шаг 3', 'Заполните «Решение»'],
    ]);
    expect(face.lines.at(-1)?.label?.en).toBe('step 3');
    expect(face.tag.text).toEqual({ ru: 'не хватает: 2', en: 'missing: 2' });
  });

  it('of a ticket that lacks nothing but its client makes no card', async () => {
    const { close, tend, portal } = aScene({ autoAsk: true });
    await close({ confirmation: null, confirmationEvidence: 'Звонок 12:40' });
    await tend();

    expect(portal.activities.size).toBe(0);
  });

  it('again updates the card that stands', async () => {
    const { close, tend, portal, shown } = aScene();
    await close({ solution: '', cause: '', returns: 0 });
    await tend();
    await close({ solution: '', returns: 1 });
    await tend();

    expect(portal.activities.size).toBe(1);
    expect(shown()).not.toContain('Причина');
    expect(portal.requests.map(({ what }) => what)).toEqual(['draw', 'draw']);
  });

  it('after the store was lost looks for the card before it makes another', async () => {
    const { close, tend, portal, store } = aScene();
    await close({ solution: '', returns: 0 });
    await tend();
    store.cards.clear();
    await close({ solution: '', returns: 1 });
    await tend();

    expect(portal.activities.size).toBe(1);
    expect(portal.requests.map(({ what }) => what)).toEqual(['draw', 'find', 'draw']);
  });

  it('in the next cycle makes a card of its own and leaves the older one done', async () => {
    const { close, tend, portal } = aScene();
    await close({ solution: '', cycle: 1 });
    await tend();
    await close({ solution: '', cycle: 2, returns: 1 });
    await tend();

    expect([...portal.activities.values()].map(({ key, face }) => [key, face.open])).toEqual([
      ['2-759-1', false],
      ['2-759-2', true],
    ]);
  });

  it('whose card somebody deleted gets another one when it happens again', async () => {
    const { close, tend, portal, only } = aScene();
    await close({ solution: '', returns: 0 });
    await tend();
    portal.activities.clear();
    await close({ solution: '', returns: 1 });
    await expect(tend()).rejects.toMatchObject({ retry: 'after' });
    await tend();

    expect(only().face.open).toBe(true);
  });
});

describe('a process that dies', () => {
  it.each(['before-draw', 'after-draw'] as const)(
    '%s leaves one card after the next run',
    async (step) => {
      const { close, tend, portal, only } = aScene();
      await close({ solution: '' });
      portal.dieAt = step;
      await expect(tend()).rejects.toThrow(step);
      await tend();

      expect(only().face.open).toBe(true);
    },
  );

  it('leaves a claim: while the portal may still be at work, nothing is added', async () => {
    const { close, tend, portal, deps, scene } = aScene();
    const patient = { ...deps, client: { ...deps.client, claimSettlesMs: 75_000 } };
    await close({ solution: '' });
    portal.dieAt = 'before-draw';
    await expect(tend()).rejects.toThrow('before-draw');
    await expect(tendCards(PORTAL, patient)).rejects.toMatchObject({ detail: 'CARD' });
    const meanwhile = portal.activities.size;
    scene.now += 75_001;
    await tendCards(PORTAL, patient);

    expect([meanwhile, portal.activities.size]).toEqual([0, 1]);
  });

  it('between the move and the note is finished with its card by the next sweep', async () => {
    const { scene, close, tend, sweep, only } = aScene();
    scene.tickets.dieAt = 'after-comment';
    await expect(close({ solution: '' })).rejects.toThrow('after-comment');
    await sweep();
    await tend();

    expect(only().face.open).toBe(true);
  });
});

describe('an answer that is lost', () => {
  it('is looked for, not repeated', async () => {
    const { close, tend, portal } = aScene();
    await close({ solution: '' });
    portal.loseAnswers = true;
    await expect(tend()).rejects.toMatchObject({ retry: 'after' });
    portal.loseAnswers = false;
    await tend();

    expect(portal.activities.size).toBe(1);
    expect(portal.requests.map(({ what }) => what)).toEqual(['draw', 'find', 'draw']);
  });
});

describe('a portal that is away', () => {
  it('gets the card when it is back, without waiting for what was never sent', async () => {
    const { close, tend, portal, store, deps } = aScene();
    const patient = { ...deps, client: { ...deps.client, claimSettlesMs: 75_000 } };
    await close({ solution: '' });
    portal.down = true;
    await expect(tendCards(PORTAL, patient)).rejects.toMatchObject({ code: 'portal-unreachable' });
    portal.down = false;
    await tendCards(PORTAL, patient);

    expect(portal.activities.size).toBe(1);
    expect(store.waiting.size).toBe(0);
    await tend();
  });

  it('that takes no cards is told so once and not asked again', async () => {
    const { close, tend, portal, store, scene } = aScene();
    await close({ solution: '' });
    portal.refusing = 'ACCESS_DENIED';
    await tend();

    expect(store.waiting.size + store.cards.size).toBe(0);
    expect(scene.logged).toContainEqual({
      portalId: PORTAL,
      ticket: '2:759',
      code: 'ACCESS_DENIED',
    });
  });
});

describe('a change of the ticket', () => {
  async function returned(): Promise<Scene> {
    const scene = aScene();
    await scene.close({ solution: '', cause: '' });
    await scene.tend();
    return scene;
  }

  it('that mends everything ends the card', async () => {
    const { scene, ring, tend, only, store } = await returned();
    scene.edit({ solution: 'Номер убран из стоп-листа.', cause: 'Номер был в стоп-листе.' });
    await ring();
    await tend();

    expect(only().face).toMatchObject({
      open: false,
      title: { en: expect.stringContaining('Ready') },
    });
    expect(store.cards.size).toBe(0);
  });

  it('that mends a part shows the rest, and one that mends nothing asks for no update', async () => {
    const { scene, ring, tend, portal, shown } = await returned();
    scene.edit({ cause: 'Номер попал в стоп-лист.' });
    await ring();
    await tend();
    const draws = portal.requests.length;
    await ring();
    await tend();

    expect(shown()).not.toContain('Причина');
    expect(portal.requests).toHaveLength(draws);
  });

  it('of its assignee hands the card over', async () => {
    const { scene, ring, tend, only } = await returned();
    const head = scene.tickets.heads.get('2:759');
    if (head) scene.tickets.heads.set('2:759', { ...head, assigneeId: 13 });
    await ring();
    await tend();

    expect(only().responsibleId).toBe(13);
  });

  it.each([
    ['is ignored on purpose', { stageId: 'C5:LOSE' }],
    ['is worked on in another pipeline', { categoryId: 9, stageId: 'C9:NEW' }],
  ])('that %s ends the card', async (_what, change) => {
    const { scene, ring, tend, only } = await returned();
    const head = scene.tickets.heads.get('2:759');
    if (head) scene.tickets.heads.set('2:759', { ...head, ...change });
    await ring();
    await tend();

    expect(only().face.open).toBe(false);
  });

  it('that takes it to its client ends the card when nothing else is missing', async () => {
    const asking = aScene();
    await asking.close({ solution: '', confirmation: 'asked', askedAt: 1 });
    await asking.tend();
    const head = asking.scene.tickets.heads.get('2:759');
    const record = { ...head?.record, solution: 'Номер убран из стоп-листа.' };
    if (head) {
      asking.scene.tickets.heads.set('2:759', {
        ...head,
        stageId: 'C5:CHECK',
        record: { ...head.record, ...record },
      });
    }
    await asking.ring();
    await asking.tend();

    expect(asking.only().face).toMatchObject({
      open: false,
      title: { en: expect.stringContaining('client’s word') },
    });
  });

  it('that nobody told of is seen by the schedule', async () => {
    const { scene, deps, only } = await returned();
    scene.edit({ solution: 'Номер убран из стоп-листа.', cause: 'Номер был в стоп-листе.' });
    await keepCards(PORTAL, deps);

    expect(only().face.open).toBe(false);
  });

  it('that is none, as the echo of the return itself, is told by the list alone', async () => {
    const { scene, ring, tend, portal } = await returned();
    const draws = portal.requests.length;
    await ring();
    scene.tickets.reads = [];
    await tend();

    expect(scene.tickets.reads).toEqual(['list']);
    expect(portal.requests).toHaveLength(draws);
  });

  it('on a ticket without a card costs nothing', async () => {
    const { scene, ring, store } = aScene();
    scene.put({ stageId: WORK, record: READY });
    await ring();

    expect([store.waiting.size, store.wakes]).toEqual([0, 0]);
  });
});

describe('«check again»', () => {
  async function returned(): Promise<Scene> {
    const scene = aScene();
    await scene.close({ solution: '' });
    await scene.tend();
    return scene;
  }

  it('is answered although nothing has changed', async () => {
    const { press, tend, shown, store } = await returned();
    await press();
    await tend();

    expect(shown()).toMatch(/Проверено в \d\d:\d\d/);
    expect(shown()).toContain('Заполните «Решение»');
    expect(store.waiting.size).toBe(0);
  });

  it('is judged in the name of who pressed: a lead’s written reason is enough for the lead', async () => {
    const lead = aScene({ overriders: [77] });
    await lead.close({ solution: '' });
    await lead.tend();
    lead.scene.edit({ exceptionReason: 'Клиент уволился, решение описано в письме выше' });
    await lead.press(77);
    await lead.tend();
    const ready = lead.only().face.open;

    const agent = aScene({ overriders: [77] });
    await agent.close({ solution: '' });
    await agent.tend();
    agent.scene.edit({ exceptionReason: 'Клиент уволился, решение описано в письме выше' });
    await agent.press(11);
    await agent.tend();

    expect([ready, agent.only().face.open]).toEqual([false, true]);
  });

  it('says so when the ticket cannot be read, and keeps what was missing', async () => {
    const { press, tend, shown, scene, store } = await returned();
    const list = scene.tickets.listMoved.bind(scene.tickets);
    scene.tickets.listMoved = () =>
      Promise.reject(new AppError('portal-unreachable', 'away', { retry: 'backoff' }));
    await press();
    await expect(tend()).rejects.toThrow();
    const during = shown();
    scene.tickets.listMoved = list;

    expect(during).toContain('Проверить не удалось');
    expect(during).toContain('Заполните «Решение»');
    expect(store.waiting.size).toBe(0);
  });

  it('says so when a fact cannot be read', async () => {
    const { press, tend, shown, scene } = await returned();
    scene.edit({ solution: 'Номер убран из стоп-листа.' });
    const facts = scene.tickets.facts.get('2:759');
    const openWork = { known: false, why: 'unreadable' } as const;
    if (facts) scene.tickets.facts.set('2:759', { ...facts, openWork });
    await press();
    await tend();

    expect(shown()).toContain('Проверить не удалось');
  });

  it('stays due while the portal takes no update', async () => {
    const { press, tend, portal, store, shown } = await returned();
    await press();
    portal.down = true;
    await expect(tend()).rejects.toMatchObject({ code: 'portal-unreachable' });
    const due = store.waiting.size;
    portal.down = false;
    await tend();

    expect(due).toBe(1);
    expect(shown()).toContain('Проверено в');
  });

  it('is answered after the store was lost: the portal tells whose card it is', async () => {
    const { press, tend, store, shown } = await returned();
    await press();
    store.cards.clear();
    await tend();

    expect(shown()).toContain('Проверено в');
    expect(store.cards.size).toBe(1);
  });

  it.each([
    ['of another ticket', { ref: { entityTypeId: 2, id: 760 } }],
    ['of a record that is not ours', { activityId: 9999 }],
  ])('%s is dropped', async (_what, forged) => {
    const { tend, store, only, portal, shown } = await returned();
    const { id } = only();
    await store.press(PORTAL, { activityId: id, ref: TICKET, userId: 1, at: 1, ...forged });
    await tend();

    expect(shown()).not.toContain('Проверено');
    expect(store.waiting.size).toBe(0);
    expect(portal.requests.at(-1)?.what).toBe('identify');
  });
});

describe('a storm', () => {
  it('of returns draws fifty cards to a request, and reads none of the tickets', async () => {
    const { scene, store, portal, tend, sweep } = aScene();
    for (let id = 1; id <= 120; id += 1) {
      scene.now += 1;
      const ref = { entityTypeId: 2, id };
      scene.put({ ref, stageId: CLOSED, movedAt: scene.now, record: { ...READY, solution: '' } });
    }
    await sweep();
    scene.tickets.reads = [];
    await tend();

    expect(portal.activities.size).toBe(120);
    expect(portal.requests.map(({ count }) => count)).toEqual([50, 50, 20]);
    expect(scene.tickets.reads).toEqual([]);
    expect(store.wakes).toBe(1);
  });
});
