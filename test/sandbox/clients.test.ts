import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SandboxControl } from '../../src/sandbox/control.ts';
import type { TicketRef } from '../../src/sandbox/state/records.ts';
import { DEALS, ITEMS, openPortal } from './support/portal-under-test.ts';
import type { Called, Fields, Reply } from './support/portal-under-test.ts';

let portal: Called;
let control: SandboxControl;
beforeEach(async () => {
  portal = await openPortal({ seed: 'support' });
  control = portal.sandbox.control;
});
afterEach(() => portal.sandbox.close());

const contactOf = (ref: TicketRef): number => control.ticket(ref).contactIds[0] ?? 0;
function ticketOf(type: typeof DEALS | typeof ITEMS): TicketRef {
  const contactId = contactOf({ entityTypeId: 2, id: 1 });
  return control.createTicket({ ...type, title: 'Ticket', contactIds: [contactId] });
}

describe('a dialog of an open channel', () => {
  let deal: TicketRef;
  beforeEach(() => {
    deal = ticketOf(DEALS);
    control.clientWrites(deal, 'It does not open');
  });
  const ofDeal = (method: string, params: Fields = {}): Promise<Reply<unknown>> =>
    portal.call<unknown>(method, {
      CRM_ENTITY_TYPE: 'deal',
      CRM_ENTITY: deal.id,
      ...params,
    });
  const chatId = async (): Promise<number> =>
    Number((await ofDeal('imopenlines.crm.chat.getLastId')).body.result);

  it('takes a message only from a member of the chat', async () => {
    const message = { USER_ID: 1, CHAT_ID: await chatId(), MESSAGE: 'Solved?' };
    const refused = await ofDeal('imopenlines.crm.message.add', message);
    expect([refused.status, refused.body.error]).toEqual([400, 'CANCELED']);
    const joined = await ofDeal('imopenlines.crm.chat.user.add', { USER_ID: 1 });
    expect(joined.body.result).toBe(message.CHAT_ID);
    const again = await ofDeal('imopenlines.crm.chat.user.add', { USER_ID: 1 });
    expect(again.body.error).toBe('WRONG_REQUEST');
    const taken = await ofDeal('imopenlines.crm.message.add', message);
    expect(taken.status).toBe(200);
    expect(portal.sandbox.stats.clientMessages).toBe(1);
  });

  it('tells the client from the operator by the connector flag of the sender', async () => {
    control.operatorWrites(deal, 'We look at it', 2);
    const history = await portal.result<{
      message: Record<string, { senderid: string; text: string }>;
      users: Record<string, { connector: boolean }>;
    }>('imopenlines.session.history.get', { CHAT_ID: await chatId() });
    const said = Object.values(history.message).map((m) => [
      m.text,
      history.users[m.senderid]?.connector,
    ]);
    expect(said).toEqual([
      ['It does not open', true],
      ['We look at it', false],
    ]);
  });

  it('that is finished hides from the default list and refuses messages (trap 24)', async () => {
    const CHAT_ID = await chatId();
    await ofDeal('imopenlines.crm.chat.user.add', { USER_ID: 1 });
    control.finishChat(deal, 2);
    expect((await ofDeal('imopenlines.crm.chat.get')).body.result).toEqual([]);
    const all = await ofDeal('imopenlines.crm.chat.get', { ACTIVE_ONLY: 'N' });
    expect(all.body.result).toMatchObject([{ CHAT_ID: String(CHAT_ID) }]);
    const message = { USER_ID: 1, CHAT_ID, MESSAGE: 'Solved?' };
    const refused = await ofDeal('imopenlines.crm.message.add', message);
    expect(refused.body.error).toBe('CHAT_NOT_IN_CRM');
    expect(await chatId()).toBe(CHAT_ID);
  });

  it('taken up again takes messages that never reach the client', async () => {
    const CHAT_ID = await chatId();
    await ofDeal('imopenlines.crm.chat.user.add', { USER_ID: 1 });
    control.finishChat(deal, 2);
    await portal.result('imopenlines.session.start', { CHAT_ID });
    const message = { USER_ID: 1, CHAT_ID, MESSAGE: 'Solved?' };
    expect((await ofDeal('imopenlines.crm.message.add', message)).status).toBe(200);
    expect(portal.sandbox.stats.clientMessages).toBe(0);
    expect(control.chats(deal)[0]?.messages.at(-1)?.delivered).toBe(false);
  });

  it('opens a new session when the client writes after the end', async () => {
    const before = control.chats(deal)[0]?.sessionId ?? 0;
    control.finishChat(deal, 2);
    control.clientWrites(deal, 'Again');
    const chat = control.chats(deal)[0];
    expect(chat?.active).toBe(true);
    expect(chat?.sessionId).toBeGreaterThan(before);
    const old = await portal.result('imopenlines.session.history.get', { SESSION_ID: before });
    expect(Object.values(old['message'] ?? {})).toMatchObject([{ text: 'It does not open' }]);
  });

  it('of a smart-process item hangs on the client: the item has none (trap 23)', async () => {
    const item = ticketOf(ITEMS);
    control.clientWrites(item, 'Hello');
    const byContact = await portal.call('imopenlines.crm.chat.getLastId', {
      CRM_ENTITY_TYPE: 'contact',
      CRM_ENTITY: contactOf(item),
    });
    expect(byContact.status).toBe(200);
    const byItem = await portal.call('imopenlines.crm.chat.get', {
      CRM_ENTITY_TYPE: 'dynamic_1034',
      CRM_ENTITY: item.id,
    });
    expect(byItem.body.error).toBe('ERROR_ARGUMENT');
  });

  it('is not there for a ticket nobody wrote about', async () => {
    deal = ticketOf(DEALS);
    expect((await ofDeal('imopenlines.crm.chat.get')).body.result).toEqual([]);
    const last = await ofDeal('imopenlines.crm.chat.getLastId');
    expect(last.body.error).toBe('CRM_CHAT_EMPTY_CRM_DATA');
    expect((await ofDeal('imopenlines.crm.chat.user.add', { USER_ID: 1 })).body.result).toBe(0);
  });

  it('names its parameters when they are missing', async () => {
    const { status, body } = await portal.call('imopenlines.crm.chat.get', {});
    expect([status, body.error]).toEqual([400, 'ERROR_ARGUMENT']);
    expect(body.error_description).toBe("Argument 'CRM_ENTITY_TYPE' is null or empty");
    const none = await portal.call('imopenlines.session.history.get', {});
    expect(none.body.error).toBe('MISSING_REQUIRED_PARAM');
  });

  it('tells its links and its session in dialog.get', async () => {
    const dialog = await portal.result('imopenlines.dialog.get', { CHAT_ID: await chatId() });
    const session = String(control.chats(deal)[0]?.sessionId);
    expect(String(dialog['entity_data_1']).split('|')[5]).toBe(session);
    expect(dialog['entity_data_2']).toContain(`DEAL|${deal.id}`);
  });
});

