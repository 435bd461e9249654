import { describe, expect, test } from '@jest/globals';
import type { TicketRecord } from '../../src/core/ticket.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import { PORTAL } from '../support/a-gate.ts';
import { aConversation, known } from '../support/a-ticket.ts';
import { instant, wallClock } from '../support/a-working-time.ts';

/** Friday. */
const ASKED = instant('2026-03-13 17:30');
const REMINDED = instant('2026-03-16 17:30');
const CLOSED = instant('2026-03-17 17:30');
const MINUTE = 60_000;

function kindsSent(scene: ClientScene): readonly string[] {
  return scene.channels.sent.map(({ plain }) => plain.split(' ru')[0] ?? '');
}

async function asked(
  scene = aClientScene({}, ASKED),
  record: Partial<TicketRecord> = {},
): Promise<ClientScene> {
  scene.put({ record });
  await scene.sweep();
  await scene.until(scene.now);
  return scene;
}

describe('a ticket that came to wait for its client', () => {
  test('is asked once, and the ticket says so', async () => {
    const scene = await asked();

    expect(kindsSent(scene)).toEqual(['request']);
    expect(scene.record()).toMatchObject({ confirmation: 'asked', askedAt: ASKED, cycle: 1 });
    expect(wallClock(scene.timers.dueAt('remind'))).toBe('Mon 2026-03-16 17:30:00');
    expect(scene.channels.sent[0]?.plain).toContain('17.03.2026 17:30 (UTC+3)');
  });

  test('is reminded after a working day and closed after another, with both references in the journal', async () => {
    const scene = await asked();

    await scene.until(REMINDED);
    expect(kindsSent(scene)).toEqual(['request', 'reminder']);
    expect(scene.record().remindedAt).toBe(REMINDED);
    expect(wallClock(scene.timers.dueAt('close'))).toBe('Tue 2026-03-17 17:30:00');

    await scene.until(CLOSED);
    expect(scene.stageId()).toBe('C5:SILENT');
    expect(scene.record()).toMatchObject({ outcome: 'no-answer', confirmation: 'no-answer' });
    expect(scene.said()).toContain('client.closed-on-silence');
    const messages = scene.journal.lines.filter(({ kind }) => kind === 'client-message');
    expect(messages.map(({ detail }) => [detail['kind'], detail['reference']])).toEqual([
      ['request', 'chat:7:1'],
      ['reminder', 'chat:7:2'],
    ]);
    const [line] = scene.journal.lines.filter(({ kind }) => kind === 'closed');
    expect(line).toMatchObject({ outcome: 'no-answer', to: 'C5:SILENT' });
  });

  test('gets its silent closing told after the undo window, once', async () => {
    const scene = await asked();
    await scene.until(CLOSED + 9 * MINUTE);
    expect(kindsSent(scene)).toEqual(['request', 'reminder']);

    await scene.until(CLOSED + 24 * 60 * MINUTE);
    expect(kindsSent(scene)).toEqual(['request', 'reminder', 'notice no-answer']);
  });

  test('waits for working hours before it is asked', async () => {
    const scene = aClientScene({}, instant('2026-03-14 12:00'));
    await asked(scene);
    expect(kindsSent(scene)).toEqual([]);

    await scene.until(instant('2026-03-16 09:00'));
    expect(kindsSent(scene)).toEqual(['request']);
  });

  test('is not asked while nobody wrote what was solved; an agent is told once', async () => {
    const scene = aClientScene({}, ASKED - 60 * MINUTE);
    scene.put({ record: { solution: ' ' } });
    await scene.sweep();
    await scene.until(scene.now + 90 * MINUTE);
    expect(kindsSent(scene)).toEqual([]);
    expect(scene.said()).toEqual(['client.no-solution']);

    scene.edit({ solution: 'Перевыпустили пропуск' });
    await scene.until(instant('2026-03-16 10:00'));
    expect(kindsSent(scene)).toEqual(['request']);
  });

  test('is left alone in observe mode', async () => {
    const scene = await asked(aClientScene({ mode: 'observe' }, ASKED));
    await scene.reconcile();
    await scene.until(CLOSED);
    expect(scene.channels.sent).toEqual([]);
    expect(scene.writer.changes).toEqual([]);
    expect(scene.timers.kinds()).toEqual([]);
  });

  test('is asked in the language of its client, else in that of the policy', async () => {
    const english = aClientScene({}, ASKED);
    english.channels.language = 'en';
    await asked(english);
    expect(english.channels.sent[0]?.plain).toContain('request en');

    const other = await asked(aClientScene({ language: 'en' }, ASKED));
    expect(other.channels.sent[0]?.plain).toContain('request en');
  });

  test('is asked when a closing that lacked only the confirmation was put back there', async () => {
    const scene = aClientScene({}, ASKED);
    scene.put({ stageId: 'C5:EXECUTING', conversation: aConversation(ASKED - 2, ASKED - 1) });
    await scene.drag('C5:WON');
    expect(scene.stageId()).toBe('C5:CHECK');
    await scene.until(scene.now);
    expect(kindsSent(scene)).toEqual(['request']);
  });
});

