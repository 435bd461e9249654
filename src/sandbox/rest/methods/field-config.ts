import { FIELD_TYPES } from '../../state/custom-fields.ts';
import { defineField } from '../../state/define-field.ts';
import type { NewFieldItem } from '../../state/define-field.ts';
import type { Portal } from '../../state/portal.ts';
import type { CustomField } from '../../state/records.ts';
import { compileFilter, compileOrder } from '../filter.ts';
import type { Column } from '../filter.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { pageMarks, pageOf } from '../paging.ts';
import { intParam, mapParam, textParam, toMap } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';
import { textOf } from '../../text-of.ts';

/** All errors of userfieldconfig.* have an empty code: only the text tells them apart. */
const refusal = (text: string): RestError => new RestError(400, '', text);

function checkModule(context: CallContext, params: Params, change: boolean): void {
  if (textParam(params, 'moduleId') !== 'crm') throw refusal('No settings for UserFieldAccess');
  if (!context.scopes.has('crm')) {
    throw refusal('The current method required more scopes. (crm)');
  }
  if (change && !context.user.admin) {
    throw refusal('You do not have permission to add user field settings');
  }
}

function entityTypeOf(portal: Portal, entityId: string): number | undefined {
  if (entityId === 'CRM_DEAL') return 2;
  const match = /^CRM_(\d+)$/.exec(entityId);
  return portal.stages.processes.find((p) => match && p.id === Number(match[1]))?.entityTypeId;
}

function labels(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(toMap(value)).map(([k, v]) => [k, String(v)]));
}

/** The refusals of userfieldconfig.add, in its order. */
function checkNewField(portal: Portal, given: Record<string, unknown>): number {
  const entityId = textOf(given['entityId']);
  const name = textOf(given['fieldName']);
  const entityTypeId = entityTypeOf(portal, entityId);
  if (entityTypeId === undefined) {
    throw refusal('You do not have permission to add user field settings');
  }
  const prefix = entityId === 'CRM_DEAL' ? portal.doubts.dealFieldPrefix : `UF_${entityId}_`;
  if (!name.startsWith(prefix)) throw refusal(`Field name must start with ${prefix}`);
  if (name.length > 50) throw refusal('Field name is too long (more than 50 characters).');
  if (!/^[A-Z0-9_]+$/.test(name)) {
    throw refusal(
      'Field name contains invalid characters. Allowed characters are: A-Z, 0-9 and _.',
    );
  }
  if (portal.customFields.find(entityTypeId, name, true)) {
    throw refusal(`The field ${name} already exists for the object ${entityId}.`);
  }
  if (!FIELD_TYPES.includes(textOf(given['userTypeId']))) {
    throw refusal('Incorrect custom type specified.');
  }
  return entityTypeId;
}

function readItem(entry: unknown): NewFieldItem {
  const item = toMap(entry);
  const base = {
    value: textOf(item['value']),
    sort: Number(item['sort'] ?? 100),
    def: textOf(item['def'], 'N'),
  };
  return item['xmlId'] === undefined ? base : { ...base, xmlId: textOf(item['xmlId']) };
}

function addField(context: CallContext, params: Params): CallAnswer {
  checkModule(context, params, true);
  const given = mapParam(params, 'field');
  const entityTypeId = checkNewField(context.portal, given);
  // showInList, listColumnLabel, listFilterLabel, errorMessage and label are ignored on add.
  const field = defineField(context.portal, {
    entityId: textOf(given['entityId']),
    entityTypeId,
    name: textOf(given['fieldName']),
    type: textOf(given['userTypeId']),
    multiple: given['multiple'] === 'Y',
    mandatory: given['mandatory'] === 'Y',
    xmlId: textOf(given['xmlId']) || null,
    sort: Number(given['sort'] ?? 100),
    showFilter: textOf(given['showFilter'], 'N'),
    editInList: given['editInList'] === 'N' ? 'N' : 'Y',
    settings: toMap(given['settings']),
    labels: { editFormLabel: labels(given['editFormLabel']) },
    items: Object.values(toMap(given['enum'])).map(readItem),
  });
  return { result: { field: showConfig(field, 'map') } };
}

