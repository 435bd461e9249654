import { describe, expect, test } from '@jest/globals';
import { CSV_BOM, csvLine } from '../../src/app/csv.ts';
import { parseJournalArgs } from '../../src/cli/journal-args.ts';
import { runJournal } from '../../src/cli/run-journal.ts';
import { JOURNAL_KINDS } from '../../src/core/journal-entry.ts';
import { aJournalEntry, aResult } from '../support/a-journal-entry.ts';
import { aPolicy } from '../support/a-policy.ts';
import { hashOf } from '../support/fake-journal-archive.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import { fakeTools } from '../support/fake-tools.ts';

const RETURN = aJournalEntry({
  local: '2026-11-22T15:00:00+03:00',
  results: [
    aResult({
      verdict: { status: 'unmet', gaps: [{ code: 'solution-missing', params: {} }] },
      evidence: { timeSpent: 15 },
    }),
    aResult({ id: 'problem-solved', clause: 'step-1', evidence: { characters: 40 } }),
  ],
  detail: { returns: 1 },
});
const CLOSING = aJournalEntry({
  kind: 'closed',
  ref: { entityTypeId: 2, id: 760 },
  local: '2026-12-01T00:10:00+03:00',
  closedBy: 'silence',
  outcome: 'no-answer',
});

async function run(argv: readonly string[], entries = [RETURN, CLOSING]) {
  const terminal = fakeTerminal();
  const tools = fakeTools([aPolicy()]);
  tools.archive.entries = [...entries];
  tools.ticketsOfClient.tickets.set('contact:17', [
    { entityTypeId: 2, id: 759 },
    { entityTypeId: 2, id: 760 },
  ]);
  const code = await runJournal(argv, fakeContext(terminal, tools, { language: 'en' }));
  return { code, tools, out: terminal.stdout, said: terminal.stderr.join('\n') };
}

