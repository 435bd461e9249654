/** Who the clients of tickets are, and how they are called and written to (PORTAL 3.3). */
import type { Priority } from '../app/ports/runtime.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { askBefore } from './asked-before.ts';
import type { Questions } from './asked-before.ts';
import { ResultRef } from './batch-command.ts';
import type { BatchCommand } from './batch-command.ts';
import { groupBy } from './group-by.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { CLIENT_FIELDS, contactsOf } from './ticket-fields.ts';
import { isPassing, refusal } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

export const CONTACT = 3;
export const COMPANY = 4;

/** `3:101` for a contact, `4:7` for a company: contacts first, the main one at the head. */
export type ClientKey = string;

export interface ClientCard {
  readonly entityTypeId: number;
  readonly id: number;
  /** First name of a contact, title of a company. */
  readonly name: string;
  readonly addresses: readonly string[];
}

const PAGE = 50;
/** More clients than these are not asked about one ticket. */
const MAX_CLIENTS = 4;

/** One ticket's clients in their order, those beyond the main contact and the company by a second request. */
export async function readClientCards(
  client: PortalClient,
  ref: TicketRef,
): Promise<readonly ClientCard[]> {
  const asked = await askBefore(client, clientQuestions(ref), { priority: 'live' });
  return cardsFrom(asked, ref);
}

/** As readClientCards, of a client that clientQuestions were asked of. */
export async function cardsFrom(
  asked: PortalClient,
  ref: TicketRef,
): Promise<readonly ClientCard[]> {
  const clients = await readTicketClients(asked, [ref], 'live');
  return readCards(asked, clients.get(refKey(ref)) ?? []);
}

export function clientQuestions(ref: TicketRef): Questions {
  const list = clientsCommand([ref], ref.entityTypeId, 0);
  const path = `$result[${list.key}][items][0]`;
  const main = cardCommand(CONTACT, new ResultRef(`${path}[contactId]`));
  const company = cardCommand(COMPANY, new ResultRef(`${path}[companyId]`));
  return {
    commands: [list, { ...main, chained: true }, { ...company, chained: true }],
    *named(answers) {
      const [item = {}] = itemsOf(answers.get(list.key));
      yield [main.key, cardCommand(CONTACT, integerOf(item['contactId']) ?? 0)];
      yield [company.key, cardCommand(COMPANY, integerOf(item['companyId']) ?? 0)];
    },
  };
}

function cardCommand(entityTypeId: number, id: number | ResultRef): BatchCommand {
  const key = `card${entityTypeId}i${id instanceof ResultRef ? 'r' : id}`;
  return { key, method: 'crm.item.get', params: { entityTypeId, id } };
}

function clientsCommand(
  refs: readonly TicketRef[],
  entityTypeId: number,
  from: number,
): BatchCommand {
  const ids = refs.map(({ id }) => id);
  return listCommand(`cl${entityTypeId}n${from}`, entityTypeId, ids, ['id', ...CLIENT_FIELDS]);
}

/** Clients of the tickets by refKey; a ticket that is not shown to us has none. */
export async function readTicketClients(
  client: PortalClient,
  refs: readonly TicketRef[],
  priority: Priority,
): Promise<ReadonlyMap<string, readonly ClientKey[]>> {
  const commands: BatchCommand[] = [];
  const typeOf = new Map<string, number>();
  for (const [entityTypeId, members] of groupBy(refs, (ref) => ref.entityTypeId)) {
    for (let from = 0; from < members.length; from += PAGE) {
      const command = clientsCommand(members.slice(from, from + PAGE), entityTypeId, from);
      typeOf.set(command.key, entityTypeId);
      commands.push(command);
    }
  }
  const answers = await readBatch(client, commands, priority);
  const clients = new Map<string, readonly ClientKey[]>();
  for (const [key, entityTypeId] of typeOf) {
    for (const item of itemsOf(answers.get(key))) {
      const id = integerOf(item['id']) ?? 0;
      clients.set(refKey({ entityTypeId, id }), clientsOf(item));
    }
  }
  return clients;
}

