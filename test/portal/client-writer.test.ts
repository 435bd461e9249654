/** Changes of tickets and linked tickets, against the sandbox portal over real HTTP. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { TicketChange } from '../../src/app/ports/client.ts';
import { refKey } from '../../src/core/ticket.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { headOf } from '../support/a-message.ts';
import { connectSandbox, DEALS, ITEMS } from '../support/connected-portal.ts';
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

const ASKED_AT = Date.UTC(2026, 2, 11, 9);
const WORK = 'C5:PREPARATION';

function aDeal({ sandbox }: Connected, title = 'Ticket'): TicketRef {
  return sandbox.control.createTicket({ ...DEALS, title, stageId: WORK });
}

function asked(ref: TicketRef, { policy }: Connected): TicketChange {
  return {
    ref,
    policy,
    changes: { confirmation: 'asked', askedAt: ASKED_AT + 123, remindedAt: null },
    moveTo: { categoryId: 5, stageId: 'C5:WON' },
  };
}

describe('a change', () => {
  test('writes mapped fields and the stage in one request, and tells when it moved', async () => {
    const connected = await connect();
    const { sandbox, writer } = connected;
    const refs = ['a', 'b', 'c'].map((title) => aDeal(connected, title));
    sandbox.stats.reset();
    const outcomes = await writer.change(refs.map((ref) => asked(ref, connected)));
    expect(sandbox.stats.requests).toBe(1);
    expect(sandbox.stats.ignoredFields).toBe(0);
    for (const ref of refs) {
      const { movedTime } = sandbox.control.ticket(ref);
      expect(outcomes.get(refKey(ref))).toEqual({
        ok: true,
        stageId: 'C5:WON',
        movedAt: movedTime,
      });
      const { record } = await headOf(connected, ref);
      expect(record).toMatchObject({ confirmation: 'asked', askedAt: ASKED_AT, remindedAt: null });
    }
  });

  test('that says something on the timeline does so by the same request', async () => {
    const connected = await connect();
    const { sandbox, writer } = connected;
    const ref = aDeal(connected);
    sandbox.stats.reset();
    const saying = { ref, text: 'The client was asked' };
    const outcomes = await writer.change([{ ...asked(ref, connected), saying }]);
    expect(sandbox.stats.requests).toBe(1);
    expect(outcomes.get(refKey(ref))).toMatchObject({ ok: true });
    expect(sandbox.control.comments(ref).map(({ text }) => text)).toEqual([saying.text]);
    expect((await headOf(connected, ref)).record).toMatchObject({ confirmation: 'asked' });
  });

  test('without a stage leaves the ticket where it is; null and empty values clear', async () => {
    const connected = await connect();
    const { writer, policy } = connected;
    const ref = aDeal(connected);
    const links = ['https://kb.example/1', 'https://kb.example/2'];
    const fill = { solution: 'New certificate', resources: links, cycle: 2, outcome: 'confirmed' };
    await writer.change([{ ...asked(ref, connected), changes: { ...fill, outcome: 'confirmed' } }]);
    expect((await headOf(connected, ref)).record).toMatchObject(fill);
    const changes = { solution: '', resources: [], cycle: null, outcome: null };
    const cleared = await writer.change([{ ref, policy, changes, moveTo: null }]);
    expect(cleared.get(refKey(ref))).toMatchObject({ ok: true, stageId: 'C5:WON' });
    expect((await headOf(connected, ref)).record).toMatchObject(changes);
  });

  test('names the pipeline only when it is another one', async () => {
    const connected = await connect();
    const ref = aDeal(connected);
    const moveTo = { categoryId: 0, stageId: 'EXECUTING' };
    const change = { ...asked(ref, connected), moveTo };
    expect((await connected.writer.change([change])).get(refKey(ref))?.ok).toBe(true);
    expect(connected.sandbox.control.ticket(ref)).toMatchObject(moveTo);
  });

  test('whose field the portal does not know is not taken for done', async () => {
    const connected = await connect();
    const ref = aDeal(connected);
    const fields = { ...connected.policy.fields, solution: 'UF_CRM_GONE' };
    const policy = { ...connected.policy, fields };
    const change = { ref, policy, changes: { solution: 'New certificate' }, moveTo: null };
    expect((await connected.writer.change([change])).get(refKey(ref))).toEqual({
      ok: false,
      why: 'not-applied',
      detail: 'FIELDS_DIFFER solution',
    });
  });

  test('that the portal refuses says why', async () => {
    const connected = await connect();
    const { sandbox, writer, policy } = connected;
    sandbox.control.requireFieldOnStage('C5:WON', [policy.fields.problem]);
    const [required, gone] = ['a', 'b'].map((title) => aDeal(connected, title));
    if (!required || !gone) throw new Error('two tickets');
    sandbox.control.deleteTicket(gone);
    const outcomes = await writer.change([asked(required, connected), asked(gone, connected)]);
    expect(outcomes.get(refKey(required))).toMatchObject({ ok: false, why: 'required-fields' });
    expect(outcomes.get(refKey(gone))).toMatchObject({ ok: false, why: 'not-found' });
  });

  test('whose answer got lost is found on the ticket', async () => {
    const connected = await connect();
    const ref = aDeal(connected);
    connected.sandbox.faults.cutAfterWrite = 1;
    const outcomes = await connected.writer.change([asked(ref, connected)]);
    expect(outcomes.get(refKey(ref))).toMatchObject({ ok: true, stageId: 'C5:WON' });
  });

  test('of which nothing is known stays unknown', async () => {
    const connected = await connect();
    const ref = aDeal(connected);
    connected.sandbox.faults.failNextRequests = { count: 1, status: 502, code: '' };
    const outcomes = await connected.writer.change([asked(ref, connected)]);
    expect(outcomes.get(refKey(ref))).toMatchObject({ ok: false, why: 'unknown' });
  });
});

describe('a linked ticket', () => {
  function parentDeal({ sandbox }: Connected): TicketRef {
    const contact = { name: 'Anna', lastName: 'Petrova', emails: [], phones: [] };
    const contactIds = [sandbox.control.addContact(contact)];
    const wanted = { ...DEALS, title: 'Old', stageId: 'C5:WON', assignedById: 3, contactIds };
    return sandbox.control.createTicket(wanted);
  }

  test('stands on the first work stage with the same client and assignee; comments link both', async () => {
    const connected = await connect();
    const { sandbox, writer, policy } = connected;
    const parent = parentDeal(connected);
    const head = await headOf(connected, parent);
    const ref = await writer.createLinked(head, policy, 'Again: old');
    const { contactIds } = sandbox.control.ticket(parent);
    expect(sandbox.control.ticket(ref)).toMatchObject({
      title: 'Again: old',
      categoryId: 5,
      stageId: 'C5:NEW',
      assignedById: 3,
      contactIds,
    });
    const said = [parent, ref].map((one) => sandbox.control.comments(one).map((c) => c.text));
    expect(said).toEqual([
      [expect.stringContaining(`/crm/deal/details/${ref.id}/`)],
      [expect.stringContaining(`/crm/deal/details/${parent.id}/`)],
    ]);
    expect(sandbox.stats.ignoredFields).toBe(0);
  });

  test('skips a first stage that is not for work', async () => {
    const connected = await connect();
    const policy = {
      ...connected.policy,
      stages: { ...connected.policy.stages, 'C5:NEW': 'exempt' },
    } as const;
    const head = await headOf(connected, parentDeal(connected));
    const ref = await connected.writer.createLinked(head, policy, 'Again');
    expect(connected.sandbox.control.ticket(ref).stageId).toBe(WORK);
  });

  test('names its parent where the portal has the relation', async () => {
    const connected = await connect();
    const { sandbox, writer, items } = connected;
    sandbox.control.relateTypes(1034, 1034);
    const parent = sandbox.control.createTicket({ ...ITEMS, title: 'Old' });
    const ref = await writer.createLinked(await headOf(connected, parent), items, 'Again');
    expect(sandbox.control.ticket(ref).parents.get(1034)).toBe(parent.id);
    expect(sandbox.control.comments(parent)).toEqual([]);
  });

  test.each([
    ['deal', DEALS],
    ['item', ITEMS],
  ] as const)('of a %s is made once, even when the answer got lost', async (kind, pipeline) => {
    const connected = await connect();
    const { sandbox, writer } = connected;
    const policy = kind === 'deal' ? connected.policy : connected.items;
    const parent = sandbox.control.createTicket({ ...pipeline, title: 'Old' });
    const head = await headOf(connected, parent);
    sandbox.faults.cutAfterWrite = 1;
    sandbox.faults.cutOnly = 'crm.item.add';
    const ref = await writer.createLinked(head, policy, 'Again');
    expect(await writer.createLinked(head, policy, 'Again')).toEqual(ref);
    expect(sandbox.control.tickets(pipeline.entityTypeId)).toHaveLength(2);
    expect(sandbox.control.comments(parent)).toHaveLength(1);
    const next = { ...head, record: { ...head.record, cycle: 2 } };
    expect(await writer.createLinked(next, policy, 'Again')).not.toEqual(ref);
  });
});
