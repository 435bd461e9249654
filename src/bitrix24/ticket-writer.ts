/** Changes of tickets by the client's side of the app: fields and stage in one write, verified from the answer. */
import type { TicketChange, TicketWriter } from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { WriteOutcome } from '../app/ports/tickets.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { BatchCommand } from './batch-command.ts';
import { createLinked } from './linked-ticket.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { instantOf, recordOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { commentCommand } from './staff-messages.ts';
import { changedFields, changesMissing } from './ticket-changes.ts';
import { keyOf, moveOutcome, updateCommand } from './ticket-moves.ts';
import type { CommandResult } from './unwrap.ts';
import { createWriteBatches } from './write-batches.ts';
import type { WriteBatches, Written } from './write-batches.ts';

export function createTicketWriter(client: PortalClient, log: Log): TicketWriter {
  const batches = createWriteBatches(client, log);
  return {
    change: (changes) => changeTickets(client, batches, changes),
    createLinked: (parent, policy, title) =>
      createLinked({ client, batches }, parent, policy, title),
  };
}

async function changeTickets(
  client: PortalClient,
  batches: WriteBatches,
  changes: readonly TicketChange[],
): Promise<ReadonlyMap<string, WriteOutcome>> {
  const written = await batches.run({
    items: changes,
    commands: (change) => [...sayingCommands(change), changeCommand(change)],
    paceKey: 'crm.item.update',
    // Fields alone start no stage robots.
    probe: changes.some(({ moveTo }) => moveTo !== null),
    priority: 'live',
  });
  const unclear = written.filter((one) => updateOf(one) === null).map(({ item }) => item);
  const again = await readAgain(client, unclear);
  return new Map(written.map((one) => [refKey(one.item.ref), outcomeOf(one, again)] as const));
}

function sayingCommands({ ref, saying = null }: TicketChange): readonly BatchCommand[] {
  return saying ? [commentCommand(`${keyOf(ref)}s`, saying)] : [];
}

function changeCommand({ ref, policy, changes, moveTo }: TicketChange): BatchCommand {
  const { categoryId } = policy.pipeline;
  return updateCommand(keyOf(ref), ref, {
    ...changedFields(changes, policy),
    ...(moveTo ? { stageId: moveTo.stageId } : {}),
    ...(moveTo && moveTo.categoryId !== categoryId ? { categoryId: moveTo.categoryId } : {}),
  });
}

/** The item as the update answered it, or its refusal; null when only the ticket itself can tell. */
function updateOf({ item, answers }: Written<TicketChange>): Json | WriteOutcome | null {
  const result = answers?.get(keyOf(item.ref));
  if (!result) return null;
  return result.ok ? itemOf(result) : moveOutcome(result, '');
}

function outcomeOf(one: Written<TicketChange>, again: ReadonlyMap<string, Json>): WriteOutcome {
  const update = updateOf(one);
  if (update && isOutcome(update)) return update;
  const item = update ?? again.get(refKey(one.item.ref));
  if (!item) return { ok: false, why: 'unknown', detail: 'NOT_READ_AGAIN' };
  const outcome = standing(item, one.item);
  // After a broken batch what is not there may still come.
  return outcome.ok || one.answers ? outcome : UNKNOWN;
}

const UNKNOWN: WriteOutcome = { ok: false, why: 'unknown', detail: 'OUTCOME_UNKNOWN' };

function isOutcome(update: Json | WriteOutcome): update is WriteOutcome {
  return 'ok' in update;
}

function standing(item: Json, { moveTo, changes, policy }: TicketChange): WriteOutcome {
  const stageId = textOf(item['stageId']);
  if (moveTo && moveTo.stageId !== stageId) {
    return { ok: false, why: 'not-applied', detail: 'STAGE_DIFFERS' };
  }
  const missing = changesMissing(item, changes, policy);
  return missing.length > 0
    ? { ok: false, why: 'not-applied', detail: `FIELDS_DIFFER ${missing.join(' ')}` }
    : { ok: true, movedAt: instantOf(item['movedTime']) ?? 0, stageId };
}

/** Reading may fail as well; what was written before must still be reported, so that is no fault of the whole. */
async function readAgain(
  client: PortalClient,
  changes: readonly TicketChange[],
): Promise<ReadonlyMap<string, Json>> {
  const commands = changes.map(({ ref }) => ({
    key: keyOf(ref),
    method: 'crm.item.get',
    params: { entityTypeId: ref.entityTypeId, id: ref.id, useOriginalUfNames: 'Y' },
  }));
  try {
    const answers = await readBatch(client, commands, 'live');
    return new Map(
      changes.flatMap(({ ref }) => {
        const item = itemOf(answers.get(keyOf(ref)));
        return item ? [[refKey(ref), item] as const] : [];
      }),
    );
  } catch (error) {
    if (error instanceof AppError) return new Map();
    throw error;
  }
}

function itemOf(result: CommandResult | undefined): Json | null {
  if (!result?.ok) return null;
  const item = recordOf(recordOf(result.value)['item']);
  return 'id' in item ? item : null;
}
