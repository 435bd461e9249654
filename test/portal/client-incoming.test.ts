/** What clients wrote elsewhere, read from the sandbox portal over real HTTP. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { TicketRef } from '../../src/core/ticket.ts';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { headOf } from '../support/a-message.ts';
import { connectSandbox, DEALS, ITEMS } from '../support/connected-portal.ts';
import type { Connected } from '../support/connected-portal.ts';

const open: Connected[] = [];

async function connect(options: SandboxOptions = {}): Promise<Connected> {
  const connected = await connectSandbox(options);
  open.push(connected);
  return connected;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ sandbox }) => sandbox.close()));
});

const ANNA = 'anna@client.example';

function anna({ sandbox }: Connected, emails: readonly string[] = [ANNA]): number {
  return sandbox.control.addContact({ name: 'Anna', lastName: 'Petrova', emails, phones: [] });
}

function ticketOf(
  { sandbox }: Connected,
  contactId: number,
  pipeline: typeof DEALS | typeof ITEMS = DEALS,
): TicketRef {
  return sandbox.control.createTicket({ ...pipeline, title: 'Gate', contactIds: [contactId] });
}

const heads = (connected: Connected, refs: readonly TicketRef[]) =>
  Promise.all(refs.map((ref) => headOf(connected, ref)));

const lettersAbout = async (
  incoming: Connected['incoming'],
  ids: readonly number[],
  waiting: Awaited<ReturnType<typeof heads>>,
) => (await incoming.arrived(ids)).about(waiting);

describe('a letter', () => {
  test('bound to the ticket comes with its words and sender', async () => {
    const connected = await connect({ doubts: { mailReplyBinding: 'ticket' } });
    const ref = ticketOf(connected, anna(connected));
    const letter = { direction: 'in', subject: 'Re: solved?', text: '<p>No</p>' } as const;
    const { id, created } = connected.sandbox.control.addEmail(ref, letter);
    const found = await lettersAbout(connected.incoming, [id], await heads(connected, [ref]));
    expect(found).toEqual([
      {
        source: `activity:${id}`,
        ref,
        at: created,
        channel: 'email',
        subject: 'Re: solved?',
        text: '<p>No</p>',
        fromAddress: ANNA,
      },
    ]);
  });

  test('bound to the client only finds the client’s waiting ticket', async () => {
    const connected = await connect();
    const { sandbox, incoming } = connected;
    const ref = ticketOf(connected, anna(connected));
    const other = ticketOf(connected, anna(connected, ['boris@client.example']));
    const letter = sandbox.control.addEmail(ref, { direction: 'in', subject: 'Re', text: 'No' });
    expect(letter.bindings.map((b) => b.ownerTypeId)).toEqual([3]);
    const found = await lettersAbout(incoming, [letter.id], await heads(connected, [ref, other]));
    expect(found.map((one) => one.ref)).toEqual([ref]);
  });

  test('filed under another card of the same address finds the ticket by the address', async () => {
    const connected = await connect();
    const { sandbox, incoming } = connected;
    const double = anna(connected);
    const ref = ticketOf(connected, anna(connected, ['ANNA@client.example']));
    const { id, bindings } = sandbox.control.receiveLetter(ANNA, 'Hello', 'It is broken again');
    expect(bindings).toEqual([{ ownerTypeId: 3, ownerId: double }]);
    const found = await lettersAbout(incoming, [id], await heads(connected, [ref]));
    expect(found).toMatchObject([{ ref, fromAddress: ANNA }]);
  });

  test('that names one of the client’s tickets is about that one, else about each', async () => {
    const connected = await connect();
    const { sandbox, incoming } = connected;
    const contactId = anna(connected);
    const [one, two] = [ticketOf(connected, contactId), ticketOf(connected, contactId)];
    const waiting = await heads(connected, [one, two]);
    const named = sandbox.control.receiveLetter(ANNA, `Re: ticket №${two.id}, solved?`, 'Yes');
    const vague = sandbox.control.receiveLetter(ANNA, 'Hello', 'It is broken again');
    const refs = async (id: number): Promise<readonly TicketRef[]> =>
      (await lettersAbout(incoming, [id], waiting)).map((message) => message.ref);
    expect(await refs(named.id)).toEqual([two]);
    expect(await refs(vague.id)).toEqual([one, two]);
  });

  test('bound to a waiting ticket besides its main owner is about that one alone', async () => {
    const connected = await connect({ doubts: { mailReplyBinding: 'ticket' } });
    const { sandbox, incoming } = connected;
    const contactId = anna(connected);
    const [one, two] = [ticketOf(connected, contactId), ticketOf(connected, contactId)];
    const letter = sandbox.control.addEmail(two, { direction: 'in', subject: 'Re', text: 'No' });
    Object.assign(letter, { bindings: letter.bindings.toReversed() });
    const found = await lettersAbout(incoming, [letter.id], await heads(connected, [one, two]));
    expect(found.map((message) => message.ref)).toEqual([two]);
  });

  test.each([
    ['of ours', 'out', 0],
    ['about a ticket that does not wait', 'in', 1],
  ] as const)('%s is no message', async (_, direction, about) => {
    const connected = await connect({ doubts: { mailReplyBinding: 'ticket' } });
    const contactId = anna(connected);
    const tickets = [ticketOf(connected, contactId), ticketOf(connected, contactId)];
    const ref = tickets[about] ?? { entityTypeId: 0, id: 0 };
    const letter = { direction, subject: 'Gate', text: 'Words' };
    const { id } = connected.sandbox.control.addEmail(ref, letter);
    const waiting = await heads(connected, tickets.slice(0, 1));
    expect(await lettersAbout(connected.incoming, [id], waiting)).toEqual([]);
  });

  test('of a stranger, another activity and one that is gone are no messages', async () => {
    const connected = await connect();
    const { sandbox, incoming } = connected;
    const ref = ticketOf(connected, anna(connected));
    const stranger = sandbox.control.receiveLetter('eve@else.example', 'Buy', 'Now');
    sandbox.control.addTask(ref, 'Look');
    const [task] = sandbox.control.activities(ref);
    const ids = [stranger.id, task?.id ?? 0, 9999];
    expect(await lettersAbout(incoming, ids, await heads(connected, [ref]))).toEqual([]);
  });
});

describe('a scheduled read', () => {
  test('brings what clients wrote in chats and letters after the instant, in order', async () => {
    const connected = await connect();
    const { sandbox, incoming, budget } = connected;
    const deal = ticketOf(connected, anna(connected));
    const boris = anna(connected, ['boris@client.example']);
    const item = ticketOf(connected, boris, ITEMS);
    sandbox.control.clientWrites(deal, 'Before');
    const waiting = await heads(connected, [deal, item]);
    sandbox.clock.nextWorkingDay();
    const since = sandbox.clock.now();
    sandbox.clock.nextWorkingDay();
    sandbox.control.clientWrites(deal, 'Not solved');
    sandbox.control.operatorWrites(deal, 'We look at it', 2);
    sandbox.control.clientWrites(item, 'Thank you');
    sandbox.control.receiveLetter('boris@client.example', 'Hello', 'A letter');
    budget.taken.length = 0;
    const found = await incoming.since(waiting, since);
    expect(found.map(({ ref, channel, text }) => [ref, channel, text])).toEqual([
      [deal, 'chat', 'Not solved'],
      [item, 'chat', 'Thank you'],
      [item, 'email', 'A letter'],
    ]);
    const said = sandbox.control.chats(deal)[0]?.messages.find((m) => m.text === 'Not solved');
    expect(found[0]?.source).toBe(`chat:${said?.id}`);
    expect(new Set(budget.taken)).toEqual(new Set(['bulk']));
  });

  test('tells what came in the very second of the instant again rather than losing it', async () => {
    const connected = await connect();
    const { sandbox, incoming } = connected;
    const ref = ticketOf(connected, anna(connected));
    const waiting = await heads(connected, [ref]);
    sandbox.control.clientWrites(ref, 'Not solved');
    const { created } = sandbox.control.receiveLetter(ANNA, 'Hello', 'A letter');
    const at = sandbox.control.chats(ref)[0]?.messages[0]?.at ?? 0;
    const channels = async (since: number): Promise<readonly string[]> =>
      (await incoming.since(waiting, since)).map(({ channel }) => channel);
    expect(await channels(at + 999)).toContain('chat');
    expect(await channels(created + 1000)).toEqual([]);
  });

  test('reads more letters than one page holds', async () => {
    const connected = await connect();
    const { sandbox, incoming } = connected;
    const ref = ticketOf(connected, anna(connected));
    const waiting = await heads(connected, [ref]);
    const since = sandbox.clock.now();
    sandbox.clock.nextWorkingDay();
    for (let n = 0; n < 120; n += 1) sandbox.control.receiveLetter(ANNA, `Letter ${n}`, '');
    expect(await incoming.since(waiting, since)).toHaveLength(120);
  });

  test('of many tickets takes few requests', async () => {
    const connected = await connect();
    const { sandbox, incoming } = connected;
    const contactId = anna(connected);
    const refs = Array.from({ length: 60 }, () => ticketOf(connected, contactId));
    const waiting = await heads(connected, refs);
    const since = sandbox.clock.now();
    sandbox.stats.reset();
    expect(await incoming.since(waiting, since)).toEqual([]);
    expect(sandbox.stats.requests).toBeLessThanOrEqual(4);
  });

  test('skips a chat it may not read and logs its ticket, not its words', async () => {
    const connected = await connect();
    const { sandbox, incoming, log } = connected;
    const [hidden, open_] = [anna(connected), anna(connected, ['boris@client.example'])].map((id) =>
      ticketOf(connected, id),
    );
    if (!hidden || !open_) throw new Error('two tickets');
    const waiting = await heads(connected, [hidden, open_]);
    const since = sandbox.clock.now();
    sandbox.clock.nextWorkingDay();
    for (const ref of [hidden, open_]) sandbox.control.clientWrites(ref, 'Secret words');
    sandbox.control.hideTicket(hidden);
    const found = await incoming.since(waiting, since);
    expect(found.map(({ ref }) => ref)).toEqual([open_]);
    expect(log.lines).toContainEqual({
      level: 'warn',
      fields: { ticket: `2:${hidden.id}`, detail: 'ACCESS_DENIED' },
      message: 'a chat could not be read',
    });
    expect(JSON.stringify(log.lines)).not.toContain('Secret');
  });

  test('does without chats where the portal has no open channels', async () => {
    const connected = await connect({ scopes: ['crm', 'userfieldconfig'] });
    const { sandbox, incoming, log } = connected;
    const ref = ticketOf(connected, anna(connected));
    const waiting = await heads(connected, [ref]);
    const since = sandbox.clock.now();
    sandbox.clock.nextWorkingDay();
    sandbox.control.clientWrites(ref, 'Not solved');
    sandbox.control.receiveLetter(ANNA, 'Hello', 'A letter');
    expect((await incoming.since(waiting, since)).map(({ channel }) => channel)).toEqual(['email']);
    expect(log.lines).toEqual([]);
  });
});
