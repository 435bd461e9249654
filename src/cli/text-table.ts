/** Tables that fit the terminal: the first column takes what is left, numbers stand to the right. */

export interface TableColumn {
  readonly title: string;
  /** Left out first where the terminal is narrow; the first column never is. */
  readonly optional?: boolean;
}

const GAP = '  ';
/** The first column is not made narrower than this: a column of numbers goes instead. */
const MIN_FIRST = 22;

const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** As a person counts them. */
const charactersOf = (text: string): readonly string[] =>
  Array.from(SEGMENTS.segment(text), ({ segment }) => segment);

const widthOf = (text: string): number => charactersOf(text).length;

/** @param rows cells in the order of the columns; @param width characters of the terminal */
export function textTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly (string | number)[])[],
  width: number,
): readonly string[] {
  const cells = rows.map((row) => row.map(String));
  const needs = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const shown = columnsThatFit(columns, needs, width);
  const others = shown.slice(1).reduce((sum, index) => sum + GAP.length + (needs[index] ?? 0), 0);
  const first = Math.max(MIN_FIRST, Math.min(needs[0] ?? 0, width - others));
  const line = (row: readonly string[]): string =>
    shown
      .map((index) =>
        index === 0
          ? fitted(row[0] ?? '', first).padEnd(first)
          : (row[index] ?? '').padStart(needs[index] ?? 0),
      )
      .join(GAP)
      .trimEnd();
  return [columns.map(({ title }) => title), ...cells].map(line);
}

function columnsThatFit(
  columns: readonly TableColumn[],
  needs: readonly number[],
  width: number,
): readonly number[] {
  const shown = columns.map((_, index) => index);
  const total = (): number =>
    MIN_FIRST + shown.slice(1).reduce((sum, index) => sum + GAP.length + (needs[index] ?? 0), 0);
  for (;;) {
    const last = shown.findLast((index) => columns[index]?.optional);
    if (last === undefined || total() <= width) return shown;
    shown.splice(shown.indexOf(last), 1);
  }
}

/** Cut to so many characters, with an ellipsis where something is left out. */
export function fitted(text: string, width: number): string {
  const characters = charactersOf(text);
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

/** A line broken between words so that it fits; what follows the first line is indented. */
export function wrapped(text: string, width: number, indent = ''): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
