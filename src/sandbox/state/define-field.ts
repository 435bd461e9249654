import { camelFieldName } from './custom-fields.ts';
import type { Portal } from './portal.ts';
import type { CustomField, FieldItem } from './records.ts';

export interface NewFieldItem {
  readonly value: string;
  readonly xmlId?: string;
  readonly sort?: number;
  readonly def?: string;
}

export interface NewField {
  readonly entityId: string;
  readonly entityTypeId: number;
  readonly name: string;
  readonly type: string;
  readonly multiple?: boolean;
  readonly mandatory?: boolean;
  readonly xmlId?: string | null;
  readonly sort?: number;
  readonly showFilter?: string;
  readonly showInList?: 'Y' | 'N';
  readonly editInList?: 'Y' | 'N';
  readonly settings?: Record<string, unknown>;
  readonly labels?: Partial<CustomField['labels']>;
  readonly items?: readonly NewFieldItem[];
  readonly native?: boolean;
}

/** Adds a custom field with the platform's numbering of fields and list items. */
export function defineField(portal: Portal, wanted: NewField): CustomField {
  const field: CustomField = {
    id: portal.nextId('field', 6951),
    entityId: wanted.entityId,
    entityTypeId: wanted.entityTypeId,
    name: wanted.name,
    camelName: camelFieldName(wanted.name),
    type: wanted.type,
    multiple: wanted.multiple ?? false,
    mandatory: wanted.mandatory ?? false,
    xmlId: wanted.xmlId ?? null,
    sort: wanted.sort ?? 100,
    showFilter: wanted.showFilter ?? 'N',
    showInList: wanted.showInList ?? 'Y',
    editInList: wanted.editInList ?? 'Y',
    isSearchable: 'N',
    settings: wanted.settings ?? {},
    labels: { editFormLabel: {}, listColumnLabel: {}, listFilterLabel: {}, ...wanted.labels },
    items: (wanted.items ?? []).map((item) => newItem(portal, item)),
    native: wanted.native ?? false,
  };
  portal.customFields.add(field);
  settleDrafts(portal, field);
  portal.changed();
  return field;
}

/** Values seeded before their list field existed name its items by XML_ID. */
function settleDrafts(portal: Portal, field: CustomField): void {
  if (field.type !== 'enumeration') return;
  for (const ticket of portal.store(field.entityTypeId)?.all() ?? []) {
    const draft = ticket.uf.get(field.name);
    if (typeof draft !== 'string') continue;
    ticket.uf.set(field.name, field.items.find((item) => item.xmlId === draft)?.id ?? null);
  }
}

export function newItem(portal: Portal, item: NewFieldItem): FieldItem {
  const id = portal.nextId('field-item', 3361);
  return {
    id,
    value: item.value,
    xmlId: item.xmlId ?? `xml${id}`,
    sort: item.sort ?? 500,
    def: item.def === 'Y' ? 'Y' : 'N',
  };
}
