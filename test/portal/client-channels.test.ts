/** The ways to the client, against the sandbox portal over real HTTP. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { THIS_TRY } from '../../src/app/ports/client.ts';
import type { UnsentLetters } from '../../src/app/ports/client.ts';
import { AppError } from '../../src/errors.ts';
import { refKey } from '../../src/core/ticket.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { aMessage, headOf, LINK } from '../support/a-message.ts';
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

const AGENT = 2;

interface Client {
  readonly emails?: readonly string[];
}

function ticketOf(
  { sandbox }: Connected,
  pipeline: typeof DEALS | typeof ITEMS = DEALS,
  { emails = ['anna@client.example'] }: Client = {},
): TicketRef {
  const contact = { name: 'Anna', lastName: 'Petrova', emails, phones: [] };
  const contactIds = [sandbox.control.addContact(contact)];
  return sandbox.control.createTicket({
    ...pipeline,
    title: 'Gate does not open',
    assignedById: AGENT,
    contactIds,
  });
}

const chatOf = ({ sandbox }: Connected, ref: TicketRef) => {
  const [chat] = sandbox.control.chats(ref);
  if (!chat) throw new Error('no chat');
  return chat;
};

describe('the chat', () => {
  test('takes the message from the assignee, who joins it', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    sandbox.control.clientWrites(ref, 'It does not open');
    const chat = chatOf(connected, ref);
    chat.members.clear();
    const delivery = await channels.send(aMessage(await headOf(connected, ref)));
    const said = chat.messages.at(-1);
    expect(said).toMatchObject({ senderId: AGENT, text: expect.stringContaining(LINK) });
    const reference = `chat:${chat.id}:${said?.id}`;
    expect(delivery).toEqual({ kind: 'delivered', channel: 'chat', reference });
    expect(sandbox.control.sentLetters()).toEqual([]);
  });

  test('takes the next message though the sender is a member already', async () => {
    const connected = await connect();
    const ref = ticketOf(connected);
    connected.sandbox.control.operatorWrites(ref, 'Hello', AGENT);
    const head = await headOf(connected, ref);
    expect(await connected.channels.send(aMessage(head))).toMatchObject({ channel: 'chat' });
  });

  test('takes it from the app where the assignee is no user any more', async () => {
    const connected = await connect();
    const ref = ticketOf(connected);
    connected.sandbox.control.clientWrites(ref, 'It does not open');
    const head = { ...(await headOf(connected, ref)), assigneeId: 99 };
    expect(await connected.channels.send(aMessage(head))).toMatchObject({ channel: 'chat' });
    expect(chatOf(connected, ref).messages.at(-1)).toMatchObject({ senderId: 1 });
  });

  test.each([
    ['a contact', (): void => undefined],
    [
      'a company',
      (connected: Connected, ref: TicketRef): void => {
        const { control } = connected.sandbox;
        const companyId = control.addCompany({ title: 'Gates Ltd', emails: [] });
        Object.assign(control.ticket(ref), { contactIds: [], companyId });
      },
    ],
  ])('of a smart-process item is that of %s', async (_, arrange) => {
    const connected = await connect();
    const ref = ticketOf(connected, ITEMS);
    arrange(connected, ref);
    connected.sandbox.control.clientWrites(ref, 'It does not open');
    const out = aMessage(await headOf(connected, ref));
    const delivery = await connected.channels.send(out);
    expect(delivery).toMatchObject({ kind: 'delivered', channel: 'chat' });
    expect(chatOf(connected, ref).messages.at(-1)?.text).toContain(LINK);
    expect(await connected.channels.findSent(out)).toEqual(delivery);
  });

  test('whose answer got lost is searched, not written to again', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    sandbox.control.clientWrites(ref, 'It does not open');
    sandbox.faults.cutAfterWrite = 1;
    sandbox.faults.cutOnly = 'imopenlines.crm.message.add';
    const delivery = await channels.send(aMessage(await headOf(connected, ref)));
    expect(delivery).toMatchObject({ kind: 'delivered', channel: 'chat' });
    expect(sandbox.stats.clientMessages).toBe(1);
  });

  test('that broke off before it took the message is not passed over for the next channel', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    sandbox.control.clientWrites(ref, 'It does not open');
    const out = aMessage(await headOf(connected, ref));
    // The list of chats with joining and the app's own profile go through; the message itself fails.
    let calls = 0;
    const { faults } = sandbox;
    Object.defineProperty(faults, 'failNextRequests', {
      get: () => {
        calls += 1;
        return { count: calls === 3 ? 1 : 0, status: 502, code: '' };
      },
    });
    await expect(channels.send(out)).rejects.toMatchObject({ code: 'portal-outcome-unknown' });
    expect(sandbox.stats.byMethod['imopenlines.crm.chat.user.add']).toBe(1);
    expect(sandbox.stats.byMethod['crm.activity.add']).toBeUndefined();
  });

  test('is found again after it was finished and the client opened a new session', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    sandbox.control.clientWrites(ref, 'It does not open');
    const out = aMessage(await headOf(connected, ref));
    expect(await channels.findSent(out)).toBeNull();
    const delivery = await channels.send(out);
    sandbox.control.finishChat(ref, AGENT);
    expect(await channels.findSent(out)).toEqual(delivery);
    sandbox.control.clientWrites(ref, 'One more thing');
    expect(await channels.findSent(out)).toEqual(delivery);
  });

  test('does not pass the client quoting the link for our message', async () => {
    const connected = await connect();
    const ref = ticketOf(connected);
    connected.sandbox.control.clientWrites(ref, `What is ${LINK} for?`);
    const out = aMessage(await headOf(connected, ref));
    expect(await connected.channels.findSent(out)).toBeNull();
  });

  test('does not pass the request for its reminder, though both hold the link', async () => {
    const connected = await connect();
    const { channels } = connected;
    const ref = ticketOf(connected);
    connected.sandbox.control.clientWrites(ref, 'It does not open');
    const head = await headOf(connected, ref);
    await channels.send(aMessage(head));
    const record = { ...head.record, askedAt: connected.sandbox.clock.now() };
    const reminder = aMessage({ ...head, record }, { key: `reminder:${refKey(ref)}:1` });
    expect(await channels.findSent(reminder)).toBeNull();
  });

  test('does not pass a reminder for a request whose link is the beginning of its own', async () => {
    const connected = await connect();
    const { channels } = connected;
    const ref = ticketOf(connected);
    connected.sandbox.control.clientWrites(ref, 'It does not open');
    const head = await headOf(connected, ref);
    const link = `${LINK}?2`;
    const bb = `[b]Once more:[/b] [url=${link}]Answer[/url]`;
    const { message } = aMessage(head);
    await channels.send(aMessage(head, { message: { ...message, bb }, marker: link }));
    expect(await channels.findSent(aMessage(head))).toBeNull();
    expect(await channels.findSent(aMessage(head, { marker: link }))).not.toBeNull();
  });

  test('finds a message without a link by its words, but not those of an earlier closing', async () => {
    const connected = await connect();
    const { channels } = connected;
    const ref = ticketOf(connected);
    connected.sandbox.control.clientWrites(ref, 'It does not open');
    const head = await headOf(connected, ref);
    const out = aMessage(head, { marker: '' });
    const delivery = await channels.send(out);
    expect(await channels.findSent(out)).toEqual(delivery);
    const later = { ...head, movedAt: connected.sandbox.clock.now() + 60_000 };
    expect(await channels.findSent({ ...out, head: later })).toBeNull();
  });
});

describe('a letter', () => {
  test('goes where the dialog is finished, as exactly the activity that is sent', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    sandbox.control.clientWrites(ref, 'It does not open');
    sandbox.control.finishChat(ref, AGENT);
    const out = aMessage(await headOf(connected, ref));
    const delivery = await channels.send(out);
    const [letter] = sandbox.control.sentLetters();
    expect(delivery).toEqual({
      kind: 'delivered',
      channel: 'email',
      reference: `activity:${letter?.id}`,
    });
    expect(letter).toMatchObject({
      typeId: 4,
      direction: 2,
      completed: true,
      description: out.message.html,
      descriptionType: 3,
      responsibleId: AGENT,
      originatorId: 'closegate',
      originId: out.key,
      bindings: [
        { ownerTypeId: 2, ownerId: ref.id },
        { ownerTypeId: 3, ownerId: sandbox.control.ticket(ref).contactIds[0] },
      ],
    });
    expect(letter?.communications[0]?.value).toBe('anna@client.example');
    expect(await channels.findSent(out)).toEqual(delivery);
  });

  test('goes to the company where no contact has an address', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected, ITEMS, { emails: [] });
    const company = { title: 'Gates Ltd', emails: ['office@gates.example'] };
    sandbox.control.ticket(ref).companyId = sandbox.control.addCompany(company);
    expect(await channels.send(aMessage(await headOf(connected, ref)))).toMatchObject({
      channel: 'email',
    });
    expect(sandbox.control.sentLetters()[0]?.communications[0]).toMatchObject({
      value: 'office@gates.example',
      entityTypeId: 4,
    });
  });

  test('that could not be sent is removed, and a person is asked to call', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    sandbox.faults.failLetters = 1;
    const out = aMessage(await headOf(connected, ref));
    const delivery = await channels.send(out);
    const left = sandbox.control.activities(ref);
    expect(left.map((a) => a.providerId)).toEqual(['CRM_TODO']);
    expect(delivery).toEqual({ kind: 'to-do', reference: `activity:${left[0]?.id}` });
    expect(sandbox.stats.clientMessages).toBe(0);
  });

  /** Remembers like the app's marks; dies once, after `notes` of them. */
  function memoryDyingAfter(notes: number, marks = new Set<string>()) {
    let left = notes;
    const unsent: UnsentLetters = {
      async note(what) {
        for (const one of what) marks.add(one);
        left -= 1;
        if (left === 0) throw new AppError('store-unavailable', 'died', { retry: 'backoff' });
      },
      known: async (what) => new Set(what.filter((one) => marks.has(one))),
    };
    return { unsent, marks };
  }

  test('that could not be sent counts as sent for nobody, though the process died before it was removed', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    sandbox.faults.failLetters = 1;
    const { unsent } = memoryDyingAfter(1);
    const message = aMessage(await headOf(connected, ref), { channels: ['email'] });
    const out = { ...message, unsent };
    await expect(channels.send(out)).rejects.toThrow('died');
    expect(sandbox.control.activities(ref)).toHaveLength(1);

    expect(await channels.findSent(out)).toBeNull();
    expect(sandbox.control.activities(ref)).toEqual([]);
    const again = { ...message, unsent: memoryDyingAfter(0).unsent };
    expect(await channels.send(again)).toMatchObject({ kind: 'delivered', channel: 'email' });
    expect(sandbox.control.sentLetters()).toHaveLength(1);
  });

  test('that could not be removed is known at the next try by its own number', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    sandbox.faults.failLetters = 1;
    const { unsent, marks } = memoryDyingAfter(2);
    const message = aMessage(await headOf(connected, ref), { channels: ['email'] });
    await expect(channels.send({ ...message, unsent })).rejects.toThrow('died');

    marks.delete(THIS_TRY);
    const again = { ...message, unsent: memoryDyingAfter(0, marks).unsent };
    expect(await channels.findSent(again)).toBeNull();
    expect(await channels.send(again)).toMatchObject({ kind: 'delivered', channel: 'email' });
    expect(await channels.findSent(again)).toMatchObject({ kind: 'delivered' });
    expect(sandbox.stats.clientMessages).toBe(1);
  });

  test('whose answer got lost is looked for by its key, not sent twice', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    sandbox.faults.cutAfterWrite = 1;
    sandbox.faults.cutOnly = 'crm.activity.add';
    const out = aMessage(await headOf(connected, ref), { channels: ['email'] });
    const delivery = await channels.send(out);
    expect(delivery).toMatchObject({ kind: 'delivered', channel: 'email' });
    expect(await channels.send(out)).toEqual(delivery);
    expect(sandbox.stats.clientMessages).toBe(1);
  });

  test('of another key is another letter', async () => {
    const connected = await connect();
    const ref = ticketOf(connected);
    const head = await headOf(connected, ref);
    await connected.channels.send(aMessage(head));
    await connected.channels.send(aMessage(head, { key: 'reminder:x' }));
    expect(connected.sandbox.control.sentLetters()).toHaveLength(2);
    expect(await connected.channels.findSent(aMessage(head, { key: 'notice:x' }))).toBeNull();
  });
});

