/** Stage moves: verified by the returned item, for unknown fields and skipped saves are no errors (PORTAL 3.5). */
import type { Priority } from '../app/ports/runtime.ts';
import type { StageMove, WriteOutcome } from '../app/ports/tickets.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { groupBy } from './group-by.ts';
import type { BatchCommand, ParamValue } from './batch-command.ts';
import type { PortalClient } from './portal-client.ts';
import { instantOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { isPassing } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';
import type { WriteBatches } from './write-batches.ts';

export function updateCommand(
  key: string,
  ref: TicketRef,
  fields: Readonly<Record<string, ParamValue>>,
): BatchCommand {
  return {
    key,
    method: 'crm.item.update',
    params: { entityTypeId: ref.entityTypeId, id: ref.id, fields, useOriginalUfNames: 'Y' },
  };
}

export function moveCommand(move: StageMove): BatchCommand {
  const { field, value } = move.returns;
  return updateCommand(keyOf(move.ref), move.ref, {
    stageId: move.to.stageId,
    ...(move.to.categoryId === move.from.categoryId ? {} : { categoryId: move.to.categoryId }),
    ...(field === '' ? {} : { [field]: value }),
  });
}

/** Letters first: a map whose keys are all numbers would come back as a list. */
export const keyOf = (ref: TicketRef): string => `t${ref.entityTypeId}i${ref.id}`;

export async function moveTickets(
  client: PortalClient,
  batches: WriteBatches,
  moves: readonly StageMove[],
  priority: Priority,
): Promise<ReadonlyMap<string, WriteOutcome>> {
  const written = await batches.run({
    items: moves,
    commands: (move) => [moveCommand(move)],
    paceKey: 'crm.item.update',
    probe: true,
    priority,
  });
  const outcomes = new Map<string, WriteOutcome>();
  const lost: StageMove[] = [];
  for (const { item: move, answers } of written) {
    const outcome = answers ? moveOutcome(answers.get(keyOf(move.ref)), move.to.stageId) : null;
    if (outcome) outcomes.set(refKey(move.ref), outcome);
    else lost.push(move);
  }
  for (const [key, outcome] of await lookAgain(client, lost, priority)) outcomes.set(key, outcome);
  return outcomes;
}

const REFUSALS: ReadonlyMap<string, (WriteOutcome & { ok: false })['why']> = new Map([
  ['CRM_FIELD_ERROR_REQUIRED', 'required-fields'],
  ['ACCESS_DENIED', 'denied'],
  ['allowed_only_intranet_user', 'denied'],
  ['UPDATE_DYNAMIC_ITEM_RESTRICTED', 'denied'],
  ['-', 'denied'],
  ['NOT_FOUND', 'not-found'],
  ['NO_ANSWER', 'unknown'],
]);

/** What an update answered; null when it must be read from the ticket itself. */
export function moveOutcome(
  result: CommandResult | undefined,
  stageId: string,
): WriteOutcome | null {
  if (!result) return null;
  if (!result.ok) {
    const why = isPassing(result.code) ? 'unknown' : (REFUSALS.get(result.code) ?? 'rejected');
    return { ok: false, why, detail: result.code };
  }
  const item = recordOf(recordOf(result.value)['item']);
  return 'stageId' in item ? standing(item, stageId) : null;
}

function standing(item: Json, stageId: string): WriteOutcome {
  const now = textOf(item['stageId']);
  return now === stageId
    ? { ok: true, movedAt: instantOf(item['movedTime']) ?? 0, stageId: now }
    : { ok: false, why: 'not-applied', detail: 'STAGE_DIFFERS' };
}

const PAGE = 50;

/**
 * After a broken batch: what the tickets themselves say. A ticket that has not moved may still move, for the portal
 * goes on with a cut request; so that stays unknown and the next sweep looks again.
 */
export async function lookAgain(
  client: PortalClient,
  moves: readonly StageMove[],
  priority: Priority,
): Promise<ReadonlyMap<string, WriteOutcome>> {
  const outcomes = new Map<string, WriteOutcome>(
    moves.map((move) => [refKey(move.ref), UNKNOWN] as const),
  );
  try {
    for (const [entityTypeId, members] of groupBy(moves, (move) => move.ref.entityTypeId)) {
      for (let from = 0; from < members.length; from += PAGE) {
        const some = members.slice(from, from + PAGE);
        const ids = some.map((move) => move.ref.id);
        const items = await readStages(client, { entityTypeId, ids }, priority);
        for (const move of some) outcomes.set(refKey(move.ref), seen(move, items));
      }
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  return outcomes;
}

const UNKNOWN: WriteOutcome = { ok: false, why: 'unknown', detail: 'OUTCOME_UNKNOWN' };

function seen(move: StageMove, items: ReadonlyMap<string, Json> | null): WriteOutcome {
  if (!items) return UNKNOWN;
  const item = items.get(String(move.ref.id));
  if (!item) return { ok: false, why: 'not-found', detail: 'NOT_LISTED' };
  const outcome = standing(item, move.to.stageId);
  return outcome.ok ? outcome : UNKNOWN;
}

async function readStages(
  client: PortalClient,
  which: { readonly entityTypeId: number; readonly ids: readonly number[] },
  priority: Priority,
): Promise<ReadonlyMap<string, Json> | null> {
  const params = {
    entityTypeId: which.entityTypeId,
    select: ['id', 'stageId', 'movedTime'],
    filter: { '@id': which.ids },
    order: { id: 'ASC' },
    start: 0,
  };
  const result = await client.call('crm.item.list', params, { priority, write: false });
  if (!result.ok) return null;
  const rows = rowsOf(recordOf(result.value)['items']);
  return new Map(rows.map((row) => [textOf(row['id']), row]));
}
