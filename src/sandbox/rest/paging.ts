import type { Params } from './params.ts';

export const PAGE = 50;

export interface Page<Row> {
  readonly rows: Row[];
  readonly total: number;
  readonly next?: number;
}

/** The fixed page of 50; `start: -1` skips the count: total 0, no next. */
export function pageOf<Row>(rows: readonly Row[], params: Params): Page<Row> {
  const start = typeof params['start'] === 'number' ? params['start'] : 0;
  if (start < 0) return { rows: rows.slice(0, PAGE), total: 0 };
  const page = rows.slice(start, start + PAGE);
  const next = start + PAGE;
  return next < rows.length
    ? { rows: page, total: rows.length, next }
    : { rows: page, total: rows.length };
}

/** `total` and `next` of a page for the answer's top level. */
export function pageMarks(page: Page<unknown>): { total: number; next?: number } {
  return page.next === undefined ? { total: page.total } : { total: page.total, next: page.next };
}
