/** The app's own CRM fields in the portal's words, common to deals and smart processes. */
import { ownFieldCode } from '../core/own-field-name.ts';
import type { FieldKey } from '../core/policy.ts';
import type { FieldSpec } from '../app/ports/setup.ts';
import { integerOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';

/** A custom field as the portal has it now. */
export interface PortalField {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly xmlId: string;
  /** Items of a list; null when this listing does not show them. */
  readonly items: readonly PortalItem[] | null;
}

export interface PortalItem {
  readonly id: number;
  readonly code: string;
  readonly value: string;
  readonly sort: number;
}

/** One side of the platform's two field interfaces. */
export interface FieldBook {
  /** All custom fields of the entity type. */
  list(): Promise<readonly PortalField[]>;
  /** Full name of the app's field for a key. */
  nameOf(key: FieldKey): string;
  add(specs: readonly FieldSpec[]): Promise<void>;
  /** Adds list items; the ones that exist are named again, so that none is lost. */
  addItems(field: PortalField, missing: readonly NewItem[]): Promise<void>;
}

export interface NewItem {
  readonly code: string;
  readonly value: string;
  readonly sort: number;
}

export const fieldCode = ownFieldCode;

export const USER_TYPES: Readonly<Record<FieldSpec['type'], string>> = {
  text: 'string',
  integer: 'integer',
  'url-list': 'url',
  datetime: 'datetime',
  choice: 'enumeration',
};

/** An agent writes several lines; a service text is one. */
export function settingsOf(spec: FieldSpec): Readonly<Record<string, string | number>> | null {
  if (spec.type === 'text') return { ROWS: spec.service ? 1 : 4 };
  return spec.type === 'choice' ? { DISPLAY: 'LIST', LIST_HEIGHT: 1 } : null;
}

/** Items carry one text for all languages: Russian first, as everywhere in the product. */
export function newItems(spec: FieldSpec): readonly NewItem[] {
  return spec.items.map(({ code, label }, index) => ({
    code,
    value: label.ru,
    sort: (index + 1) * 100,
  }));
}

/** Keeps the app's fields together at the end of the list, agents' fields first. */
export function sortOf(spec: FieldSpec, index: number): number {
  return (spec.service ? 9000 : 8000) + index * 10;
}

/** What one of the two interfaces calls the parts of a field. */
export type FieldNames = Readonly<Record<keyof PortalField, string>>;

/** Empty for a row without an id. */
export function fieldOf(row: Json, names: FieldNames): readonly PortalField[] {
  const id = integerOf(row[names.id]);
  if (id === null) return [];
  const items = row[names.items];
  return [
    {
      id,
      name: textOf(row[names.name]),
      type: textOf(row[names.type]),
      xmlId: textOf(row[names.xmlId]),
      items: items === undefined ? null : rowsOf(items).flatMap(itemOf),
    },
  ];
}

function itemOf(row: Json): readonly PortalItem[] {
  const id = integerOf(row['ID'] ?? row['id']);
  if (id === null) return [];
  return [
    {
      id,
      code: textOf(row['XML_ID'] ?? row['xmlId']),
      value: textOf(row['VALUE'] ?? row['value']),
      sort: integerOf(row['SORT'] ?? row['sort']) ?? 0,
    },
  ];
}
