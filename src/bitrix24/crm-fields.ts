/** Custom fields of an entity type with their labels (crm.item.fields), readable by anybody who may read its items. */
import type { CrmField } from '../app/ports/setup.ts';
import { AppError } from '../errors.ts';
import type { BatchCommand } from './batch-command.ts';
import { fieldBookOf } from './field-items.ts';
import type { PortalClient } from './portal-client.ts';
import { flagOf, integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import { valueOf } from './unwrap.ts';

export function fieldsCommand(entityTypeId: number): BatchCommand {
  const params = { entityTypeId, useOriginalUfNames: 'Y' };
  return { key: 'fields', method: 'crm.item.fields', params };
}

export async function listCrmFields(
  client: PortalClient,
  entityTypeId: number,
): Promise<readonly CrmField[]> {
  const { method, params } = fieldsCommand(entityTypeId);
  const answer = await client.call(method, params, { priority: 'live', write: false });
  return withListItems(client, entityTypeId, fieldsIn(valueOf(method, answer)));
}

/** @param value what `fieldsCommand` answered */
export function fieldsIn(value: unknown): readonly CrmField[] {
  return Object.entries(recordOf(recordOf(value)['fields'])).flatMap(([key, told]) => {
    const row = recordOf(told);
    const name = key.startsWith('UF_') ? key : textOf(row['upperName']);
    if (!name.startsWith('UF_')) return [];
    const type = textOf(row['type']);
    return [
      {
        name,
        label: textOf(row['title']) || name,
        type,
        multiple: flagOf(row['isMultiple']),
        readOnly: flagOf(row['isReadOnly']) || flagOf(row['isImmutable']),
        items: type === 'enumeration' ? itemsIn(row['items']) : null,
      },
    ];
  });
}

/** The page of crm.item.fields says nothing of items: `null` has them asked for elsewhere. */
function itemsIn(told: unknown): CrmField['items'] {
  if (told === undefined || told === null) return null;
  return rowsOf(told).flatMap((row) => {
    const id = integerOf(row['ID'] ?? row['id']);
    return id === null ? [] : [{ id, label: textOf(row['VALUE'] ?? row['value']) }];
  });
}

/** Lists whose items crm.item.fields does not show are looked up in the field interface, where the user may. */
export async function withListItems(
  client: PortalClient,
  entityTypeId: number,
  fields: readonly CrmField[],
): Promise<readonly CrmField[]> {
  if (!fields.some(({ type, items }) => type === 'enumeration' && items === null)) return fields;
  const known = new Map<string, CrmField['items']>();
  try {
    const book = await fieldBookOf(client, entityTypeId);
    for (const { name, items } of await book.list()) {
      known.set(name, items?.map(({ id, value }) => ({ id, label: value })) ?? null);
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.retry !== 'never') throw error;
  }
  return fields.map((field) =>
    field.type === 'enumeration' && field.items === null
      ? { ...field, items: known.get(field.name) ?? null }
      : field,
  );
}
