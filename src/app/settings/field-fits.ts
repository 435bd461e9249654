/**
 * Which existing CRM fields a key of the map may stand on. Only custom fields: the portal's own have rules of their own. A field
 * serves one key, since the app writes some keys by itself. A list must have an item of its own for every code: two codes on one item
 * could not be told apart when the ticket is read, and a code without one could not be written; so otherwise the app's own field serves.
 */
import { looksOwn, ownFieldCode } from '../../core/own-field-name.ts';
import type { FieldMapping } from '../../core/field-mapping.ts';
import type { ChoiceField, FieldKey } from '../../core/policy.ts';
import { CHOICE_FIELDS, FIELD_KEYS } from '../../core/policy.ts';
import type { CrmField, FieldSpec } from '../ports/setup.ts';

const TYPES: Readonly<Record<FieldSpec['type'], { type: string; multiple: boolean }>> = {
  text: { type: 'string', multiple: false },
  integer: { type: 'integer', multiple: false },
  datetime: { type: 'datetime', multiple: false },
  'url-list': { type: 'url', multiple: true },
  choice: { type: 'enumeration', multiple: false },
};

export type FieldProblemCode =
  'field-unknown' | 'field-type' | 'field-taken' | 'field-own' | 'items-missing' | 'items-unknown';

export interface FieldProblem {
  readonly code: FieldProblemCode;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

export const isChoiceKey = (key: string): key is ChoiceField =>
  CHOICE_FIELDS.some((choice) => choice === key);

export const ownFieldOf = (key: FieldKey, fields: readonly CrmField[]): CrmField | undefined =>
  fields.find(({ name }) => looksOwn(name) && name.endsWith(`_${ownFieldCode(key)}`));

function fits({ type }: FieldSpec, field: CrmField): boolean {
  const wanted = TYPES[type];
  return field.type === wanted.type && field.multiple === wanted.multiple && !field.readOnly;
}

/** Fields of a fitting type that are not the app's own; a list also needs items enough. */
export function fittingFields(spec: FieldSpec, fields: readonly CrmField[]): readonly CrmField[] {
  return fields.filter(
    (field) =>
      !looksOwn(field.name) &&
      fits(spec, field) &&
      (spec.type !== 'choice' || (field.items?.length ?? 0) >= spec.items.length),
  );
}

/** Items whose label is that of a code in either language, where nobody chose an item. */
export function itemsByLabel(
  spec: FieldSpec,
  { items }: CrmField,
  chosen: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const plain = (text: string): string => text.trim().toLowerCase();
  const guessed = spec.items.flatMap(({ code, label }) => {
    const item = items?.find((one) =>
      [label.ru, label.en].some((text) => plain(text) === plain(one.label)),
    );
    return item ? [[code, item.id] as const] : [];
  });
  return { ...Object.fromEntries(guessed), ...chosen };
}

/** Every reason why the mapping cannot stand on these fields. */
export function mappingProblems(
  mapping: FieldMapping,
  specs: readonly FieldSpec[],
  fields: readonly CrmField[],
): readonly FieldProblem[] {
  const taken = new Map<string, FieldKey>();
  return FIELD_KEYS.flatMap((key): readonly FieldProblem[] => {
    const name = mapping.fields[key];
    const spec = specs.find((one) => one.key === key);
    if (name === undefined || !spec) return [];
    const problem = fieldProblem(spec, name, fields) ?? takenProblem(key, name, taken);
    taken.set(name, taken.get(name) ?? key);
    if (problem) return [{ ...problem, path: `fields.${key}` }];
    return isChoiceKey(key) ? itemProblems(spec, mapping.options[key] ?? {}, fields, name) : [];
  });
}

type Found = Pick<FieldProblem, 'code' | 'params'>;

function fieldProblem(spec: FieldSpec, name: string, fields: readonly CrmField[]): Found | null {
  const field = fields.find((one) => one.name === name);
  const params = { field: name, key: spec.key };
  if (looksOwn(name)) return { code: 'field-own', params };
  if (!field) return { code: 'field-unknown', params };
  if (!fits(spec, field)) return { code: 'field-type', params: { ...params, type: spec.type } };
  return null;
}

function takenProblem(
  key: FieldKey,
  field: string,
  taken: ReadonlyMap<string, FieldKey>,
): Found | null {
  const other = taken.get(field);
  return other === undefined ? null : { code: 'field-taken', params: { field, key, other } };
}

function itemProblems(
  spec: FieldSpec,
  chosen: Readonly<Record<string, number>>,
  fields: readonly CrmField[],
  name: string,
): readonly FieldProblem[] {
  const ids = new Set(fields.find((one) => one.name === name)?.items?.map(({ id }) => id));
  const given = Object.values(chosen);
  return spec.items.flatMap(({ code }): readonly FieldProblem[] => {
    const id = chosen[code];
    const path = `options.${spec.key}.${code}`;
    const params = { field: name, key: spec.key, item: code };
    if (id === undefined) return [{ code: 'items-missing', path, params }];
    const alone = given.filter((other) => other === id).length === 1;
    return ids.has(id) && alone ? [] : [{ code: 'items-unknown', path, params }];
  });
}
