/** How many requests a piece of work costs a portal that takes two a second: counted by the sandbox, over real HTTP. */
import { afterEach, expect, test } from '@jest/globals';
import type { TicketRef } from '../../src/core/ticket.ts';
import { aMessage, headOf } from '../support/a-message.ts';
import { connectSandbox, DEALS } from '../support/connected-portal.ts';
import type { Connected } from '../support/connected-portal.ts';

const open: Connected[] = [];

async function connect(): Promise<Connected> {
  const connected = await connectSandbox();
  open.push(connected);
  return connected;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ sandbox }) => sandbox.close()));
});

const AGENT = 2;

function ticketOf({ sandbox }: Connected): TicketRef {
  const { control } = sandbox;
  const person = { name: 'Anna', lastName: 'Petrova', emails: ['anna@client.example'], phones: [] };
  const contactIds = [control.addContact(person)];
  const ref = control.createTicket({ ...DEALS, title: 'Gate', assignedById: AGENT, contactIds });
  control.moveTicket(ref, 'C5:PREPARATION', AGENT);
  return ref;
}

async function requestsOf({ sandbox }: Connected, work: () => Promise<unknown>): Promise<number> {
  sandbox.stats.reset();
  await work();
  return sandbox.stats.requests;
}

test('one ticket and all its facts take one request, and say what the list and the facts say', async () => {
  const connected = await connect();
  const { sandbox, tickets, policy } = connected;
  const ref = ticketOf(connected);
  sandbox.control.clientWrites(ref, 'It does not open');
  sandbox.control.addTask(ref, 'Call the client', AGENT);
  const pipeline = { entityTypeId: 2, policies: [policy], stageIds: [], since: 0 };
  const queries = [{ ...pipeline, alsoIds: [ref.id] }];
  const finalStages = new Set<string>();
  const head = await headOf(connected, ref);
  const what = { conversations: true, finalStages };
  const facts = (await tickets.loadFacts([head], what, 'live')).get(`2:${ref.id}`);
  let seen: unknown = null;
  const look = async () => (seen = await tickets.lookAt?.({ ref, queries, finalStages }));
  expect(await requestsOf(connected, look)).toBe(1);
  expect(seen).toEqual({ head, facts });
});

test('a ticket that is not there is no ticket', async () => {
  const { tickets, policy } = await connect();
  const ref = { entityTypeId: 2, id: 99_999 };
  const queries = [
    { entityTypeId: 2, policies: [policy], stageIds: [], since: 0, alsoIds: [ref.id] },
  ];
  expect(await tickets.lookAt?.({ ref, queries, finalStages: new Set() })).toBeNull();
});

test("the client's name and addresses take one request for a ticket that was read once", async () => {
  const connected = await connect();
  const ref = ticketOf(connected);
  const head = await headOf(connected, ref);
  const names: string[] = [];
  const twice = async (): Promise<void> => {
    names.push((await connected.channels.contact(head)).name);
    names.push((await connected.channels.contact(head)).name);
  };
  expect(await requestsOf(connected, twice)).toBe(1);
  expect(names).toEqual(['Anna', 'Anna']);
});

test('a message by chat takes two requests: what is to be known, and the message alone', async () => {
  const connected = await connect();
  const ref = ticketOf(connected);
  connected.sandbox.control.clientWrites(ref, 'It does not open');
  const { channels } = connected;
  // Whose user the app is was learnt with the first message.
  const first = await headOf(connected, ref);
  await channels.send(aMessage(first, { key: 'request:before' }));
  const head = await headOf(connected, ref);
  expect(await requestsOf(connected, () => channels.send(aMessage(head)))).toBe(2);
  expect(connected.sandbox.stats.byMethod).toMatchObject({ 'imopenlines.crm.message.add': 1 });
});

test('a letter takes two requests besides the address', async () => {
  const connected = await connect();
  const ref = ticketOf(connected);
  const { channels } = connected;
  const first = await headOf(connected, ref);
  await channels.send(aMessage(first, { key: 'request:before' }));
  const head = await headOf(connected, ref);
  await channels.contact(head);
  expect(await requestsOf(connected, () => channels.send(aMessage(head)))).toBe(2);
  expect(connected.sandbox.stats.byMethod).toMatchObject({ 'crm.activity.add': 1 });
});
