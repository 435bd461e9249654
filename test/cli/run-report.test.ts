import { describe, expect, test } from '@jest/globals';
import { REFUSED } from '../../src/cli/parsed-args.ts';
import { parseReportArgs, runReport } from '../../src/cli/run-report.ts';
import { aJournalEntry, aResult } from '../support/a-journal-entry.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import { fakeTools } from '../support/fake-tools.ts';

const DAYS = ['--from', '2026-11-01', '--to', '2026-11-30'];
const closed = aJournalEntry({ kind: 'closed', confirmation: 'confirmed' });
const ENTRIES = [
  closed,
  { ...closed, confirmation: 'by-agent' as const, movedAt: 2 },
  { ...closed, outcome: 'no-answer' as const, movedAt: 3 },
  aJournalEntry({
    results: [aResult({ verdict: { status: 'unmet', gaps: [] } })],
    pipeline: { entityTypeId: 2, categoryId: 9 },
  }),
  aJournalEntry({ kind: 'ungated', detail: { why: 'exempt' } }),
];

async function run(argv: readonly string[], drift = 0) {
  const terminal = fakeTerminal();
  const tools = fakeTools();
  tools.archive.entries = ENTRIES;
  tools.archive.drift = drift;
  const code = await runReport(argv, fakeContext(terminal, tools, { language: 'en' }));
  return { code, out: terminal.stdout.join('\n'), said: terminal.stderr.join('\n') };
}

describe('npm run report', () => {
  test('puts confirmed, silent and entered closings side by side, and shows the ungated', async () => {
    const { code, out } = await run(DAYS);

    expect(code).toBe(0);
    for (const row of [
      /Closings from 2026-11-01 to 2026-11-30/,
      /total +3\n/,
      /confirmed by the client +1\n/,
      /on the client’s silence +1\n/,
      /confirmation entered by an agent +1\n/,
      /stage not checked +1\n/,
      /Solution documented +1\n/,
      /user 7 +1\n/,
      /user 12 +1 of 3\n/,
      /to the closing +not measured/,
      /Similar solutions without an article in the last 30 days\n\S+/,
    ]) {
      expect(out).toMatch(row);
    }
  });

  test('takes one pipeline', async () => {
    const { out } = await run([...DAYS, '--pipeline', '2:9', '--json']);

    expect(JSON.parse(out)).toMatchObject({ closed: 0, refused: { attempts: 1 }, pipeline: '2:9' });
  });

  test('gives the same rows as a table for a spreadsheet', async () => {
    const { out } = await run([...DAYS, '--csv', '--lang', 'ru']);

    expect(out.split('\r\n').slice(0, 3)).toEqual([
      '\uFEFFРаздел;Показатель;Значение',
      'Закрыто через проверку;всего;3',
      'Закрыто через проверку;подтвердил клиент;1',
    ]);
  });

  test('counts again from the journal and says whether the numbers are the same', async () => {
    const same = await run([...DAYS, '--recount']);
    const other = await run([...DAYS, '--recount'], 1);

    expect([same.code, other.code]).toEqual([0, 1]);
    expect(same.said).toContain('the same (2 days)');
    expect(other.said).toContain('differ on 2 days, the first is 2026-11-22 (2:5)');
  });

  test.each([
    [['--from', '2026-13-01']],
    [['--pipeline', 'support']],
    [['--json', '--csv']],
    [['--separator', '|']],
    [['--lang', 'de']],
    [['now']],
  ])('refuses %j', async (argv) => {
    expect(parseReportArgs(argv)).toEqual(REFUSED);
    expect((await run(argv)).code).toBe(2);
  });
});