describe('a letter', () => {
  let deal: TicketRef;
  beforeEach(() => {
    deal = ticketOf(DEALS);
  });
  function letter(fields: Fields = {}): Promise<Reply<number>> {
    return portal.call<number>('crm.activity.add', {
      fields: {
        OWNER_TYPE_ID: 2,
        OWNER_ID: deal.id,
        TYPE_ID: 4,
        DIRECTION: 2,
        COMPLETED: 'Y',
        SUBJECT: 'Is it solved?',
        DESCRIPTION: '<p>…</p>',
        DESCRIPTION_TYPE: 3,
        RESPONSIBLE_ID: 2,
        COMMUNICATIONS: [
          { VALUE: 'client@mail.example', ENTITY_ID: contactOf(deal), ENTITY_TYPE_ID: 3 },
        ],
        ORIGINATOR_ID: 'closegate',
        ORIGIN_ID: 'key-1',
        ...fields,
      },
    });
  }

  it('leaves only as TYPE 4, DIRECTION 2 and COMPLETED Y together (trap 20)', async () => {
    await letter({ COMPLETED: 'N' });
    await letter({ DIRECTION: 1 });
    expect(portal.sandbox.stats.clientMessages).toBe(0);
    await letter();
    expect(portal.sandbox.stats.clientMessages).toBe(1);
    expect(control.activities(deal).map((a) => a.sent)).toEqual([false, false, true]);
  });

  it('that could not be sent is there nevertheless', async () => {
    const communications = [{ VALUE: 'nowhere', ENTITY_ID: contactOf(deal), ENTITY_TYPE_ID: 3 }];
    const { status, body } = await letter({ COMMUNICATIONS: communications });
    expect([status, body.error]).toEqual([400, '']);
    expect(body.error_description).toBe('Email send error. Invalid email is specified');
    expect(control.activities(deal)).toHaveLength(1);
  });

  it.each([
    [{ SUBJECT: '' }, 'The field SUBJECT is not defined or empty'],
    [{ RESPONSIBLE_ID: 0 }, 'The field RESPONSIBLE_ID is not defined or invalid'],
    [{ TYPE_ID: '' }, 'The field TYPE_ID is not defined or invalid'],
    [{ COMMUNICATIONS: [] }, 'The field COMMUNICATIONS is not defined or invalid'],
    [{ OWNER_ID: 99999 }, 'Could not build binding.'],
  ])('with %j is refused by a text and an empty code (trap 40)', async (fields, text) => {
    const { status, body } = await letter(fields);
    expect([status, body.error]).toEqual([400, '']);
    expect(body.error_description).toContain(text);
  });

  it('is found by its own key before it is sent again', async () => {
    await letter();
    const filter = { ORIGINATOR_ID: 'closegate', ORIGIN_ID: 'key-1' };
    const found = await portal.result<Fields[]>('crm.activity.list', { filter });
    expect(found).toMatchObject([{ TYPE_ID: '4', DIRECTION: '2', COMPLETED: 'Y' }]);
  });

  it.each([
    ['contact', []],
    ['thread', ['In']],
    ['ticket', ['In']],
  ] as const)('in answer is bound as the switch says: %s', async (rule, expected) => {
    portal.sandbox.doubts.mailReplyBinding = rule;
    await letter();
    control.addEmail(deal, { direction: 'in', subject: 'In', text: 'No' });
    const found = await portal.result<Fields[]>('crm.activity.list', {
      filter: {
        BINDINGS: [{ OWNER_TYPE_ID: 2, OWNER_ID: deal.id }],
        TYPE_ID: 4,
        DIRECTION: 1,
      },
    });
    expect(found.map((activity) => activity['SUBJECT'])).toEqual(expected);
    const ofClient = await portal.result<Fields[]>('crm.activity.list', {
      filter: { BINDINGS: [{ OWNER_TYPE_ID: 3, OWNER_ID: contactOf(deal) }], DIRECTION: 1 },
      select: ['SUBJECT', 'COMMUNICATIONS'],
    });
    expect(ofClient.find((a) => a['SUBJECT'] === 'In')).toHaveProperty('COMMUNICATIONS');
  });
});

