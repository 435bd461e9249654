/** Comma-separated values that a spreadsheet opens as text: never as a formula. */

/** Excel takes a file for UTF-8 only with it. */
export const CSV_BOM = '\uFEFF';

/** What a spreadsheet would begin a formula with, also in full width or behind blanks. A plain number is none. */
const FORMULA = /^[\s\u200B-\u200D\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;
const NUMBER = /^-?\d+([.,]\d+)?$/;
/** Opened with another separator than it was written with, a file falls into other cells, quotes or not. */
const INNER = /([,;\t|\r\n]"*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/gu;

/** One line without its end; RFC 4180 quoting. */
export function csvLine(cells: readonly (string | number | null)[], separator: string): string {
  return cells.map((cell) => csvCell(cell, separator)).join(separator);
}

function csvCell(cell: string | number | null, separator: string): string {
  const text = String(cell ?? '');
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  const inert = safe.replaceAll(INNER, "$1'");
  const quoted = inert.includes(separator) || /["\r\n]/.test(inert);
  return quoted ? `"${inert.replaceAll('"', '""')}"` : inert;
}
