import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseAuditArgs } from '../../src/cli/audit-args.ts';
import { createAuditProgress } from '../../src/cli/audit-progress.ts';
import { runAudit } from '../../src/cli/run-audit.ts';
import { fitted, textTable, wrapped } from '../../src/cli/text-table.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { renderAuditPage } from '../../src/text/audit/audit-page.ts';
import { aPolicy } from '../support/a-policy.ts';
import { aTicket } from '../support/a-ticket.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools, SERVER_TIME } from '../support/fake-tools.ts';

const directory = mkdtempSync(join(tmpdir(), 'closegate-audit-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let tools: FakeTools;
beforeEach(() => {
  tools = fakeTools([aPolicy()]);
  for (const id of [1, 2, 3]) {
    const { previous, openWork, conversation, ...head } = aTicket({
      ref: { entityTypeId: 2, id },
      title: 'Домофон <молчит>',
      movedAt: SERVER_TIME - id * 60_000,
      record: id === 1 ? { cause: '' } : {},
    });
    const facts = { previous, openWork, conversation };
    tools.past.tickets.put({ ...head, previousStageId: null }, facts);
  }
  tools.past.names.set(11, 'Анна Орлова');
});

const run = (argv: readonly string[], terminal = fakeTerminal()) =>
  runAudit(argv, fakeContext(terminal, tools), renderAuditPage).then((code) => ({
    code,
    stdout: terminal.stdout.join('\n'),
    stderr: terminal.stderr.join('\n'),
  }));

describe('npm run audit', () => {
  test('tells in a table what a lead wants to know', async () => {
    const { code, stdout } = await run([]);

    expect(code).toBe(0);
    expect(stdout).toContain('1 из 3 закрытий не прошло бы регламент');
    expect(stdout).toMatch(/шаг 3 · Решение описано +1 +0 +2/);
    expect(stdout).toMatch(/Анна Орлова +3 +1/);
    expect(stdout).toMatch(/Пользователь № 12/);
    expect(stdout).toContain('Что по прошлому узнать нельзя');
    expect(tools.closed).toBe(true);
  });

  test('speaks English when asked to', async () => {
    const { stdout } = await run(['--lang', 'en']);

    expect(stdout).toContain('1 of 3 closings would not have passed');
    expect(stdout).not.toMatch(/[а-яё]{3}.*не прошл/i);
  });

  test('--json prints one document and nothing else on standard output', async () => {
    const { stdout, stderr } = await run(['--json']);

    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      days: 30,
      pipelines: [{ pipeline: '2:5', policy: 'stored', version: 3, notJudged: [] }],
      summary: { closings: 3, judged: 3, passes: 2, fails: 1, unclear: 0, ungated: 0 },
      gaps: [{ code: 'cause-missing', closings: 1 }],
      people: [{ userId: 11, name: 'Анна Орлова', moved: { fails: 1 } }, { userId: 12 }],
      closings: [
        {
          ticket: '2:1',
          verdict: 'fails',
          link: 'https://portal.test/2/1',
          mover: { id: 11, name: 'Анна Орлова' },
          gaps: [{ code: 'cause-missing', text: 'причина проблемы' }],
          criteria: { 'solution-documented': 'unmet', 'problem-solved': 'met' },
        },
        { ticket: '2:2', verdict: 'passes' },
        { ticket: '2:3', verdict: 'passes' },
      ],
    });
    expect(stderr).toContain('Проверено 3 из 3');
  });

  test('--html writes the page beside the table', async () => {
    const file = join(directory, 'audit.html');

    const { code, stderr } = await run(['--html', file]);

    expect(code).toBe(0);
    expect(stderr).toContain(file);
    expect(readFileSync(file, 'utf8')).toContain('Домофон &lt;молчит&gt;');
  });

  test('a page that cannot be written is told, and ends with 1', async () => {
    const { code, stderr } = await run(['--html', join(directory, 'no-such', 'audit.html')]);

    expect(code).toBe(1);
    expect(stderr).toContain('ENOENT');
  });

  test('without a pipeline and without a setup it says what to add', async () => {
    tools = fakeTools([]);

    const { code, stdout, stderr } = await run([]);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('npm run audit -- --pipeline 2:5');
  });

  test('no closings are no table', async () => {
    tools.past.tickets.heads.clear();

    const { stdout } = await run([]);

    expect(stdout).toContain('закрытий не нашлось');
    expect(stdout).not.toContain('Какие пункты');
  });

  test('a command line that cannot be understood ends with 2, every fault named', async () => {
    const { code, stderr } = await run(['--days', '0', '--pipeline', 'five', '--lang', 'de']);

    expect(code).toBe(2);
    for (const word of ['«0»', 'five', 'de', 'npm run audit']) expect(stderr).toContain(word);
  });

  test('--help needs no portal', async () => {
    const terminal = fakeTerminal();
    const context = fakeContext(terminal, tools, { findTarget: async () => null });

    expect(await runAudit(['--help'], context, renderAuditPage)).toBe(0);
    expect(terminal.stdout.join('')).toContain('--html');
  });
});

