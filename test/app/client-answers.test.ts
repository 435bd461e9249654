import { describe, expect, test } from '@jest/globals';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import { aConversation } from '../support/a-ticket.ts';
import { PORTAL } from '../support/a-gate.ts';
import { instant } from '../support/a-working-time.ts';
import { AppError } from '../../src/errors.ts';
import { timerFired } from '../../src/app/client-side.ts';
import { UNREADABLE } from '../support/a-ticket.ts';
import { undoSuppressed } from '../../src/app/undo-suppressed.ts';

const TUESDAY = instant('2026-03-10 11:00');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const sentKinds = (scene: ClientScene): readonly string[] =>
  scene.channels.sent.map(({ plain }) => plain.split(' ru')[0] ?? '');

async function asked(policy = {}): Promise<ClientScene> {
  const scene = aClientScene(policy, TUESDAY);
  scene.put();
  await scene.sweep();
  await scene.until(TUESDAY);
  scene.now += 5 * MINUTE;
  return scene;
}

/** Confirmed, closed and told. */
async function closed(): Promise<ClientScene> {
  const scene = await asked();
  await scene.answer({ answer: 'solved' });
  await scene.until(scene.now + 11 * MINUTE);
  return scene;
}

/** Closed by an agent as soon as it is dragged there. */
function readyToClose(): ClientScene {
  const scene = aClientScene({}, TUESDAY);
  scene.put({ stageId: 'C5:EXECUTING', record: { confirmation: 'confirmed' } });
  return scene;
}

function dragBack(scene: ClientScene): void {
  const head = scene.tickets.heads.get('2:759');
  if (!head) throw new Error('no ticket');
  const movedAt = head.movedAt + 1000;
  scene.tickets.heads.set('2:759', { ...head, stageId: 'C5:EXECUTING', movedBy: 11, movedAt });
}

/** The process that stamps it dies before it knows. */
async function confirmedAndDraggedBack(before: boolean): Promise<ClientScene> {
  const scene = readyToClose();
  if (before) scene.tickets.whileStamping = () => dragBack(scene);
  scene.tickets.dieAt = 'after-stamp';
  await expect(scene.drag('C5:WON')).rejects.toThrow('after-stamp');
  if (!before) dragBack(scene);
  return scene;
}

