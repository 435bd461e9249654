import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportedPolicy } from '../../src/app/settings/policy-document.ts';
import { runSetup } from '../../src/cli/run-setup.ts';
import { AppError } from '../../src/errors.ts';
import { aField } from '../support/fake-settings.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools } from '../support/fake-tools.ts';

let tools: FakeTools;
beforeEach(() => {
  tools = fakeTools();
});

const PIPELINE = ['--pipeline', '2:5'];

describe('setup without questions', () => {
  test('prints the stored policy as the only document on stdout', async () => {
    const terminal = fakeTerminal();

    const code = await runSetup([...PIPELINE, '--yes', '--json'], fakeContext(terminal, tools));

    expect(code).toBe(0);
    expect(terminal.stdout).toHaveLength(1);
    const { names, ...policy } = JSON.parse(terminal.stdout[0] ?? '') as ExportedPolicy;
    expect(policy).toEqual(tools.policies.saved[0]);
    expect(names).toMatchObject({
      stages: { 'C5:CHECK': 'Проверка решения' },
      people: { 1: 'Анна Орлова' },
    });
    expect(policy).toMatchObject({
      pipeline: { entityTypeId: 2, categoryId: 5 },
      stages: { 'C5:WON': 'closed:confirmed' },
      fields: { solution: 'UF_CRM_CG_SOLUTION' },
      mode: 'enforce',
      version: 1,
    });
    expect(tools.closed).toBe(true);
  });

  test('tells people what it did on stderr', async () => {
    const terminal = fakeTerminal();

    await runSetup([...PIPELINE, '--yes'], fakeContext(terminal, tools));

    expect(terminal.stdout).toEqual([]);
    expect(terminal.stderr).toEqual(
      expect.arrayContaining([
        'Читаю воронку 2:5…',
        '  C5:CHECK  Проверка решения  —  awaiting-confirmation: ожидает подтверждения клиента',
        '  C5:WON  Закрыто  —  closed:confirmed: закрыто, итог «Подтверждено клиентом»',
        'Поля: 29 из 29',
        'Создано 29 полей',
        'Настройки воронки 2:5 сохранены, версия 1, режим enforce.',
      ]),
    );
  });

  test('says when nothing changed', async () => {
    const again = fakeTerminal();
    await runSetup([...PIPELINE, '--yes'], fakeContext(fakeTerminal(), tools));

    const code = await runSetup([...PIPELINE, '--yes'], fakeContext(again, tools));

    expect(code).toBe(0);
    expect(again.stderr).toContain('Ничего не изменилось, остаётся версия 1, режим enforce.');
  });

  test('speaks the language it is told', async () => {
    const terminal = fakeTerminal();

    await runSetup([...PIPELINE, '--yes', '--lang', 'en'], fakeContext(terminal, tools));

    expect(terminal.stderr).toContain('29 fields created');
    expect(tools.policies.saved[0]?.language).toBe('en');
  });

  test('warns of what is missing', async () => {
    const terminal = fakeTerminal();
    tools.setup.tickets = 3;

    await runSetup([...PIPELINE, '--set', 'lead=none', '--yes'], fakeContext(terminal, tools));

    expect(terminal.stderr.join('\n')).toMatch(/некому сообщать.*\n.*Режим observe/);
  });
});

