/**
 * Questions about many tickets at once: one command may name several owners, and a page holds 50 rows. A few tickets
 * are asked about one by one, which leaves nothing to guess; many in groups, and whoever a full page or a row of an
 * unknown owner leaves in doubt is asked about again alone.
 */
import type { Priority } from '../app/ports/runtime.ts';
import type { FactsAsOf, TicketHead } from '../app/ports/tickets.ts';
import type { Instant } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { groupBy } from './group-by.ts';
import type { BatchCommand, Params } from './batch-command.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import type { CommandResult } from './unwrap.ts';

/** Up to this many tickets every one has its own commands; they still fit into one request. */
const SINGLY = 6;
const GROUP = 20;
const PAGE = 50;

/** Tickets of one entity type that share a command. */
export interface OwnerGroup {
  readonly key: string;
  readonly entityTypeId: number;
  readonly heads: readonly TicketHead[];
}

/**
 * @param prefix keeps the keys of several questions in one batch apart
 * @param most tickets of one command: more where few of them have a row at all
 */
export function groupsOf(
  heads: readonly TicketHead[],
  prefix: string,
  most = GROUP,
): readonly OwnerGroup[] {
  const size = heads.length <= SINGLY ? 1 : most;
  const byType = groupBy(heads, (head) => head.ref.entityTypeId);
  return [...byType].flatMap(([entityTypeId, members]) => {
    const groups: OwnerGroup[] = [];
    for (let from = 0; from < members.length; from += size) {
      const key = `${prefix}t${entityTypeId}n${from}`;
      groups.push({ key, entityTypeId, heads: members.slice(from, from + size) });
    }
    return groups;
  });
}

/** Each ticket for itself, for the second asking. */
export function alone(heads: readonly TicketHead[], prefix: string): readonly OwnerGroup[] {
  return heads.map((head) => ({
    key: `${prefix}t${head.ref.entityTypeId}i${head.ref.id}`,
    entityTypeId: head.ref.entityTypeId,
    heads: [head],
  }));
}

/**
 * Activities tied to any of these tickets, newest first (crm.activity.list).
 * @param end of the command's key, after the group's
 */
export function activitiesOf(
  { key, heads }: OwnerGroup,
  end: string,
  which: Params,
  select: readonly string[],
): BatchCommand {
  const BINDINGS = heads.map(({ ref }) => ({ OWNER_TYPE_ID: ref.entityTypeId, OWNER_ID: ref.id }));
  const params = { filter: { ...which, BINDINGS }, order: { ID: 'DESC' }, select, start: 0 };
  return { key: `${key}${end}`, method: 'crm.activity.list', params };
}

/** Whether something of that date counts for the ticket; what has no date counts. */
export function isThen(
  at: Instant | null,
  head: Pick<TicketHead, 'movedAt'>,
  asOf: FactsAsOf,
): boolean {
  return asOf === 'now' || at === null || at <= head.movedAt;
}

/** Whether there is more than the page shows. */
export function isCut(answer: CommandResult & { ok: true }, rows: number): boolean {
  return (
    answer.next !== null || (answer.total ?? 0) > rows || (answer.total === null && rows >= PAGE)
  );
}

/**
 * The group's ticket that an activity row belongs to; null when its main owner is somebody else (a contact), as
 * happens with activities tied to several objects. A ticket asked about alone owns every row.
 */
export function ownerOf(group: OwnerGroup, row: Json): string | null {
  const [only] = group.heads;
  if (group.heads.length === 1 && only) return refKey(only.ref);
  const typeId = integerOf(row['OWNER_TYPE_ID']) ?? group.entityTypeId;
  const id = integerOf(row['OWNER_ID']);
  const owner = group.heads.find((head) => head.ref.id === id && head.ref.entityTypeId === typeId);
  return owner ? refKey(owner.ref) : null;
}

export async function readBatch(
  client: PortalClient,
  commands: readonly BatchCommand[],
  priority: Priority,
): Promise<ReadonlyMap<string, CommandResult>> {
  if (commands.length === 0) return new Map();
  return client.batch(commands, { priority, write: false, halt: false });
}
