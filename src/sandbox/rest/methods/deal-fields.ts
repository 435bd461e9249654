import { FIELD_TYPES } from '../../state/custom-fields.ts';
import { defineField, newItem } from '../../state/define-field.ts';
import type { NewFieldItem } from '../../state/define-field.ts';
import type { CustomField } from '../../state/records.ts';
import { compileFilter, compileOrder } from '../filter.ts';
import type { Column } from '../filter.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { intParam, mapParam, toMap } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';
import { textOf } from '../../text-of.ts';

const DEAL = 2;
const LANGUAGES = ['en', 'ru', 'de'];

function requireAdmin(context: CallContext): void {
  if (!context.user.admin) throw new RestError(403, '', 'Access denied.');
}

const core = (text: string): RestError => new RestError(400, 'ERROR_CORE', text);

/** One text for all languages, or a map by language. */
function labelOf(value: unknown): Record<string, string> {
  if (typeof value === 'string') return Object.fromEntries(LANGUAGES.map((l) => [l, value]));
  return Object.fromEntries(Object.entries(toMap(value)).map(([k, v]) => [k, String(v)]));
}

function readItems(list: unknown): NewFieldItem[] {
  const seen = new Set<string>();
  return Object.values(toMap(list)).map((entry) => {
    const item = toMap(entry);
    const xmlId = item['XML_ID'] === undefined ? undefined : textOf(item['XML_ID']);
    if (xmlId !== undefined && seen.has(xmlId)) {
      throw core(`List item with value XML_ID=${xmlId} already exists.`);
    }
    if (xmlId !== undefined) seen.add(xmlId);
    return {
      value: textOf(item['VALUE']),
      sort: Number(item['SORT'] ?? 500),
      def: textOf(item['DEF'], 'N'),
      ...(xmlId === undefined ? {} : { xmlId }),
    };
  });
}

function fieldName(context: CallContext, fields: Record<string, unknown>): string {
  const given = textOf(fields['FIELD_NAME']).toUpperCase();
  if (given === '') throw new RestError(400, '', "The 'FIELD_NAME' field is not found.");
  const own = given.replace(/^UF_(CRM_)?/, '');
  const name = `UF_CRM_${own}`;
  if (name.length > 50) throw core('Field name is too long (more than 50 characters).');
  if (!/^[A-Z0-9_]+$/.test(own)) {
    throw core('Field name contains invalid characters. Allowed characters are: A-Z, 0-9 and _.');
  }
  if (context.portal.customFields.find(DEAL, name, true)) {
    throw core(`The field ${name} already exists for the object CRM_DEAL.`);
  }
  return name;
}

function addField(context: CallContext, params: Params): CallAnswer {
  requireAdmin(context);
  const fields = mapParam(params, 'fields');
  const name = fieldName(context, fields);
  const type = textOf(fields['USER_TYPE_ID']);
  if (type === '') throw new RestError(400, '', "The 'USER_TYPE_ID' field is not found.");
  if (!FIELD_TYPES.includes(type)) throw core('Incorrect custom type specified.');
  const label = labelOf(fields['LABEL'] ?? name);
  const given = (key: string): Record<string, string> =>
    fields[key] === undefined ? label : labelOf(fields[key]);
  const field = defineField(context.portal, {
    entityId: 'CRM_DEAL',
    entityTypeId: DEAL,
    name,
    type,
    multiple: fields['MULTIPLE'] === 'Y',
    mandatory: fields['MANDATORY'] === 'Y',
    xmlId: fields['XML_ID'] === undefined ? null : textOf(fields['XML_ID']),
    sort: Number(fields['SORT'] ?? 100),
    showFilter: textOf(fields['SHOW_FILTER'], 'N'),
    showInList: fields['SHOW_IN_LIST'] === 'N' ? 'N' : 'Y',
    editInList: fields['EDIT_IN_LIST'] === 'N' ? 'N' : 'Y',
    settings: toMap(fields['SETTINGS']),
    labels: {
      editFormLabel: given('EDIT_FORM_LABEL'),
      listColumnLabel: given('LIST_COLUMN_LABEL'),
      listFilterLabel: given('LIST_FILTER_LABEL'),
    },
    items: type === 'enumeration' ? readItems(fields['LIST']) : [],
  });
  return { result: field.id };
}

