import { describe, expect, test } from '@jest/globals';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene } from '../support/a-client-side.ts';
import { instant } from '../support/a-working-time.ts';

const TUESDAY = instant('2026-03-10 11:00');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Confirmed, closed, told; an hour later. */
async function closed(): Promise<ClientScene> {
  const scene = aClientScene({}, TUESDAY);
  scene.put();
  await scene.sweep();
  await scene.until(TUESDAY);
  scene.now += 5 * MINUTE;
  await scene.answer({ answer: 'solved' });
  await scene.until(scene.now + 60 * MINUTE);
  return scene;
}

const announced = (scene: ClientScene): number =>
  scene.said().filter((text) => text === 'client.reply-after-closing').length;

describe('special-mistake: a client who writes after the closing', () => {
  test.each([
    ['by letter', 'email', 'activity:1'],
    ['in the chat', 'chat', 'chat:85851'],
  ] as const)('%s goes to the agent, once', async (_how, channel, source) => {
    const scene = await closed();
    scene.writes('Снова не открывается дверь', { channel, source });
    for (let round = 0; round < 4; round += 1) {
      await scene.scan();
      scene.now += 20 * MINUTE;
    }
    expect(announced(scene)).toBe(1);
    expect(scene.stageId()).toBe('C5:WON');
    expect(scene.record().confirmation).toBe('confirmed');
    expect(scene.journal.kinds()).toContain('client-wrote');
  });

  test('is heard at once by the event of the letter', async () => {
    const scene = await closed();
    scene.writes('Снова не открывается дверь');
    scene.state.inbox.set('activity:1', 1);
    await scene.sweep();
    await scene.scan();
    expect(announced(scene)).toBe(1);
  });

  test('reopens the ticket when the agent reads it as not solved', async () => {
    const scene = await closed();
    const { source } = scene.writes('Снова не открывается дверь');
    await scene.scan();
    await scene.answer({ answer: 'not-solved', readingOf: source });
    expect(scene.stageId()).toBe('C5:NEW');
    expect(scene.record().cycle).toBe(2);
  });

  test('changes nothing when the agent reads a question or thanks', async () => {
    for (const answer of ['question', 'solved'] as const) {
      const scene = await closed();
      const { source } = scene.writes('А где теперь журнал?');
      await scene.scan();
      await scene.answer({ answer, readingOf: source });
      expect(scene.stageId()).toBe('C5:WON');
      expect(scene.record()).toMatchObject({ cycle: 1, confirmation: 'confirmed' });
    }
  });

  test('with pure thanks disturbs nobody', async () => {
    const scene = await closed();
    scene.writes('Спасибо большое!');
    const notices = scene.tickets.notices.length;
    await scene.scan();
    expect(announced(scene)).toBe(0);
    expect(scene.tickets.notices).toHaveLength(notices);
  });

  test('by an out-of-office reply stands in the ledger only', async () => {
    const scene = await closed();
    const text = 'Я в отпуске до 30 марта. Это автоматический ответ, письмо не прочитано.';
    scene.writes(text, { subject: 'Автоответ: обращение' });
    await scene.scan();
    expect(announced(scene)).toBe(0);
    expect([...scene.suppressed.ledger.values()]).toMatchObject([{ kind: 'auto-reply' }]);
  });

  test('several times is announced together; what comes later is announced anew', async () => {
    const scene = await closed();
    scene.writes('Снова не открывается');
    scene.now += MINUTE;
    scene.writes('И вторая дверь тоже');
    await scene.scan();
    expect(announced(scene)).toBe(1);
    scene.now += DAY;
    scene.writes('Вы прочитали? Не работает');
    await scene.scan();
    const wrote = scene.journal.lines.filter(({ kind }) => kind === 'client-wrote');
    expect(wrote.map(({ detail }) => detail['source'])).toEqual(['activity:2', 'activity:3']);
  });

  test('after the reopen window is a new matter: the letter is not this ticket’s', async () => {
    const scene = await closed();
    scene.now += 14 * DAY;
    scene.writes('Снова не открывается дверь');
    await scene.scan();
    expect(announced(scene)).toBe(0);
  });

  test('what was written before the closing is not announced after it', async () => {
    const scene = await closed();
    scene.writes('Не открывается', { at: TUESDAY - DAY });
    await scene.scan();
    expect(announced(scene)).toBe(0);
  });
});