describe('parseAuditArgs', () => {
  test('takes thirty days of everything by default', () => {
    expect(parseAuditArgs([])).toEqual({
      kind: 'run',
      language: null,
      args: { days: 30, pipeline: null, json: false, html: null },
    });
  });

  test.each(['0', '367', '1.5', '-1', 'x', ''])('refuses --days=%s', (days) => {
    expect(parseAuditArgs([`--days=${days}`])).toMatchObject({
      kind: 'refused',
      complaints: [{ key: 'audit.bad-days' }],
    });
  });
});

describe('progress', () => {
  function follow(redraw?: (line: string) => void) {
    const told: string[] = [];
    let now = 0;
    const progress = createAuditProgress({
      terminal: { say: (line) => told.push(line), ...(redraw ? { redraw } : {}) },
      speak: (key, params) => sayByName('en', key, params),
      now: () => now,
    });
    progress.step({ kind: 'listing' });
    for (let done = 0; done <= 1000; done += 25) {
      progress.step({ kind: 'reading', done, total: 1000 });
      now += 5000;
    }
    progress.end();
    return told;
  }

  test('on a terminal is a bar with the time that is left, taken away at the end', () => {
    const drawn: string[] = [];

    expect(follow((line) => drawn.push(line))).toEqual([]);
    expect(drawn).toContain('████████████░░░░░░░░░░░░ 500 of 1000 checked, about 2 min left');
    expect(drawn).toContain('██████████████████████░░ 900 of 1000 checked, about 20 s left');
    expect(drawn.at(-1)).toBe('');
  });

  test('elsewhere is a line now and then', () => {
    const told = follow();

    expect(told[0]).toBe('Reading the list of closed tickets…');
    expect(told[1]).toBe('100 of 1000 checked, about 3 min left');
    expect(told.at(-1)).toBe('1000 of 1000 checked');
    expect(told).toHaveLength(11);
  });
});

describe('textTable', () => {
  const columns = [{ title: 'Name' }, { title: 'one' }, { title: 'two', optional: true }];
  const rows = [['A name that is far too long for a narrow window', 12, 345]];

  test('fits the window: the first column is cut', () => {
    expect(textTable(columns, rows, 40)).toEqual([
      'Name                            one  two',
      'A name that is far too long f…   12  345',
    ]);
  });

  test('leaves out optional columns rather than the name', () => {
    expect(textTable(columns, rows, 28)).toEqual([
      'Name                     one',
      'A name that is far too…   12',
    ]);
  });

  test('words are cut and wrapped where a reader would', () => {
    expect(fitted('слово', 4)).toBe('сло…');
    expect(wrapped('· one two three', 9, '  ')).toEqual(['· one two', '  three']);
  });
});