describe('step-2: the client answers on the page', () => {
  test('"solved" closes a complete ticket as confirmed', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'solved' });
    expect(scene.stageId()).toBe('C5:WON');
    expect(scene.record()).toMatchObject({ confirmation: 'confirmed', outcome: 'confirmed' });
    expect(scene.answers.stored).toEqual([]);
  });

  test('"solved" on a ticket with gaps stays, with the gaps told', async () => {
    const scene = await asked();
    scene.edit({ cause: '' });
    await scene.answer({ answer: 'solved' });
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('confirmed');
    expect(scene.said()).toContain('client.confirmed-but | cause-missing');
    expect(scene.timers.kinds()).toEqual([]);
  });

  test('"solved" waits when a fact cannot be read, and closes when it can', async () => {
    const scene = await asked();
    const facts = scene.tickets.facts.get('2:759');
    if (!facts) throw new Error('no facts');
    scene.tickets.facts.set('2:759', { ...facts, openWork: UNREADABLE });
    await expect(scene.answer({ answer: 'solved' })).rejects.toMatchObject({ retry: 'backoff' });
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.answers.stored).toHaveLength(1);

    scene.tickets.facts.set('2:759', facts);
    await scene.workOff();
    expect(scene.stageId()).toBe('C5:WON');
  });

  test('"solved" with a text against it goes to the agent and closes nothing', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'solved', comment: 'Спасибо, но не работает' });
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('not-asked');
    expect(scene.said()).toContain('client.contradiction | Спасибо, но не работает');
    expect(scene.tickets.notices.at(-1)?.userId).toBe(12);
  });

  test('"solved" while somebody works on it again is noted and told; the agent closes', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'not-solved', comment: 'не открывается' });
    scene.now += MINUTE;
    await scene.answer({ answer: 'solved' });
    expect(scene.stageId()).toBe('C5:NEW');
    expect(scene.record().confirmation).toBe('confirmed');
    expect(scene.tickets.notices.at(-1)?.text).toContain('client.notice');
  });

  test('"not solved" takes the ticket back to work and keeps the text', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'not-solved', comment: 'Дверь закрыта' });
    expect(scene.stageId()).toBe('C5:NEW');
    expect(scene.record().confirmation).toBe('rejected');
    expect(scene.said()).toContain('client.not-solved | Дверь закрыта');
  });

  test('asked again after more work, the client may answer again', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'not-solved', comment: 'Дверь закрыта' });
    scene.now += 5 * MINUTE;
    await scene.drag('C5:CHECK');
    await scene.until(scene.now);
    expect(sentKinds(scene)).toEqual(['request', 'request']);
    await scene.answer({ answer: 'solved' });
    expect(scene.stageId()).toBe('C5:WON');
  });

  test('asked again in the same cycle, the client finds both links good: only the next cycle revokes them', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'question', comment: 'Как войти?' });
    scene.replies();
    scene.now += 5 * MINUTE;
    await scene.drag('C5:EXECUTING');
    scene.now += MINUTE;
    await scene.drag('C5:CHECK');
    await scene.until(scene.now);
    expect(sentKinds(scene)).toEqual(['request', 'request']);
    expect(scene.cases.entries.get('2:759')).toMatchObject({ cycle: 1, state: 'open' });
  });

  test('a question turns the countdown off for good', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'question', comment: 'Когда придёт пропуск?' });
    await scene.reconcile();
    await scene.until(scene.now + 30 * DAY);
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('not-asked');
    expect(scene.said()).toContain('client.question | Когда придёт пропуск?');
    expect(sentKinds(scene)).toEqual(['request']);
  });

  test.each<[string, (scene: ClientScene) => unknown]>([
    ['noted as sent', (scene) => (scene.channels.dieAt = 'after-send')],
    ['marked on the ticket', (scene) => (scene.writer.dieAt = 'before-change')],
  ])('a question that came before its request was %s is heard all the same', async (_, die) => {
    const scene = aClientScene({}, TUESDAY);
    scene.put();
    await scene.sweep();
    const timer = scene.timers.nextDue(TUESDAY);
    if (!timer) throw new Error('no timer');
    die(scene);
    const asking = timerFired(PORTAL, timer, scene.deps);
    await expect(asking).rejects.toBeInstanceOf(AppError);
    expect(scene.record().askedAt).toBeNull();
    scene.now += MINUTE;
    await scene.answer({ answer: 'question', comment: 'Когда придёт пропуск?' });
    await scene.reconcile();
    await scene.until(scene.now + 30 * DAY);
    expect(scene.record().confirmation).toBe('not-asked');
    expect(scene.record().askedAt).toBeGreaterThanOrEqual(TUESDAY);
    expect(sentKinds(scene)).toEqual(['request']);
    const said = ['client.asked', 'client.question | Когда придёт пропуск?'];
    expect(scene.said().toSorted()).toEqual(said);

    scene.now += MINUTE;
    await scene.drag('C5:EXECUTING');
    scene.now += MINUTE;
    await scene.drag('C5:CHECK');
    await scene.until(scene.now);
    expect(sentKinds(scene)).toEqual(['request', 'request']);
  });

  test('the same answer carried out twice does nothing twice', async () => {
    const scene = await asked();
    scene.writer.dieAt = 'after-change';
    const answer = scene.answer({ answer: 'not-solved', comment: 'Нет' });
    await expect(answer).rejects.toMatchObject({ code: 'portal-unreachable' });
    await scene.workOff();
    expect(scene.said()).toEqual(['client.asked', 'client.not-solved | Нет']);
    expect(scene.stageId()).toBe('C5:NEW');
    expect(scene.answers.stored).toEqual([]);
  });

  test('an answer that a crash repeats does not take back what an agent did since', async () => {
    const scene = await asked();
    scene.writer.dieAt = 'after-change';
    const answer = scene.answer({ answer: 'not-solved', comment: 'Нет' });
    await expect(answer).rejects.toMatchObject({ code: 'portal-unreachable' });
    scene.now += MINUTE;
    await scene.drag('C5:CHECK');
    await scene.workOff();
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.answers.stored).toEqual([]);
    await scene.until(scene.now);
    expect(sentKinds(scene)).toEqual(['request', 'request']);
  });

  test.each([
    ['a closing', 'C5:WON'],
    ['a confirmation written at work', 'C5:NEW'],
  ])('nor %s', async (_what, stageId) => {
    const scene = await asked();
    scene.writer.dieAt = 'after-change';
    const answer = scene.answer({ answer: 'not-solved', comment: 'Нет' });
    await expect(answer).rejects.toMatchObject({ code: 'portal-unreachable' });
    scene.now += MINUTE;
    scene.edit({ confirmation: 'by-agent', confirmationEvidence: 'Звонок в 12:40, всё работает' });
    if (stageId !== scene.stageId()) await scene.drag(stageId);
    expect(scene.stageId()).toBe(stageId);
    scene.now += 1000;
    await scene.workOff();

    expect(scene.stageId()).toBe(stageId);
    expect(scene.record()).toMatchObject({ confirmation: 'by-agent', cycle: 1 });
    expect(scene.answers.stored).toEqual([]);
  });

  test('nor once the client was asked anew', async () => {
    const scene = await asked();
    scene.writer.dieAt = 'after-change';
    const answer = scene.answer({ answer: 'not-solved', comment: 'Нет' });
    await expect(answer).rejects.toMatchObject({ code: 'portal-unreachable' });
    scene.now += MINUTE;
    await scene.drag('C5:CHECK');
    await scene.until(scene.now);
    expect(sentKinds(scene)).toEqual(['request', 'request']);
    await scene.workOff();
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('asked');
    expect(scene.timers.kinds()).toEqual(['remind']);
  });

  test('a text is not lost while the portal takes no comment', async () => {
    const scene = await asked();
    const addComments = scene.tickets.addComments.bind(scene.tickets);
    scene.tickets.addComments = async () => new Set<string>();
    const answer = scene.answer({ answer: 'not-solved', comment: 'Нет' });
    await expect(answer).rejects.toMatchObject({ detail: 'COMMENT' });
    expect(scene.stageId()).toBe('C5:CHECK');
    scene.tickets.addComments = addComments;
    await scene.workOff();
    expect(scene.said()).toContain('client.not-solved | Нет');
    expect(scene.stageId()).toBe('C5:NEW');
  });

  test('a ticket the app cannot read keeps the answer waiting, and the leads hear of it once', async () => {
    const scene = await asked();
    const head = scene.tickets.heads.get('2:759');
    scene.tickets.heads.delete('2:759');
    const addComments = scene.tickets.addComments.bind(scene.tickets);
    scene.tickets.addComments = async () => new Set<string>();
    await scene.answers.accept('p1', {
      ref: TICKET,
      cycle: 1,
      answer: 'not-solved',
      comment: 'Нет',
      at: scene.now,
    });
    await scene.workOff();
    await scene.workOff();
    expect(scene.answers.stored).toHaveLength(1);
    expect(scene.tickets.notices.filter(({ text }) => text.includes('hidden'))).toHaveLength(1);

    scene.tickets.addComments = addComments;
    if (head) scene.tickets.heads.set('2:759', head);
    await scene.workOff();
    expect(scene.answers.stored).toEqual([]);
    expect(scene.stageId()).toBe('C5:NEW');
  });

  test('one ticket that is busy holds no other answer up, and is tried again', async () => {
    const scene = await asked();
    scene.lock.held.add('p1:ticket:2:1');
    const busy = { ref: { entityTypeId: 2, id: 1 }, cycle: 1, answer: 'solved' as const };
    await scene.answers.accept('p1', { ...busy, comment: '', at: scene.now - 1 });
    await expect(scene.answer({ answer: 'solved' })).rejects.toMatchObject({ retry: 'after' });
    expect(scene.stageId()).toBe('C5:WON');
    expect(scene.answers.stored).toMatchObject([busy]);
  });

  test('in observe mode only the words reach the ticket', async () => {
    const scene = await asked();
    const [policy] = scene.policies.saved;
    if (policy) scene.policies.saved = [{ ...policy, mode: 'observe' }];
    await scene.answer({ answer: 'not-solved', comment: 'Нет' });
    expect(scene.said()).toContain('client.not-solved | Нет');
    expect(scene.stageId()).toBe('C5:CHECK');
  });

  test("an agent's reading of a reply is counted apart, with its evidence", async () => {
    const scene = await asked();
    scene.writes('Спасибо, всё работает!', { source: 'activity:15' });
    await scene.scan();
    await scene.answer({ answer: 'solved', readingOf: 'activity:15' });
    expect(scene.stageId()).toBe('C5:WON');
    expect(scene.record()).toMatchObject({
      confirmation: 'by-agent',
      confirmationEvidence: 'client.evidence.read',
    });
    const read = scene.journal.lines.filter(({ kind }) => kind === 'client-answered');
    expect(read.map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ answer: 'solved', source: 'activity:15', led: 'confirm' }),
    ]);
  });
});

