import { beforeEach, describe, expect, test } from '@jest/globals';
import type { OutboxStanding } from '../../src/app/ports/client.ts';
import { RUN_KINDS, SKIP_REASONS } from '../../src/app/ports/runs.ts';
import { runOutbox } from '../../src/cli/run-outbox.ts';
import { AppError } from '../../src/errors.ts';
import { isMessageKey } from '../../src/text/catalog.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools, SERVER_TIME } from '../support/fake-tools.ts';

const STOPPED: OutboxStanding = {
  stoppedSince: SERVER_TIME,
  left: 60,
  heldBack: 41,
  normal: 7.4,
  limit: 60,
};

let tools: FakeTools;
let terminal: FakeTerminal;

beforeEach(() => {
  tools = fakeTools();
  terminal = fakeTerminal();
});

const run = (...argv: string[]) => runOutbox(argv, fakeContext(terminal, tools));

describe('npm run outbox -- status', () => {
  test('says that messages leave', async () => {
    expect(await run('status')).toBe(0);
    expect(terminal.stdout.join()).toContain('Сообщения клиентам уходят');
    expect(tools.closed).toBe(true);
  });

  test('says since when they are stopped, how many were due against the normal, and what to do', async () => {
    tools.outbox.standing = async () => STOPPED;

    expect(await run('status')).toBe(0);
    const [text = ''] = terminal.stdout;
    expect(text).toMatch(/ОСТАНОВЛЕНЫ с 2026-03-02/);
    expect(text).toContain('За час к отправке: 101 (ушло 60, задержано 41). Обычно за час: 7');
    expect(text).toContain('npm run outbox -- resume');
  });

  test('prints one document with --json', async () => {
    tools.outbox.standing = async () => STOPPED;

    expect(await run('status', '--json')).toBe(0);
    expect(JSON.parse(terminal.stdout.join())).toEqual(STOPPED);
  });

  test('speaks English when asked to', async () => {
    expect(await run('status', '--lang', 'en')).toBe(0);
    expect(terminal.stdout.join()).toContain('Messages to clients leave');
  });

  test('tells a fault in words of its language, with the technical ones below', async () => {
    tools.outbox.standing = async () => {
      throw new AppError('store-unavailable', 'Redis does not answer', { detail: 'ECONNREFUSED' });
    };

    expect(await run('status')).toBe(1);
    expect(terminal.stderr).toEqual([
      expect.stringMatching(/^Не получилось: Redis недоступен/),
      'Подробности (по-английски): Redis does not answer (store-unavailable) [ECONNREFUSED]',
    ]);
  });
});

describe('npm run outbox -- resume', () => {
  test('lets messages leave again', async () => {
    tools.outbox.breakerOpen = true;

    expect(await run('resume')).toBe(0);
    expect(tools.outbox.breakerOpen).toBe(false);
    expect(terminal.stdout.join()).toContain('Отправка разрешена');
  });

  test('does nothing where nothing was stopped', async () => {
    let resumed = 0;
    tools.outbox.resume = async () => void (resumed += 1);

    expect(await run('resume')).toBe(0);
    expect(resumed).toBe(0);
    expect(terminal.stdout.join()).toContain('не была остановлена');
  });
});

describe('npm run outbox -- runs', () => {
  test('shows candidates, sent, done and skipped with why', async () => {
    await tools.runs.add('webhook', {
      kind: 'timers',
      at: SERVER_TIME,
      candidates: 6,
      sent: 2,
      done: 1,
      skipped: { 'outside-hours': 2, 'run-full': 1 },
    });

    expect(await run('runs')).toBe(0);
    expect(terminal.stdout).toEqual([
      expect.stringMatching(
        /^2026-03-02 .* таймеры: кандидатов 6, отправлено 2, сделано иное 1, пропущено: нерабочее время 2, прогон заполнен, уйдёт в следующем 1$/,
      ),
    ]);
  });

  test('says so when there was none', async () => {
    expect(await run('runs')).toBe(0);
    expect(terminal.stdout.join()).toContain('Прогонов ещё не было');
  });

  test.each([
    ...RUN_KINDS.map((kind) => `run.kind.${kind}`),
    ...SKIP_REASONS.map((why) => `run.why.${why}`),
  ])('has words for %s', (key) => {
    expect(isMessageKey(key)).toBe(true);
  });
});

describe('npm run outbox', () => {
  test.each([[], ['stop'], ['status', 'more'], ['status', '--colour'], ['status', '--lang', 'fr']])(
    'with %s explains itself and ends with 2',
    async (...argv: string[]) => {
      expect(await run(...argv)).toBe(2);
      expect(terminal.stderr.join()).toContain('npm run outbox -- status|resume|runs');
      expect(terminal.stdout).toEqual([]);
    },
  );

  test('shows how it is used on request', async () => {
    expect(await run('--help')).toBe(0);
    expect(terminal.stdout.join()).toContain('npm run outbox -- status|resume|runs');
  });
});