describe('a letter that came in', () => {
  it('is filed under whoever has the address, else under nobody', () => {
    const contact = { name: 'Anna', lastName: '', emails: ['anna@one.example'], phones: [] };
    const contactId = control.addContact(contact);
    const companyId = control.addCompany({ title: 'Gates', emails: ['office@two.example'] });
    const from = (address: string) => control.receiveLetter(address, 'Hello', 'Words').bindings;
    expect(from('anna@one.example')).toEqual([{ ownerTypeId: 3, ownerId: contactId }]);
    expect(from('office@two.example')).toEqual([{ ownerTypeId: 4, ownerId: companyId }]);
    expect(from('eve@three.example')).toEqual([]);
  });
});

describe('ordered faults', () => {
  it('keep a letter from leaving; its activity stays all the same', async () => {
    const deal = ticketOf(DEALS);
    portal.sandbox.faults.failLetters = 1;
    const fields = {
      OWNER_TYPE_ID: 2,
      OWNER_ID: deal.id,
      TYPE_ID: 4,
      DIRECTION: 2,
      COMPLETED: 'Y',
      SUBJECT: 'Solved?',
      RESPONSIBLE_ID: 2,
      COMMUNICATIONS: [{ VALUE: 'a@mail.example', ENTITY_ID: contactOf(deal), ENTITY_TYPE_ID: 3 }],
    };
    const before = control.sentLetters().length;
    const failed = await portal.call('crm.activity.add', { fields });
    expect(failed.body.error_description).toBe('Email send error. General error');
    expect([control.activities(deal).length, control.sentLetters().length]).toEqual([1, before]);
    await portal.result('crm.activity.add', { fields });
    expect(control.sentLetters()).toHaveLength(before + 1);
  });

  it('cut only the writes of the method they name', async () => {
    const deal = ticketOf(DEALS);
    Object.assign(portal.sandbox.faults, { cutAfterWrite: 1, cutOnly: 'crm.item.update' });
    const comment = { ENTITY_TYPE: 'deal', ENTITY_ID: deal.id, COMMENT: 'Words' };
    await portal.result('crm.timeline.comment.add', { fields: comment });
    const update = { entityTypeId: 2, id: deal.id, fields: { title: 'New' } };
    await expect(portal.call('crm.item.update', update)).rejects.toThrow();
    expect(control.ticket(deal).title).toBe('New');
  });
});

