/** Moves, stamps, comments and notices, against the sandbox portal over real HTTP. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { StageMove } from '../../src/app/ports/tickets.ts';
import type { ClosingStamp } from '../../src/core/decision.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
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
  return sandbox.control.createTicket({ ...DEALS, title, stageId: CLOSED });
}

function backTo(ref: TicketRef, policy: ClosingPolicy, stageId = WORK): StageMove {
  return {
    ref,
    from: { categoryId: 5, stageId: CLOSED },
    to: { categoryId: 5, stageId },
    returns: { field: policy.fields.returns, value: 2 },
  };
}

describe('a move', () => {
  test('puts the ticket back, counts the return and tells when', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const ref = closedDeal(connected);
    const outcomes = await tickets.moveTickets([backTo(ref, policy)], 'live');
    const ticket = sandbox.control.ticket(ref);
    expect(outcomes.get(refKey(ref))).toEqual({
      ok: true,
      stageId: WORK,
      movedAt: ticket.movedTime,
    });
    expect(ticket.stageId).toBe(WORK);
    expect(ticket.uf.get(policy.fields.returns)).toBe(2);
    expect(sandbox.stats.ignoredFields).toBe(0);
  });

  test('may change the pipeline', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const ref = closedDeal(connected);
    const move = { ...backTo(ref, policy), to: { categoryId: 0, stageId: 'EXECUTING' } };
    expect((await tickets.moveTickets([move], 'live')).get(refKey(ref))?.ok).toBe(true);
    expect(sandbox.control.ticket(ref)).toMatchObject({ categoryId: 0, stageId: 'EXECUTING' });
  });

  test('that the portal refuses says why, ticket by ticket', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    sandbox.control.requireFieldOnStage('C5:NEW', [policy.fields.problem]);
    const [required, fine, hidden, gone] = ['a', 'b', 'c', 'd'].map((t) =>
      closedDeal(connected, t),
    );
    if (!required || !fine || !hidden || !gone) throw new Error('four tickets');
    sandbox.control.hideTicket(hidden);
    sandbox.control.deleteTicket(gone);
    const outcomes = await tickets.moveTickets(
      [required, fine, hidden, gone].map((ref) =>
        backTo(ref, policy, ref === required ? 'C5:NEW' : WORK),
      ),
      'live',
    );
    expect([required, fine, hidden, gone].map((ref) => outcomes.get(refKey(ref)))).toMatchObject([
      { ok: false, why: 'required-fields', detail: 'CRM_FIELD_ERROR_REQUIRED' },
      { ok: true, stageId: WORK },
      { ok: false, why: 'denied', detail: 'ACCESS_DENIED' },
      { ok: false, why: 'not-found', detail: 'NOT_FOUND' },
    ]);
  });

  test('undone at once by a robot is not taken for done', async () => {
    const connected = await connect({
      robots: [{ stageId: WORK, action: 'setStage', value: CLOSED }],
    });
    const ref = closedDeal(connected);
    const outcomes = await connected.tickets.moveTickets([backTo(ref, connected.policy)], 'live');
    expect(outcomes.get(refKey(ref))).toMatchObject({ ok: false, why: 'not-applied' });
  });

  test('applied before the connection broke is found out, not repeated', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const refs = Array.from({ length: 12 }, (_, n) => closedDeal(connected, `T${n}`));
    sandbox.faults.cutAfterWrite = 1;
    const outcomes = await tickets.moveTickets(
      refs.map((ref) => backTo(ref, policy)),
      'live',
    );
    expect(refs.every((ref) => outcomes.get(refKey(ref))?.ok)).toBe(true);
    expect(refs.map((ref) => sandbox.control.history(ref).length)).toEqual(refs.map(() => 2));
  });

  test('of which nothing is known stays unknown', async () => {
    const connected = await connect();
    const ref = closedDeal(connected);
    connected.sandbox.faults.failNextRequests = { count: 1, status: 502, code: '' };
    const outcomes = await connected.tickets.moveTickets([backTo(ref, connected.policy)], 'live');
    expect(outcomes.get(refKey(ref))).toMatchObject({ ok: false, why: 'unknown' });
  });

  test('of 1,000 tickets takes 21 requests: one small batch to feel the pace, then full ones', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const refs = sandbox.control.bulkCreate(1000, { ...DEALS, title: 'Storm', stageId: CLOSED });
    sandbox.stats.reset();
    const outcomes = await tickets.moveTickets(
      refs.map((ref) => backTo(ref, policy)),
      'bulk',
    );
    expect(refs.every((ref) => outcomes.get(refKey(ref))?.ok)).toBe(true);
    expect(sandbox.stats.requests).toBe(21);
  });
});

describe('a return at rest', () => {
  const explanation = (ref: TicketRef) => ({
    comment: { ref, text: 'Missing: solution' },
    notices: [3, 4].map((userId) => ({ userId, text: 'Returned', tag: `cg|${ref.id}|${userId}` })),
  });

  test('moves, explains and tells in one request', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const ref = closedDeal(connected);
    const { comment, notices } = explanation(ref);
    sandbox.stats.reset();
    const answer = await tickets.returnOne(backTo(ref, policy), comment, notices);
    expect(answer).toMatchObject({ move: { ok: true }, explained: true, notified: true });
    expect(sandbox.stats.requests).toBe(1);
    expect(sandbox.control.comments(ref).map((c) => c.text)).toEqual(['Missing: solution']);
    expect(sandbox.control.notifications(3)).toHaveLength(1);
    expect(sandbox.control.notifications(4)).toHaveLength(1);
  });

  test('that is refused tells nobody', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    sandbox.control.requireFieldOnStage(WORK, [policy.fields.problem]);
    const ref = closedDeal(connected);
    const { comment, notices } = explanation(ref);
    const answer = await tickets.returnOne(backTo(ref, policy), comment, notices);
    expect(answer).toMatchObject({
      move: { ok: false, why: 'required-fields' },
      explained: false,
      notified: false,
    });
    expect(sandbox.control.comments(ref)).toHaveLength(0);
    expect(sandbox.control.notifications(3)).toHaveLength(0);
  });

  test('whose connection broke is looked up: moved and explained, the notice is left to repeat', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const ref = closedDeal(connected);
    const { comment, notices } = explanation(ref);
    sandbox.faults.cutAfterWrite = 1;
    const answer = await tickets.returnOne(backTo(ref, policy), comment, notices);
    expect(answer).toMatchObject({ move: { ok: true }, explained: true, notified: false });
    await tickets.notify(notices, 'live');
    expect(sandbox.control.notifications(3)).toHaveLength(1);
  });

  test('without the right to notify is still made and explained', async () => {
    const connected = await connect({ scopes: ['crm', 'userfieldconfig', 'imopenlines'] });
    const ref = closedDeal(connected);
    const { comment, notices } = explanation(ref);
    const answer = await connected.tickets.returnOne(
      backTo(ref, connected.policy),
      comment,
      notices,
    );
    expect(answer).toMatchObject({ move: { ok: true }, explained: true, notified: false });
  });

  test('takes three requests from the list to the notice', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const ref = closedDeal(connected);
    sandbox.control.clientWrites(ref, 'Hello');
    sandbox.stats.reset();
    const heads = await closedHeads(connected, [policy]);
    await tickets.loadFacts(heads, { conversations: true }, 'live');
    const { comment, notices } = explanation(ref);
    await tickets.returnOne(backTo(ref, policy), comment, notices);
    expect(sandbox.stats.requests).toBe(3);
  });
});

describe('a storm', () => {
  test('of 1,000 premature closings takes 46 requests', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const refs = sandbox.control.bulkCreate(1000, { ...DEALS, title: 'Storm' });
    for (const ref of refs) sandbox.control.moveTicket(ref, CLOSED, 3);
    sandbox.stats.reset();
    const heads = await closedHeads(connected, [policy]);
    const listing = sandbox.stats.requests;
    const facts = await tickets.loadFacts(heads, { conversations: false }, 'live');
    const reading = sandbox.stats.requests - listing;
    const places = new Set([...facts.values()].map((fact) => fact.previous?.stageId));
    expect(places).toEqual(new Set(['C5:NEW']));
    const moves = refs.map((ref) => backTo(ref, policy, 'C5:NEW'));
    await tickets.moveTickets(moves, 'live');
    const moving = sandbox.stats.requests - listing - reading;
    const comments = refs.map((ref) => ({ ref, text: 'Missing: solution' }));
    const written = await tickets.addComments(comments, 'live');
    await tickets.notify([{ userId: 3, text: '1000 tickets', tag: 'cg|storm' }], 'live');
    expect(written.size).toBe(1000);
    expect({ listing, reading, moving }).toEqual({ listing: 2, reading: 2, moving: 21 });
    expect(sandbox.stats.requests).toBe(46);
  });
});

describe('comments', () => {
  test('stand on deals and smart-process items', async () => {
    const connected = await connect();
    const { sandbox, tickets } = connected;
    const deal = closedDeal(connected);
    const item = sandbox.control.createTicket({ ...ITEMS, title: 'Item' });
    const comments = [deal, item].map((ref) => ({ ref, text: `On ${refKey(ref)} & more` }));
    const written = await tickets.addComments(comments, 'live');
    expect(written).toEqual(new Set([deal, item].map(refKey)));
    expect(sandbox.control.comments(item).map((c) => c.text)).toEqual([
      `On ${refKey(item)} & more`,
    ]);
    expect(await tickets.findComments(comments)).toEqual(written);
  });

  test('cut off after the write are found, not written twice', async () => {
    const connected = await connect();
    const { sandbox, tickets } = connected;
    const refs = Array.from({ length: 60 }, (_, n) => closedDeal(connected, `T${n}`));
    sandbox.faults.cutAfterWrite = 1;
    const written = await tickets.addComments(
      refs.map((ref) => ({ ref, text: 'Missing: solution' })),
      'live',
    );
    expect(written).toEqual(new Set(refs.map(refKey)));
    expect(refs.map((ref) => sandbox.control.comments(ref).length)).toEqual(refs.map(() => 1));
  });

  test('of another text are not taken for ours', async () => {
    const connected = await connect();
    const ref = closedDeal(connected);
    await connected.tickets.addComments([{ ref, text: 'One' }], 'live');
    expect(await connected.tickets.findComments([{ ref, text: 'Two' }])).toEqual(new Set());
  });
});

describe('notices', () => {
  test('with the same tag replace each other', async () => {
    const { sandbox, tickets } = await connect();
    await tickets.notify([{ userId: 3, text: 'first', tag: 't' }], 'live');
    await tickets.notify([{ userId: 3, text: 'second', tag: 't' }], 'live');
    expect(sandbox.control.notifications(3)).toHaveLength(1);
  });

  test('refused are logged and hold nothing up', async () => {
    const { sandbox, tickets, log } = await connect({ scopes: ['crm', 'userfieldconfig'] });
    await tickets.notify([{ userId: 3, text: 'secret text', tag: 't' }], 'live');
    expect(sandbox.control.notifications(3)).toHaveLength(0);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ fields: { userId: 3, detail: 'insufficient_scope' } }),
    );
    expect(JSON.stringify(log.lines)).not.toContain('secret text');
  });
});

describe('a stamp', () => {
  const STAMP: ClosingStamp = {
    outcome: 'confirmed',
    closeReason: 'solved',
    resolution: 'Camera restarted.\nList loaded anew.',
    closedAt: Date.UTC(2026, 2, 2, 9, 30, 15, 500),
    cycle: 1,
    policyVersion: '3',
  };

  test.each([
    ['deal', 'policy', CLOSED] as const,
    ['smart-process item', 'items', 'DT1034_12:SUCCESS'] as const,
  ])('is written to a %s and read again in one request', async (_name, which, stageId) => {
    const connected = await connect();
    const { sandbox, tickets } = connected;
    const policy = connected[which];
    const ref = sandbox.control.createTicket({ ...policy.pipeline, title: 'T', stageId });
    sandbox.stats.reset();
    const outcomes = await tickets.stampTickets(
      [{ ref, stamp: STAMP, moveTo: null, policy }],
      'live',
    );
    expect(outcomes.get(refKey(ref))).toMatchObject({
      write: { ok: true },
      mismatched: [],
      stageIdAfter: stageId,
    });
    expect(sandbox.stats.requests).toBe(1);
    const { uf } = sandbox.control.ticket(ref);
    expect(uf.get(policy.fields.outcome)).toBe(policy.options.outcome['confirmed']);
    expect(uf.get(policy.fields.policyVersion)).toBe('3');
  });

  test('without a resolution leaves the ticket own one alone', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const ref = closedDeal(connected);
    sandbox.control.setFields(ref, { [policy.fields.resolution]: 'By hand' }, 2);
    const stamp = { ...STAMP, resolution: '' };
    const outcomes = await tickets.stampTickets([{ ref, stamp, moveTo: null, policy }], 'live');
    expect(outcomes.get(refKey(ref))?.mismatched).toEqual([]);
    expect(sandbox.control.ticket(ref).uf.get(policy.fields.resolution)).toBe('By hand');
  });

  test('moves a ticket from the gate to the closed stage in the same save', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const ref = sandbox.control.createTicket({ ...DEALS, title: 'T', stageId: 'C5:UC_WAIT' });
    const moveTo = { categoryId: 5, stageId: CLOSED };
    const outcomes = await tickets.stampTickets([{ ref, stamp: STAMP, moveTo, policy }], 'live');
    expect(outcomes.get(refKey(ref))).toMatchObject({ write: { ok: true }, stageIdAfter: CLOSED });
    expect(sandbox.control.ticket(ref).stageId).toBe(CLOSED);
  });

  test('whose fields the portal ignores is found out', async () => {
    const connected = await connect();
    const { policy, tickets } = connected;
    const ref = closedDeal(connected);
    const broken = { ...policy, fields: { ...policy.fields, cycle: 'UF_CRM_GONE' } };
    const outcomes = await tickets.stampTickets(
      [{ ref, stamp: STAMP, moveTo: null, policy: broken }],
      'live',
    );
    expect(outcomes.get(refKey(ref))).toMatchObject({ write: { ok: true }, mismatched: ['cycle'] });
  });

  test('whose connection broke is read again, not repeated', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const ref = closedDeal(connected);
    sandbox.faults.cutAfterWrite = 1;
    const outcomes = await tickets.stampTickets(
      [{ ref, stamp: STAMP, moveTo: null, policy }],
      'live',
    );
    expect(outcomes.get(refKey(ref))).toMatchObject({ write: { ok: true }, mismatched: [] });
    expect(sandbox.stats.byMethod['crm.item.update']).toBe(1);
  });

  test('of a ticket out of sight is denied', async () => {
    const connected = await connect();
    const { sandbox, policy, tickets } = connected;
    const ref = closedDeal(connected);
    sandbox.control.hideTicket(ref);
    const outcomes = await tickets.stampTickets(
      [{ ref, stamp: STAMP, moveTo: null, policy }],
      'live',
    );
    expect(outcomes.get(refKey(ref))).toMatchObject({ write: { ok: false, why: 'denied' } });
  });
});