describe('npm run journal', () => {
  test('shows a line an entry and says how many', async () => {
    const { code, out, said } = await run([]);

    expect(code).toBe(0);
    expect(out).toEqual([
      '2026-11-22 15:00:00 +03:00  returned to work  2:759  solution-missing | returns=1',
      '2026-12-01 00:10:00 +03:00  closed  2:760',
    ]);
    expect(said).toContain('Lines: 2');
  });

  test('takes days on the pipeline’s clock, both ends included, and one ticket', async () => {
    const ids = async (...argv: string[]) =>
      (await run([...argv, '--jsonl'])).out.map((line) => JSON.parse(line).entry.ref.id);

    expect(await ids('--from', '2026-11-22', '--to', '2026-11-30')).toEqual([759]);
    expect(await ids('--from', '2026-12-01')).toEqual([760]);
    expect(await ids('--ticket', '2:760')).toEqual([760]);
  });

  test('gives the entry whole as JSON Lines', async () => {
    const { out } = await run(['--jsonl']);

    expect(JSON.parse(out[0] ?? '')).toMatchObject({ seq: 1, hash: hashOf(1), entry: RETURN });
  });

  test('gives a table that a Russian Excel opens: BOM, semicolons, CRLF', async () => {
    const { out } = await run(['--csv', '--lang', 'ru']);

    expect(out[0]?.startsWith(`${CSV_BOM}№;Время;Событие;Обращение;`)).toBe(true);
    expect(out.every((line) => line.endsWith('\r'))).toBe(true);
    expect(out[1]?.split(';').slice(0, 4)).toEqual([
      '1',
      '2026-11-22 15:00:00 +03:00',
      'returned',
      '2:759',
    ]);
  });

  test('explains a return with each criterion’s result, evidence, mover and policy version', async () => {
    const { code, out } = await run(['--explain', '2:759']);

    expect(code).toBe(0);
    expect(out.join('\n').split('\n')).toEqual([
      '2026-11-22 15:00:00 +03:00 — returned to work (policy version 3)',
      '  moved by: user 7; assignee: 12; stages: C5:WON → C5:EXECUTING',
      '  outcome: Confirmed by the client',
      '  returns=1',
      '  ✗ Solution documented (step 3): not met, required [minutes spent: 15]',
      '      Fill in "Solution"',
      '  ✓ Problem solved and checked (step 1): met, required [characters on the check: 40]',
    ]);
  });

  test('says when the journal knows nothing of a ticket', async () => {
    const { code, said } = await run(['--explain', '2:1']);

    expect(code).toBe(1);
    expect(said).toContain('The journal says nothing about ticket 2:1.');
  });

  test('has words for every kind of line in both languages', async () => {
    const entries = JOURNAL_KINDS.map((kind) => aJournalEntry({ kind, results: RETURN.results }));
    for (const lang of ['ru', 'en']) {
      const { code, out } = await run(['--explain', '2:759', '--lang', lang], entries);
      expect(code).toBe(0);
      expect(out.filter((text) => text.includes(' — '))).toHaveLength(JOURNAL_KINDS.length);
    }
  });

  test('tells whether the chain holds, and fails when it does not', async () => {
    const terminal = fakeTerminal();
    const tools = fakeTools();
    const head = { seq: 9, hash: hashOf(9) };
    const problems = [{ code: 'edited' as const, seq: 4 }];
    tools.archive.report = {
      ...tools.archive.report,
      intact: false,
      linked: 9,
      head,
      problems,
      problemCount: 1,
      beforeChain: 2,
      anchorSeq: 3,
    };
    const code = await runJournal(['--verify'], fakeContext(terminal, tools, { language: 'en' }));

    expect(code).toBe(1);
    expect(terminal.stdout.join('\n')).toMatch(
      /broken in 1 places[^]*No\. 4 was edited[^]*No\. 3 were dropped[^]*before the chain: 2[^]*9:0+9/,
    );
  });

  test('finds a noted line, and fails when a rewritten journal does not hold it', async () => {
    const noted = await run(['--verify', '--expect', `2:${hashOf(2)}`]);
    const gone = await run(['--verify', '--expect', `2:${hashOf(3)}`]);

    expect([noted.code, gone.code]).toEqual([0, 1]);
    expect(noted.out.join('\n')).toContain('Line 2 with this hash stands.');
    expect(gone.out.join('\n')).toContain('the journal was rewritten or cut');
  });

  test('forgets the tickets of a client everywhere and notes that, but not whose', async () => {
    const { code, tools, out } = await run(['--erase-client', 'contact:17']);

    expect(code).toBe(0);
    expect(tools.archive.forgotten).toEqual(['2:759', '2:760']);
    expect(tools.clientRecords.forgotten).toEqual(['2:759', '2:760']);
    expect(tools.journal.lines).toMatchObject([
      { kind: 'client-erased', ref: null, detail: { tickets: 2, records: 4 } },
    ]);
    expect(JSON.stringify({ ...tools.journal.lines[0], at: 0 })).not.toMatch(/17|759/);
    expect(out.join('\n')).toContain('Tickets forgotten: 2');
  });

  test('forgets tickets named one by one, for a client the portal no longer has', async () => {
    const { tools } = await run(['--erase-client', '2:5,2:6']);

    expect(tools.archive.forgotten).toEqual(['2:5', '2:6']);
  });

  test.each([
    [['--from', '2026-02-30']],
    [['--to', 'yesterday']],
    [['--ticket', '759']],
    [['--explain', '2:x']],
    [['--erase-client', 'lead:1']],
    [['--expect', '12']],
    [['--csv', '--separator', '|']],
    [['--csv', '--jsonl']],
    [['--lang', 'de']],
    [['--nonsense']],
  ])('refuses %j with its usage', async (argv) => {
    const { code, said } = await run(argv);

    expect(code).toBe(2);
    expect(said).toContain('npm run journal');
  });

  test('explains itself', () => {
    expect(parseJournalArgs(['--help', '--lang', 'ru'])).toEqual({
      kind: 'help',
      language: 'ru',
    });
  });
});

describe('a line of comma-separated values', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+7 495', "'+7 495"],
    ['-SUM(A1)', "'-SUM(A1)"],
    ['@cmd', "'@cmd"],
    ['\tx', "'\tx"],
    [-5, '-5'],
    ['-5', '-5'],
    ['a;b', '"a;b"'],
    ['a"b', '"a""b"'],
    ['=a;"b"', '"\'=a;""b"""'],
    ['a\nb', '"a\nb"'],
    [null, ''],
  ])('writes %j as %j', (cell, text) => {
    expect(csvLine([cell, 'x'], ';')).toBe(`${text};x`);
  });
});
