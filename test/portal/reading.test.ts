/** Reading tickets and facts, against the sandbox portal over real HTTP. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Conversation, Fact, OpenWork } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { closedHeads, connectSandbox, DEALS, ITEMS } from '../support/connected-portal.ts';
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

const WORK = 'C5:PREPARATION';
const CLOSED = 'C5:WON';

function closedDeal({ sandbox }: Connected, title = 'Ticket'): TicketRef {
  const ref = sandbox.control.createTicket({ ...DEALS, title });
  sandbox.control.moveTicket(ref, WORK, 2);
  sandbox.control.moveTicket(ref, CLOSED, 3);
  return ref;
}

describe('the list of moved tickets', () => {
  test('shows a deal with its mover, stage and fields in one request', async () => {
    const connected = await connect();
    const { sandbox, policy } = connected;
    const ref = sandbox.control.createTicket({ ...DEALS, title: 'Barrier', assignedById: 4 });
    const { fields, options } = policy;
    sandbox.control.setFields(
      ref,
      {
        [fields.solution]: ' done ',
        [fields.timeSpent]: 45,
        [fields.resources]: ['https://kb.example/1', 'https://kb.example/2'],
        [fields.kbDecision]: options.kbDecision['exists'],
        [fields.askedAt]: '2026-03-02T10:00:00+05:00',
      },
      2,
    );
    sandbox.control.moveTicket(ref, CLOSED, 3);
    sandbox.stats.reset();
    const [head, ...others] = await closedHeads(connected, [policy]);
    expect(others).toEqual([]);
    expect(sandbox.stats.requests).toBe(1);
    const { movedTime, createdTime } = sandbox.control.ticket(ref);
    expect(head).toMatchObject({
      ref,
      title: 'Barrier',
      categoryId: 5,
      stageId: CLOSED,
      movedBy: 3,
      movedAt: movedTime,
      createdAt: createdTime,
      assigneeId: 4,
      previousStageId: null,
    });
    expect(head?.record).toMatchObject({
      solution: 'done',
      timeSpent: 45,
      resources: ['https://kb.example/1', 'https://kb.example/2'],
      kbDecision: 'exists',
      askedAt: Date.UTC(2026, 2, 2, 5),
      problem: '',
      cycle: null,
      outcome: null,
      closedAt: null,
    });
  });

  test('holds deals and smart-process items together, without doubles, in one request', async () => {
    const connected = await connect();
    const { sandbox, policy, items, tickets } = connected;
    const deal = closedDeal(connected);
    const item = sandbox.control.createTicket({ ...ITEMS, title: 'Item' });
    sandbox.control.moveTicket(item, 'DT1034_12:SUCCESS', 2);
    const waiting = sandbox.control.createTicket({ ...DEALS, title: 'Waiting' });
    sandbox.stats.reset();
    const heads = await tickets.listMoved(
      [
        {
          entityTypeId: 2,
          stageIds: [CLOSED],
          since: 0,
          alsoIds: [deal.id, waiting.id],
          policies: [policy],
        },
        {
          entityTypeId: 1034,
          stageIds: ['DT1034_12:SUCCESS'],
          since: 0,
          alsoIds: [],
          policies: [items],
        },
      ],
      'live',
    );
    expect(heads.map((head) => refKey(head.ref)).toSorted()).toEqual(
      [deal, item, waiting].map(refKey).toSorted(),
    );
    expect(heads.find((head) => head.ref.entityTypeId === 1034)).toMatchObject({
      previousStageId: 'DT1034_12:NEW',
    });
    expect(sandbox.stats.requests).toBe(1);
  });

  test('leaves out tickets moved before the cursor', async () => {
    const connected = await connect({ now: Date.UTC(2026, 2, 2, 9) });
    const { sandbox, policy, tickets } = connected;
    closedDeal(connected, 'Old');
    sandbox.clock.advance(3_600_000);
    const late = closedDeal(connected, 'New');
    const heads = await tickets.listMoved(
      [
        {
          entityTypeId: 2,
          stageIds: [CLOSED],
          since: sandbox.clock.now() - 60_000,
          alsoIds: [],
          policies: [policy],
        },
      ],
      'live',
    );
    expect(heads.map((head) => head.ref)).toEqual([late]);
  });

  test('of 1,000 takes two requests', async () => {
    const connected = await connect();
    const { sandbox, policy } = connected;
    const refs = sandbox.control.bulkCreate(1000, { ...DEALS, title: 'Storm', stageId: CLOSED });
    sandbox.stats.reset();
    const heads = await closedHeads(connected, [policy]);
    expect(new Set(heads.map((head) => refKey(head.ref)))).toEqual(new Set(refs.map(refKey)));
    expect(sandbox.stats.requests).toBe(2);
  });
});

describe('the previous stage', () => {
  test('of a deal comes from its history', async () => {
    const connected = await connect();
    closedDeal(connected);
    const heads = await closedHeads(connected, [connected.policy]);
    const facts = await connected.tickets.loadFacts(heads, { conversations: false }, 'live');
    expect([...facts.values()].map((fact) => fact.previous)).toEqual([
      { categoryId: 5, stageId: WORK },
    ]);
  });

  test('of a deal that changed its pipeline keeps the old pipeline', async () => {
    const connected = await connect();
    const { sandbox, policy } = connected;
    const ref = sandbox.control.createTicket({ entityTypeId: 2, categoryId: 0, title: 'Sale' });
    sandbox.control.moveTicket(ref, CLOSED, 2, 5);
    const heads = await closedHeads(connected, [policy]);
    const facts = await connected.tickets.loadFacts(heads, { conversations: false }, 'live');
    expect(facts.get(refKey(ref))?.previous).toEqual({ categoryId: 0, stageId: 'NEW' });
  });

  test('of a smart-process item needs no history', async () => {
    const connected = await connect();
    const { sandbox, items } = connected;
    const ref = sandbox.control.createTicket({ ...ITEMS, title: 'Item' });
    sandbox.control.moveTicket(ref, 'DT1034_12:PREPARATION', 2);
    sandbox.control.moveTicket(ref, 'DT1034_12:SUCCESS', 2);
    const heads = await closedHeads(connected, [items]);
    const facts = await connected.tickets.loadFacts(heads, { conversations: false }, 'live');
    expect(facts.get(refKey(ref))?.previous).toEqual({
      categoryId: 12,
      stageId: 'DT1034_12:PREPARATION',
    });
    expect(sandbox.stats.byMethod['crm.stagehistory.list']).toBeUndefined();
  });

  test('is found for every ticket even when restless ones fill the page', async () => {
    const connected = await connect();
    const { sandbox, policy } = connected;
    const quiet = Array.from({ length: 18 }, (_, n) => closedDeal(connected, `Quiet ${n}`));
    const restless = closedDeal(connected, 'Restless');
    for (let n = 0; n < 40; n += 1) {
      sandbox.control.moveTicket(restless, n % 2 === 0 ? WORK : CLOSED, 2);
    }
    const heads = await closedHeads(connected, [policy]);
    const facts = await connected.tickets.loadFacts(heads, { conversations: false }, 'live');
    for (const ref of [...quiet, restless]) {
      expect(facts.get(refKey(ref))?.previous).toEqual({ categoryId: 5, stageId: WORK });
    }
  });
});

describe('open work', () => {
  const workOf = async (
    connected: Connected,
  ): Promise<ReadonlyMap<string, Fact<readonly OpenWork[]>>> => {
    const heads = await closedHeads(connected, [connected.policy, connected.items]);
    const facts = await connected.tickets.loadFacts(heads, { conversations: false }, 'live');
    return new Map([...facts].map(([key, fact]) => [key, fact.openWork]));
  };

  test.each(['type-3', 'provider'] as const)('is an unfinished task (%s)', async (taskActivity) => {
    const connected = await connect({ doubts: { taskActivity } });
    const { control } = connected.sandbox;
    const busy = closedDeal(connected, 'Busy');
    const free = closedDeal(connected, 'Free');
    const task = control.addTask(busy, 'Visit');
    control.closeTask(control.addTask(free, 'Done').id);
    control.addEmail(free, { direction: 'in', subject: 'Hi', text: 'x' });
    const work = await workOf(connected);
    expect(work.get(refKey(busy))).toEqual({
      known: true,
      value: [{ kind: 'task', id: task.id, title: expect.stringContaining('Visit') }],
    });
    expect(work.get(refKey(free))).toEqual({ known: true, value: [] });
  });

  test('of many tickets is told apart', async () => {
    const connected = await connect();
    const refs = Array.from({ length: 45 }, (_, n) => closedDeal(connected, `T${n}`));
    for (const ref of refs.slice(0, 30)) connected.sandbox.control.addTask(ref, `Task ${ref.id}`);
    const work = await workOf(connected);
    const counts = refs.map((ref) => {
      const fact = work.get(refKey(ref));
      return fact?.known ? fact.value.length : -1;
    });
    expect(counts).toEqual(refs.map((_, n) => (n < 30 ? 1 : 0)));
  });

  test('refused together with its whole request is a fault, not a fact', async () => {
    const connected = await connect();
    closedDeal(connected);
    const heads = await closedHeads(connected, [connected.policy]);
    connected.sandbox.faults.failNextRequests = {
      count: 1,
      status: 403,
      code: 'insufficient_scope',
    };
    await expect(
      connected.tickets.loadFacts(heads, { conversations: false }, 'live'),
    ).rejects.toMatchObject({ code: 'portal-denied' });
  });
});

describe('the conversation', () => {
  const talkOf = async (
    connected: Connected,
    ref: TicketRef,
  ): Promise<Fact<Conversation> | undefined> => {
    const heads = await closedHeads(connected, [connected.policy, connected.items]);
    connected.sandbox.stats.reset();
    const facts = await connected.tickets.loadFacts(heads, { conversations: true }, 'live');
    return facts.get(refKey(ref))?.conversation;
  };
  const START = Date.UTC(2026, 2, 2, 9);
  const HOUR = 3_600_000;

  test('without a chat or letter is known and silent, in one request', async () => {
    const connected = await connect();
    const ref = closedDeal(connected);
    expect(await talkOf(connected, ref)).toEqual({
      known: true,
      value: { lastClientMessageAt: null, lastOurAnswerAt: null },
    });
    expect(connected.sandbox.stats.requests).toBe(1);
  });

  test('in a chat knows the newest words of client and operator', async () => {
    const connected = await connect({ now: START });
    const { control, clock } = connected.sandbox;
    const ref = closedDeal(connected);
    control.clientWrites(ref, 'Help');
    clock.advance(HOUR);
    control.operatorWrites(ref, 'Done?', 2);
    clock.advance(HOUR);
    control.clientWrites(ref, 'No');
    control.finishChat(ref, 2);
    expect(await talkOf(connected, ref)).toEqual({
      known: true,
      value: { lastClientMessageAt: START + 2 * HOUR, lastOurAnswerAt: START + HOUR },
    });
    expect(connected.sandbox.stats.requests).toBe(1);
  });

  test('by letters counts both directions', async () => {
    const connected = await connect({ now: START });
    const { control, clock } = connected.sandbox;
    const ref = closedDeal(connected);
    control.addEmail(ref, { direction: 'in', subject: 'a', text: 'x' });
    clock.advance(HOUR);
    control.addEmail(ref, { direction: 'out', subject: 'b', text: 'x' });
    expect(await talkOf(connected, ref)).toEqual({
      known: true,
      value: { lastClientMessageAt: START, lastOurAnswerAt: START + HOUR },
    });
  });

  test('of a smart-process item is found through its contact', async () => {
    const connected = await connect({ now: START, seed: 'support' });
    const { control, clock } = connected.sandbox;
    const [ticket] = control.tickets(1034).filter((one) => one.contactIds.length > 0);
    if (!ticket) throw new Error('the seed has items with a contact');
    const ref = { entityTypeId: 1034, id: ticket.id };
    clock.advance(HOUR);
    control.clientWrites(ref, 'Still broken');
    control.moveTicket(ref, 'DT1034_12:SUCCESS', 2);
    const talk = await talkOf(connected, ref);
    expect(talk).toMatchObject({ known: true, value: { lastClientMessageAt: START + HOUR } });
  });

  test('is unavailable where open channels are not granted and no letter came', async () => {
    const connected = await connect({ scopes: ['crm', 'userfieldconfig', 'im'] });
    const ref = closedDeal(connected);
    expect(await talkOf(connected, ref)).toEqual({ known: false, why: 'unavailable' });
  });

  test('without open channels still knows of an unanswered letter', async () => {
    const connected = await connect({ now: START, scopes: ['crm', 'userfieldconfig', 'im'] });
    const ref = closedDeal(connected);
    connected.sandbox.control.addEmail(ref, { direction: 'in', subject: 'a', text: 'x' });
    expect(await talkOf(connected, ref)).toEqual({
      known: true,
      value: { lastClientMessageAt: START, lastOurAnswerAt: null },
    });
  });

  test('not asked for is unreadable', async () => {
    const connected = await connect();
    const ref = closedDeal(connected);
    const heads = await closedHeads(connected, [connected.policy]);
    const facts = await connected.tickets.loadFacts(heads, { conversations: false }, 'live');
    expect(facts.get(refKey(ref))?.conversation).toEqual({ known: false, why: 'unreadable' });
  });

  test('of 15 tickets with chats comes with all other facts in one request', async () => {
    const connected = await connect();
    const refs = Array.from({ length: 15 }, (_, n) => closedDeal(connected, `T${n}`));
    for (const ref of refs) connected.sandbox.control.clientWrites(ref, 'Hello');
    const heads = await closedHeads(connected, [connected.policy]);
    connected.sandbox.stats.reset();
    const facts = await connected.tickets.loadFacts(heads, { conversations: true }, 'live');
    expect(refs.every((ref) => facts.get(refKey(ref))?.conversation.known)).toBe(true);
    expect(connected.sandbox.stats.requests).toBe(1);
  });

  test('of many tickets is read on its own, chats of all of them', async () => {
    const connected = await connect({ now: START });
    const refs = Array.from({ length: 40 }, (_, n) => closedDeal(connected, `T${n}`));
    for (const ref of refs.slice(0, 20)) connected.sandbox.control.clientWrites(ref, 'Hello');
    const heads = await closedHeads(connected, [connected.policy]);
    connected.sandbox.stats.reset();
    const talks = await connected.tickets.loadConversations(heads, 'live');
    const asked = refs.map((ref) => {
      const talk = talks.get(refKey(ref));
      return talk?.known ? talk.value.lastClientMessageAt : 'unknown';
    });
    expect(asked).toEqual(refs.map((_, n) => (n < 20 ? START : null)));
    expect(connected.sandbox.stats.requests).toBe(2);
  });
});
