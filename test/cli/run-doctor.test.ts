import { beforeEach, describe, expect, test } from '@jest/globals';
import { finding } from '../../src/app/doctor-findings.ts';
import { REFUSED } from '../../src/cli/parsed-args.ts';
import { doctorTable, parseDoctorArgs, runDoctor } from '../../src/cli/run-doctor.ts';
import { AppError } from '../../src/errors.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { aPolicy } from '../support/a-policy.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools, SUPPORT_STAGES } from '../support/fake-tools.ts';

let tools: FakeTools;
beforeEach(() => {
  tools = fakeTools([
    aPolicy({
      stages: { 'C5:CHECK': 'awaiting-confirmation', 'C5:WON': 'closed:confirmed' },
      returnStage: 'C5:WORK',
      overriders: [1],
    }),
  ]);
  tools.probe.stages = SUPPORT_STAGES.filter(
    ({ categoryId, semantics }) => categoryId === 5 && semantics !== 'failure',
  );
});

describe('runDoctor', () => {
  test('ends with 0 although there are remarks', async () => {
    const terminal = fakeTerminal();

    expect(await runDoctor(['--no-write'], fakeContext(terminal, tools))).toBe(0);
    expect(terminal.stdout.join('\n')).toContain('✓ Вебхук');
    expect(terminal.stdout.join('\n')).toContain('Работать можно, есть 3 замечания.');
    expect(tools.probe.nudged).toEqual([]);
    expect(tools.closed).toBe(true);
  });

  test('ends with 1 when something is broken', async () => {
    const terminal = fakeTerminal();
    tools.probe.access = 'none';

    expect(await runDoctor(['--no-write'], fakeContext(terminal, tools))).toBe(1);
    expect(terminal.stdout.join('\n')).toContain('✗ Права');
  });

  test('prints one document with levels, texts and remedies', async () => {
    const terminal = fakeTerminal();
    tools.store.standing = { ...tools.store.standing, appendonly: 'no' };

    const code = await runDoctor(
      ['--no-write', '--json', '--lang', 'en'],
      fakeContext(terminal, tools),
    );

    expect(code).toBe(1);
    expect(terminal.stdout).toHaveLength(1);
    const document: unknown = JSON.parse(terminal.stdout[0] ?? '');
    expect(document).toMatchObject({ level: 'fail' });
    expect(document).toHaveProperty(
      'findings',
      expect.arrayContaining([
        {
          check: 'redis',
          level: 'fail',
          code: 'appendonly-off',
          params: {},
          text: 'appendonly is off: data is lost at a restart',
          why: 'Journal, timers and settings live in Redis.',
          remedy: 'Run CONFIG SET appendonly yes and put the same into redis.conf.',
        },
      ]),
    );
    expect(JSON.stringify(document)).not.toContain('sentinelsecret');
  });

  test('tells what it can when the store is away', async () => {
    const terminal = fakeTerminal();
    const context = fakeContext(terminal, tools, {
      findTarget: async () => ({
        input: {
          webhookUrl: 'http://127.0.0.1:9/rest/1/sentinelsecret/',
          redisUrl: null,
          dataDir: '.data',
        },
        eventUrl: 'https://gate.test/events',
        eventTokenCount: 0,
        demo: false,
      }),
      connect: async () => {
        throw new AppError('store-unavailable', 'Start Redis.');
      },
    });

    expect(await runDoctor([], context)).toBe(1);
    const table = terminal.stdout.join('\n');
    for (const name of ['✗ Вебхук', '✗ Токен событий', '✗ Redis']) expect(table).toContain(name);
    expect(table).not.toContain('sentinelsecret');
  });

  test('takes the answer to a question, and does not ask it again', async () => {
    const terminal = fakeTerminal();
    const answer = ['--answer', 'automation 2:5 C5:WON=no'];

    expect(await runDoctor(answer, fakeContext(terminal, tools))).toBe(0);
    expect(tools.doctorNotes.given.get('automation 2:5 C5:WON')).toMatchObject({ answer: 'no' });
    expect(await runDoctor(['--no-write'], fakeContext(terminal, tools))).toBe(0);
    expect(terminal.stdout.join('\n')).toContain('закрывающие стадии клиенту ничего не отправляют');
  });

  test('says which questions there are when another is answered', async () => {
    const terminal = fakeTerminal();
    const answer = ['--answer', 'automation 2:5 C5:NEW=no'];

    expect(await runDoctor(answer, fakeContext(terminal, tools))).toBe(2);
    expect(terminal.stderr.join()).toContain('"automation 2:5 C5:WON"');
  });

  test('shows how it is used when it is not understood', async () => {
    const terminal = fakeTerminal();

    expect(await runDoctor(['--nope'], fakeContext(terminal, tools))).toBe(2);
    expect(terminal.stderr.join()).toContain('--no-write');
  });

  test('says what to set when there is no portal', async () => {
    const terminal = fakeTerminal();
    const context = fakeContext(terminal, tools, { findTarget: async () => null });

    expect(await runDoctor([], context)).toBe(1);
    expect(terminal.stderr.join()).toContain('npm start');
  });
});

describe('doctorTable', () => {
  const speak = (key: string, params = {}) => sayByName('ru', key, params);

  test('puts the remedy below what it mends, and counts the worst', () => {
    const findings = [
      finding('webhook', 'ok'),
      finding('scopes', 'missing-required', { scopes: 'im' }),
      finding('clock', 'drift', { seconds: 40 }),
    ];

    expect(doctorTable(findings, speak)).toBe(
      [
        'Проверка Closegate',
        '✓ Вебхук   портал отвечает',
        '✗ Доступы  не хватает обязательных: im',
        '           почему: Без доступа соответствующая часть приложения молча не работает.',
        '           → Отредактируйте входящий вебхук на портале и добавьте: im. Без них шлюз не работает.',
        '! Часы     расхождение с порталом 40 с',
        '           почему: Сроки считаются по часам: при расхождении закрытие по молчанию случится не вовремя.',
        '           → Включите на сервере синхронизацию времени (NTP).',
        'Найдена 1 неисправность.',
      ].join('\n'),
    );
  });

  test('says so when all is well', () => {
    expect(doctorTable([finding('webhook', 'ok')], speak)).toContain('Всё в порядке.');
  });
});

describe('parseDoctorArgs', () => {
  test.each([
    [[], null, { json: false, write: true, answer: null }],
    [['--json', '--no-write'], null, { json: true, write: false, answer: null }],
    [['--lang', 'ru'], 'ru', { json: false, write: true, answer: null }],
  ])('%j means %j, %j', (argv, language, args) => {
    expect(parseDoctorArgs(argv)).toEqual({ kind: 'run', language, args });
  });

  test.each([
    [['--answer', 'automation 2:5 C5:WON=maybe']],
    [['--answer', 'yes']],
    [['--lang', 'de']],
    [['--what']],
  ])('refuses %j', (argv) => {
    expect(parseDoctorArgs(argv)).toEqual(REFUSED);
  });
});
