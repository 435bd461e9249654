/**
 * Lenient readers of the portal's JSON: ids come as numbers or strings, empty maps as [], an empty value as
 * false, '', null or [] (PORTAL 3.3, 10.4, 12).
 */
import type { Instant } from '../core/ticket.ts';

export type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object, or an empty one: PHP writes an empty map as []. */
export function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}

/** The rows of a list that may come as an array or as a map by id. */
export function rowsOf(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value.filter(isRecord);
  return isRecord(value) ? Object.values(value).filter(isRecord) : [];
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return '';
}

/** A whole number, or null for anything else. */
export function integerOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null;
  const text = textOf(value);
  return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A number with a fraction (durations), or null. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

export function flagOf(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'Y' || value === 'true';
}

const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/** A date-time with any offset; without one it counts as UTC, so that the machine's own zone plays no part. */
export function instantOf(value: unknown): Instant | null {
  const match = DATE_TIME.exec(textOf(value));
  if (!match) return null;
  const offset = (match[3] ?? 'Z').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const at = Date.parse(`${match[1] ?? ''}T${match[2] ?? '00:00'}${offset}`);
  return Number.isNaN(at) ? null : at;
}

/** `2026-08-20T09:00:00+00:00`: whole seconds, the only form the docs show. */
export function isoOf(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}+00:00`;
}