describe('step-6: the final notice', () => {
  test('leaves after the undo window, once per cycle, and is logged', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'solved' });
    await scene.until(scene.now + 9 * MINUTE);
    expect(sentKinds(scene)).toEqual(['request']);
    await scene.until(scene.now + 2 * MINUTE);
    expect(sentKinds(scene)).toEqual(['request', 'notice confirmed']);
    expect(scene.said()).toContain('client.notice-sent');
    expect(scene.journal.lines.filter(({ kind }) => kind === 'client-message')).toHaveLength(2);
  });

  test('is not sent for a closing undone within the window; the next closing sends its own', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'solved' });
    scene.now += 5 * MINUTE;
    await scene.drag('C5:EXECUTING');
    await scene.until(scene.now + DAY);
    expect(sentKinds(scene)).toEqual(['request']);
    expect(scene.record()).toMatchObject({ outcome: null, closedAt: null, cycle: 1 });
    expect(scene.journal.kinds()).toContain('undone');

    scene.replies();
    await scene.drag('C5:WON');
    await scene.until(scene.now + DAY);
    expect(sentKinds(scene)).toEqual(['request', 'notice confirmed']);
  });

  test("undone, the closing leaves the client's word and an agent's own reason, and the ticket says so", async () => {
    const scene = await asked();
    scene.edit({ closeReason: 'consultation' });
    await scene.answer({ answer: 'solved' });
    scene.now += 5 * MINUTE;
    await scene.drag('C5:EXECUTING');
    expect(scene.record()).toMatchObject({
      confirmation: 'confirmed',
      closeReason: 'consultation',
      outcome: null,
      closedAt: null,
    });
    expect(scene.said().filter((text) => text === 'client.undone')).toHaveLength(1);
  });

  test('undone, a silent closing asks the client anew', async () => {
    const scene = await asked();
    await scene.until(TUESDAY + 2 * DAY);
    expect(scene.record()).toMatchObject({ outcome: 'no-answer', closeReason: 'no-answer' });
    scene.now += 5 * MINUTE;
    await scene.drag('C5:CHECK');
    expect(scene.record()).toMatchObject({ confirmation: 'not-asked', closeReason: null });
    await scene.until(scene.now + MINUTE);
    expect(sentKinds(scene)).toEqual(['request', 'reminder', 'request']);
  });

  test('that has left cannot be undone: the ticket is reopened', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'solved' });
    const movedAt = scene.now + 10 * MINUTE;
    await scene.until(movedAt);
    const head = scene.tickets.heads.get('2:759');
    if (!head) throw new Error('no ticket');
    scene.tickets.heads.set('2:759', { ...head, stageId: 'C5:EXECUTING', movedBy: 11, movedAt });
    await scene.reconcile();
    expect(sentKinds(scene)).toEqual(['request', 'notice confirmed']);
    expect(scene.record().cycle).toBe(2);
  });

  test('is undone by the time of the drag, not by when it was noticed', async () => {
    const scene = await asked();
    await scene.answer({ answer: 'solved' });
    const head = scene.tickets.heads.get('2:759');
    if (!head) throw new Error('no ticket');
    const movedAt = scene.now + 5 * MINUTE;
    scene.tickets.heads.set('2:759', { ...head, stageId: 'C5:EXECUTING', movedBy: 11, movedAt });
    scene.now += 30 * MINUTE;
    await scene.until(scene.now);
    await scene.reconcile();
    await scene.until(scene.now + DAY);
    expect(sentKinds(scene)).toEqual(['request']);
    expect(scene.record().cycle).toBe(1);
  });

  test.each(['before', 'after'])(
    'is not prepared by a closing dragged back at once, %s its stamp was written by a process that died of it',
    async (when) => {
      const scene = await confirmedAndDraggedBack(when === 'before');
      await scene.sweep();

      expect(scene.stageId()).toBe('C5:EXECUTING');
      expect(scene.record()).toMatchObject({
        confirmation: 'confirmed',
        outcome: null,
        closeReason: null,
        closedAt: null,
        cycle: 1,
      });
      await scene.until(scene.now + DAY);
      expect(sentKinds(scene)).toEqual([]);
    },
  );

  test('is not prepared by a closing dragged back while its stamp was on its way', async () => {
    const scene = readyToClose();
    scene.tickets.whileStamping = () => dragBack(scene);
    await scene.drag('C5:WON');
    await scene.sweep();

    expect(scene.journal.kinds()).toEqual(['closing-not-verified']);
    expect(scene.record()).toMatchObject({ outcome: null, closedAt: null });
    expect([...scene.state.waiting]).toEqual([]);
  });

  test.each(['product-update', 'duplicate', 'out-of-scope', 'withdrawn'] as const)(
    'has the text of the outcome %s',
    async (outcome) => {
      const scene = aClientScene({ criteria: [] }, TUESDAY);
      scene.put({ stageId: 'C5:EXECUTING', record: { outcome } });
      await scene.drag('C5:WON');
      await scene.until(scene.now + 11 * MINUTE);
      expect(sentKinds(scene)).toEqual([`notice ${outcome}`]);
    },
  );

  test('says nothing to spam', async () => {
    const scene = aClientScene({ criteria: [] }, TUESDAY);
    scene.put({ stageId: 'C5:EXECUTING' });
    await scene.drag('C5:SPAM');
    await scene.until(scene.now + DAY);
    expect(scene.channels.sent).toEqual([]);
  });

  test('waits for working hours', async () => {
    const scene = aClientScene({ criteria: [] }, instant('2026-03-13 17:55'));
    scene.put({ stageId: 'C5:EXECUTING' });
    await scene.drag('C5:WON');
    await scene.until(instant('2026-03-16 08:59'));
    expect(scene.channels.sent).toEqual([]);
    await scene.until(instant('2026-03-16 09:00'));
    expect(sentKinds(scene)).toEqual(['notice unconfirmed']);
  });

  test('that reached nobody is told as such, not as a countdown', async () => {
    const scene = aClientScene({ criteria: [] }, TUESDAY);
    scene.channels.reach = ['to-do'];
    scene.put({ stageId: 'C5:EXECUTING' });
    await scene.drag('C5:WON');
    await scene.until(scene.now + DAY);
    expect(scene.said()).toContain('client.notice-undelivered');
  });
});

