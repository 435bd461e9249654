/** Comma-separated values that a spreadsheet opens as text: never as a formula. */

/** Excel takes a file for UTF-8 only with it. */
export const CSV_BOM = '\uFEFF';

/** What a spreadsheet would begin a formula with. A plain number is none. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+([.,]\d+)?$/;

/** One line without its end; RFC 4180 quoting. */
export function csvLine(cells: readonly (string | number | null)[], separator: string): string {
  return cells.map((cell) => csvCell(cell, separator)).join(separator);
}

function csvCell(cell: string | number | null, separator: string): string {
  const text = String(cell ?? '');
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  const quoted = safe.includes(separator) || /["\r\n]/.test(safe);
  return quoted ? `"${safe.replaceAll('"', '""')}"` : safe;
}
