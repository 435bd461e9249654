/** Writes the stamp of a passed closing and reads the ticket again in the same batch (regulation, step 7). */
import type { Priority } from '../app/ports/runtime.ts';
import type { StampCommand, StampOutcome, WriteOutcome } from '../app/ports/tickets.ts';
import { refKey } from '../core/ticket.ts';
import type { TicketRef } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { BatchCommand } from './batch-command.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { instantOf, recordOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { keyOf, moveOutcome, updateCommand } from './ticket-moves.ts';
import { stampFields, stampMismatches } from './ticket-stamp.ts';
import type { CommandResult } from './unwrap.ts';
import type { WriteBatches } from './write-batches.ts';

type Answers = ReadonlyMap<string, CommandResult>;

export async function stampTickets(
  client: PortalClient,
  batches: WriteBatches,
  commands: readonly StampCommand[],
  priority: Priority,
): Promise<ReadonlyMap<string, StampOutcome>> {
  const written = await batches.run({
    items: commands,
    commands: (command) => [stampUpdate(command), rereadCommand(command.ref)],
    paceKey: 'crm.item.update',
    probe: true,
    priority,
  });
  const lost = written.filter(({ answers }) => !answers).map(({ item }) => rereadCommand(item.ref));
  const again = await rereadLost(client, lost, priority);
  return new Map(
    written.map(
      ({ item, answers }) => [refKey(item.ref), outcomeOf(item, answers, again)] as const,
    ),
  );
}

/** Reading may fail as well; what was stamped before must still be reported, so that is no fault of the whole. */
async function rereadLost(
  client: PortalClient,
  lost: readonly BatchCommand[],
  priority: Priority,
): Promise<Answers> {
  try {
    return await readBatch(client, lost, priority);
  } catch (error) {
    if (error instanceof AppError) return new Map();
    throw error;
  }
}

const rereadKey = (ref: TicketRef): string => `${keyOf(ref)}g`;

function rereadCommand(ref: TicketRef): BatchCommand {
  return {
    key: rereadKey(ref),
    method: 'crm.item.get',
    params: { entityTypeId: ref.entityTypeId, id: ref.id, useOriginalUfNames: 'Y' },
  };
}

function stampUpdate({ ref, stamp, moveTo, policy }: StampCommand): BatchCommand {
  return updateCommand(keyOf(ref), ref, {
    ...stampFields(stamp, policy),
    ...(moveTo ? { stageId: moveTo.stageId } : {}),
    ...(moveTo && moveTo.categoryId !== policy.pipeline.categoryId
      ? { categoryId: moveTo.categoryId }
      : {}),
  });
}

function outcomeOf(command: StampCommand, answers: Answers | null, again: Answers): StampOutcome {
  const update = answers?.get(keyOf(command.ref));
  const item = itemOf((answers ?? again).get(rereadKey(command.ref))) ?? itemOf(update);
  if (update && !update.ok)
    return { write: refused(update, command), mismatched: [], stageIdAfter: stageOf(item) };
  if (!item) {
    const write: WriteOutcome = { ok: false, why: 'unknown', detail: 'NOT_READ_AGAIN' };
    return { write, mismatched: [], stageIdAfter: '' };
  }
  const mismatched = stampMismatches(item, command.stamp, command.policy);
  const stageIdAfter = stageOf(item);
  // After a broken batch only the ticket tells: a stamp that is not (wholly) there may still come.
  if (!answers && mismatched.length > 0) {
    return {
      write: { ok: false, why: 'unknown', detail: 'OUTCOME_UNKNOWN' },
      mismatched,
      stageIdAfter,
    };
  }
  return { write: written(item, command, stageIdAfter), mismatched, stageIdAfter };
}

function refused(update: CommandResult & { ok: false }, command: StampCommand): WriteOutcome {
  return (
    moveOutcome(update, command.moveTo?.stageId ?? '') ?? {
      ok: false,
      why: 'rejected',
      detail: update.code,
    }
  );
}

function written(item: Json, { moveTo }: StampCommand, stageId: string): WriteOutcome {
  return moveTo && moveTo.stageId !== stageId
    ? { ok: false, why: 'not-applied', detail: 'STAGE_DIFFERS' }
    : { ok: true, movedAt: instantOf(item['movedTime']) ?? 0, stageId };
}

function itemOf(result: CommandResult | undefined): Json | null {
  if (!result?.ok) return null;
  const item = recordOf(recordOf(result.value)['item']);
  return 'id' in item ? item : null;
}

function stageOf(item: Json | null): string {
  return textOf(item?.['stageId']);
}