function clientsOf(item: Json): readonly ClientKey[] {
  const contacts = contactsOf(item).map((id) => `${CONTACT}:${id}`);
  const companyId = integerOf(item['companyId']) ?? 0;
  return companyId > 0 ? [...contacts, `${COMPANY}:${companyId}`] : contacts;
}

/** Cards of one ticket's clients, in their order; who is gone or hidden is left out. */
export async function readCards(
  client: PortalClient,
  keys: readonly ClientKey[],
): Promise<readonly ClientCard[]> {
  const some = keys.slice(0, MAX_CLIENTS).map(partsOf);
  const commands = some.map(({ entityTypeId, id }) => cardCommand(entityTypeId, id));
  const answers = await readBatch(client, commands, 'live');
  return some.flatMap(({ entityTypeId, id }) => {
    const answer = readable(answers.get(`card${entityTypeId}i${id}`));
    return answer ? [cardOf(entityTypeId, recordOf(recordOf(answer)['item']))] : [];
  });
}

/** Cards of many clients; 50 per command. */
export async function listCards(
  client: PortalClient,
  keys: readonly ClientKey[],
  priority: Priority,
): Promise<readonly ClientCard[]> {
  const commands: BatchCommand[] = [];
  const typeOf = new Map<string, number>();
  for (const [entityTypeId, members] of groupBy(keys.map(partsOf), (part) => part.entityTypeId)) {
    for (let from = 0; from < members.length; from += PAGE) {
      const key = `cards${entityTypeId}n${from}`;
      const ids = members.slice(from, from + PAGE).map(({ id }) => id);
      typeOf.set(key, entityTypeId);
      // Addresses come only with everything else (crm.item.list docs).
      commands.push(listCommand(key, entityTypeId, ids, ['*']));
    }
  }
  const answers = await readBatch(client, commands, priority);
  return [...typeOf].flatMap(([key, entityTypeId]) =>
    itemsOf(answers.get(key)).map((item) => cardOf(entityTypeId, item)),
  );
}

function partsOf(key: ClientKey): TicketRef {
  const [entityTypeId = 0, id = 0] = key.split(':').map(Number);
  return { entityTypeId, id };
}

function listCommand(
  key: string,
  entityTypeId: number,
  ids: readonly number[],
  select: readonly string[],
): BatchCommand {
  const params = { entityTypeId, select, filter: { '@id': ids }, order: { id: 'ASC' }, start: 0 };
  return { key, method: 'crm.item.list', params };
}

function itemsOf(answer: CommandResult | undefined): readonly Json[] {
  return rowsOf(recordOf(readable(answer))['items']);
}

/** The value; null for a lasting refusal. @throws AppError for a passing one */
function readable(answer: CommandResult | undefined): unknown {
  if (answer?.ok) return answer.value;
  if (!answer || isPassing(answer.code) || answer.code === 'NO_ANSWER') {
    throw refusal('crm.item.get', answer ?? { code: 'INTERNAL_SERVER_ERROR', httpStatus: 0 });
  }
  return null;
}

const ADDRESS = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/;
const FLAT = ['email', 'emailWork', 'emailHome', 'emailMailing'] as const;

function cardOf(entityTypeId: number, item: Json): ClientCard {
  const listed = rowsOf(item['fm'])
    .filter((row) => textOf(row['typeId']).toUpperCase() === 'EMAIL')
    .map((row) => textOf(row['value']));
  const addresses = [...listed, ...FLAT.map((name) => textOf(item[name]))];
  return {
    entityTypeId,
    id: integerOf(item['id']) ?? 0,
    name: textOf(item[entityTypeId === CONTACT ? 'name' : 'title']),
    addresses: [...new Set(addresses.filter((address) => ADDRESS.test(address)))],
  };
}
