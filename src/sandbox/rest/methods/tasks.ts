import { parsePortalTime, portalTime } from '../../clock.ts';
import type { Portal } from '../../state/portal.ts';
import type { Task } from '../../state/records.ts';
import { addTask, parseCrmCode, tasksOf } from '../../state/tasks.ts';
import { compileFilter, compileOrder } from '../filter.ts';
import type { Column } from '../filter.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { pageMarks, pageOf } from '../paging.ts';
import { listParam, mapParam, toMap } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';
import { textOf } from '../../text-of.ts';

const COLUMNS: Readonly<Record<string, Column<Task>>> = {
  ID: { kind: 'number', read: (t) => t.id },
  TITLE: { kind: 'string', read: (t) => t.title },
  STATUS: { kind: 'number', read: (t) => t.status },
  REAL_STATUS: { kind: 'number', read: (t) => t.status },
  CREATED_BY: { kind: 'number', read: (t) => t.createdBy },
  RESPONSIBLE_ID: { kind: 'number', read: (t) => t.responsibleId },
  CREATED_DATE: { kind: 'time', read: (t) => t.createdDate },
  CLOSED_DATE: { kind: 'time', read: (t) => t.closedDate },
  DEADLINE: { kind: 'time', read: (t) => t.deadline },
  UF_CRM_TASK: { kind: 'string', read: (t) => t.crm },
};

const columns = (name: string): Column<Task> | undefined =>
  Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;

export function showTask(portal: Portal, task: Task): Record<string, unknown> {
  const person = portal.users.get(task.responsibleId);
  return {
    id: String(task.id),
    title: task.title,
    status: String(task.status),
    subStatus: String(task.status),
    createdBy: String(task.createdBy),
    responsibleId: String(task.responsibleId),
    createdDate: portalTime(task.createdDate),
    closedDate: task.closedDate === null ? null : portalTime(task.closedDate),
    deadline: task.deadline === null ? null : portalTime(task.deadline),
    priority: '1',
    ufCrmTask: task.crm,
    responsible: { id: String(task.responsibleId), name: person ? person.name : '' },
  };
}

/** UF_CRM_TASK comes only when asked for; id always. */
function pick(shown: Record<string, unknown>, select: readonly string[]): Record<string, unknown> {
  const { ufCrmTask, ...stored } = shown;
  if (select.length === 0) return stored;
  const names = new Set(select.map(camel));
  const all = select.includes('*');
  const kept = Object.entries(stored).filter(([key]) => all || key === 'id' || names.has(key));
  return { ...Object.fromEntries(kept), ...(names.has('ufCrmTask') ? { ufCrmTask } : {}) };
}

function camel(name: string): string {
  return name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function candidates(portal: Portal, filter: Readonly<Record<string, unknown>>): Iterable<Task> {
  const codes = filter['UF_CRM_TASK'] ?? filter['=UF_CRM_TASK'] ?? filter['@UF_CRM_TASK'];
  if (typeof codes === 'string') return tasksOf(portal, codes);
  if (!Array.isArray(codes)) return portal.tasks.values();
  return new Set(codes.flatMap((code) => [...tasksOf(portal, String(code))]));
}

function listTasks(context: CallContext, params: Params): CallAnswer {
  const { portal } = context;
  const filter = mapParam(params, 'filter');
  let order: ((a: Task, b: Task) => number) | null;
  try {
    order = compileOrder(mapParam(params, 'order'), columns);
  } catch {
    throw new RestError(400, '0', 'Invalid sorting key (internal error)');
  }
  const test = compileFilter(filter, columns);
  const rows = [...candidates(portal, filter)].filter(test);
  rows.sort(order ?? ((a, b) => b.id - a.id));
  const page = pageOf(rows, params);
  const select = listParam(params, 'select').map(String);
  const tasks = page.rows.map((task) => pick(showTask(portal, task), select));
  return { result: { tasks }, ...pageMarks(page) };
}

function taskAdd(context: CallContext, params: Params): CallAnswer {
  const { portal, user } = context;
  const fields = mapParam(params, 'fields');
  const title = textOf(fields['TITLE']).trim();
  if (title === '') throw new RestError(400, 'ERROR_CORE', '<p>Task name is not specified</p>');
  const responsibleId = Number(fields['RESPONSIBLE_ID'] ?? 0);
  if (!portal.users.has(responsibleId)) {
    throw new RestError(400, 'ERROR_CORE', '<p>Responsible person is not specified</p>');
  }
  const crm = Object.values(toMap(fields['UF_CRM_TASK'])).map(String);
  for (const code of crm) {
    if (!parseCrmCode(code)) throw new RestError(400, '100', `Wrong CRM binding ${code}`);
  }
  const deadline = parsePortalTime(textOf(fields['DEADLINE'])) ?? null;
  const createdBy = Number(fields['CREATED_BY'] ?? user.id);
  const actor = { userId: createdBy, robot: false };
  const task = addTask(portal, { title, responsibleId, crm, deadline }, actor);
  return { result: { task: showTask(portal, task) } };
}

/** tasks.task.* of REST v2; both scope names of the docs are accepted (C9). */
export const TASK_METHODS: MethodMap = {
  'tasks.task.list': {
    scope: 'task',
    params: {
      order: { type: 'object' },
      filter: { type: 'object' },
      select: { type: 'list' },
      params: { type: 'object' },
      start: { type: 'integer' },
    },
    run: listTasks,
  },
  'tasks.task.add': {
    scope: 'task',
    params: { fields: { type: 'object', required: true } },
    run: taskAdd,
  },
};
