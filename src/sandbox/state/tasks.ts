import { addActivity, completeActivity } from './activities.ts';
import type { Actor, Portal } from './portal.ts';
import type { Binding, Task, TicketRef } from './records.ts';

export const TASK_DONE = 5;
const TASK_WAITING = 2;

/** D_10 for a deal, T40a_3 for item 3 of smart process 1034 (hex). */
export function crmCode(ref: TicketRef): string {
  const known: Record<number, string> = { 1: 'L', 2: 'D', 3: 'C', 4: 'CO', 31: 'SI' };
  return `${known[ref.entityTypeId] ?? `T${ref.entityTypeId.toString(16)}`}_${ref.id}`;
}

export function parseCrmCode(code: string): Binding | undefined {
  const match = /^(L|D|C|CO|SI|T([0-9a-f]+))_(\d+)$/i.exec(code);
  if (!match) return undefined;
  const known: Record<string, number> = { L: 1, D: 2, C: 3, CO: 4, SI: 31 };
  const ownerTypeId = match[2] ? parseInt(match[2], 16) : known[(match[1] ?? '').toUpperCase()];
  return ownerTypeId === undefined ? undefined : { ownerTypeId, ownerId: Number(match[3]) };
}

export interface NewTask {
  readonly title: string;
  readonly responsibleId: number;
  readonly crm: readonly string[];
  readonly deadline?: number | null;
}

/** A task; linked to CRM it also appears there as an activity. */
export function addTask(portal: Portal, wanted: NewTask, actor: Actor): Task {
  const task: Task = {
    id: portal.nextId('task', 3701),
    title: wanted.title,
    createdBy: actor.userId,
    responsibleId: wanted.responsibleId,
    createdDate: portal.second(),
    deadline: wanted.deadline ?? null,
    closedDate: null,
    status: TASK_WAITING,
    crm: wanted.crm,
    activityId: 0,
  };
  portal.tasks.set(task.id, task);
  for (const code of task.crm) tasksOf(portal, code).add(task);
  const bindings = task.crm.map(parseCrmCode).filter((b) => b !== undefined);
  if (bindings.length > 0) {
    const asProvider = portal.doubts.taskActivity === 'provider';
    const activity = addActivity(
      portal,
      {
        bindings,
        typeId: asProvider ? 6 : 3,
        providerId: asProvider ? 'CRM_TASKS_TASK' : 'TASKS',
        providerTypeId: asProvider ? 'TASKS_TASK' : 'TASK',
        subject: task.title,
        associatedEntityId: task.id,
        responsibleId: task.responsibleId,
        deadline: task.deadline,
      },
      actor,
    );
    task.activityId = activity.id;
  }
  portal.changed();
  return task;
}

export function closeTask(portal: Portal, task: Task, actor: Actor): void {
  task.status = TASK_DONE;
  task.closedDate = portal.second();
  const activity = portal.activities.get(task.activityId);
  if (activity) completeActivity(portal, activity, actor);
  portal.changed();
}

export function tasksOf(portal: Portal, code: string): Set<Task> {
  const known = portal.tasksByCrm.get(code);
  if (known) return known;
  const fresh = new Set<Task>();
  portal.tasksByCrm.set(code, fresh);
  return fresh;
}
