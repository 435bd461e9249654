import { parsePortalTime, portalTime } from '../../clock.ts';
import { addActivity } from '../../state/activities.ts';
import type { Portal } from '../../state/portal.ts';
import type { Activity, Binding } from '../../state/records.ts';
import { isHiddenFrom } from '../../state/visible.ts';
import { compileFilter, compileOrder } from '../filter.ts';
import type { Column } from '../filter.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { pageMarks, pageOf } from '../paging.ts';
import { intParam, listParam, mapParam, textParam, toMap } from '../params.ts';
import type { Params } from '../params.ts';
import { accessDenied, RestError } from '../rest-error.ts';
import { activityAdd } from './activity-add.ts';

function owner(activity: Activity): Binding {
  return activity.bindings[0] ?? { ownerTypeId: 0, ownerId: 0 };
}

/** All values are strings in activity methods. */
export function showActivity(activity: Activity): Record<string, unknown> {
  const { ownerId, ownerTypeId } = owner(activity);
  return {
    ID: String(activity.id),
    OWNER_ID: String(ownerId),
    OWNER_TYPE_ID: String(ownerTypeId),
    TYPE_ID: String(activity.typeId),
    PROVIDER_ID: activity.providerId,
    PROVIDER_TYPE_ID: activity.providerTypeId,
    PROVIDER_GROUP_ID: null,
    ASSOCIATED_ENTITY_ID: String(activity.associatedEntityId),
    SUBJECT: activity.subject,
    CREATED: portalTime(activity.created),
    LAST_UPDATED: portalTime(activity.lastUpdated),
    START_TIME: portalTime(activity.startTime),
    END_TIME: portalTime(activity.endTime),
    DEADLINE: portalTime(activity.deadline ?? activity.endTime),
    COMPLETED: activity.completed ? 'Y' : 'N',
    STATUS: activity.completed ? '2' : '1',
    RESPONSIBLE_ID: String(activity.responsibleId),
    PRIORITY: '2',
    NOTIFY_TYPE: '0',
    NOTIFY_VALUE: '0',
    DESCRIPTION: activity.description,
    DESCRIPTION_TYPE: String(activity.descriptionType),
    DIRECTION: String(activity.direction),
    LOCATION: '',
    SETTINGS: emptyAsList(activity.settings),
    ORIGINATOR_ID: activity.originatorId,
    ORIGIN_ID: activity.originId,
    AUTHOR_ID: String(activity.authorId),
    EDITOR_ID: String(activity.authorId),
    PROVIDER_PARAMS: emptyAsList(activity.providerParams),
    PROVIDER_DATA: null,
  };
}

/** PHP's empty map. */
function emptyAsList(map: Record<string, unknown>): unknown {
  return Object.keys(map).length === 0 ? [] : map;
}

function showCommunications(activity: Activity): unknown[] {
  return activity.communications.map((c, index) => ({
    ID: String(activity.id * 10 + index),
    TYPE: activity.typeId === 4 ? 'EMAIL' : '',
    VALUE: c.value,
    ENTITY_ID: String(c.entityId),
    ENTITY_TYPE_ID: String(c.entityTypeId),
    ENTITY_SETTINGS: [],
  }));
}

const number = (read: (a: Activity) => number): Column<Activity> => ({ kind: 'number', read });
const text = (read: (a: Activity) => string | null): Column<Activity> => ({ kind: 'string', read });
const time = (read: (a: Activity) => number): Column<Activity> => ({ kind: 'time', read });

const COLUMNS: Readonly<Record<string, Column<Activity>>> = {
  ID: number((a) => a.id),
  TYPE_ID: number((a) => a.typeId),
  DIRECTION: number((a) => a.direction),
  STATUS: number((a) => (a.completed ? 2 : 1)),
  COMPLETED: text((a) => (a.completed ? 'Y' : 'N')),
  PROVIDER_ID: text((a) => a.providerId),
  PROVIDER_TYPE_ID: text((a) => a.providerTypeId),
  ASSOCIATED_ENTITY_ID: number((a) => a.associatedEntityId),
  SUBJECT: text((a) => a.subject),
  RESPONSIBLE_ID: number((a) => a.responsibleId),
  AUTHOR_ID: number((a) => a.authorId),
  CREATED: time((a) => a.created),
  LAST_UPDATED: time((a) => a.lastUpdated),
  START_TIME: time((a) => a.startTime),
  END_TIME: time((a) => a.endTime),
  DEADLINE: time((a) => a.deadline ?? a.endTime),
  ORIGIN_ID: text((a) => a.originId),
  ORIGINATOR_ID: text((a) => a.originatorId),
  OWNER_ID: number((a) => owner(a).ownerId),
  OWNER_TYPE_ID: number((a) => owner(a).ownerTypeId),
};

function isHidden({ portal, user }: CallContext, activity: Activity): boolean {
  const { ownerTypeId, ownerId } = owner(activity);
  return isHiddenFrom(portal, portal.ticket({ entityTypeId: ownerTypeId, id: ownerId }), user);
}

