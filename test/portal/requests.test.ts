/** How many requests a piece of work costs a portal that takes two a second: counted by the sandbox, over real HTTP. */
import { afterEach, expect, test } from '@jest/globals';
import type { TicketRef } from '../../src/core/ticket.ts';
import { createClientChannels } from '../../src/bitrix24/client-channels.ts';
import { createIncomingMessages } from '../../src/bitrix24/incoming-messages.ts';
import { KnownCards } from '../../src/bitrix24/known-cards.ts';
import { createPortalClient } from '../../src/bitrix24/portal-client.ts';
import type { PortalClient } from '../../src/bitrix24/portal-client.ts';
import { createTicketGateway } from '../../src/bitrix24/ticket-gateway.ts';
import { createTransport } from '../../src/bitrix24/transport.ts';
import { parseWebhookUrl } from '../../src/bitrix24/webhook-url.ts';
import { aMessage, headOf } from '../support/a-message.ts';
import { connectSandbox, DEALS } from '../support/connected-portal.ts';
import type { Connected } from '../support/connected-portal.ts';
import type { CountingBudget } from '../support/counting-budget.ts';

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
const READ = { priority: 'live', write: false } as const;

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

test('a ticket read for a message tells who its client is in the same request', async () => {
  const connected = await connect();
  const { tickets, channels, policy } = connected;
  const ref = ticketOf(connected);
  const pipeline = { entityTypeId: 2, policies: [policy], stageIds: [], since: 0 };
  const look = {
    ref,
    queries: [{ ...pipeline, alsoIds: [ref.id] }],
    finalStages: new Set<string>(),
  };
  const plain = await tickets.lookAt?.(look);
  let seen: typeof plain = null;
  let name = '';
  const read = async (): Promise<void> => {
    seen = await tickets.lookAt?.({ ...look, client: true });
    if (seen) ({ name } = await channels.contact(seen.head));
  };
  expect(await requestsOf(connected, read)).toBe(1);
  expect(name).toBe('Anna');
  expect(seen).toEqual(plain);
});