describe('a company', () => {
  it('is read by its id, alone or in a list, with its addresses', async () => {
    const id = control.addCompany({ title: 'Gates', emails: ['office@two.example'] });
    const { item } = await portal.result<{ item: Fields }>('crm.item.get', { entityTypeId: 4, id });
    expect(item).toMatchObject({ title: 'Gates', email: 'office@two.example' });
    const { items } = await portal.result<{ items: Fields[] }>('crm.item.list', {
      entityTypeId: 4,
      filter: { '@id': [id, 9999] },
      select: ['*'],
    });
    expect(items).toEqual([item]);
    const gone = await portal.call('crm.item.get', { entityTypeId: 4, id: 9999 });
    expect([gone.status, gone.body.error]).toEqual([400, 'NOT_FOUND']);
  });
});

describe('activities', () => {
  it('are strings all over, and are paged by 50', async () => {
    const deal = ticketOf(DEALS);
    for (let i = 0; i < 51; i += 1) control.addTask(deal, `Task ${i}`);
    const filter = { OWNER_TYPE_ID: 2, OWNER_ID: deal.id };
    const reply = await portal.call<Fields[]>('crm.activity.list', { filter });
    expect([reply.body.total, reply.body.next, reply.body.result.length]).toEqual([51, 50, 50]);
    const strings = ['ID', 'OWNER_ID', 'OWNER_TYPE_ID', 'TYPE_ID', 'DIRECTION', 'RESPONSIBLE_ID'];
    for (const key of strings) expect(typeof reply.body.result[0]?.[key]).toBe('string');
  });

  it('double in a list when several bindings match, and are gone when deleted', async () => {
    const deal = ticketOf(DEALS);
    const { id } = control.addEmail(deal, { direction: 'out', subject: 'Out', text: '' });
    const BINDINGS = [
      { OWNER_TYPE_ID: 2, OWNER_ID: deal.id },
      { OWNER_TYPE_ID: 3, OWNER_ID: contactOf(deal) },
    ];
    const list = (): Promise<Fields[]> =>
      portal.result<Fields[]>('crm.activity.list', { filter: { BINDINGS, ID: id } });
    expect(await list()).toHaveLength(2);
    expect(await portal.result('crm.activity.delete', { id })).toBe(true);
    expect(await list()).toEqual([]);
    const gone = await portal.call('crm.activity.get', { id });
    expect([gone.body.error, gone.body.error_description]).toEqual(['', 'Activity is not found.']);
  });

  it('are made for to-dos, whose owner must exist', async () => {
    const deal = ticketOf(DEALS);
    const todo = { ownerTypeId: 2, ownerId: deal.id, deadline: '2030-01-01T10:00:00', title: 'x' };
    expect(await portal.result('crm.activity.todo.add', todo)).toMatchObject({
      id: expect.any(Number),
    });
    const nobody = await portal.call('crm.activity.todo.add', { ...todo, ownerId: 9999 });
    expect(nobody.body.error).toBe('OWNER_NOT_FOUND');
    const soon = await portal.call('crm.activity.todo.add', { ...todo, deadline: 'soon' });
    expect(soon.body.error).toBe('WRONG_DATETIME_FORMAT');
  });
});

describe('a task', () => {
  it('is found by the short code of its ticket, hexadecimal for smart processes', async () => {
    const item = ticketOf(ITEMS);
    const deal = ticketOf(DEALS);
    control.closeTask(control.addTask(deal, 'Done').id);
    await portal.result('tasks.task.add', {
      fields: { TITLE: 'Open', RESPONSIBLE_ID: 2, UF_CRM_TASK: [`T40a_${item.id}`] },
    });
    const find = async (filter: Fields): Promise<Fields[]> =>
      (
        await portal.result<{ tasks: Fields[] }>('tasks.task.list', {
          filter,
          select: ['ID', 'TITLE', 'STATUS', 'UF_CRM_TASK'],
        })
      ).tasks;
    const codes = [`T40a_${item.id}`, `D_${deal.id}`];
    expect(await find({ UF_CRM_TASK: codes })).toHaveLength(2);
    expect(await find({ UF_CRM_TASK: codes, '!STATUS': 5 })).toMatchObject([
      { title: 'Open', status: '2', ufCrmTask: [`T40a_${item.id}`] },
    ]);
    expect(await find({ UF_CRM_TASK: `D_${deal.id}` })).toMatchObject([{ status: '5' }]);
  });

  it('shows in the ticket as an activity, completed with it', async () => {
    const deal = ticketOf(DEALS);
    const task = control.addTask(deal, 'Look');
    const filter = { BINDINGS: [{ OWNER_TYPE_ID: 2, OWNER_ID: deal.id }], COMPLETED: 'N' };
    const open = await portal.result<Fields[]>('crm.activity.list', { filter });
    expect(open).toMatchObject([{ TYPE_ID: '3', ASSOCIATED_ENTITY_ID: String(task.id) }]);
    control.closeTask(task.id);
    expect(await portal.result('crm.activity.list', { filter })).toEqual([]);
    portal.sandbox.doubts.taskActivity = 'provider';
    control.addTask(deal, 'Look again');
    const newer = await portal.result<Fields[]>('crm.activity.list', { filter });
    expect(newer).toMatchObject([{ TYPE_ID: '6', PROVIDER_ID: 'CRM_TASKS_TASK' }]);
  });
});

