import { describe, expect, test } from '@jest/globals';
import { OUTCOMES } from '../../src/core/ticket.ts';
import type { CloseReason, Outcome, TicketRecord } from '../../src/core/ticket.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import { aConversation, aRecord } from '../support/a-ticket.ts';
import { instant } from '../support/a-working-time.ts';

const TUESDAY = instant('2026-03-10 11:00');
const MINUTE = 60_000;
const TALKED = aConversation(null, TUESDAY - MINUTE);
const EMPTY: Partial<TicketRecord> = {
  checkedHow: '',
  problem: '',
  cause: '',
  solution: '',
  recommendations: '',
  diagnostics: '',
  resources: [],
  timeSpent: null,
  kbDecision: null,
  confirmation: null,
};

interface OutcomeCase {
  readonly reason: CloseReason;
  readonly resolution: string;
  /** What its own criteria need; nothing else is on the ticket of an outcome that claims no solution. */
  readonly complete: Partial<TicketRecord>;
  readonly notice: string | null;
}

const SOLVED = { confirmation: 'confirmed' } as const;
const FIRST_LINE = 'Выпустили новый сертификат';

const CASES: Readonly<Record<Outcome, OutcomeCase>> = {
  confirmed: {
    reason: 'solved',
    resolution: FIRST_LINE,
    complete: SOLVED,
    notice: 'notice confirmed',
  },
  'no-answer': {
    reason: 'no-answer',
    resolution: FIRST_LINE,
    complete: { confirmation: 'asked', askedAt: TUESDAY - 3000, remindedAt: TUESDAY - 2000 },
    notice: 'notice no-answer',
  },
  'product-update': {
    reason: 'solved-by-update',
    resolution: FIRST_LINE,
    complete: { ...SOLVED, productVersion: 'PASS24 4.12', productInstruction: 'Обновите' },
    notice: 'notice product-update',
  },
  duplicate: {
    reason: 'duplicate',
    resolution: 'label duplicate',
    complete: { ...EMPTY, duplicateOf: '№ 760' },
    notice: 'notice duplicate',
  },
  'out-of-scope': {
    reason: 'out-of-scope',
    resolution: 'label out-of-scope',
    complete: EMPTY,
    notice: 'notice out-of-scope',
  },
  withdrawn: {
    reason: 'withdrawn',
    resolution: 'label withdrawn',
    complete: EMPTY,
    notice: 'notice withdrawn',
  },
  spam: { reason: 'spam', resolution: 'label spam', complete: EMPTY, notice: null },
};

async function closed(record: Partial<TicketRecord>): Promise<ClientScene> {
  const scene = aClientScene({}, TUESDAY);
  scene.put({ stageId: 'C5:WON', conversation: TALKED, record });
  await scene.sweep();
  return scene;
}

const sent = (scene: ClientScene) => scene.channels.sent.map(({ plain }) => plain.split(' ru')[0]);

describe('step 7 · every outcome closes by its own criteria', () => {
  test.each(OUTCOMES)(
    '%s: result, reason and time are written, and its own text or none',
    async (outcome) => {
      const { complete, reason, resolution, notice } = CASES[outcome];
      const scene = await closed({ ...complete, outcome });

      expect(scene.stageId()).toBe('C5:WON');
      expect(scene.record()).toMatchObject({
        outcome,
        closeReason: reason,
        resolution,
        closedAt: TUESDAY,
        cycle: 1,
        policyVersion: '2:5@3',
      });
      await scene.until(TUESDAY + 60 * MINUTE);
      expect(sent(scene)).toEqual(notice === null ? [] : [notice]);
    },
  );

  test.each(['confirmed', 'no-answer', 'product-update'] as const)(
    '%s claims a solution and does not close without it',
    async (outcome) => {
      const scene = await closed({ ...CASES[outcome].complete, outcome, solution: '' });
      expect(scene.stageId()).not.toBe('C5:WON');
    },
  );

  test.each(OUTCOMES)('%s does not close for a reason that contradicts it', async (outcome) => {
    const closeReason = outcome === 'spam' ? 'solved' : 'spam';
    const scene = await closed({ ...CASES[outcome].complete, outcome, closeReason });
    expect(scene.said()).toEqual(['returned: close-reason-mismatch']);
  });
});

describe('step 7 · a duplicate and its master', () => {
  const MASTER = { entityTypeId: 2, id: 760 };
  const notesOn = (scene: ClientScene, id: number) =>
    scene.tickets.comments.filter(({ ref }) => ref.id === id).map(({ text }) => text);

  async function duplicate(
    master: Partial<Parameters<ClientScene['put']>[0]> | null,
    record: Partial<TicketRecord> = {},
  ): Promise<ClientScene> {
    const scene = aClientScene({}, TUESDAY);
    if (master)
      scene.put({ ref: MASTER, stageId: 'C5:EXECUTING', conversation: TALKED, ...master });
    scene.put({
      stageId: 'C5:WON',
      conversation: TALKED,
      record: { ...EMPTY, outcome: 'duplicate', duplicateOf: '№ 760', ...record },
    });
    await scene.sweep();
    await scene.until(TUESDAY);
    return scene;
  }

  test('know of each other, once', async () => {
    const scene = await duplicate({});
    await scene.reconcile();
    await scene.until(TUESDAY + 5 * MINUTE);

    expect(notesOn(scene, 760)).toEqual(['duplicate.on-master']);
    expect(notesOn(scene, TICKET.id).filter((text) => text.startsWith('duplicate.'))).toEqual([
      'duplicate.linked',
    ]);
  });

  test.each([
    ['is closed itself', { stageId: 'C5:WON', record: aRecord() }, 'duplicate.to-closed'],
    [
      'is a duplicate itself',
      { record: aRecord({ outcome: 'duplicate' }) },
      'duplicate.to-duplicate',
    ],
  ])('the note says that the master %s, and nothing is held up', async (_title, master, said) => {
    const scene = await duplicate(master);

    expect(scene.stageId()).toBe('C5:WON');
    expect(scene.said()).toContain(said);
    expect(notesOn(scene, 760)).toContain('duplicate.on-master');
  });

  test('a master that nobody can see is told on the duplicate alone', async () => {
    const scene = await duplicate(null);

    expect(scene.said()).toContain('duplicate.unseen');
    expect(notesOn(scene, 760)).toEqual([]);
  });

  test('without a master closes, and says nothing of one', async () => {
    const scene = await duplicate({}, { duplicateOf: '' });

    expect(scene.stageId()).toBe('C5:WON');
    expect(notesOn(scene, 760)).toEqual([]);
  });

  test('an undone closing is told to the master too', async () => {
    const scene = await duplicate({});
    scene.now += MINUTE;
    await scene.drag('C5:EXECUTING');

    expect(notesOn(scene, 760)).toEqual(['duplicate.on-master', 'duplicate.undone']);
    expect(scene.record().resolution).toBe('');
  });
});