test('a client whose card cannot be read with the ticket holds nothing up, and is asked for again', async () => {
  const connected = await connect();
  const { sandbox, budget, log, policy } = connected;
  const ref = ticketOf(connected);
  const transport = createTransport(parseWebhookUrl(sandbox.webhookUrl), 5000);
  const plain = createPortalClient({ transport, portalId: 'p1', budget, log, retryDelayMs: 1 });
  const broken: PortalClient = {
    ...plain,
    batch: async (commands, how) => {
      const refused = { ok: false, code: 'INTERNAL_SERVER_ERROR', httpStatus: 200 } as const;
      const cards = commands.filter(({ key }) => key.startsWith('card'));
      const answers = await plain.batch(commands, how);
      return new Map([...answers, ...cards.map(({ key }) => [key, refused] as const)]);
    },
  };
  const cards = new KnownCards();
  const gateway = createTicketGateway(broken, log, { cards });
  const pipeline = { entityTypeId: 2, policies: [policy], stageIds: [], since: 0 };
  const queries = [{ ...pipeline, alsoIds: [ref.id] }];
  const seen = await gateway.lookAt?.({ ref, queries, finalStages: new Set(), client: true });
  if (!seen) throw new Error('the ticket was not seen');
  expect((await createClientChannels(plain, log, cards).contact(seen.head)).name).toBe('Anna');
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

test('whose tickets a letter may be about takes one request, however many are closed', async () => {
  const connected = await connect();
  const { sandbox, incoming } = connected;
  const [mine, other, ...rest] = Array.from({ length: 120 }, () => ticketOf(connected));
  if (!mine || !other) throw new Error('two tickets');
  const letter = { direction: 'in', subject: 'Re', text: 'No' } as const;
  const { id } = sandbox.control.addEmail(mine, letter);
  const arrived = await incoming.arrived([id]);
  let found: unknown = null;
  const among = async () => (found = await arrived.among([mine, other, ...rest]));
  expect(await requestsOf(connected, among)).toBe(1);
  expect(found).toEqual([mine]);
  expect(await arrived.among([other])).toEqual([]);
});

test('where tickets cannot be asked for by their client, all of them come into question', async () => {
  const connected = await connect();
  const { sandbox, budget, log } = connected;
  const [mine, other] = [ticketOf(connected), ticketOf(connected)];
  const { id } = sandbox.control.addEmail(mine, { direction: 'in', subject: 'Re', text: 'No' });
  const transport = createTransport(parseWebhookUrl(sandbox.webhookUrl), 5000);
  const plain = createPortalClient({ transport, portalId: 'p1', budget, log, retryDelayMs: 1 });
  const client: PortalClient = {
    ...plain,
    batch: async (commands, how) => {
      const refused = { ok: false, code: 'INVALID_ARG_VALUE', httpStatus: 400 } as const;
      const answers = await plain.batch(commands, how);
      const byClient = commands.filter(({ params }) => /contactId/.test(JSON.stringify(params)));
      return new Map([...answers, ...byClient.map(({ key }) => [key, refused] as const)]);
    },
  };
  const arrived = await createIncomingMessages(client, log).arrived([id]);
  expect(await arrived.among([mine, other])).toEqual([mine, other]);
});

/** Nobody gets room before it is given once; from then on there is as much as anybody wants. */
function roomFrom(budget: CountingBudget): { readonly asked: () => number; give(): void } {
  let give = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    give = resolve;
  });
  let asked = 0;
  budget.take = () => {
    asked += 1;
    return promise;
  };
  return { asked: () => asked, give: () => give() };
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('reads that wait for room go together, and each hears its own answers', async () => {
  const connected = await connect();
  const { sandbox, tickets, channels, budget, policy } = connected;
  const [one, two] = [ticketOf(connected), ticketOf(connected)];
  sandbox.control.clientWrites(two, 'It does not open');
  const pipeline = { entityTypeId: 2, policies: [policy], stageIds: [], since: 0 };
  const look = (ref: TicketRef) => {
    const queries = [{ ...pipeline, alsoIds: [ref.id] }];
    return tickets.lookAt?.({ ref, queries, finalStages: new Set<string>() });
  };
  const head = await headOf(connected, two);
  const contact = () => channels.contact({ ...head });
  const alone = [await look(one), await look(two), await contact()];
  const room = roomFrom(budget);
  sandbox.stats.reset();
  const together = Promise.all([look(one), look(two), contact(), tickets.serverTime()]);
  await nextTurn();
  expect(room.asked()).toBe(1);
  room.give();
  expect((await together).slice(0, 3)).toEqual(alone);
  expect(sandbox.stats.requests).toBe(1);
});

test('a read that is refused in company is refused with its own status, and the others are not', async () => {
  const { sandbox, budget, log } = await connect();
  const transport = createTransport(parseWebhookUrl(sandbox.webhookUrl), 5000);
  const client = createPortalClient({ transport, portalId: 'p1', budget, log, retryDelayMs: 1 });
  const missing = () => client.call('crm.item.get', { entityTypeId: 2, id: 99_999 }, READ);
  const alone = await missing();
  const room = roomFrom(budget);
  const both = Promise.all([missing(), client.call('profile', {}, READ)]);
  await nextTurn();
  room.give();
  const [refused, profile] = await both;
  expect(alone.ok).toBe(false);
  expect(refused).toEqual(alone);
  expect(profile.ok).toBe(true);
});

test('words for several tickets that wait for room are written together', async () => {
  const connected = await connect();
  const { sandbox, tickets, budget } = connected;
  const refs = Array.from({ length: 3 }, () => ticketOf(connected));
  const room = roomFrom(budget);
  sandbox.stats.reset();
  const all = Promise.all(
    refs.map((ref) => tickets.addComments([{ ref, text: `About ${ref.id}` }], 'live')),
  );
  await nextTurn();
  room.give();
  expect((await all).map((written) => [...written])).toEqual(refs.map(({ id }) => [`2:${id}`]));
  expect(sandbox.stats.requests).toBe(1);
  for (const ref of refs) {
    expect(sandbox.control.comments(ref).map(({ text }) => text)).toEqual([`About ${ref.id}`]);
  }
});

test('a call that writes, as every message is, goes alone, however many wait', async () => {
  const { sandbox, budget, log } = await connect();
  const transport = createTransport(parseWebhookUrl(sandbox.webhookUrl), 5000);
  const client = createPortalClient({ transport, portalId: 'p1', budget, log, retryDelayMs: 1 });
  const room = roomFrom(budget);
  sandbox.stats.reset();
  const write = () => client.call('profile', {}, { ...READ, write: true });
  const all = Promise.all([write(), write(), client.call('profile', {}, READ)]);
  await nextTurn();
  room.give();
  await all;
  expect(sandbox.stats.requests).toBe(3);
  expect(sandbox.stats.byMethod['batch']).toBeUndefined();
});
