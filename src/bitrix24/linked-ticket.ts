/** A new ticket that goes on where a closed one ended, linked both ways (special case: a late return). */
import type { StaffComment, TicketHead } from '../app/ports/tickets.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { readServerTime } from './account.ts';
import type { ParamValue } from './batch-command.ts';
import { ORIGINATOR, READ, sureOf, WRITE } from './delivery-attempt.ts';
import { listStages } from './pipelines.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf, isoOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { addComments, findComments } from './staff-messages.ts';
import { cardPath, DEAL } from './stage-places.ts';
import { contactsOf } from './ticket-fields.ts';
import { refusal, valueOf } from './unwrap.ts';
import type { WriteBatches } from './write-batches.ts';

interface LinkDeps {
  readonly client: PortalClient;
  readonly batches: WriteBatches;
}

const DAY = 24 * 3_600_000;

/**
 * Asked again within a day for the same closing of `parent`, it returns the ticket it made the first time.
 * @throws AppError portal-outcome-unknown when it may or may not have been made
 */
export async function createLinked(
  deps: LinkDeps,
  parent: TicketHead,
  policy: ClosingPolicy,
  title: string,
): Promise<TicketRef> {
  const { client } = deps;
  const { entityTypeId } = parent.ref;
  const known = await findLinked(client, parent);
  const relation = await hasRelation(client, entityTypeId);
  const ref = known ?? (await addTicket(client, parent, policy, { title, relation }));
  if (!relation) await tellBoth(deps, parent.ref, ref);
  return ref;
}

interface Start {
  readonly title: string;
  readonly relation: boolean;
}

async function addTicket(
  client: PortalClient,
  parent: TicketHead,
  policy: ClosingPolicy,
  { title, relation }: Start,
): Promise<TicketRef> {
  const { entityTypeId, id } = parent.ref;
  const fields: Readonly<Record<string, ParamValue>> = {
    title,
    categoryId: policy.pipeline.categoryId,
    stageId: await firstWorkStage(client, policy),
    ...(await peopleOf(client, parent)),
    ...originOf(parent),
    ...(relation ? { [`parentId${entityTypeId}`]: id } : {}),
  };
  const params = { entityTypeId, fields, useOriginalUfNames: 'Y' };
  return sureOf(
    async () => {
      const value = valueOf('crm.item.add', await client.call('crm.item.add', params, WRITE));
      const made = integerOf(recordOf(recordOf(value)['item'])['id']);
      if (made !== null) return { entityTypeId, id: made };
      throw new AppError('portal-outcome-unknown', 'The new ticket was not shown: look for it.', {
        retry: 'backoff',
        detail: 'NO_ITEM',
      });
    },
    () => findLinked(client, parent),
  );
}

/** Key of the closing that the new ticket follows. */
const keyOf = ({ ref, record }: TicketHead): string => `linked:${refKey(ref)}:${record.cycle ?? 1}`;

/** Deals have two fields for a foreign key, smart processes one (object-fields docs). */
function originOf(parent: TicketHead): Readonly<Record<string, string>> {
  return parent.ref.entityTypeId === DEAL
    ? { originatorId: ORIGINATOR, originId: keyOf(parent) }
    : { xmlId: `${ORIGINATOR}:${keyOf(parent)}` };
}

/** Only a fresh one: a client who comes back another time gets another ticket. */
async function findLinked(client: PortalClient, parent: TicketHead): Promise<TicketRef | null> {
  const { entityTypeId } = parent.ref;
  const origin = originOf(parent);
  const since = (await readServerTime(client)) - DAY;
  const conditions = Object.entries(origin).map(([name, value]) => [`=${name}`, value] as const);
  const params = {
    entityTypeId,
    select: ['id', ...Object.keys(origin)],
    filter: { ...Object.fromEntries(conditions), '>=createdTime': isoOf(since) },
    order: { id: 'ASC' },
    start: 0,
  };
  const result = await client.call('crm.item.list', params, READ);
  if (!result.ok) {
    // A portal that cannot search by the key has not got it either.
    if (result.code === 'INVALID_ARG_VALUE') return null;
    throw refusal('crm.item.list', result);
  }
  const row = rowsOf(recordOf(result.value)['items']).find((item) => carries(item, origin));
  const id = integerOf(row?.['id']);
  return id === null ? null : { entityTypeId, id };
}

function carries(item: Json, origin: Readonly<Record<string, string>>): boolean {
  return Object.entries(origin).every(([name, value]) => textOf(item[name]) === value);
}

/** Whether an item of this type may have one of the same type as its parent: a setting of the portal. */
async function hasRelation(client: PortalClient, entityTypeId: number): Promise<boolean> {
  const params = { entityTypeId, useOriginalUfNames: 'Y' };
  const result = await client.call('crm.item.fields', params, READ);
  if (!result.ok) return false;
  return `parentId${entityTypeId}` in recordOf(recordOf(result.value)['fields']);
}

async function firstWorkStage(client: PortalClient, policy: ClosingPolicy): Promise<string> {
  const { entityTypeId, categoryId } = policy.pipeline;
  const stages = (await listStages(client, [entityTypeId]))
    .filter((stage) => stage.categoryId === categoryId && stage.semantics === 'process')
    .filter((stage) => (policy.stages[stage.stageId] ?? 'work') === 'work')
    .toSorted((a, b) => a.sort - b.sort);
  return stages[0]?.stageId ?? policy.returnStage;
}

/** Clients and assignee of the parent as they are now. */
async function peopleOf(
  client: PortalClient,
  parent: TicketHead,
): Promise<Readonly<Record<string, ParamValue>>> {
  const value = valueOf('crm.item.get', await client.call('crm.item.get', { ...parent.ref }, READ));
  const item = recordOf(recordOf(value)['item']);
  const contactIds = contactsOf(item);
  const companyId = integerOf(item['companyId']) ?? 0;
  const assigneeId = integerOf(item['assignedById']) ?? parent.assigneeId;
  return {
    ...(contactIds.length > 0 ? { contactIds } : {}),
    ...(companyId > 0 ? { companyId } : {}),
    ...(assigneeId > 0 ? { assignedById: assigneeId } : {}),
  };
}

/** Where no field can hold the link, the timelines do: signs and numbers only, fit for any language. */
async function tellBoth(deps: LinkDeps, parent: TicketRef, child: TicketRef): Promise<void> {
  const { client, batches } = deps;
  const link = (ref: TicketRef): string =>
    `[url=${client.origin()}${cardPath(ref)}]#${ref.id}[/url]`;
  const comments: readonly StaffComment[] = [
    { ref: parent, text: `→ ${link(child)}` },
    { ref: child, text: `← ${link(parent)}` },
  ];
  const found = await findComments(client, comments);
  const missing = comments.filter(({ ref }) => !found.has(refKey(ref)));
  const done = missing.length > 0 ? await addComments(client, batches, missing, 'live') : found;
  if (missing.some(({ ref }) => !done.has(refKey(ref)))) {
    throw new AppError('portal-unreachable', 'A link could not be written: try again.', {
      retry: 'backoff',
      detail: 'LINK',
    });
  }
}
