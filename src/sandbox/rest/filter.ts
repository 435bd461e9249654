import { parsePortalTime } from '../clock.ts';
import type { ColumnKind, Stored } from '../state/system-fields.ts';
import { RestError } from './rest-error.ts';

/** How a list reads one field of its rows. */
export interface Column<Row> {
  readonly kind: ColumnKind;
  read(row: Row): Stored;
}

export type Columns<Row> = (field: string) => Column<Row> | undefined;
type Test<Row> = (row: Row) => boolean;

/** Longest first, so that `!=%` is not read as `!`. */
export const PREFIXES = [
  '!=%',
  '!%=',
  '>=',
  '<=',
  '!@',
  '!=',
  '!%',
  '=%',
  '%=',
  '@',
  '>',
  '<',
  '=',
  '%',
  '!',
] as const;
export type Prefix = (typeof PREFIXES)[number] | '';

export function splitKey(key: string): { readonly prefix: Prefix; readonly field: string } {
  const prefix = PREFIXES.find((p) => key.startsWith(p)) ?? '';
  return { prefix, field: key.slice(prefix.length) };
}

/** Compiles a filter with prefixes and nested OR; a wrong field or value is INVALID_ARG_VALUE. */
export function compileFilter<Row>(
  filter: Readonly<Record<string, unknown>>,
  columns: Columns<Row>,
): Test<Row> {
  const tests: Test<Row>[] = [];
  let any = false;
  for (const [key, value] of Object.entries(filter)) {
    if (key === 'logic' || key === 'LOGIC') any = String(value).toUpperCase() === 'OR';
    else if (/^\d+$/.test(key)) tests.push(compileFilter(nested(value), columns));
    else tests.push(compileCondition(key, value, columns));
  }
  if (tests.length === 1 && tests[0]) return tests[0];
  return any
    ? (row) => tests.length === 0 || tests.some((test) => test(row))
    : (row) => tests.every((test) => test(row));
}

function nested(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value));
  throw new RestError(400, 'INVALID_ARG_VALUE', 'Invalid filter: a nested condition is not a map');
}

function compileCondition<Row>(key: string, value: unknown, columns: Columns<Row>): Test<Row> {
  const { prefix, field } = splitKey(key);
  const column = columns(field);
  if (!column) {
    throw new RestError(
      400,
      'INVALID_ARG_VALUE',
      `Invalid filter: field '${field}' is not allowed in filter`,
    );
  }
  const invalid = (): RestError =>
    new RestError(400, 'INVALID_ARG_VALUE', `Invalid filter: field '${field}' has invalid value`);
  if (prefix.includes('%')) return likeTest(column, prefix, value, invalid);
  if (prefix.startsWith('>') || prefix.startsWith('<')) {
    return rangeTest(column, prefix, readScalar(column.kind, value, invalid));
  }
  const list = Array.isArray(value) || (typeof value === 'object' && value !== null);
  if (prefix.endsWith('@') && !list) throw invalid();
  const wanted = new Set(
    (list ? Object.values(value ?? {}) : [value]).map((v) => readScalar(column.kind, v, invalid)),
  );
  return prefix.startsWith('!')
    ? (row) => !hasOne(column.read(row), wanted)
    : (row) => hasOne(column.read(row), wanted);
}

function hasOne(stored: Stored, wanted: ReadonlySet<Stored>): boolean {
  if (typeof stored === 'object' && stored !== null) {
    return stored.length === 0 ? wanted.has(null) : stored.some((one) => wanted.has(one));
  }
  return wanted.has(stored === '' ? null : stored);
}

function readScalar(kind: ColumnKind, value: unknown, invalid: () => RestError): Stored {
  if (value === null || value === '' || value === false) return null;
  if (typeof value !== 'string' && typeof value !== 'number') throw invalid();
  if (kind === 'string') return String(value);
  const read = kind === 'time' ? parsePortalTime(String(value)) : Number(value);
  if (read === undefined || !Number.isFinite(read)) throw invalid();
  return read;
}

function rangeTest<Row>(column: Column<Row>, prefix: Prefix, limit: Stored): Test<Row> {
  const compare = (value: string | number): boolean => {
    const sign = compareStored(value, limit);
    if (prefix === '>') return sign > 0;
    if (prefix === '>=') return sign >= 0;
    return prefix === '<' ? sign < 0 : sign <= 0;
  };
  return (row) => {
    const stored = column.read(row);
    if (stored === null || stored === '') return false;
    return typeof stored === 'object' ? stored.some(compare) : compare(stored);
  };
}

function likeTest<Row>(
  column: Column<Row>,
  prefix: Prefix,
  value: unknown,
  invalid: () => RestError,
): Test<Row> {
  if (typeof value !== 'string' && typeof value !== 'number') throw invalid();
  const withWildcards = prefix.includes('=');
  const needle = String(value).toLowerCase();
  const pattern = withWildcards ? likePattern(needle) : null;
  const matches = (text: string): boolean => (pattern ? pattern.test(text) : text.includes(needle));
  const negated = prefix.startsWith('!');
  return (row) => {
    const stored = column.read(row);
    const texts = Array.isArray(stored) ? stored : [stored ?? ''];
    return texts.some((text) => matches(String(text).toLowerCase())) !== negated;
  };
}

function likePattern(needle: string): RegExp {
  const escaped = needle
    .split('%')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s\\S]*');
  return new RegExp(`^${escaped}$`, 'u');
}

export function compareStored(a: Stored, b: Stored): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = a === null ? '' : String(a);
  const right = b === null ? '' : String(b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Compiles `order`; the direction is ASC or DESC in any case. */
export function compileOrder<Row>(
  order: Readonly<Record<string, unknown>>,
  columns: Columns<Row>,
): ((a: Row, b: Row) => number) | null {
  const rules = Object.entries(order).map(([field, value]) => {
    const column = columns(field);
    const direction = String(value).toUpperCase();
    if (!column) {
      const text = `Invalid order: field '${field}' is not allowed in order`;
      throw new RestError(400, 'INVALID_ARG_VALUE', text);
    }
    if (direction !== 'ASC' && direction !== 'DESC') {
      const text = `Invalid order: allowed sort directions are \`ASC, DESC\`. But got '${direction}' for field '${field}'`;
      throw new RestError(400, 'INVALID_ARG_VALUE', text);
    }
    return { column, sign: direction === 'ASC' ? 1 : -1 };
  });
  if (rules.length === 0) return null;
  return (a, b) => {
    for (const { column, sign } of rules) {
      const result = compareStored(column.read(a), column.read(b));
      if (result !== 0) return sign * result;
    }
    return 0;
  };
}