/** Rows for BINDINGS: one per matching pair, so that several pairs can double a row, as documented. */
function boundRows(portal: Portal, bindings: unknown): Activity[] {
  const rows: Activity[] = [];
  for (const entry of Object.values(toMap(bindings))) {
    const pair = toMap(entry);
    const ownerTypeId = Number(pair['OWNER_TYPE_ID']);
    if (pair['OWNER_ID'] !== undefined && pair['OWNER_TYPE_ID'] !== undefined) {
      rows.push(...portal.activities.of({ ownerTypeId, ownerId: Number(pair['OWNER_ID']) }));
      continue;
    }
    for (const activity of portal.activities.all()) {
      const hit = activity.bindings.some((b) =>
        pair['OWNER_ID'] === undefined
          ? b.ownerTypeId === ownerTypeId
          : b.ownerId === Number(pair['OWNER_ID']),
      );
      if (hit) rows.push(activity);
    }
  }
  return rows;
}

function candidates(portal: Portal, filter: Readonly<Record<string, unknown>>): Activity[] {
  const ownerTypeId = Number(filter['OWNER_TYPE_ID'] ?? filter['=OWNER_TYPE_ID'] ?? 0);
  const ids = filter['OWNER_ID'] ?? filter['=OWNER_ID'] ?? filter['@OWNER_ID'];
  if (!ownerTypeId || ids === undefined || ids === null) return [...portal.activities.all()];
  const list = typeof ids === 'object' ? Object.values(ids) : [ids];
  return [...new Set(list.map(Number))].flatMap((ownerId) =>
    portal.activities.of({ ownerTypeId, ownerId }),
  );
}

function listActivities(context: CallContext, params: Params): CallAnswer {
  const { portal } = context;
  const { BINDINGS: bindings, ...filter } = mapParam(params, 'filter');
  const columns = (name: string): Column<Activity> | undefined =>
    Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
  const test = compileFilter(filter, columns);
  const pool = bindings === undefined ? candidates(portal, filter) : boundRows(portal, bindings);
  const rows = pool.filter((a) => !isHidden(context, a) && test(a));
  const order = compileOrder(mapParam(params, 'order'), columns);
  rows.sort(order ?? ((a, b) => a.startTime - b.startTime || a.id - b.id));
  const page = pageOf(rows, params);
  const select = listParam(params, 'select').map(String);
  const all = select.length === 0 || select.includes('*');
  const result = page.rows.map((activity) => {
    const shown = Object.entries(showActivity(activity));
    const kept = Object.fromEntries(all ? shown : shown.filter(([key]) => select.includes(key)));
    if (!select.includes('COMMUNICATIONS')) return kept;
    return { ...kept, COMMUNICATIONS: showCommunications(activity) };
  });
  return { result, ...pageMarks(page) };
}

function activityFor(context: CallContext, params: Params): Activity {
  const activity = context.portal.activities.get(intParam(params, 'id'));
  if (!activity) throw new RestError(400, '', 'Activity is not found.');
  if (isHidden(context, activity)) throw new RestError(400, '', 'Access denied.');
  return activity;
}

function todoAdd(context: CallContext, params: Params): CallAnswer {
  const { portal, user } = context;
  const binding = {
    ownerTypeId: intParam(params, 'ownerTypeId'),
    ownerId: intParam(params, 'ownerId'),
  };
  const ticket = portal.ticket({ entityTypeId: binding.ownerTypeId, id: binding.ownerId });
  const contact = binding.ownerTypeId === 3 && portal.contacts.has(binding.ownerId);
  if (!ticket && !contact) throw new RestError(400, 'OWNER_NOT_FOUND', 'Owner was not found');
  if (isHiddenFrom(portal, ticket, user)) throw accessDenied();
  const deadline = parsePortalTime(textParam(params, 'deadline'));
  if (deadline === undefined) {
    throw new RestError(400, 'WRONG_DATETIME_FORMAT', 'Wrong datetime format');
  }
  const activity = addActivity(
    portal,
    {
      bindings: [binding],
      typeId: 6,
      providerId: 'CRM_TODO',
      providerTypeId: 'TODO',
      subject: textParam(params, 'title'),
      description: textParam(params, 'description'),
      responsibleId: intParam(params, 'responsibleId') || user.id,
      deadline,
    },
    { userId: user.id, robot: false },
  );
  return { result: { id: activity.id } };
}

/** crm.activity.*: calls, letters, tasks, dialogs and to-dos bound to CRM objects. */
export const ACTIVITY_METHODS: MethodMap = {
  'crm.activity.list': {
    scope: 'crm',
    params: {
      select: { type: 'list' },
      filter: { type: 'object' },
      order: { type: 'object' },
      start: { type: 'integer' },
    },
    run: listActivities,
  },
  'crm.activity.get': {
    scope: 'crm',
    params: { id: { type: 'integer', required: true } },
    run: (context, params) => ({ result: showActivity(activityFor(context, params)) }),
  },
  'crm.activity.delete': {
    scope: 'crm',
    params: { id: { type: 'integer', required: true } },
    run: (context, params) => {
      context.portal.activities.delete(activityFor(context, params));
      context.portal.changed();
      return { result: true };
    },
  },
  'crm.activity.add': {
    scope: 'crm',
    params: { fields: { type: 'object', required: true } },
    run: activityAdd,
  },
  'crm.activity.todo.add': {
    scope: 'crm',
    params: {
      ownerTypeId: { type: 'integer', required: true },
      ownerId: { type: 'integer', required: true },
      deadline: { type: 'string', required: true },
      title: { type: 'string' },
      description: { type: 'string' },
      responsibleId: { type: 'integer' },
      parentActivityId: { type: 'integer' },
      pingOffsets: { type: 'list' },
      colorId: { type: 'string' },
    },
    run: todoAdd,
  },
};