describe('special-no-confirmation: a ticket on hold that is to be asked', () => {
  const holdUntil = instant('2026-03-18 10:00');

  test('is asked when the pause ends, through the reconcile and an emptied store', async () => {
    const scene = aClientScene({}, ASKED);
    await asked(scene, { holdUntil, holdReason: 'Клиент в отпуске' });
    await scene.reconcile();
    scene.flush();
    await scene.reconcile();
    await scene.until(holdUntil - MINUTE);
    expect(kindsSent(scene)).toEqual([]);
    expect(scene.timers.kinds()).toEqual(['hold-end']);
    await scene.until(holdUntil);
    expect(kindsSent(scene)).toEqual(['request']);
  });

  test('is asked soon after its pause was taken back', async () => {
    const scene = await asked(aClientScene({}, ASKED), { holdUntil });
    scene.now = instant('2026-03-16 12:00');
    scene.edit({ holdUntil: null });
    await scene.reconcile();
    await scene.until(scene.now);
    expect(kindsSent(scene)).toEqual(['request']);
  });

  test('is not asked while nobody wrote until when', async () => {
    const scene = await asked(aClientScene({}, ASKED), { holdReason: 'Клиент в отпуске' });
    await scene.until(holdUntil);
    expect(kindsSent(scene)).toEqual([]);
    expect(scene.said()).toEqual(['client.hold-without-end']);
  });
});

describe('a request that reached nobody', () => {
  test('starts no countdown: one to-do, and the next try on the next working day', async () => {
    const scene = aClientScene({}, ASKED);
    scene.channels.reach = ['to-do'];
    await asked(scene);
    for (let round = 0; round < 5; round += 1) await scene.reconcile();
    await scene.until(scene.now + 60 * MINUTE);

    expect(scene.record()).toMatchObject({ confirmation: null, askedAt: null });
    expect(scene.channels.sent).toHaveLength(1);
    expect(scene.said()).toEqual(['client.call-needed']);
    expect(scene.timers.kinds()).toEqual(['send-request']);

    scene.channels.reach = ['email'];
    await scene.until(REMINDED);
    expect(scene.channels.delivered()).toHaveLength(1);
    expect(scene.record()).toMatchObject({ confirmation: 'asked', askedAt: REMINDED });
  });

  test('never closes the ticket, however long nobody answers', async () => {
    const scene = aClientScene({}, ASKED);
    scene.channels.reach = [];
    await asked(scene);
    await scene.until(instant('2026-04-10 12:00'));
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.said()).toEqual(['client.undelivered']);
  });
});

