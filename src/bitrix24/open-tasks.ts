/** Unfinished tasks tied to tickets: CRM activities of type 3, or of the newer tasks provider (PORTAL 5.4). */
import type { FactsAsOf, TicketHead } from '../app/ports/tickets.ts';
import type { Fact, Instant, OpenWork } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { BatchCommand } from './batch-command.ts';
import { activitiesOf, groupsOf, isCut, isThen, ownerOf } from './owner-groups.ts';
import type { OwnerGroup } from './owner-groups.ts';
import { flagOf, instantOf, integerOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { isPassing, isUnavailable } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

const TASK_TYPE = 3;
const TASK_PROVIDERS: ReadonlySet<string> = new Set(['CRM_TASKS_TASK', 'TASKS']);

/** Most tickets have no open task: one page tells of many. */
const GROUP = 50;

export const taskGroups = (heads: readonly TicketHead[]): readonly OwnerGroup[] =>
  groupsOf(heads, 'task', GROUP);

const SHOWN = [
  'ID',
  'OWNER_ID',
  'OWNER_TYPE_ID',
  'TYPE_ID',
  'PROVIDER_ID',
  'SUBJECT',
  'COMPLETED',
  'CREATED',
  'ASSOCIATED_ENTITY_ID',
];

/** Two questions, because portals keep a task as type 3 or, newer ones, as type 6 of the tasks provider. */
export function taskCommands(group: OwnerGroup): readonly BatchCommand[] {
  const command = (end: string, which: Readonly<Record<string, string | number>>): BatchCommand =>
    activitiesOf(group, end, { COMPLETED: 'N', ...which }, SHOWN);
  return [
    command('old', { TYPE_ID: TASK_TYPE }),
    command('new', { PROVIDER_ID: 'CRM_TASKS_TASK' }),
  ];
}

export interface TaskAnswer {
  readonly facts: ReadonlyMap<string, Fact<readonly OpenWork[]>>;
  readonly doubtful: readonly TicketHead[];
}

export function readTasks(
  group: OwnerGroup,
  answers: ReadonlyMap<string, CommandResult>,
  asOf: FactsAsOf = 'now',
): TaskAnswer {
  const results = [answers.get(`${group.key}old`), answers.get(`${group.key}new`)];
  const why = failureOf(results[0]) ?? passingFailureOf(results[1]);
  if (why !== null) {
    const fact: Fact<readonly OpenWork[]> = { known: false, why };
    return { facts: new Map(group.heads.map((head) => [refKey(head.ref), fact])), doubtful: [] };
  }
  const found = new Map<string, Map<number, FoundTask>>();
  const orphan = collect(group, results, found);
  const facts = new Map<string, Fact<readonly OpenWork[]>>(
    group.heads.map((head) => {
      const key = refKey(head.ref);
      const tasks = [...(found.get(key)?.values() ?? [])];
      const then = tasks.filter(({ createdAt }) => isThen(createdAt, head, asOf));
      return [key, { known: true, value: then.map(({ task }) => task) }];
    }),
  );
  const cut = group.heads.length > 1 && results.some(isCutResult);
  const silent = group.heads.filter((head) => !found.has(refKey(head.ref)));
  return { facts, doubtful: orphan || cut ? silent : [] };
}

interface FoundTask {
  readonly task: OpenWork;
  readonly createdAt: Instant | null;
}

/** Files the rows by ticket; true when one belongs to no ticket of the group by its main owner. */
function collect(
  group: OwnerGroup,
  results: readonly (CommandResult | undefined)[],
  found: Map<string, Map<number, FoundTask>>,
): boolean {
  let orphan = false;
  for (const row of results.flatMap((result) => (result?.ok ? rowsOf(result.value) : []))) {
    const id = integerOf(row['ID']);
    if (id === null || !isOpenTask(row)) continue;
    const owner = ownerOf(group, row);
    if (owner === null) {
      orphan = true;
      continue;
    }
    const tasks = found.get(owner) ?? new Map<number, FoundTask>();
    const createdAt = instantOf(row['CREATED']);
    found.set(owner, tasks.set(id, { task: openTask(id, row), createdAt }));
  }
  return orphan;
}

function openTask(activityId: number, row: Json): OpenWork {
  // The agent knows the task's own number, not the activity's.
  const taskId = integerOf(row['ASSOCIATED_ENTITY_ID']) ?? 0;
  return { kind: 'task', id: taskId > 0 ? taskId : activityId, title: textOf(row['SUBJECT']) };
}

function isOpenTask(row: Json): boolean {
  const isTask =
    integerOf(row['TYPE_ID']) === TASK_TYPE || TASK_PROVIDERS.has(textOf(row['PROVIDER_ID']));
  return isTask && !flagOf(row['COMPLETED']);
}

function isCutResult(result: CommandResult | undefined): boolean {
  return result?.ok === true && isCut(result, rowsOf(result.value).length);
}

/** null when it was read; a refusal for want of rights or scope lasts, everything else passes. */
export function failureOf(result: CommandResult | undefined): 'unreadable' | 'unavailable' | null {
  if (result?.ok) return null;
  const lasting = result && (isUnavailable(result.code) || result.code === 'ACCESS_DENIED');
  return lasting ? 'unavailable' : 'unreadable';
}

/** The newer provider may be unknown to an old portal: only a passing failure leaves the question open. */
function passingFailureOf(result: CommandResult | undefined): 'unreadable' | null {
  if (result?.ok) return null;
  return !result || isPassing(result.code) || result.code === 'NO_ANSWER' ? 'unreadable' : null;
}