/** Labels come as texts in one language (filter LANG), as maps (get), or not at all (list without LANG). */
function show(field: CustomField, language: string | null): Record<string, unknown> {
  const labels: Record<string, unknown> = {};
  if (language !== null) {
    const pick = (map: Record<string, string>): unknown =>
      language === 'map' ? map : (map[language] ?? null);
    labels['EDIT_FORM_LABEL'] = pick(field.labels.editFormLabel);
    labels['LIST_COLUMN_LABEL'] = pick(field.labels.listColumnLabel);
    labels['LIST_FILTER_LABEL'] = pick(field.labels.listFilterLabel);
    labels['ERROR_MESSAGE'] = language === 'map' ? {} : null;
    labels['HELP_MESSAGE'] = language === 'map' ? {} : null;
  }
  const list = field.items.map((item) => ({
    ID: String(item.id),
    SORT: String(item.sort),
    VALUE: item.value,
    DEF: item.def,
    XML_ID: item.xmlId,
  }));
  return {
    ID: String(field.id),
    ENTITY_ID: field.entityId,
    FIELD_NAME: field.name,
    USER_TYPE_ID: field.type,
    XML_ID: field.xmlId,
    SORT: String(field.sort),
    MULTIPLE: field.multiple ? 'Y' : 'N',
    MANDATORY: field.mandatory ? 'Y' : 'N',
    SHOW_FILTER: field.showFilter,
    SHOW_IN_LIST: field.showInList,
    EDIT_IN_LIST: field.editInList,
    IS_SEARCHABLE: field.isSearchable,
    SETTINGS: field.settings,
    ...labels,
    ...(field.type === 'enumeration' ? { LIST: list } : {}),
  };
}

const COLUMNS: Readonly<Record<string, Column<CustomField>>> = {
  ID: { kind: 'number', read: (f) => f.id },
  FIELD_NAME: { kind: 'string', read: (f) => f.name },
  USER_TYPE_ID: { kind: 'string', read: (f) => f.type },
  XML_ID: { kind: 'string', read: (f) => f.xmlId },
  SORT: { kind: 'number', read: (f) => f.sort },
  MULTIPLE: { kind: 'string', read: (f) => (f.multiple ? 'Y' : 'N') },
  MANDATORY: { kind: 'string', read: (f) => (f.mandatory ? 'Y' : 'N') },
  SHOW_FILTER: { kind: 'string', read: (f) => f.showFilter },
  SHOW_IN_LIST: { kind: 'string', read: (f) => f.showInList },
  EDIT_IN_LIST: { kind: 'string', read: (f) => f.editInList },
};

/** Not paged: the page of crm.deal.userfield.list has no `start`. */
function listFields(context: CallContext, params: Params): CallAnswer {
  const { LANG: language, ...filter } = mapParam(params, 'filter');
  const columns = (name: string): Column<CustomField> | undefined =>
    Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
  const rows = context.portal.customFields.of(DEAL).filter(compileFilter(filter, columns));
  const order = compileOrder(mapParam(params, 'order'), columns);
  rows.sort(order ?? ((a, b) => a.sort - b.sort || a.id - b.id));
  const inLanguage = language === undefined ? null : textOf(language);
  return { result: rows.map((field) => show(field, inLanguage)), total: rows.length };
}

function fieldFor(context: CallContext, params: Params): CustomField {
  const id = intParam(params, 'id');
  if (id <= 0) throw new RestError(400, '', 'ID is not defined or invalid.');
  const field = context.portal.customFields.byId(id);
  if (!field) {
    throw new RestError(400, 'ERROR_NOT_FOUND', `The entity with ID '${id}' is not found`);
  }
  if (field.entityTypeId !== DEAL) throw new RestError(403, '', 'Access denied.');
  return field;
}

function updateField(context: CallContext, params: Params): CallAnswer {
  requireAdmin(context);
  const field = fieldFor(context, params);
  const fields = mapParam(params, 'fields');
  for (const [key, label] of [
    ['EDIT_FORM_LABEL', 'editFormLabel'],
    ['LIST_COLUMN_LABEL', 'listColumnLabel'],
    ['LIST_FILTER_LABEL', 'listFilterLabel'],
  ] as const) {
    if (fields[key] !== undefined) field.labels[label] = labelOf(fields[key]);
  }
  if (fields['XML_ID'] !== undefined) field.xmlId = textOf(fields['XML_ID']);
  if (fields['SORT'] !== undefined) field.sort = Number(fields['SORT']);
  if (fields['MANDATORY'] !== undefined) field.mandatory = fields['MANDATORY'] === 'Y';
  for (const entry of Object.values(toMap(fields['LIST']))) {
    const item = toMap(entry);
    if (item['ID'] !== undefined) continue;
    field.items.push(...readItems([item]).map((one) => newItem(context.portal, one)));
  }
  context.portal.changed();
  return { result: true };
}

/** crm.deal.userfield.*: custom fields of deals. No idempotence: list first. */
export const DEAL_FIELD_METHODS: MethodMap = {
  'crm.deal.userfield.add': {
    scope: 'crm',
    params: { fields: { type: 'object', required: true } },
    run: addField,
  },
  'crm.deal.userfield.list': {
    scope: 'crm',
    params: { filter: { type: 'object' }, order: { type: 'object' } },
    run: listFields,
  },
  'crm.deal.userfield.get': {
    scope: 'crm',
    params: { id: { type: 'integer' } },
    run: (context, params) => ({ result: show(fieldFor(context, params), 'map') }),
  },
  'crm.deal.userfield.update': {
    scope: 'crm',
    params: { id: { type: 'integer' }, fields: { type: 'object', required: true } },
    run: updateField,
  },
};