describe('a ticket is not closed on silence', () => {
  test.each([
    [
      'an open task',
      { openWork: known([{ kind: 'task' as const, id: 5, title: 'Т' }]) },
      'open-task',
    ],
    ['an unread fact', { openWork: { known: false, why: 'unreadable' } as const }, 'unread-fact'],
  ])('with %s, and the list says so', async (_name, facts, word) => {
    const scene = aClientScene({}, ASKED);
    scene.put(facts);
    await scene.sweep();
    await scene.until(instant('2026-03-20 12:00'));
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.said().filter((text) => text.includes(word))).toHaveLength(1);
  });

  test.each([
    ['a product update', { outcome: 'product-update' as const }, 'silence.product-update'],
    ['missing documentation', { cause: '', solution: 'Решение' }, 'cause-missing'],
  ])('with %s, and the list says so', async (_name, record, word) => {
    const scene = await asked();
    scene.edit(record);
    await scene.until(instant('2026-03-20 12:00'));
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.said().filter((text) => text.includes(word))).toHaveLength(1);
    expect(kindsSent(scene)).toEqual(['request', 'reminder']);
  });

  test('closes within the hour once the agent has filled in what was missing', async () => {
    const scene = await asked();
    scene.edit({ cause: '' });
    await scene.until(instant('2026-03-18 12:00'));
    scene.edit({ cause: 'Истёк сертификат' });
    await scene.until(scene.now + 60 * MINUTE);
    expect(scene.stageId()).toBe('C5:SILENT');
  });

  test('on hold, until the hold ends', async () => {
    const scene = await asked();
    const holdUntil = instant('2026-03-20 10:00');
    scene.edit({ holdUntil, holdReason: 'Клиент в отпуске' });
    await scene.until(holdUntil - MINUTE);
    expect(kindsSent(scene)).toEqual(['request']);
    expect(scene.timers.kinds()).toEqual(['hold-end']);

    await scene.until(holdUntil);
    expect(kindsSent(scene)).toEqual(['request', 'reminder']);
    await scene.until(instant('2026-03-23 10:00'));
    expect(scene.stageId()).toBe('C5:SILENT');
  });

  test('special-no-confirmation: right at the end of a pause, but a full wait later', async () => {
    const scene = await asked();
    await scene.until(REMINDED + MINUTE);
    scene.edit({ holdUntil: instant('2026-03-20 10:00'), holdReason: 'Клиент в отпуске' });
    await scene.until(CLOSED + MINUTE);
    expect(scene.said().filter((text) => text.startsWith('client.held'))).toHaveLength(1);
    const promised = scene.cases.entries.get('2:759')?.answerUntil ?? null;
    expect(wallClock(promised)).toBe('Mon 2026-03-23 10:00:00');

    await scene.until(instant('2026-03-23 10:00') - MINUTE);
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(kindsSent(scene)).toEqual(['request', 'reminder']);
    await scene.until(instant('2026-03-23 10:00'));
    expect(scene.stageId()).toBe('C5:SILENT');
  });

  test('special-no-confirmation: a full wait after its pause, though the store was emptied', async () => {
    const scene = await asked();
    await scene.until(REMINDED + MINUTE);
    scene.edit({ holdUntil: instant('2026-03-20 10:00'), holdReason: 'Клиент в отпуске' });
    await scene.until(instant('2026-03-20 11:00'));
    scene.flush();
    await scene.reconcile();
    expect(wallClock(scene.timers.dueAt('close'))).toBe('Mon 2026-03-23 10:00:00');
  });

  test('special-no-confirmation: at once when its pause is taken back, but a full wait later', async () => {
    const scene = await asked();
    await scene.until(REMINDED + MINUTE);
    scene.edit({ holdUntil: instant('2026-03-27 10:00'), holdReason: 'Клиент в отпуске' });
    await scene.until(instant('2026-03-19 11:00'));
    scene.edit({ holdUntil: null, holdReason: '' });
    await scene.reconcile();
    await scene.until(instant('2026-03-19 11:00'));
    expect(scene.record().holdUntil).toBe(instant('2026-03-19 11:00'));
    expect(wallClock(scene.timers.dueAt('close'))).toBe('Fri 2026-03-20 11:00:00');
  });

  test('special-no-confirmation: while a pause has a reason but no end, and the list says so', async () => {
    const scene = await asked();
    scene.edit({ holdReason: 'Клиент в отпуске' });
    await scene.until(instant('2026-03-20 12:00'));
    for (let round = 0; round < 3; round += 1) await scene.reconcile();
    expect(kindsSent(scene)).toEqual(['request']);
    const lists = scene.said().filter((text) => text.includes('silence.hold-without-end'));
    expect(lists).toHaveLength(1);

    scene.edit({ holdReason: '' });
    await scene.until(instant('2026-03-20 13:30'));
    expect(kindsSent(scene)).toEqual(['request', 'reminder']);
  });

  test('keeps its clock through edits of its fields', async () => {
    const scene = await asked();
    await scene.until(REMINDED - 60 * MINUTE);
    scene.edit({ recommendations: 'Другое' });
    await scene.sweep();
    await scene.until(CLOSED);
    expect(scene.stageId()).toBe('C5:SILENT');
    expect(scene.record().remindedAt).toBe(REMINDED);
  });

  test('when the portal refuses the closing: nothing claims that it is closed', async () => {
    const scene = await asked();
    scene.tickets.mismatched = ['closedAt'];
    await scene.until(CLOSED);
    expect(scene.said()).not.toContain('client.closed-on-silence');
    expect(scene.journal.kinds()).toContain('closing-not-verified');
  });
});