describe('setup that cannot go on', () => {
  test('is refused with 2 where nobody can be asked', async () => {
    const terminal = fakeTerminal();

    expect(await runSetup(PIPELINE, fakeContext(terminal, tools))).toBe(2);
    expect(terminal.stderr).toEqual([expect.stringContaining('--yes')]);
    expect(tools.policies.saved).toEqual([]);
  });

  test.each([
    [['--yes'], 2, 'Укажите воронку'],
    [[...PIPELINE, '--yes', '--stage', 'C5:WON=done'], 2, 'closed:duplicate'],
    [
      [...PIPELINE, '--yes', '--set', 'undoMinutes=90'],
      2,
      'undoMinutes: значение «90» не подходит; допустимо: 0-60',
    ],
    [[...PIPELINE, '--yes', '--set', 'undo=9'], 2, 'Ключа «undo» нет'],
    [['--pipeline', '2:8', '--yes'], 1, 'Есть: 2:0 (Продажи), 2:5 (Поддержка)'],
    [[...PIPELINE, '--yes', '--stage', 'C5:NO=work'], 1, 'Стадии «C5:NO» в воронке нет'],
    [[...PIPELINE, '--yes', '--stage', 'C5:WON=exempt'], 1, 'ни одной закрывающей стадии'],
  ])('%j ends with %i', async (argv, code, message) => {
    const terminal = fakeTerminal();

    expect(await runSetup(argv, fakeContext(terminal, tools))).toBe(code);
    expect(terminal.stderr.join('\n')).toContain(message);
    expect(terminal.stdout).toEqual([]);
    expect(tools.policies.saved).toEqual([]);
  });

  test('says what to set when there is no portal', async () => {
    const terminal = fakeTerminal();
    const context = fakeContext(terminal, tools, { findTarget: async () => null });

    expect(await runSetup([...PIPELINE, '--yes'], context)).toBe(1);
    expect(terminal.stderr).toEqual([expect.stringContaining('B24_WEBHOOK_URL')]);
  });

  test('tells a fault by code, closes everything and names no secret', async () => {
    const terminal = fakeTerminal();
    tools.setup.listPipelines = async () => {
      throw new AppError('portal-denied', 'Make a new webhook.', { detail: 'NO_AUTH_FOUND' });
    };

    expect(await runSetup([...PIPELINE, '--yes'], fakeContext(terminal, tools))).toBe(1);
    expect(terminal.stderr.slice(-2)).toEqual([
      expect.stringMatching(/^Не получилось: портал отказал в доступе\. .*npm run doctor/),
      'Подробности (по-английски): Make a new webhook. (portal-denied) [NO_AUTH_FOUND]',
    ]);
    expect(terminal.stderr.join()).not.toContain('sentinelsecret');
    expect(tools.closed).toBe(true);
  });

  test('shows how it is used on request', async () => {
    const terminal = fakeTerminal();

    expect(await runSetup(['--help'], fakeContext(terminal, tools))).toBe(0);
    expect(terminal.stdout.join()).toContain('--pipeline');
  });
});

describe('setup with questions', () => {
  test('takes every default at an empty answer', async () => {
    const terminal = fakeTerminal([]);

    expect(await runSetup(PIPELINE, fakeContext(terminal, tools))).toBe(0);
    expect(terminal.questions).toEqual([
      'Роль стадии «Новое» (C5:NEW) [work]: ',
      'Роль стадии «В работе» (C5:WORK) [work]: ',
      'Роль стадии «Проверка решения» (C5:CHECK) [awaiting-confirmation]: ',
      'Роль стадии «Закрыто» (C5:WON) [closed:confirmed]: ',
      'Роль стадии «Отклонено» (C5:LOSE) [exempt]: ',
      expect.stringContaining('[C5:WORK]'),
      expect.stringContaining('до повторного запроса, 1 или 2 [1]'),
      expect.stringContaining('после повторного запроса, 1 или 2 [1]'),
      expect.stringContaining('[да]'),
      expect.stringContaining('через запятую [1]'),
      expect.stringContaining('[enforce]'),
      expect.stringContaining('[да]'),
    ]);
    expect(tools.policies.saved).toHaveLength(1);
  });

  test('stores what was answered, asking again what it does not understand', async () => {
    const answers = ['', '', 'check', 'gate', '', 'closed:spam'];
    const more = ['C5:NEW', '2', '3', '2', 'нет', '5,7', 'observe', 'да'];
    const terminal = fakeTerminal([...answers, ...more]);

    expect(await runSetup(PIPELINE, fakeContext(terminal, tools))).toBe(0);
    expect(tools.policies.saved[0]).toMatchObject({
      stages: { 'C5:CHECK': 'gate', 'C5:WON': 'closed:confirmed', 'C5:LOSE': 'closed:spam' },
      returnStage: 'C5:NEW',
      firstWaitDays: 2,
      secondWaitDays: 2,
      autoAsk: false,
      leads: [5, 7],
      mode: 'observe',
    });
    expect(terminal.stderr.join('\n')).toContain('Не понимаю «check»');
  });

  test('changes nothing without consent', async () => {
    const terminal = fakeTerminal(['', '', '', '', '', '', '', '', '', '', '', 'нет']);

    expect(await runSetup(PIPELINE, fakeContext(terminal, tools))).toBe(0);
    expect(terminal.stderr.at(-1)).toBe('Отменено, ничего не изменено.');
    expect(tools.policies.saved).toEqual([]);
    expect(tools.setup.present.size).toBe(0);
  });
});

