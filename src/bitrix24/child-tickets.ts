/**
 * Unfinished child tickets: items of a gated entity type whose `parentId{entityTypeId}` names the ticket. Which types
 * carry such a field is a setting of each portal; it is read beside a listing, so that it costs no request of its own.
 */
import type { FactsAsOf, MovedQuery, TicketHead } from '../app/ports/tickets.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import type { OpenWork } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { BatchCommand } from './batch-command.ts';
import { groupBy } from './group-by.ts';
import { isCut, isThen } from './owner-groups.ts';
import { flagOf, instantOf, integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { isPassing } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

/** Links between types change by an administrator's hand, rarely. */
const FRESH_MS = 10 * 60_000;
const GROUP = 50;
const PAGE = 50;
const DEAL = 2;
/** Pages asked for where the portal does not say how many there are. */
const UNCOUNTED_PAGES = 4;

interface KnownType {
  policies: readonly ClosingPolicy[];
  /** Entity types whose items may be parents of this type's; null until the portal has told. */
  parents: ReadonlySet<number> | null;
  /** Parents by whose field the portal would not filter. */
  refused: ReadonlySet<number>;
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
      else this.#types.set(entityTypeId, { ...UNKNOWN, policies });
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
      if (!answer || (!answer.ok && isPassing(answer.code))) continue;
      known.readAt = now;
      known.refused = new Set();
      if (!answer.ok) continue;
      const names = Object.keys(recordOf(recordOf(answer.value)['fields']));
      const parents = names.map((name) => Number(/^parentId(\d+)$/.exec(name)?.[1] ?? 0));
      known.parents = new Set(parents.filter((parent) => parent > 0));
    }
  }

  /** A refused parent field is not asked for again until the fields are next read. */
  refuse({ entityTypeId, parent }: ChildQuestion): void {
    const known = this.#types.get(entityTypeId);
    if (known) known.refused = new Set([...known.refused, parent]);
  }

  /** Types whose items are, or for all that is known may be, children of this type's. */
  childTypes(
    parent: number,
  ): readonly { readonly entityTypeId: number; readonly policies: readonly ClosingPolicy[] }[] {
    return [...this.#types]
      .filter(([, known]) => (known.parents?.has(parent) ?? true) && !known.refused.has(parent))
      .map(([entityTypeId, { policies }]) => ({ entityTypeId, policies }));
  }
}

const UNKNOWN = { parents: null, refused: new Set<number>(), readAt: 0 } as const;

const fieldsKey = (entityTypeId: number): string => `fields${entityTypeId}`;

/** One question: the children of some tickets in one entity type. */
export interface ChildQuestion {
  readonly command: BatchCommand;
  readonly heads: readonly TicketHead[];
  /** Entity type of the heads, and the field of the children that names one of them. */
  readonly parent: number;
  readonly parentField: string;
  readonly entityTypeId: number;
  readonly policies: readonly ClosingPolicy[];
}

export function childQuestions(
  links: ParentLinks,
  heads: readonly TicketHead[],
): readonly ChildQuestion[] {
  return [...groupBy(heads, (head) => head.ref.entityTypeId)].flatMap(([parent, members]) =>
    links.childTypes(parent).flatMap((child) => {
      const questions: ChildQuestion[] = [];
      for (let from = 0; from < members.length; from += GROUP) {
        const some = members.slice(from, from + GROUP);
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
    parent,
    parentField,
    command: {
      key: `child${child.entityTypeId}of${parent}n${heads.length}i${first?.ref.id ?? 0}`,
      method: 'crm.item.list',
      params: {
        entityTypeId: child.entityTypeId,
        useOriginalUfNames: 'Y',
        select: ['id', 'title', 'categoryId', 'stageId', 'createdTime', parentField].concat(
          child.entityTypeId === DEAL ? ['closed'] : [],
        ),
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
  /** For want of an answer; a refusal lasts and means that there is nothing to see. */
  readonly failed: boolean;
}

/** `type:stage` of stages that finish a ticket. */
export type FinalStages = ReadonlySet<string>;

/** Only a passing failure leaves the matter open: a type that refuses to be listed has nothing to show us. */
export function readChildren(
  asked: ChildQuestion,
  result: CommandResult | undefined,
  finals: FinalStages,
  asOf: FactsAsOf = 'now',
): ChildAnswer {
  if (!result?.ok) {
    const failed = !result || isPassing(result.code) || result.code === 'NO_ANSWER';
    return { open: new Map(), failed };
  }
  const byParent = groupBy(
    rowsOf(recordOf(result.value)['items']).filter((row) => !isFinished(row, asked, finals)),
    (row) => integerOf(row[asked.parentField]) ?? 0,
  );
  const open = asked.heads.map((head) => {
    const rows = byParent.get(head.ref.id) ?? [];
    const then = rows.filter((row) => isThen(instantOf(row['createdTime']), head, asOf));
    return [refKey(head.ref), then.map(childOf)] as const;
  });
  return { open: new Map(open), failed: false };
}

/** The pages after a full one, for the tickets without an open child so far: finished children fill pages too. */
export function furtherPages(
  asked: ChildQuestion,
  result: CommandResult | undefined,
  finals: FinalStages,
): readonly ChildQuestion[] {
  if (!result?.ok) return [];
  const rows = rowsOf(recordOf(result.value)['items']);
  const { open } = readChildren(asked, result, finals);
  const heads = asked.heads.filter((head) => open.get(refKey(head.ref))?.length === 0);
  if (heads.length === 0 || !isCut(result, rows.length)) return [];
  const total = result.total ?? 0;
  const further = total > PAGE ? Math.ceil(total / PAGE) - 1 : UNCOUNTED_PAGES;
  const { key, method, params } = asked.command;
  return Array.from({ length: further }, (_, n) => {
    const start = (n + 1) * PAGE;
    return {
      ...asked,
      heads,
      command: { key: `${key}s${start}`, method, params: { ...params, start } },
    };
  });
}

function childOf(row: Json): OpenWork {
  return { kind: 'ticket', id: integerOf(row['id']) ?? 0, title: textOf(row['title']) };
}

/** Deals say it themselves; of items the stages tell: the portal's final ones, the policy's, those named so by rule. */
function isFinished(row: Json, asked: ChildQuestion, finals: FinalStages): boolean {
  const stageId = textOf(row['stageId']);
  if (flagOf(row['closed']) || finals.has(`${asked.entityTypeId}:${stageId}`)) return true;
  const policy = asked.policies.find(
    ({ pipeline }) => pipeline.categoryId === integerOf(row['categoryId']),
  );
  const role = policy?.stages[stageId];
  if (role !== undefined) return role.startsWith('closed:') || role === 'exempt';
  return /(?:^|:)(?:WON|LOSE|SUCCESS|FAIL)$/.test(stageId);
}
