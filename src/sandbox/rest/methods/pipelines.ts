import { portalTime } from '../../clock.ts';
import type { Portal } from '../../state/portal.ts';
import type { HistoryRow, Pipeline, Semantics, Stage } from '../../state/records.ts';
import { directoryId, stagePrefix } from '../../state/stage-book.ts';
import { compileFilter, compileOrder } from '../filter.ts';
import type { Column } from '../filter.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { pageMarks, pageOf } from '../paging.ts';
import { intParam, listParam, mapParam } from '../params.ts';
import type { Params, ParamSpecs } from '../params.ts';
import { RestError } from '../rest-error.ts';

const LIST_PARAMS: ParamSpecs = {
  select: { type: 'list' },
  filter: { type: 'object' },
  order: { type: 'object' },
  start: { type: 'integer' },
};

function listCategories(context: CallContext, params: Params): CallAnswer {
  const entityTypeId = intParam(params, 'entityTypeId');
  if ([1, 3, 4].includes(entityTypeId)) {
    const text = 'Entity type does not support categories';
    throw new RestError(400, 'ENTITY_TYPE_NOT_SUPPORTED', text);
  }
  if (!context.portal.store(entityTypeId)) {
    throw new RestError(400, 'NOT_FOUND', 'Smart process not found');
  }
  const categories = context.portal.stages.pipelines
    .filter((p) => p.entityTypeId === entityTypeId)
    .map((p) => ({
      id: p.categoryId,
      name: p.name,
      sort: p.sort,
      entityTypeId,
      isDefault: p.isDefault ? 'Y' : 'N',
      ...(p.isDefault ? {} : { originId: '', originatorId: '' }),
    }));
  return { result: { categories }, total: categories.length };
}

function showStatus(stage: Stage): Record<string, unknown> {
  const semantic = { S: 'success', F: 'failure' };
  const extra = stage.semantics === null ? 'process' : semantic[stage.semantics];
  return {
    ID: String(stage.id),
    ENTITY_ID: directoryId(stage.entityTypeId, stage.categoryId),
    STATUS_ID: stage.stageId,
    NAME: stage.name,
    NAME_INIT: stage.system ? stage.name : '',
    SORT: String(stage.sort),
    SYSTEM: stage.system ? 'Y' : 'N',
    CATEGORY_ID: stage.categoryId === 0 ? null : String(stage.categoryId),
    COLOR: stage.color,
    SEMANTICS: stage.semantics,
    // Present for deals only: smart processes have no EXTRA.SEMANTICS (trap 15).
    ...(stage.entityTypeId === 2 ? { EXTRA: { SEMANTICS: extra, COLOR: stage.color } } : {}),
  };
}

const STATUS_COLUMNS: Readonly<Record<string, Column<Stage>>> = {
  ID: { kind: 'number', read: (s) => s.id },
  ENTITY_ID: { kind: 'string', read: (s) => directoryId(s.entityTypeId, s.categoryId) },
  STATUS_ID: { kind: 'string', read: (s) => s.stageId },
  NAME: { kind: 'string', read: (s) => s.name },
  SORT: { kind: 'number', read: (s) => s.sort },
  SEMANTICS: { kind: 'string', read: (s) => s.semantics },
  CATEGORY_ID: { kind: 'number', read: (s) => s.categoryId },
};

/** Not paged: crm.status.list answers all at once. */
function listStatuses(context: CallContext, params: Params): CallAnswer {
  const filter = mapParam(params, 'filter');
  if (typeof filter['ENTITY_ID'] === 'object' && filter['ENTITY_ID'] !== null) {
    throw new RestError(400, 'Invalid parameters.', 'Filter by ENTITY_ID must be a string');
  }
  const columns = (name: string): Column<Stage> | undefined =>
    Object.hasOwn(STATUS_COLUMNS, name) ? STATUS_COLUMNS[name] : undefined;
  const rows = [...context.portal.stages.all()].filter(compileFilter(filter, columns));
  const order = compileOrder(mapParam(params, 'order'), columns);
  rows.sort(order ?? ((a, b) => a.sort - b.sort));
  return { result: rows.map(showStatus), total: rows.length };
}

function entityTypes(portal: Portal): unknown[] {
  return [
    { ID: 'SOURCE', NAME: 'Sources' },
    { ID: 'CONTACT_TYPE', NAME: 'Contact type' },
    ...portal.stages.pipelines.map((pipeline) =>
      pipeline.entityTypeId === 2 ? dealDirectory(portal, pipeline) : itemDirectory(pipeline),
    ),
  ];
}