function showConfig(field: CustomField, language: string | null): Record<string, unknown> {
  const languages = Object.keys(field.labels.editFormLabel);
  const pick = (map: Record<string, string>): unknown =>
    language === 'map' ? map : (map[language ?? ''] ?? null);
  const list = field.items.map((item) => ({
    id: String(item.id),
    userFieldId: String(field.id),
    value: item.value,
    def: item.def,
    sort: String(item.sort),
    xmlId: item.xmlId,
  }));
  const labelKeys = {
    languageId: Object.fromEntries(languages.map((l) => [l, l])),
    editFormLabel: pick(field.labels.editFormLabel),
    listColumnLabel: pick(field.labels.listColumnLabel),
    listFilterLabel: pick(field.labels.listFilterLabel),
    errorMessage: null,
    helpMessage: null,
  };
  return {
    id: String(field.id),
    entityId: field.entityId,
    fieldName: field.name,
    userTypeId: field.type,
    xmlId: field.xmlId,
    sort: String(field.sort),
    multiple: field.multiple ? 'Y' : 'N',
    mandatory: field.mandatory ? 'Y' : 'N',
    showFilter: field.showFilter,
    showInList: field.showInList,
    editInList: field.editInList,
    isSearchable: field.isSearchable,
    settings: field.settings,
    ...(language === null ? {} : labelKeys),
    // The list method never shows the items of a list field; get and add do.
    ...(field.type === 'enumeration' && language === 'map' ? { enum: list } : {}),
  };
}

const COLUMNS: Readonly<Record<string, Column<CustomField>>> = {
  id: { kind: 'number', read: (f) => f.id },
  entityId: { kind: 'string', read: (f) => f.entityId },
  fieldName: { kind: 'string', read: (f) => f.name },
  userTypeId: { kind: 'string', read: (f) => f.type },
  xmlId: { kind: 'string', read: (f) => f.xmlId },
  sort: { kind: 'number', read: (f) => f.sort },
  multiple: { kind: 'string', read: (f) => (f.multiple ? 'Y' : 'N') },
  mandatory: { kind: 'string', read: (f) => (f.mandatory ? 'Y' : 'N') },
  showFilter: { kind: 'string', read: (f) => f.showFilter },
  showInList: { kind: 'string', read: (f) => f.showInList },
  editInList: { kind: 'string', read: (f) => f.editInList },
};

function selectedLanguage(select: unknown): string | null {
  const language = toMap(select)['language'];
  return typeof language === 'string' ? language : null;
}

function listFields(context: CallContext, params: Params): CallAnswer {
  checkModule(context, params, false);
  const columns = (name: string): Column<CustomField> | undefined =>
    Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
  const rows = context.portal.customFields
    .all()
    .filter(compileFilter(mapParam(params, 'filter'), columns));
  const order = compileOrder(mapParam(params, 'order'), columns);
  rows.sort(order ?? ((a, b) => a.sort - b.sort || a.id - b.id));
  const page = pageOf(rows, params);
  const language = selectedLanguage(params['select']);
  const names = Object.values(toMap(params['select'])).map(String);
  const all = names.length === 0 || names.includes('*');
  const fields = page.rows.map((field) => {
    const shown = Object.entries(showConfig(field, language));
    return Object.fromEntries(all ? shown : shown.filter(([k]) => names.includes(k)));
  });
  return { result: { fields }, ...pageMarks(page) };
}

/** userfieldconfig.*: custom fields of smart processes (and, by its own name rule, of deals). */
export const FIELD_CONFIG_METHODS: MethodMap = {
  'userfieldconfig.add': {
    scope: 'userfieldconfig',
    params: {
      moduleId: { type: 'string', required: true },
      field: { type: 'object', required: true },
    },
    run: addField,
  },
  'userfieldconfig.list': {
    scope: 'userfieldconfig',
    params: {
      moduleId: { type: 'string', required: true },
      select: { type: 'object' },
      filter: { type: 'object' },
      order: { type: 'object' },
      start: { type: 'integer' },
    },
    run: listFields,
  },
  'userfieldconfig.get': {
    scope: 'userfieldconfig',
    params: {
      moduleId: { type: 'string', required: true },
      id: { type: 'integer', required: true },
    },
    run: (context, params) => {
      checkModule(context, params, false);
      const field = context.portal.customFields.byId(intParam(params, 'id'));
      if (!field) throw refusal('You do not have permission to view user field settings');
      return { result: { field: showConfig(field, 'map') } };
    },
  },
};