describe('a client whose answer waits to be worked off, because the portal was away', () => {
  const POSTED = {
    ref: TICKET,
    cycle: 1,
    comment: 'Не открывается',
    answer: 'not-solved',
  } as const;

  test('is not reminded', async () => {
    const scene = await asked();
    await scene.deps.answers.accept(PORTAL, { ...POSTED, at: scene.now + MINUTE });
    await expect(scene.until(REMINDED)).rejects.toMatchObject({ detail: 'ANSWER' });
    expect(kindsSent(scene)).toEqual(['request']);

    await scene.workOff();
    await scene.until(REMINDED + MINUTE);
    expect(scene.stageId()).toBe('C5:NEW');
    expect(kindsSent(scene)).toEqual(['request']);
  });

  test('is not taken for silent', async () => {
    const scene = await asked();
    await scene.until(REMINDED);
    await scene.deps.answers.accept(PORTAL, { ...POSTED, at: scene.now + MINUTE });
    await expect(scene.until(CLOSED)).rejects.toMatchObject({ detail: 'ANSWER' });
    expect(scene.stageId()).not.toBe('C5:SILENT');

    await scene.workOff();
    await scene.until(CLOSED + MINUTE);
    expect(scene.stageId()).toBe('C5:NEW');
    expect(scene.record().outcome).toBeNull();
  });
});

describe('a client who writes', () => {
  test('stops the countdown, and the agent gets a link to say what it means', async () => {
    const scene = await asked();
    scene.now += MINUTE;
    scene.writes('А когда будет готов второй пропуск?');
    await scene.scan();
    await scene.scan();
    expect(scene.record().confirmation).toBe('not-asked');
    expect(scene.said().filter((text) => text.startsWith('client.reply'))).toEqual([
      'client.reply',
    ]);
    expect(scene.timers.kinds()).toEqual([]);
    await scene.until(instant('2026-04-10 12:00'));
    expect(kindsSent(scene)).toEqual(['request']);
  });

  test('is heard by the event of the letter', async () => {
    const scene = await asked();
    scene.now += MINUTE;
    scene.writes('Всё ещё не работает');
    scene.state.inbox.set('activity:1', 1);
    await scene.sweep();
    expect(scene.record().confirmation).toBe('not-asked');
  });

  test('is heard right before the closing, even if no read came in between and an agent answered', async () => {
    const scene = await asked();
    await scene.until(CLOSED - MINUTE);
    scene.writes('Нет, не работает', { channel: 'chat', source: 'chat:85851' });
    scene.replies();
    await scene.until(instant('2026-03-20 12:00'));
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('not-asked');
  });

  test('with pure thanks is suggested as a confirmation, never taken as one', async () => {
    const scene = await asked();
    scene.now += MINUTE;
    scene.writes('Спасибо, всё работает!');
    await scene.scan();
    expect(scene.said()).toContain('client.reply-thanks');
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('not-asked');
  });

  test('is not asked again by the reconcile; only an agent who brings the ticket back asks anew', async () => {
    const scene = await asked();
    scene.now += MINUTE;
    scene.writes('Есть вопрос: а что дальше?');
    await scene.scan();
    await scene.reconcile();
    scene.flush();
    await scene.sweep();
    await scene.reconcile();
    await scene.until(scene.now);
    expect(kindsSent(scene)).toEqual(['request']);

    scene.now = REMINDED - 60 * MINUTE;
    scene.replies();
    await scene.drag('C5:EXECUTING');
    scene.now += MINUTE;
    await scene.drag('C5:CHECK');
    await scene.until(scene.now);
    expect(kindsSent(scene)).toEqual(['request', 'request']);
    expect(scene.record()).toMatchObject({ confirmation: 'asked', askedAt: scene.now });
  });

  const outOfOffice = 'Я в отпуске до 30 марта. Это автоматический ответ, письмо не прочитано.';

  test('by an out-of-office reply stops nothing; it stands in the ledger and holds no closing up', async () => {
    const scene = await asked();
    scene.now += MINUTE;
    scene.writes(outOfOffice, { subject: 'Автоответ: обращение' });
    await scene.scan();
    expect([...scene.suppressed.ledger.values()]).toMatchObject([
      { kind: 'auto-reply', source: 'activity:1', ref: TICKET, cycle: 1 },
    ]);
    await scene.until(CLOSED);
    expect(scene.stageId()).toBe('C5:SILENT');
  });
});
