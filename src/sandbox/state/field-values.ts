import { parsePortalTime, portalTime } from '../clock.ts';
import type { CustomField, UfScalar, UfValue } from './records.ts';

export type FieldReading =
  | { readonly ok: true; readonly value: UfValue }
  | { readonly ok: false; readonly reason: 'not-valid' | 'not-iterable'; readonly given: string };

/** Reads what a caller sends for a custom field into the stored form. */
export function readFieldValue(field: CustomField, input: unknown): FieldReading {
  if (!field.multiple) return readOne(field, Array.isArray(input) ? input[0] : input);
  if (input === null || input === false) return { ok: true, value: [] };
  if (typeof input !== 'object') return { ok: false, reason: 'not-iterable', given: typeof input };
  const values: UfScalar[] = [];
  for (const entry of Object.values(input)) {
    const one = readOne(field, entry);
    if (!one.ok) return one;
    if (typeof one.value === 'string' || typeof one.value === 'number') values.push(one.value);
  }
  return { ok: true, value: values };
}

const NOT_VALID: FieldReading = { ok: false, reason: 'not-valid', given: '' };
const EMPTY: FieldReading = { ok: true, value: null };

type Reader = (field: CustomField, input: string | number) => FieldReading;

const asTime: Reader = (_, input) => {
  const at = parsePortalTime(String(input));
  return at === undefined ? NOT_VALID : { ok: true, value: at };
};
const asWhole: Reader = (_, input) => readNumber(input, true);

/** Types that are not listed are kept as text. */
const READERS: Readonly<Record<string, Reader>> = {
  integer: asWhole,
  employee: asWhole,
  double: (_, input) => readNumber(input, false),
  enumeration: readListItem,
  date: asTime,
  datetime: asTime,
};

function readOne(field: CustomField, input: unknown): FieldReading {
  if (field.type === 'boolean') return { ok: true, value: isTrue(input) ? 1 : 0 };
  if (input === null || input === undefined || input === '' || input === false) return EMPTY;
  if (typeof input !== 'string' && typeof input !== 'number') return NOT_VALID;
  const read = READERS[field.type];
  return read ? read(field, input) : { ok: true, value: String(input) };
}

function readNumber(input: string | number, whole: boolean): FieldReading {
  const value = typeof input === 'number' ? input : Number(input.trim());
  if (!Number.isFinite(value) || (whole && !Number.isInteger(value))) return NOT_VALID;
  return { ok: true, value };
}

function readListItem(field: CustomField, input: string | number): FieldReading {
  const id = Number(input);
  if (id === 0) return EMPTY;
  return field.items.some((item) => item.id === id) ? { ok: true, value: id } : NOT_VALID;
}

/** true, "true", "y", "Y" are true, anything else is stored as N (object-fields page); 1 is what a form sends. */
function isTrue(input: unknown): boolean {
  return input === true || input === 1 || ['true', 'y', 'Y', '1'].includes(String(input));
}

/** The stored value as crm.item.* answers it. */
export function showFieldValue(field: CustomField, value: UfValue | undefined): unknown {
  if (value === undefined || value === null) return emptyValue(field);
  if (typeof value === 'object') return value.map((one) => showOne(field, one));
  return showOne(field, value);
}

function emptyValue(field: CustomField): unknown {
  if (field.multiple) return [];
  return field.type === 'boolean' ? 'N' : null;
}

function showOne(field: CustomField, value: UfScalar): unknown {
  if (field.type === 'boolean') return value === 1 ? 'Y' : 'N';
  if (field.type === 'datetime' || field.type === 'date') return portalTime(Number(value));
  return value;
}

export function isEmptyValue(value: UfValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && value.length === 0;
}

export function sameValue(a: UfValue | undefined, b: UfValue | undefined): boolean {
  if (isEmptyValue(a) && isEmptyValue(b)) return true;
  return JSON.stringify(a) === JSON.stringify(b);
}