describe('special-mistake: a closed ticket goes on', () => {
  test('"not solved" within the window opens the next cycle with its criteria asked anew', async () => {
    const scene = await closed();
    scene.now += 60 * MINUTE;
    await scene.answer({ answer: 'not-solved', comment: 'Снова не открывается' });
    await scene.until(scene.now);
    expect(scene.stageId()).toBe('C5:NEW');
    expect(scene.record()).toMatchObject({
      cycle: 2,
      confirmation: 'not-asked',
      askedAt: null,
      outcome: null,
      closedAt: null,
    });
    expect(sentKinds(scene).at(-1)).toBe('work-goes-on');
    expect(scene.said()).toContain('client.not-solved | Снова не открывается');
    expect(scene.said()).toContain('client.mistake-asked');

    scene.now += 60 * MINUTE;
    await scene.drag('C5:CHECK');
    await scene.until(scene.now);
    expect(sentKinds(scene).at(-1)).toBe('request');
    await scene.answer({ answer: 'solved', cycle: 1 });
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('asked');
  });

  test('an answer of an older cycle changes nothing, but its words are kept', async () => {
    const scene = await closed();
    await scene.answer({ answer: 'not-solved', comment: 'Снова' });
    const before = scene.record();
    await scene.answer({ answer: 'not-solved', comment: 'Ещё раз', cycle: 1 });
    expect(scene.record()).toEqual(before);
    expect(scene.said()).toContain('client.earlier-cycle | Ещё раз');
  });

  test('an agent who drags it back after the window gets the same bookkeeping', async () => {
    const scene = await closed();
    scene.now += 60 * MINUTE;
    await scene.drag('C5:EXECUTING');
    await scene.until(scene.now);
    expect(scene.stageId()).toBe('C5:EXECUTING');
    expect(scene.record()).toMatchObject({ cycle: 2, outcome: null });
    expect(sentKinds(scene).at(-1)).toBe('work-goes-on');
    const [line] = scene.journal.lines.filter(({ kind }) => kind === 'reopened');
    expect(line).toMatchObject({ movedBy: 11, detail: { cycle: 2, byClient: 0 } });
    await scene.sweep();
    await scene.reconcile();
    expect(scene.record().cycle).toBe(2);
  });

  test('a drag whose event was lost is noticed by the reconcile', async () => {
    const scene = await closed();
    scene.now += 60 * MINUTE;
    const head = scene.tickets.heads.get('2:759');
    if (!head) throw new Error('no ticket');
    const moved = { ...head, stageId: 'C5:EXECUTING', movedBy: 11, movedAt: scene.now };
    scene.tickets.heads.set('2:759', moved);
    await scene.reconcile();
    expect(scene.record().cycle).toBe(2);
  });

  test('moved on to an exempt stage it is nobody’s business', async () => {
    const scene = await closed();
    scene.now += 60 * MINUTE;
    await scene.drag('C5:LOSE');
    await scene.until(scene.now + DAY);
    expect(scene.record().cycle).toBe(1);
    expect(sentKinds(scene)).toEqual(['request', 'notice confirmed']);
  });

  test('a reopening that broke off is finished and not counted twice', async () => {
    const scene = await closed();
    scene.now += 60 * MINUTE;
    scene.writer.dieAt = 'after-change';
    await expect(scene.answer({ answer: 'not-solved', comment: 'Снова' })).rejects.toThrow();
    await scene.workOff();
    await scene.until(scene.now);
    expect(scene.record().cycle).toBe(2);
    expect(scene.said()).toContain('client.mistake-asked');
    expect(sentKinds(scene).filter((kind) => kind === 'work-goes-on')).toHaveLength(1);
    await scene.reconcile();
    expect(scene.record().cycle).toBe(2);
  });

  test('after the window a new linked ticket is opened, once, with the words on it', async () => {
    const scene = await closed();
    scene.now += 14 * DAY;
    await scene.answer({ answer: 'not-solved', comment: 'Снова' });
    await scene.answer({ answer: 'not-solved', comment: 'И ещё' });
    expect(scene.stageId()).toBe('C5:WON');
    expect(scene.writer.linked).toEqual([{ parent: TICKET, title: 'client.new-ticket-title' }]);
    expect(scene.tickets.comments).toContainEqual({
      ref: { entityTypeId: 2, id: 1001 },
      text: 'client.not-solved | Снова',
    });
    expect(scene.said()).toContain('client.not-solved | И ещё');
  });

  test('a question after the closing is the agent’s and leaves the confirmation alone', async () => {
    const scene = await closed();
    await scene.answer({ answer: 'question', comment: 'А как потом?' });
    expect(scene.record().confirmation).toBe('confirmed');
    expect(scene.said()).toContain('client.question | А как потом?');
  });

  test('cause and measure left out for a working day go to the lead', async () => {
    const scene = await closed();
    await scene.answer({ answer: 'not-solved', comment: 'Снова' });
    await scene.until(scene.now + 2 * DAY);
    expect(scene.tickets.notices.map(({ text }) => text)).toContain('mistake-overdue 759');

    const filled = await closed();
    await filled.answer({ answer: 'not-solved', comment: 'Снова' });
    filled.edit({ mistakeCause: 'hurried', mistakeMeasure: 'Чек-лист' });
    await filled.until(filled.now + 2 * DAY);
    expect(filled.tickets.notices.map(({ text }) => text)).not.toContain('mistake-overdue 759');
  });

  test('the third time within a week goes to the lead, and the client gets no message', async () => {
    const scene = await closed();
    for (let round = 1; round <= 3; round += 1) {
      scene.now += 60 * MINUTE;
      await scene.drag('C5:EXECUTING');
      await scene.until(scene.now);
      scene.edit({ confirmation: 'confirmed' });
      scene.replies();
      scene.now += MINUTE;
      await scene.drag('C5:WON');
      await scene.until(scene.now + 15 * MINUTE);
    }
    expect(scene.record().cycle).toBe(4);
    expect(sentKinds(scene).filter((kind) => kind === 'work-goes-on')).toHaveLength(2);
    expect(scene.tickets.notices.map(({ text }) => text)).toContain('reopen-loop 759');
  });

  /** Reopened the third time on the same Tuesday. */
  async function looping(): Promise<ClientScene> {
    const scene = await closed();
    for (let round = 1; round <= 3; round += 1) {
      if (round > 1) {
        scene.edit({ confirmation: 'confirmed' });
        scene.replies();
        scene.now += MINUTE;
        await scene.drag('C5:WON');
        await scene.until(scene.now + 15 * MINUTE);
      }
      scene.now += 30 * MINUTE;
      await scene.drag('C5:EXECUTING');
      await scene.until(scene.now);
    }
    return scene;
  }

  test('after the third time robots ask, remind and close nothing for a week, and the ticket says so once', async () => {
    const scene = await looping();
    const before = sentKinds(scene);
    const until = scene.record().holdUntil ?? 0;
    expect(until).toBeGreaterThan(scene.now + 6 * DAY);
    expect(scene.said().filter((text) => text === 'client.robots-silent')).toHaveLength(1);

    scene.replies();
    scene.now += MINUTE;
    await scene.drag('C5:CHECK');
    for (let day = 1; day <= 6; day += 1) {
      await scene.until(scene.now + DAY);
      scene.flush();
      await scene.reconcile();
    }
    expect(sentKinds(scene)).toEqual(before);
    expect(scene.stageId()).toBe('C5:CHECK');
    await scene.until(until + 60 * MINUTE);
    expect(sentKinds(scene)).toEqual([...before, 'request']);
  });

  test('an agent who clears the pause asks all the same', async () => {
    const scene = await looping();
    scene.replies();
    scene.edit({ holdUntil: null, holdReason: '' });
    scene.now += MINUTE;
    await scene.drag('C5:CHECK');
    await scene.until(scene.now);
    expect(sentKinds(scene).at(-1)).toBe('request');
  });

  test('a closing within that week sends no notice, and the agent is told to', async () => {
    const scene = await looping();
    const before = sentKinds(scene);
    scene.edit({ confirmation: 'by-agent', confirmationEvidence: 'Звонок 12:40, вход работает' });
    scene.replies();
    scene.now += MINUTE;
    await scene.drag('C5:WON');
    expect(scene.stageId()).toBe('C5:WON');
    scene.flush();
    await scene.reconcile();
    await scene.until(scene.now + 10 * DAY);
    expect(sentKinds(scene)).toEqual(before);
    expect(scene.said()).toContain('client.notice-silent');
  });

  test('a premature closing is still put back', async () => {
    const scene = await looping();
    scene.edit({ cause: '' });
    scene.now += MINUTE;
    await scene.drag('C5:WON');
    expect(scene.stageId()).not.toBe('C5:WON');
  });

  test('the same sentence is written again in the next cycle', async () => {
    const scene = await closed();
    await scene.answer({ answer: 'not-solved', comment: 'Нет' });
    scene.now += 60 * MINUTE;
    await scene.drag('C5:CHECK');
    await scene.until(scene.now);
    await scene.answer({ answer: 'not-solved', comment: 'Нет' });
    expect(scene.said().filter((text) => text === 'client.not-solved | Нет')).toHaveLength(2);
  });
});

