/**
 * Unfinished child tickets: items of a gated entity type whose `parentId{entityTypeId}` names the ticket. Which types
 * carry such a field is a setting of each portal; it is read beside a listing, so that it costs no request of its own.
 */
import type { MovedQuery, TicketHead } from '../app/ports/tickets.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import type { OpenWork } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { BatchCommand } from './batch-command.ts';
import { groupBy } from './group-by.ts';
import { isCut } from './owner-groups.ts';
import { flagOf, integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { isPassing } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

/** Links between types change by an administrator's hand, rarely. */
const FRESH_MS = 10 * 60_000;
const GROUP = 50;

interface KnownType {
  policies: readonly ClosingPolicy[];
  /** Entity types whose items may be parents of this type's. */
  parents: ReadonlySet<number>;
  readAt: number;
}

/** What is known of the links between the entity types the gate looks at. */
export class ParentLinks {
  readonly #types = new Map<number, KnownType>();

  /** Commands that read the fields of types not looked at lately; their answers go to `learn`. */
  due(queries: readonly MovedQuery[], now: number): readonly BatchCommand[] {
    for (const { entityTypeId, policies } of queries) {
      const known = this.#types.get(entityTypeId);
      if (known) known.policies = policies;
      else this.#types.set(entityTypeId, { policies, parents: new Set(), readAt: 0 });
    }
    return [...this.#types]
      .filter(([, known]) => now - known.readAt > FRESH_MS)
      .map(([entityTypeId]) => ({
        key: fieldsKey(entityTypeId),
        method: 'crm.item.fields',
        params: { entityTypeId, useOriginalUfNames: 'Y' },
      }));
  }

  learn(answers: ReadonlyMap<string, CommandResult>, now: number): void {
    for (const [entityTypeId, known] of this.#types) {
      const answer = answers.get(fieldsKey(entityTypeId));
      if (!answer?.ok) continue;
      const names = Object.keys(recordOf(recordOf(answer.value)['fields']));
      const parents = names.map((name) => Number(/^parentId(\d+)$/.exec(name)?.[1] ?? 0));
      known.parents = new Set(parents.filter((parent) => parent > 0));
      known.readAt = now;
    }
  }

  /** Types whose items may be children of this type's. */
  childTypes(
    parent: number,
  ): readonly { readonly entityTypeId: number; readonly policies: readonly ClosingPolicy[] }[] {
    return [...this.#types]
      .filter(([, known]) => known.parents.has(parent))
      .map(([entityTypeId, { policies }]) => ({ entityTypeId, policies }));
  }
}

const fieldsKey = (entityTypeId: number): string => `fields${entityTypeId}`;

/** One question: the children of some tickets in one entity type. */
export interface ChildQuestion {
  readonly command: BatchCommand;
  readonly heads: readonly TicketHead[];
  readonly parentField: string;
  readonly entityTypeId: number;
  readonly policies: readonly ClosingPolicy[];
}

export function childQuestions(
  links: ParentLinks,
  heads: readonly TicketHead[],
  size = GROUP,
): readonly ChildQuestion[] {
  return [...groupBy(heads, (head) => head.ref.entityTypeId)].flatMap(([parent, members]) =>
    links.childTypes(parent).flatMap((child) => {
      const questions: ChildQuestion[] = [];
      for (let from = 0; from < members.length; from += size) {
        const some = members.slice(from, from + size);
        questions.push(question(parent, child, some));
      }
      return questions;
    }),
  );
}

function question(
  parent: number,
  child: { readonly entityTypeId: number; readonly policies: readonly ClosingPolicy[] },
  heads: readonly TicketHead[],
): ChildQuestion {
  const parentField = `parentId${parent}`;
  const [first] = heads;
  return {
    ...child,
    heads,
    parentField,
    command: {
      key: `child${child.entityTypeId}of${parent}n${heads.length}i${first?.ref.id ?? 0}`,
      method: 'crm.item.list',
      params: {
        entityTypeId: child.entityTypeId,
        useOriginalUfNames: 'Y',
        select: ['id', 'title', 'categoryId', 'stageId', 'closed', parentField],
        filter: { [`@${parentField}`]: heads.map((head) => head.ref.id) },
        order: { id: 'DESC' },
        start: 0,
      },
    },
  };
}

export interface ChildAnswer {
  /** Open children by refKey of the parent. */
  readonly open: ReadonlyMap<string, readonly OpenWork[]>;
  /** Parents without an open child on a page that did not show all. */
  readonly doubtful: readonly TicketHead[];
  readonly failed: boolean;
}

/** Only a passing failure leaves the matter open: a type that refuses to be listed has nothing to show us. */
export function readChildren(asked: ChildQuestion, result: CommandResult | undefined): ChildAnswer {
  if (!result?.ok) {
    const failed = !result || isPassing(result.code) || result.code === 'NO_ANSWER';
    return { open: new Map(), doubtful: [], failed };
  }
  const rows = rowsOf(recordOf(result.value)['items']);
  const byParent = groupBy(
    rows.filter((row) => !isFinished(row, asked.policies)),
    (row) => integerOf(row[asked.parentField]) ?? 0,
  );
  const open = new Map(
    asked.heads.map((head) => [refKey(head.ref), (byParent.get(head.ref.id) ?? []).map(childOf)]),
  );
  const cut = asked.heads.length > 1 && isCut(result, rows.length);
  const silent = asked.heads.filter((head) => open.get(refKey(head.ref))?.length === 0);
  return { open, doubtful: cut ? silent : [], failed: false };
}

function childOf(row: Json): OpenWork {
  return { kind: 'ticket', id: integerOf(row['id']) ?? 0, title: textOf(row['title']) };
}

/** Deals say it themselves; of items the pipeline's policy knows, or the platform's own names of the final stages. */
function isFinished(row: Json, policies: readonly ClosingPolicy[]): boolean {
  if (row['closed'] !== undefined && row['closed'] !== null) return flagOf(row['closed']);
  const stageId = textOf(row['stageId']);
  const policy = policies.find((p) => p.pipeline.categoryId === integerOf(row['categoryId']));
  const role = policy?.stages[stageId];
  if (role !== undefined) return role.startsWith('closed:') || role === 'exempt';
  return /(?:^|:)(?:WON|LOSE|SUCCESS|FAIL)$/.test(stageId);
}
