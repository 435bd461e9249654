/** Custom fields of deals: crm.deal.userfield.* (PORTAL 3.10). */
import type { FieldSpec } from '../app/ports/setup.ts';
import type { BatchCommand, Params } from './batch-command.ts';
import { fieldCode, fieldOf, newItems, settingsOf, sortOf, USER_TYPES } from './own-field.ts';
import type { FieldBook, FieldNames, PortalField } from './own-field.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { rowsOf } from './read-value.ts';
import { refusal, valueOf } from './unwrap.ts';

const READ = { priority: 'live', write: false } as const;
const WRITE = { priority: 'live', write: true } as const;
const NAMES: FieldNames = {
  id: 'ID',
  name: 'FIELD_NAME',
  type: 'USER_TYPE_ID',
  xmlId: 'XML_ID',
  items: 'LIST',
};

export function createDealFieldBook(client: PortalClient): FieldBook {
  return {
    nameOf: (key) => `UF_CRM_${fieldCode(key)}`,
    list: () => list(client),
    async add(specs) {
      const commands = specs.map((spec, index) => addCommand(spec, index));
      const answers = await client.batch(commands, { ...WRITE, halt: false });
      for (const answer of answers.values()) {
        if (!answer.ok) throw refusal('crm.deal.userfield.add', answer);
      }
    },
    async addItems(field, missing) {
      const kept = (field.items ?? []).map(({ id, code, value, sort }) => ({
        ID: id,
        VALUE: value,
        XML_ID: code,
        SORT: sort,
      }));
      const added = missing.map(({ code, value, sort }) => ({
        VALUE: value,
        XML_ID: code,
        SORT: sort,
      }));
      const params = { id: field.id, fields: { LIST: [...kept, ...added] } };
      valueOf(
        'crm.deal.userfield.update',
        await client.call('crm.deal.userfield.update', params, WRITE),
      );
    },
  };
}

/** The method has no paging; a list field whose items are not shown is read by itself. */
async function list(client: PortalClient): Promise<readonly PortalField[]> {
  const params = { order: { ID: 'ASC' } };
  const result = await client.call('crm.deal.userfield.list', params, READ);
  const rows = rowsOf(valueOf('crm.deal.userfield.list', result));
  const fields = rows.flatMap((row) => fieldOf(row, NAMES));
  const bare = fields.filter((field) => field.type === 'enumeration' && field.items === null);
  const commands = bare.map(({ id }): BatchCommand => {
    return { key: `f${id}`, method: 'crm.deal.userfield.get', params: { id } };
  });
  const answers = await readBatch(client, commands, 'live');
  return fields.map((field) => {
    const answer = answers.get(`f${field.id}`);
    const [full] = answer?.ok ? rowsOf([answer.value]).flatMap((row) => fieldOf(row, NAMES)) : [];
    return full ?? field;
  });
}

function addCommand(spec: FieldSpec, index: number): BatchCommand {
  const { ru, en } = spec.label;
  const label = { ru, en };
  const settings = settingsOf(spec);
  const fields: Params = {
    FIELD_NAME: fieldCode(spec.key),
    USER_TYPE_ID: USER_TYPES[spec.type],
    XML_ID: fieldCode(spec.key),
    LABEL: en,
    EDIT_FORM_LABEL: label,
    LIST_COLUMN_LABEL: label,
    LIST_FILTER_LABEL: label,
    MULTIPLE: spec.type === 'url-list' ? 'Y' : 'N',
    MANDATORY: 'N',
    // Service fields stay out of the filter and cannot be edited in the card; REST writes them all the same.
    SHOW_FILTER: spec.service ? 'N' : 'Y',
    EDIT_IN_LIST: spec.service ? 'N' : 'Y',
    SORT: sortOf(spec, index),
    ...(settings ? { SETTINGS: settings } : {}),
    ...(spec.type === 'choice'
      ? {
          LIST: newItems(spec).map(({ code, value, sort }) => ({
            VALUE: value,
            XML_ID: code,
            SORT: sort,
          })),
        }
      : {}),
  };
  return { key: `f${index}`, method: 'crm.deal.userfield.add', params: { fields } };
}