describe('a to-do', () => {
  test('asks the assignee once where no channel reaches the client', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected, DEALS, { emails: ['not an address'] });
    const out = aMessage(await headOf(connected, ref));
    expect(await channels.findSent(out)).toBeNull();
    const delivery = await channels.send(out);
    expect(delivery.kind).toBe('to-do');
    expect(await channels.send(out)).toEqual(delivery);
    expect(await channels.findSent(out)).toEqual(delivery);
    const [toDo, ...more] = sandbox.control.activities(ref);
    expect(more).toEqual([]);
    expect(toDo).toMatchObject({
      subject: out.toDo.title,
      description: out.toDo.text,
      responsibleId: AGENT,
      completed: false,
    });
    const hours = ((toDo?.deadline ?? 0) - sandbox.clock.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(3);
    expect(hours).toBeLessThan(5);
  });

  test('whose answer got lost is not made twice', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected, DEALS, { emails: [] });
    sandbox.faults.cutAfterWrite = 1;
    sandbox.faults.cutOnly = 'crm.activity.todo.add';
    expect((await channels.send(aMessage(await headOf(connected, ref)))).kind).toBe('to-do');
    expect(sandbox.control.activities(ref)).toHaveLength(1);
  });

  test('not wanted leaves the message undelivered, with the reasons', async () => {
    const connected = await connect();
    const ref = ticketOf(connected, DEALS, { emails: [] });
    const head = await headOf(connected, ref);
    expect(await connected.channels.send(aMessage(head, { channels: ['chat', 'email'] }))).toEqual({
      kind: 'undelivered',
      why: 'chat:NO_CHAT email:NO_ADDRESS',
    });
  });
});