describe('a field that the portal had anyway', () => {
  const KB = ['Статья создана', 'Статья обновлена', 'Exists already', 'Не нужна'];
  beforeEach(() => {
    tools.setup.crmFields = [
      aField('UF_CRM_CAUSE'),
      aField('UF_CRM_KB', {
        type: 'enumeration',
        items: KB.map((label, at) => ({ id: 70 + at, label })),
      }),
    ];
  });
  const run = (...settings: string[]) =>
    runSetup(
      [...PIPELINE, '--yes', ...settings.flatMap((setting) => ['--set', setting])],
      fakeContext(terminal, tools),
    );
  let terminal = fakeTerminal();
  beforeEach(() => {
    terminal = fakeTerminal();
  });
  const last = () => tools.policies.saved.at(-1);

  test('takes the place of an own one, stays there, and gives it back', async () => {
    expect(await run('field.cause=UF_CRM_CAUSE')).toBe(0);
    expect(last()?.fields).toMatchObject({
      cause: 'UF_CRM_CAUSE',
      solution: 'UF_CRM_CG_SOLUTION',
    });
    expect(tools.setup.present.has('cause')).toBe(false);

    expect(await run('autoAsk=false')).toBe(0);
    expect(last()?.fields.cause).toBe('UF_CRM_CAUSE');

    expect(await run('field.cause=own')).toBe(0);
    expect(last()?.fields.cause).toBe('UF_CRM_CG_CAUSE');
  });

  test('has its items matched by their labels, the rest named', async () => {
    expect(await run('field.kbDecision=UF_CRM_KB')).toBe(1);
    expect(terminal.stderr.join('\n')).toContain('--set items.kbDecision=');
    expect(tools.policies.saved).toEqual([]);

    const items = 'items.kbDecision=exists:72';
    expect(await run('field.kbDecision=UF_CRM_KB', items)).toBe(0);
    expect(last()?.options.kbDecision).toEqual({
      created: 70,
      updated: 71,
      exists: 72,
      'not-needed': 73,
    });
  });

  test('is refused when it is not there or of another type, with what to do', async () => {
    expect(await run('field.cause=UF_CRM_NO', 'field.timeSpent=UF_CRM_CAUSE')).toBe(1);
    expect(terminal.stderr.join('\n')).toContain('field.cause=own');
    expect(terminal.stderr.join('\n')).toContain('UF_CRM_CAUSE');
    expect(tools.policies.saved).toEqual([]);
  });
});

describe('a document in a file', () => {
  let folder = '';
  let terminal = fakeTerminal();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'closegate-setup-'));
    terminal = fakeTerminal();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = () => join(folder, 'policy.json');
  const run = (...argv: string[]) => runSetup(argv, fakeContext(terminal, tools));

  test('that setup printed sets the same up again', async () => {
    await run(...PIPELINE, '--yes', '--json', '--set', 'undoMinutes=15', '--set', 'lead=1,2');
    await writeFile(file(), terminal.stdout[0] ?? '');
    const [saved] = tools.policies.saved;
    await run(...PIPELINE, '--yes', '--set', 'undoMinutes=20', '--set', 'lead=2');

    expect(await run('--file', file(), '--yes')).toBe(0);
    expect(tools.policies.saved.at(-1)).toEqual({ ...saved, version: 3 });
  });

  test('goes before nothing that the command itself names', async () => {
    await run(...PIPELINE, '--yes', '--json', '--set', 'undoMinutes=15');
    await writeFile(file(), terminal.stdout[0] ?? '');

    expect(await run('--file', file(), '--yes', '--set', 'undoMinutes=30')).toBe(0);
    expect(tools.policies.saved.at(-1)?.undoMinutes).toBe(30);
  });

  test('of another portal stops at what has to be chosen, until it is', async () => {
    await run(...PIPELINE, '--yes', '--json');
    const document = JSON.parse(terminal.stdout[0] ?? '') as ExportedPolicy;
    const { 'C5:CHECK': role, ...stages } = document.stages;
    const names = { ...document.names, stages: { 'C5:X': 'Ждём ответа' } };
    const foreign = { ...document, stages: { ...stages, 'C5:X': role }, names };
    await writeFile(file(), JSON.stringify(foreign));

    expect(await run('--file', file(), '--yes')).toBe(1);
    expect(terminal.stderr.join('\n')).toContain('Ждём ответа');
    const chosen = ['--stage', 'C5:CHECK=awaiting-confirmation'];
    expect(await run('--file', file(), '--yes', ...chosen)).toBe(0);
  });

  test('that is none is refused with every place', async () => {
    await writeFile(file(), JSON.stringify({ schema: 1, mode: 'strict', undoMinute: 5 }));

    expect(await run('--file', file(), '--yes')).toBe(2);
    expect(terminal.stderr.join('\n')).toMatch(/undoMinute: .*unknown key/);
    expect(terminal.stderr.join('\n')).toContain('mode:');
    expect(await run('--file', join(folder, 'none.json'), '--yes')).toBe(2);
    await writeFile(file(), 'pipeline: 2:5');
    expect(await run('--file', file(), '--yes')).toBe(2);
  });
});
