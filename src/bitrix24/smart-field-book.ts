/** Custom fields of smart processes: userfieldconfig.* with the type's own id, not its entityTypeId (trap 14). */
import type { FieldSpec } from '../app/ports/setup.ts';
import { AppError } from '../errors.ts';
import type { BatchCommand, Params } from './batch-command.ts';
import { fieldCode, fieldOf, newItems, settingsOf, sortOf, USER_TYPES } from './own-field.ts';
import type { FieldBook, FieldNames, PortalField } from './own-field.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import { refusal, valueOf } from './unwrap.ts';

const READ = { priority: 'live', write: false } as const;
const WRITE = { priority: 'live', write: true } as const;
const NAMES: FieldNames = {
  id: 'id',
  name: 'fieldName',
  type: 'userTypeId',
  xmlId: 'xmlId',
  items: 'enum',
};
const CRM = { moduleId: 'crm' } as const;
/** More custom fields than these, a thousand, no smart process has. */
const MAX_PAGES = 20;

export async function createSmartFieldBook(
  client: PortalClient,
  entityTypeId: number,
): Promise<FieldBook> {
  const typeId = await readTypeId(client, entityTypeId);
  const entityId = `CRM_${typeId}`;
  return {
    nameOf: (key) => `UF_${entityId}_${fieldCode(key)}`,
    list: () => list(client, entityId),
    async add(specs) {
      const commands = specs.map((spec, index) => addCommand(spec, index, entityId));
      const answers = await client.batch(commands, { ...WRITE, halt: false });
      for (const answer of answers.values()) {
        if (!answer.ok) throw refusal('userfieldconfig.add', answer);
      }
    },
    async addItems(field, missing) {
      const kept = (field.items ?? []).map(({ id, code, value, sort }) => ({
        id,
        value,
        xmlId: code,
        sort,
      }));
      const added = missing.map(({ code, value, sort }) => ({ value, xmlId: code, sort }));
      // The docs ask for userTypeId whenever `enum` changes.
      const params = {
        ...CRM,
        id: field.id,
        field: { userTypeId: 'enumeration', enum: [...kept, ...added] },
      };
      valueOf('userfieldconfig.update', await client.call('userfieldconfig.update', params, WRITE));
    },
  };
}

async function readTypeId(client: PortalClient, entityTypeId: number): Promise<number> {
  const method = 'crm.type.getByEntityTypeId';
  const value = valueOf(method, await client.call(method, { entityTypeId }, READ));
  const id = integerOf(recordOf(recordOf(value)['type'])['id']);
  if (id !== null) return id;
  throw new AppError('portal-rejected', 'The smart process was not found: check the --pipeline.', {
    detail: `TYPE_${entityTypeId}`,
  });
}

async function list(client: PortalClient, entityId: string): Promise<readonly PortalField[]> {
  const fields: PortalField[] = [];
  let start = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const params = { ...CRM, filter: { entityId }, order: { id: 'ASC' }, start };
    const result = await client.call('userfieldconfig.list', params, READ);
    const rows = rowsOf(recordOf(valueOf('userfieldconfig.list', result))['fields']);
    const own = rows.filter((row) => textOf(row['entityId']) === entityId);
    fields.push(...own.flatMap((row) => fieldOf(row, NAMES)));
    if (!result.ok || result.next === null || result.next <= start) break;
    start = result.next;
  }
  return withItems(client, fields);
}

/** The list shows no items of list fields: each is read by itself, all in one request. */
async function withItems(
  client: PortalClient,
  fields: readonly PortalField[],
): Promise<readonly PortalField[]> {
  const bare = fields.filter(
    (field) => field.type === 'enumeration' && field.items === null && isOurs(field),
  );
  const commands = bare.map(({ id }): BatchCommand => {
    return { key: `f${id}`, method: 'userfieldconfig.get', params: { ...CRM, id } };
  });
  const answers = await readBatch(client, commands, 'live');
  return fields.map((field) => {
    const answer = answers.get(`f${field.id}`);
    if (!answer) return field;
    const value = valueOf('userfieldconfig.get', answer);
    const [full] = fieldOf(recordOf(recordOf(value)['field']), NAMES);
    return full ?? field;
  });
}

function isOurs(field: PortalField): boolean {
  return field.xmlId.startsWith('CG_') || field.name.includes('_CG_');
}

function addCommand(spec: FieldSpec, index: number, entityId: string): BatchCommand {
  const { ru, en } = spec.label;
  const settings = settingsOf(spec);
  const field: Params = {
    entityId,
    fieldName: `UF_${entityId}_${fieldCode(spec.key)}`,
    userTypeId: USER_TYPES[spec.type],
    xmlId: fieldCode(spec.key),
    editFormLabel: { ru, en },
    multiple: spec.type === 'url-list' ? 'Y' : 'N',
    mandatory: 'N',
    showFilter: spec.service ? 'N' : 'Y',
    editInList: spec.service ? 'N' : 'Y',
    sort: sortOf(spec, index),
    ...(settings ? { settings } : {}),
    ...(spec.type === 'choice'
      ? {
          enum: newItems(spec).map(({ code, value, sort }) => ({
            value,
            def: 'N',
            sort,
            xmlId: code,
          })),
        }
      : {}),
  };
  return { key: `f${index}`, method: 'userfieldconfig.add', params: { ...CRM, field } };
}
