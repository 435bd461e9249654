import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SuppressedReply } from '../../src/app/ports/client.ts';
import { runReplies } from '../../src/cli/run-replies.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene } from '../support/a-client-side.ts';
import { instant } from '../support/a-working-time.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools } from '../support/fake-tools.ts';

const TUESDAY = instant('2026-03-10 11:00');
const WORDS = 'Я в отпуске до 20 марта';
const ID = 'reply@activity:1@2:759';

let scene: ClientScene;
let tools: FakeTools;
let terminal: FakeTerminal;

/** A client was asked, and an automatic reply came. */
beforeEach(async () => {
  scene = aClientScene({}, TUESDAY);
  scene.put();
  await scene.sweep();
  await scene.until(TUESDAY);
  scene.now += 60_000;
  scene.writes(WORDS, { subject: 'Автоответ: отпуск' });
  await scene.scan();
  const { suppressed } = scene;
  tools = { ...fakeTools(), suppressed, client: () => scene.deps };
  terminal = fakeTerminal();
});

const run = (...argv: string[]) => runReplies(argv, fakeContext(terminal, tools));

describe('npm run replies -- list', () => {
  test('shows when, which ticket, which rule and how to take it back, and says what is stored', async () => {
    expect(await run('list')).toBe(0);

    const [line = ''] = terminal.stdout;
    expect(line).toMatch(/^2026-03-10 .*обращение 2:759 {2}автоответ, правило .* activity:1\n/);
    expect(line).toContain(`npm run replies -- undo ${ID}`);
    expect(terminal.stderr.join()).toContain('без слов клиента');
  });

  test('prints one document with --json; neither form holds a word of the client', async () => {
    await run('list', '--json');
    const [document = ''] = terminal.stdout;
    const stored: readonly SuppressedReply[] = JSON.parse(document);
    expect(stored).toMatchObject([{ id: ID, kind: 'auto-reply', source: 'activity:1' }]);

    await run('list');
    const all = [...terminal.stdout, ...terminal.stderr].join();
    expect(all).not.toContain('отпуск');
    expect(all).not.toContain('client.example');
  });

  test('shows the newest fifty and says how many there are', async () => {
    for (let n = 0; n < 60; n += 1) {
      const id = `reply@activity:${n}@2:1`;
      const ref = { entityTypeId: 2, id: 1 };
      const source = `activity:${n}`;
      await scene.suppressed.add('webhook', {
        id,
        ref,
        source,
        cycle: 1,
        at: n,
        kind: 'bounce',
        rule: 'r',
      });
    }

    expect(await run('list')).toBe(0);
    expect(terminal.stdout).toHaveLength(50);
    expect(terminal.stderr.join()).toContain('новые 50 из 61');
  });

  test('says so when there is none, and works without a secret', async () => {
    scene.suppressed.ledger.clear();
    tools = { ...tools, client: null };

    expect(await run('list')).toBe(0);
    expect(terminal.stdout).toEqual(['Подавленных ответов нет.']);
  });
});

describe('npm run replies -- undo', () => {
  test('takes a reply back: the countdown is off, the agent is asked to read it', async () => {
    expect(await run('undo', ID)).toBe(0);

    expect(scene.said()).toContain('client.reply');
    expect(scene.timers.kinds()).toEqual([]);
    expect(scene.suppressed.ledger.size).toBe(0);
    expect(terminal.stderr.join()).toContain('2:759 возвращён');
  });

  test('too late only corrects the list, and says so', async () => {
    await scene.answer({ answer: 'not-solved', comment: 'нет' });

    expect(await run('undo', ID)).toBe(0);
    expect(terminal.stderr.join()).toContain('больше ничего не изменено');
    expect(scene.said()).not.toContain('client.reply');
  });

  test('of an id that is not on the list ends with 1', async () => {
    expect(await run('undo', 'reply@activity:9@2:1')).toBe(1);
    expect(terminal.stderr.join()).toContain('npm run replies -- list');
  });

  test('needs the secret that signs the agent’s link', async () => {
    tools = { ...tools, client: null };

    expect(await run('undo', ID)).toBe(1);
    expect(terminal.stderr.join()).toContain('APP_SECRET');
    expect(scene.suppressed.ledger.size).toBe(1);
  });

  test('on a ticket that is being worked on fails in words, and the reply stays on the list', async () => {
    scene.lock.held.add('webhook:ticket:2:759');

    expect(await run('undo', ID)).toBe(1);
    expect(terminal.stderr.join()).toMatch(/Не получилось: портал или обращение сейчас заняты/);
    expect(scene.suppressed.ledger.size).toBe(1);
  });
});

describe('npm run replies', () => {
  test.each([[], ['undo'], ['list', 'more'], ['erase'], ['list', '--lang', 'fr'], ['list', '--x']])(
    'with %s explains itself and ends with 2',
    async (...argv: string[]) => {
      expect(await run(...argv)).toBe(2);
      expect(terminal.stderr.join()).toContain('npm run replies -- undo');
    },
  );

  test('shows how it is used on request, in the language asked for', async () => {
    expect(await run('--help', '--lang', 'en')).toBe(0);
    expect(terminal.stdout.join()).toContain('Usage: npm run replies -- list');
  });
});