function dealDirectory(portal: Portal, pipeline: Pipeline): Record<string, unknown> {
  const { entityTypeId, categoryId, name } = pipeline;
  const stages = portal.stages.stagesOf(entityTypeId, categoryId);
  const idOf = (semantics: Semantics): string =>
    stages.find((s) => s.semantics === semantics)?.stageId ?? '';
  const common = {
    ID: directoryId(entityTypeId, categoryId),
    NAME: name,
    SEMANTIC_INFO: {
      START_FIELD: idOf(null),
      FINAL_SUCCESS_FIELD: idOf('S'),
      FINAL_UNSUCCESS_FIELD: idOf('F'),
      FINAL_SORT: 0,
    },
    ENTITY_TYPE_ID: entityTypeId,
  };
  if (categoryId === 0) return { ...common, FIELD_ATTRIBUTE_SCOPE: '', CATEGORY_ID: 0 };
  return {
    ...common,
    PARENT_ID: 'DEAL_STAGE',
    PREFIX: stagePrefix(entityTypeId, categoryId),
    FIELD_ATTRIBUTE_SCOPE: `category_${categoryId}`,
    CATEGORY_ID: String(categoryId),
  };
}

function itemDirectory(pipeline: Pipeline): Record<string, unknown> {
  const { entityTypeId, categoryId, name } = pipeline;
  return {
    ID: directoryId(entityTypeId, categoryId),
    NAME: name,
    SEMANTIC_INFO: [],
    PREFIX: stagePrefix(entityTypeId, categoryId),
    FIELD_ATTRIBUTE_SCOPE: `category_${categoryId}`,
    ENTITY_TYPE_ID: entityTypeId,
    IS_ENABLED: true,
    CATEGORY_ID: categoryId,
    CATEGORY_NAME: name,
    CATEGORY_SORT: pipeline.sort,
    IS_DEFAULT_CATEGORY: pipeline.isDefault,
  };
}

const HISTORY_COLUMNS: Readonly<Record<string, Column<HistoryRow>>> = {
  ID: { kind: 'number', read: (h) => h.id },
  TYPE_ID: { kind: 'number', read: (h) => h.typeId },
  OWNER_ID: { kind: 'number', read: (h) => h.ownerId },
  CREATED_TIME: { kind: 'time', read: (h) => h.createdTime },
  CATEGORY_ID: { kind: 'number', read: (h) => h.categoryId },
  STAGE_SEMANTIC_ID: { kind: 'string', read: (h) => h.semantics },
  STAGE_ID: { kind: 'string', read: (h) => h.stageId },
};

function showHistory(row: HistoryRow): Record<string, unknown> {
  return {
    ID: row.id,
    TYPE_ID: row.typeId,
    OWNER_ID: row.ownerId,
    CREATED_TIME: portalTime(row.createdTime),
    CATEGORY_ID: row.categoryId,
    STAGE_SEMANTIC_ID: row.semantics,
    STAGE_ID: row.stageId,
  };
}

function historyRows(
  portal: Portal,
  entityTypeId: number,
  filter: Readonly<Record<string, unknown>>,
): HistoryRow[] {
  const owners = filter['@OWNER_ID'] ?? filter['=OWNER_ID'] ?? filter['OWNER_ID'];
  if (owners === undefined || owners === null || 'logic' in filter) {
    return portal.history.all().filter((h) => h.entityTypeId === entityTypeId);
  }
  const ids = new Set((typeof owners === 'object' ? Object.values(owners) : [owners]).map(Number));
  return [...ids].flatMap((id) => [...portal.history.of(`${entityTypeId}:${id}`)]);
}

function listHistory(context: CallContext, params: Params): CallAnswer {
  const { portal } = context;
  const entityTypeId = intParam(params, 'entityTypeId');
  if (!portal.store(entityTypeId)) {
    const code = portal.doubts.stageHistoryTypeError === 'zero' ? 0 : 'ENTITY_TYPE_NOT_SUPPORTED';
    throw new RestError(400, code, `${entityTypeId} entity is not supported`);
  }
  const columns = (name: string): Column<HistoryRow> | undefined =>
    Object.hasOwn(HISTORY_COLUMNS, name) ? HISTORY_COLUMNS[name] : undefined;
  const filter = mapParam(params, 'filter');
  const rows = historyRows(portal, entityTypeId, filter).filter(compileFilter(filter, columns));
  rows.sort(compileOrder(mapParam(params, 'order'), columns) ?? ((a, b) => a.id - b.id));
  const page = pageOf(rows, params);
  const select = listParam(params, 'select').map(String);
  const items = page.rows.map((row) => {
    const shown = Object.entries(showHistory(row));
    const keep = select.length === 0 || select.includes('*');
    return Object.fromEntries(keep ? shown : shown.filter(([key]) => select.includes(key)));
  });
  return { result: { items }, ...pageMarks(page) };
}

/** Pipelines, stages and stage history. */
export const PIPELINE_METHODS: MethodMap = {
  'crm.category.list': {
    scope: 'crm',
    params: { entityTypeId: { type: 'integer', required: true } },
    run: listCategories,
  },
  'crm.status.list': {
    scope: 'crm',
    params: { filter: { type: 'object' }, order: { type: 'object' } },
    run: listStatuses,
  },
  'crm.status.entity.types': {
    scope: 'crm',
    params: {},
    run: (context) => ({ result: entityTypes(context.portal) }),
  },
  'crm.stagehistory.list': {
    scope: 'crm',
    params: { ...LIST_PARAMS, entityTypeId: { type: 'integer', required: true } },
    run: listHistory,
  },
};
