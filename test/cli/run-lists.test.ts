import { beforeEach, describe, expect, test } from '@jest/globals';
import { runHold } from '../../src/cli/run-hold.ts';
import { runLists } from '../../src/cli/run-lists.ts';
import { aClientScene } from '../support/a-client-side.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { instant } from '../support/a-working-time.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools } from '../support/fake-tools.ts';

/** Monday. */
const ASKED = instant('2026-03-09 15:00');

let scene: ClientScene;
let tools: FakeTools;
let terminal: FakeTerminal;

beforeEach(async () => {
  scene = aClientScene({}, ASKED);
  scene.put();
  await scene.sweep();
  await scene.until(ASKED);
  scene.now = instant('2026-03-10 10:00');
  tools = { ...fakeTools(), lists: () => scene.deps, client: () => scene.deps };
  terminal = fakeTerminal();
});

const lists = (...argv: string[]) => runLists(argv, fakeContext(terminal, tools));
const hold = (...argv: string[]) => runHold(argv, fakeContext(terminal, tools));

describe('npm run lists', () => {
  test('shows every list with its count, and the ticket with its link and what is due', async () => {
    expect(await lists()).toBe(0);
    const shown = terminal.stdout.join('\n').replaceAll(/\s+/g, ' ');
    expect(shown).toContain('Ждут подтверждения: 1');
    expect(shown).toContain('https://portal.example/crm/deal/details/759/');
    expect(shown).toContain('запрос 09.03.2026 15:00 (UTC+3), чат');
    expect(shown).toContain('закроется по молчанию 11.03.2026 15:00');
    expect(shown).toContain('Просрочен разбор ошибочного закрытия: 0');
  });

  test('shows one list in the language asked for', async () => {
    await lists('close-tomorrow', '--lang', 'en');
    expect(terminal.stdout.join('\n')).toMatch(/^Closed on silence on the next working day: 1\n/);
  });

  test('prints one document with --json, in Latin keys', async () => {
    await lists('waiting', 'blocked', '--json', '--pipeline', '2:5');
    expect(JSON.parse(terminal.stdout.join(''))).toMatchObject({
      waiting: [{ ticket: '2:759', pipeline: '2:5', cycle: 1, assigneeId: 12 }],
      blocked: [],
    });
  });

  test('names what it does not understand: a list, a pipeline, a pipeline without settings', async () => {
    expect(await lists('tomorrow')).toBe(2);
    expect(await lists('--pipeline', '5')).toBe(2);
    expect(await lists('--pipeline', '2:99')).toBe(1);
    expect(terminal.stdout).toEqual([]);
    expect(terminal.stderr.join()).toContain('npm run setup -- --pipeline 2:99');
    expect(await lists('--help')).toBe(0);
  });
});

describe('npm run hold', () => {
  const REASON = 'Клиент в отпуске';

  test('puts a ticket on hold until the end of the working day, and the lists say so', async () => {
    expect(await hold('2:759', '--until', '2026-03-20', '--reason', REASON)).toBe(0);
    expect(terminal.stderr.join()).toContain('на паузе до 20.03.2026 18:00 (UTC+3)');
    await lists('blocked', 'close-tomorrow');
    const shown = terminal.stdout.join('\n');
    expect(shown).toContain(`на паузе до 20.03.2026 18:00 (UTC+3): ${REASON}`);
    expect(shown).toContain('следующий рабочий день: 0');

    expect(await hold('2:759', '--off')).toBe(0);
    expect(scene.record().holdReason).toBe('');
    expect(await hold('2:759', '--off')).toBe(0);
    expect(terminal.stderr.at(-1)).toContain('не на паузе');
  });

  test('says everything that is wrong, with code 2, and needs a secret', async () => {
    expect(await hold('2:759', '--until', '2026-03-01', '--reason', 'ок')).toBe(2);
    expect(terminal.stderr.join()).toContain('хотя бы двумя словами');
    expect(terminal.stderr.join()).toContain('срок в будущем');
    for (const argv of [['759', '--off'], ['2:759'], ['2:759', '--off', '--reason', REASON]])
      expect(await hold(...argv)).toBe(2);
    expect(await hold('2:1', '--off')).toBe(1);
    tools = { ...tools, client: null };
    expect(await hold('2:759', '--off')).toBe(1);
    expect(terminal.stderr.at(-1)).toContain('APP_SECRET');
  });

  test('prints what was done with --json', async () => {
    await hold('2:759', '--until', '2026-03-20 12:00', '--reason', REASON, '--json');
    expect(JSON.parse(terminal.stdout.join(''))).toMatchObject({
      ticket: '2:759',
      kind: 'held',
      until: instant('2026-03-20 12:00'),
    });
  });
});