describe('the timeline', () => {
  it('takes a comment to an item that does not exist (trap 39)', async () => {
    const fields = { ENTITY_TYPE: 'DYNAMIC_1034', ENTITY_ID: 99999, COMMENT: 'Lost' };
    expect(typeof (await portal.result('crm.timeline.comment.add', { fields }))).toBe('number');
    const filter = { ENTITY_TYPE: 'dynamic_1034', ENTITY_ID: 99999 };
    expect(await portal.result('crm.timeline.comment.list', { filter })).toMatchObject([
      { COMMENT: 'Lost', ENTITY_TYPE: 'dynamic_1034', AUTHOR_ID: '1' },
    ]);
  });

  it('takes a log entry only with a known icon, on an item that exists', async () => {
    const deal = ticketOf(DEALS);
    const fields = { ...deal, entityId: deal.id, title: 'Returned', text: 'x', iconCode: 'info' };
    const entry = { ...fields, id: undefined };
    const { icons } = await portal.result<{ icons: Fields[] }>('crm.timeline.icon.list');
    expect(icons.map((icon) => icon['code'])).toContain('info');
    const added = await portal.result('crm.timeline.logmessage.add', { fields: entry });
    expect(added).toMatchObject({ logMessage: { authorId: 1, title: 'Returned' } });
    const refused = async (change: Fields): Promise<unknown> => {
      const call = { fields: { ...entry, ...change } };
      return (await portal.call('crm.timeline.logmessage.add', call)).body.error;
    };
    expect(await refused({ iconCode: 'sparkles' })).toBe('0');
    expect(await refused({ entityId: 99999 })).toBe('OWNER_NOT_FOUND');
    expect(await refused({ iconCode: '' })).toBe('100');
  });
});

describe('a notification', () => {
  const add = (params: Fields): Promise<Reply<unknown>> =>
    portal.call<unknown>('im.notify.system.add', params);

  it('replaces the one with its TAG', async () => {
    const tagged = { USER_ID: 2, TAG: 't', CLIENT_ID: 'app' };
    await add({ ...tagged, MESSAGE: 'first' });
    await add({ ...tagged, MESSAGE: 'second' });
    await add({ USER_ID: 2, MESSAGE: 'plain' });
    expect(control.notifications(2).map((n) => n.text)).toEqual(['second', 'plain']);
  });

  it.each([
    [{ MESSAGE: 'x' }, 'USER_ID_EMPTY'],
    [{ USER_ID: 2 }, 'MESSAGE_EMPTY'],
    [{ USER_ID: 2, MESSAGE: 'x', TAG: 't' }, 'CLIENT_ID_EMPTY'],
    [{ USER_ID: 2, MESSAGE: 'x', ATTACH: ['y'.repeat(60_001)] }, 'ATTACH_OVERSIZE'],
  ])('with %#: is refused as %s', async (params, code) => {
    const { status, body } = await add(params);
    expect([status, body.error]).toEqual([400, code]);
  });

  it('to nobody is false, not an error', async () => {
    expect((await add({ USER_ID: 999, MESSAGE: 'x' })).body.result).toBe(false);
  });
});

describe('a client', () => {
  it('has addresses and, among them, the dialog', async () => {
    const deal = ticketOf(DEALS);
    const id = contactOf(deal);
    const { item } = await portal.result<{ item: Fields }>('crm.item.get', { entityTypeId: 3, id });
    expect(item['fm']).toContainEqual(expect.objectContaining({ typeId: 'EMAIL' }));
    const { items } = await portal.result<{ items: Fields[] }>('crm.item.list', {
      entityTypeId: 3,
      filter: { '=imol': item['imol'] },
      select: ['id', 'fm'],
    });
    expect(items).toEqual([{ id }]);
  });
});
