import { describe, expect, test } from '@jest/globals';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aConversation } from '../support/a-ticket.ts';
import { instant } from '../support/a-working-time.ts';

/** Monday, within working hours. */
const ASKED = instant('2026-03-16 10:00');
const MINUTE = 60_000;
const CREATED = instant('2026-03-16 09:00');

async function asked(scene: ClientScene = aClientScene({}, ASKED)): Promise<ClientScene> {
  scene.put({ createdAt: CREATED });
  await scene.deps.client?.awaiting('p1', [...(await waiting(scene))]);
  await scene.until(scene.now);
  return scene;
}

async function waiting(scene: ClientScene) {
  const head = [...scene.tickets.heads.values()][0];
  const [policy] = await scene.policies.list();
  if (!head || !policy) throw new Error('a ticket waits');
  const unread = { known: false, why: 'unreadable' } as const;
  const { previousStageId: _listed, ...ticket } = head;
  const snapshot = { ...ticket, previous: null, openWork: unread, conversation: unread };
  return [{ snapshot, policy }];
}

/** A ticket an agent closes by hand, confirmed and complete. */
async function dragged(scene: ClientScene = aClientScene({}, ASKED)): Promise<ClientScene> {
  scene.put({
    createdAt: CREATED,
    stageId: 'C5:EXECUTING',
    record: { confirmation: 'confirmed' },
    conversation: aConversation(ASKED - 2, ASKED - 1),
  });
  await scene.drag('C5:WON');
  await scene.until(scene.now);
  return scene;
}

describe('the documentation of a closing (step-3)', () => {
  test('is written once when an agent’s closing was verified', async () => {
    const scene = await dragged();
    await scene.drag('C5:WON');
    await scene.until(scene.now + 60 * MINUTE);

    expect(scene.documented()).toEqual([
      'documentation 759@1 16.03.2026 10:00 (UTC+3)\nsolved in 60',
    ]);
  });

  test('is written when the client’s answer closes, its clocks from the request', async () => {
    const scene = await asked();
    scene.now = instant('2026-03-16 12:30');
    await scene.answer({ answer: 'solved' });
    await scene.until(scene.now);

    expect(scene.documented()).toEqual([
      'documentation 759@1 16.03.2026 12:30 (UTC+3)\nsolved in 60',
    ]);
    expect(await scene.moments.list('p1', TICKET)).toEqual([
      { cycle: 1, kind: 'asked', at: ASKED },
      { cycle: 1, kind: 'answered', at: instant('2026-03-16 12:30') },
    ]);
    expect(scene.journal.lines.filter(({ kind }) => kind === 'documented')).toMatchObject([
      { cycle: 1, times: { toAnswer: 150, toSolve: 60, toClose: 210, waitingClient: 150 } },
    ]);
  });

  test('is written when silence closes', async () => {
    const scene = await asked();
    await scene.until(instant('2026-03-20 12:00'));

    expect(scene.record().outcome).toBe('no-answer');
    expect(scene.documented()).toHaveLength(1);
  });

  test('is written again for the next cycle, from its own beginning', async () => {
    const scene = await dragged();
    scene.now = instant('2026-03-17 11:00');
    await scene.drag('C5:EXECUTING');
    scene.edit({ confirmation: 'confirmed' });
    scene.now = instant('2026-03-17 12:30');
    scene.replies();
    await scene.drag('C5:WON');
    await scene.until(scene.now);

    expect(scene.documented()).toEqual([
      'documentation 759@1 16.03.2026 10:00 (UTC+3)\nsolved in 60',
      'documentation 759@2 17.03.2026 12:30 (UTC+3)\nsolved in 90',
    ]);
  });

  test('is not doubled by a process that died after writing', async () => {
    const scene = aClientScene({}, ASKED);
    scene.put({
      createdAt: CREATED,
      stageId: 'C5:EXECUTING',
      record: { confirmation: 'confirmed' },
      conversation: aConversation(ASKED - 2, ASKED - 1),
    });
    await scene.drag('C5:WON');
    scene.tickets.dieAt = 'after-comment';
    await scene.until(scene.now);

    expect(scene.documented()).toHaveLength(1);
  });

  test('is not doubled after the store was emptied, though its clocks cannot be computed alike', async () => {
    const scene = await asked();
    scene.now = instant('2026-03-16 12:30');
    await scene.answer({ answer: 'solved' });
    await scene.until(scene.now);
    scene.flush();
    scene.now += 30 * MINUTE;
    await scene.reconcile();
    await scene.until(scene.now + 5 * MINUTE);

    expect(scene.documented()).toHaveLength(1);
  });

  test('is written by the net where the process died right after the move', async () => {
    const scene = await asked();
    const { journal } = scene;
    const append = journal.append.bind(journal);
    let died = false;
    journal.append = async (portalId, entries) => {
      if (!died && entries.some(({ kind }) => kind === 'closed')) {
        died = true;
        throw new Error('killed');
      }
      return append(portalId, entries);
    };
    await expect(scene.answer({ answer: 'solved' })).rejects.toThrow('killed');
    expect(scene.documented()).toEqual([]);
    await scene.until(scene.now + 2 * MINUTE);

    expect(scene.documented()).toHaveLength(1);
  });

  test('is written anew for the closing that follows one that was undone', async () => {
    const scene = await dragged();
    scene.now += 3 * MINUTE;
    await scene.drag('C5:EXECUTING');
    scene.now += 20 * MINUTE;
    await scene.drag('C5:WON');
    await scene.until(scene.now);

    expect(scene.documented()).toEqual([
      'documentation 759@1 16.03.2026 10:00 (UTC+3)\nsolved in 60',
      'documentation 759@1 16.03.2026 10:23 (UTC+3)\nsolved in 83',
    ]);
  });

  test('is not written of spam, of a returned closing, or where the gate only observes', async () => {
    const spam = aClientScene({}, ASKED);
    spam.put({ stageId: 'C5:EXECUTING', record: { outcome: 'spam', confirmation: null } });
    await spam.drag('C5:SPAM');
    await spam.until(spam.now);
    expect(spam.record().outcome).toBe('spam');
    expect(spam.documented()).toEqual([]);

    const returned = aClientScene({}, ASKED);
    returned.put({ stageId: 'C5:EXECUTING', record: { solution: '' } });
    await returned.drag('C5:WON');
    await returned.until(returned.now);
    expect(returned.documented()).toEqual([]);

    expect((await dragged(aClientScene({ mode: 'observe' }, ASKED))).documented()).toEqual([]);
  });
});