describe('a portal without the scope of open channels', () => {
  test('is written to by e-mail', async () => {
    const connected = await connect({ scopes: ['crm', 'userfieldconfig', 'user_brief'] });
    const ref = ticketOf(connected);
    connected.sandbox.control.clientWrites(ref, 'It does not open');
    const out = aMessage(await headOf(connected, ref));
    expect(await connected.channels.findSent(out)).toBeNull();
    expect(await connected.channels.send(out)).toMatchObject({ channel: 'email' });
  });
});

describe('names', () => {
  test('of the client are the contact, else the company, else nothing', async () => {
    const connected = await connect();
    const { sandbox, channels } = connected;
    const ref = ticketOf(connected);
    const contact = async () => channels.contact(await headOf(connected, ref));
    expect(await contact()).toEqual({ name: 'Anna', language: null });
    const companyId = sandbox.control.addCompany({ title: 'Gates Ltd', emails: [] });
    Object.assign(sandbox.control.ticket(ref), { contactIds: [], companyId });
    expect(await contact()).toEqual({ name: 'Gates Ltd', language: null });
    sandbox.control.ticket(ref).companyId = 0;
    expect(await contact()).toEqual({ name: '', language: null });
  });

  test('of the staff are asked once', async () => {
    const { sandbox, channels } = await connect();
    const name = await channels.staffName(AGENT);
    expect(name).toMatch(/^\S+ \S+$/);
    expect(await channels.staffName(AGENT)).toBe(name);
    expect(sandbox.stats.byMethod['user.get']).toBe(1);
    expect(await channels.staffName(99)).toBe('');
    expect(await channels.staffName(0)).toBe('');
  });

  test('of the staff are empty without the scope', async () => {
    const { channels } = await connect({ scopes: ['crm', 'userfieldconfig'] });
    expect(await channels.staffName(AGENT)).toBe('');
  });
});