describe('the ledger of suppressed replies', () => {
  const outOfOffice = 'Я в отпуске до 30 марта. Это автоматический ответ, письмо не прочитано.';

  test('an entry taken back is handled as a message of the client', async () => {
    const scene = await asked();
    scene.writes(outOfOffice, { subject: 'Автоответ: обращение' });
    await scene.scan();
    const [entry] = scene.suppressed.ledger.values();
    expect(scene.record().confirmation).toBe('asked');
    await expect(undoSuppressed('p1', entry?.id ?? '', scene.deps)).resolves.toMatchObject({
      kind: 'handled',
    });
    expect(scene.record().confirmation).toBe('not-asked');
    expect(scene.said()).toContain('client.reply');
    await scene.scan();
    expect(scene.suppressed.ledger.size).toBe(0);
    await expect(undoSuppressed('p1', entry?.id ?? '', scene.deps)).resolves.toEqual({
      kind: 'unknown',
    });
  });

  test('an entry taken back too late only leaves the ledger', async () => {
    const scene = await asked();
    scene.writes(outOfOffice, { subject: 'Автоответ: обращение' });
    await scene.scan();
    await scene.answer({ answer: 'solved' });
    const [entry] = scene.suppressed.ledger.values();
    await expect(undoSuppressed('p1', entry?.id ?? '', scene.deps)).resolves.toMatchObject({
      kind: 'too-late',
    });
    expect(scene.stageId()).toBe('C5:WON');
    expect(scene.record().confirmation).toBe('confirmed');
  });
});

test('a conversation answered by the agent does not close a ticket whose client said nothing', async () => {
  const scene = aClientScene({}, TUESDAY);
  scene.put({ conversation: aConversation(TUESDAY - DAY, TUESDAY - DAY + 1000) });
  await scene.sweep();
  await scene.until(TUESDAY + DAY - MINUTE);
  expect(scene.stageId()).toBe('C5:CHECK');
});
