import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SandboxControl } from '../../src/sandbox/control.ts';
import type { TicketRef } from '../../src/sandbox/state/records.ts';
import { DEALS, ITEMS, openPortal, START } from './support/portal-under-test.ts';
import type { Called, Fields, Reply } from './support/portal-under-test.ts';

interface Many {
  readonly items: readonly Fields[];
}
interface One {
  readonly item: Fields;
}

let portal: Called;
let control: SandboxControl;
beforeEach(async () => {
  portal = await openPortal({ now: START });
  control = portal.sandbox.control;
});
afterEach(() => portal.sandbox.close());

function aDeal(title = 'Deal', stageId = 'C5:NEW'): TicketRef {
  return control.createTicket({ ...DEALS, title, stageId });
}
const ids = (result: Many): unknown[] => result.items.map((item) => item['id']);
const column = (result: Many, name: string): unknown[] => result.items.map((row) => row[name]);
const list = (params: Fields): Promise<Many> =>
  portal.result<Many>('crm.item.list', { entityTypeId: 2, ...params });

describe('crm.item.list', () => {
  it('pages by 50 with total and next', async () => {
    control.bulkCreate(120, { ...DEALS, title: 'Deal' });
    const first = await portal.call<Many>('crm.item.list', { entityTypeId: 2 });
    expect([first.body.total, first.body.next, first.body.result.items.length]).toEqual([
      120, 50, 50,
    ]);
    const last = await portal.call<Many>('crm.item.list', { entityTypeId: 2, start: 100 });
    expect([last.body.next, last.body.result.items.length]).toEqual([undefined, 20]);
  });

  it('counts nothing with start -1: total 0 and no next (trap 32)', async () => {
    control.bulkCreate(60, { ...DEALS, title: 'Deal' });
    const reply = await portal.call<Many>('crm.item.list', { entityTypeId: 2, start: -1 });
    expect([reply.body.total, reply.body.next, reply.body.result.items.length]).toEqual([
      0,
      undefined,
      50,
    ]);
  });

  it.each([
    [{ '>id': 2 }, [3, 4]],
    [{ '>=id': 2, '<id': 4 }, [2, 3]],
    [{ '<=id': 1 }, [1]],
    [{ '@id': [1, 3] }, [1, 3]],
    [{ '@id': [1, 3], '!id': 3 }, [1]],
    [{ '!@id': [1, 3] }, [2, 4]],
    [{ '!=id': 1 }, [2, 3, 4]],
    [{ '=id': 2 }, [2]],
    [{ id: '2' }, [2]],
    [{ stageId: 'C5:WON' }, [2]],
    [{ '@stageId': ['C5:WON', 'C5:LOSE'] }, [2, 3]],
    [{ '%title': 'lph' }, [1]],
    [{ '!%title': 'lph' }, [2, 3, 4]],
    [{ '=%title': 'al%' }, [1]],
    [{ '%=title': '%ta' }, [2, 4]],
    [{ '!=%title': 'al%' }, [2, 3, 4]],
    [{ '0': { logic: 'OR', '0': { id: 1 }, '1': { '%title': 'gamm' } } }, [1, 3]],
    [{ categoryId: 5, '0': { logic: 'OR', '0': { id: 1 }, '1': { id: 4 } } }, [1, 4]],
    [{ logic: 'OR', '0': { id: 1 }, '1': { id: 2 } }, [1, 2]],
  ])('filters by %j', async (filter, expected) => {
    aDeal('Alpha');
    aDeal('Beta', 'C5:WON');
    aDeal('Gamma', 'C5:LOSE');
    aDeal('Delta is not beta');
    control.setFields({ entityTypeId: 2, id: 4 }, { title: 'Zeta' }, 2);
    expect(ids(await list({ filter }))).toEqual(expected);
  });

  it('reads the offset of a moment, whatever zone it is told in', async () => {
    aDeal();
    portal.sandbox.clock.advance(60_000);
    const late = aDeal();
    const since = [
      '2026-03-01T12:00:30+03:00',
      '2026-03-01T09:00:30Z',
      '2026-03-01T04:00:30-05:00',
    ];
    for (const at of since) {
      expect(ids(await list({ filter: { '>=movedTime': at } }))).toEqual([late.id]);
    }
  });

  it('finds a ticket by its last move only, however often it moved', async () => {
    const ref = aDeal();
    for (const stage of ['C5:PREPARATION', 'C5:WON', 'C5:NEW']) control.moveTicket(ref, stage, 2);
    expect(ids(await list({ filter: { '>=movedTime': '2026-03-01T12:00:00+03:00' } }))).toEqual([
      ref.id,
    ]);
    portal.sandbox.clock.advance(60_000);
    expect(ids(await list({ filter: { '>movedTime': '2026-03-01T12:00:30+03:00' } }))).toEqual([]);
  });

  it('orders by several fields', async () => {
    aDeal('B');
    aDeal('A');
    aDeal('B');
    expect(ids(await list({ order: { title: 'asc', id: 'DESC' } }))).toEqual([2, 3, 1]);
  });

  it.each([
    [{ filter: { nothing: 1 } }, "field 'nothing' is not allowed in filter"],
    [{ filter: { '>=movedTime': 'yesterday' } }, "field 'movedTime' has invalid value"],
    [{ filter: { id: 'x' } }, "field 'id' has invalid value"],
    [{ order: { nothing: 'ASC' } }, "field 'nothing' is not allowed in order"],
    [{ order: { id: 'UP' } }, 'allowed sort directions'],
  ])('refuses %j as INVALID_ARG_VALUE', async (params, text) => {
    const { status, body } = await portal.call('crm.item.list', { entityTypeId: 2, ...params });
    expect([status, body.error]).toEqual([400, 'INVALID_ARG_VALUE']);
    expect(body.error_description).toContain(text);
  });

  it('leaves out what the caller may not see, and refuses it by id', async () => {
    const ref = aDeal();
    control.hideTicket(ref);
    expect(ids(await list({}))).toEqual([]);
    const get = await portal.call('crm.item.get', { entityTypeId: 2, id: ref.id });
    expect([get.status, get.body.error]).toEqual([400, 'ACCESS_DENIED']);
  });

  it('answers only the selected fields', async () => {
    aDeal();
    const { items } = await list({ select: ['id', 'stageId'] });
    expect(items).toEqual([{ id: 1, stageId: 'C5:NEW' }]);
  });
});

describe('a missing thing', () => {
  it('is NOT_FOUND for a type and for an item, with texts of their own', async () => {
    const type = await portal.call('crm.item.get', { entityTypeId: 999, id: 1 });
    const item = await portal.call('crm.item.get', { entityTypeId: 2, id: 999 });
    expect([type.status, type.body.error]).toEqual([400, 'NOT_FOUND']);
    expect([item.status, item.body.error]).toEqual([400, 'NOT_FOUND']);
    expect(type.body.error_description).not.toBe(item.body.error_description);
  });
});

describe('crm.item.update', () => {
  const update = (ref: TicketRef, fields: Fields): Promise<Reply<One>> =>
    portal.call<One>('crm.item.update', { ...ref, fields, useOriginalUfNames: 'Y' });

  it('makes the caller the mover and keeps the second (trap 18)', async () => {
    const ref = aDeal();
    control.moveTicket(ref, 'C5:WON', 3);
    expect(control.ticket(ref).movedBy).toBe(3);
    portal.sandbox.clock.advance(5_500);
    const { body } = await update(ref, { stageId: 'C5:PREPARATION' });
    expect(body.result.item).toMatchObject({ movedBy: 1, updatedBy: 1, stageSemanticId: 'P' });
    expect(body.result.item['movedTime']).toMatch(/^2026-03-01T12:00:\d\d\+03:00$/);
  });

  it('ignores unknown and read-only fields silently, and counts them (trap 12)', async () => {
    const ref = aDeal();
    const { status } = await update(ref, { UF_CRM_NONE: 'x', movedBy: 4, TITLE: 'x' });
    expect(status).toBe(200);
    expect(control.ticket(ref)).toMatchObject({ title: 'Deal', movedBy: 2 });
    expect(portal.sandbox.stats.ignoredFields).toBe(3);
  });

  it('aborts when the fields hold an id', async () => {
    expect((await update(aDeal(), { id: 5 })).status).toBe(400);
  });

  it('does not touch a ticket that would stay the same', async () => {
    const ref = aDeal();
    const before = control.ticket(ref).updatedTime;
    portal.sandbox.clock.advance(60_000);
    await update(ref, { stageId: 'C5:NEW', title: 'Deal' });
    expect(control.ticket(ref).updatedTime).toBe(before);
  });

  it.each([
    { stageId: 'C5:NOWHERE' },
    { stageId: 'NEW' },
    { stageId: 'DT1034_12:NEW' },
    { categoryId: 77 },
    { assignedById: 'nobody' },
  ])('refuses the value %j', async (fields) => {
    const { status, body } = await update(aDeal(), fields);
    expect([status, body.error]).toEqual([400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID']);
  });

  describe('with fields a stage requires (trap 11)', () => {
    beforeEach(() => {
      control.addField({
        entityId: 'CRM_DEAL',
        entityTypeId: 2,
        name: 'UF_CRM_CAUSE',
        type: 'string',
        labels: { editFormLabel: { en: 'Cause' } },
      });
      control.addField({
        entityId: 'CRM_DEAL',
        entityTypeId: 2,
        name: 'UF_CRM_SHIFT',
        type: 'string',
      });
      control.requireFieldOnStage('C5:PREPARATION', ['UF_CRM_CAUSE', 'UF_CRM_SHIFT']);
    });

    it('refuses the move inside the pipeline and names the first empty field', async () => {
      const { status, body } = await update(aDeal(), { stageId: 'C5:PREPARATION' });
      expect([status, body.error]).toEqual([400, 'CRM_FIELD_ERROR_REQUIRED']);
      expect(body.error_description).toContain('UF_CRM_CAUSE');
      expect(body.error_description).not.toContain('UF_CRM_SHIFT');
    });

    it('names all of them when the switch says so', async () => {
      portal.sandbox.doubts.requiredErrorNames = 'all';
      const { body } = await update(aDeal(), { stageId: 'C5:PREPARATION' });
      expect(body.error_description).toContain('UF_CRM_SHIFT');
    });

    it('refuses the way back as well', async () => {
      const ref = aDeal('Closed', 'C5:WON');
      expect((await update(ref, { stageId: 'C5:PREPARATION' })).body.error).toBe(
        'CRM_FIELD_ERROR_REQUIRED',
      );
    });

    it('takes values that come with the move', async () => {
      const fields = { stageId: 'C5:PREPARATION', UF_CRM_CAUSE: 'x', UF_CRM_SHIFT: 'y' };
      expect((await update(aDeal(), fields)).status).toBe(200);
    });

    it('checks nothing on the way into another pipeline, nor without a move', async () => {
      const ref = control.createTicket({ entityTypeId: 2, categoryId: 0, title: 'Other' });
      const move = { categoryId: 5, stageId: 'C5:PREPARATION' };
      expect((await update(ref, move)).status).toBe(200);
      expect((await update(ref, { title: 'New title' })).status).toBe(200);
    });

    it('holds for the card too', () => {
      expect(() => control.moveTicket(aDeal(), 'C5:PREPARATION', 2)).toThrow('UF_CRM_CAUSE');
    });

    it('is off when the switch says that custom fields are not checked', async () => {
      portal.sandbox.doubts.stageRulesChecked = false;
      expect((await update(aDeal(), { stageId: 'C5:PREPARATION' })).status).toBe(200);
    });
  });
});

describe('the previous stage (trap 10)', () => {
  it('stands in smart-process items, and not in deals', async () => {
    const deal = aDeal();
    const item = control.createTicket({ ...ITEMS, title: 'Item' });
    control.moveTicket(item, 'DT1034_12:SUCCESS', 2);
    const shownDeal = await portal.result<One>('crm.item.get', { ...deal });
    const shownItem = await portal.result<One>('crm.item.get', { ...item });
    expect(shownDeal.item).not.toHaveProperty('previousStageId');
    expect(shownItem.item['previousStageId']).toBe('DT1034_12:NEW');
    portal.sandbox.doubts.dealPreviousStageId = 'present';
    const now = await portal.result<One>('crm.item.get', { ...deal });
    expect(now.item['previousStageId']).toBe('');
  });

  it('is in the stage history, which names no author', async () => {
    const ref = aDeal();
    control.moveTicket(ref, 'C5:PREPARATION', 2);
    control.moveTicket(ref, 'C5:WON', 3);
    const history = await portal.result<Many>('crm.stagehistory.list', {
      entityTypeId: 2,
      filter: { '@OWNER_ID': [ref.id], '@TYPE_ID': [1, 2] },
      order: { ID: 'DESC' },
    });
    expect(column(history, 'STAGE_ID')).toEqual(['C5:PREPARATION', 'C5:NEW']);
    expect(JSON.stringify(Object.keys(history.items[0] ?? {}))).not.toMatch(/AUTHOR|USER|BY/);
    const all = await portal.result<Many>('crm.stagehistory.list', { entityTypeId: 2 });
    expect(column(all, 'TYPE_ID')).toEqual([1, 2, 3]);
  });

  it('of a pipeline change is a row of type 5', async () => {
    const ref = aDeal();
    control.moveTicket(ref, 'NEW', 2, 0);
    const history = await portal.result<Many>('crm.stagehistory.list', {
      entityTypeId: 2,
      filter: { TYPE_ID: 5 },
    });
    expect(history.items).toMatchObject([{ STAGE_ID: 'NEW', CATEGORY_ID: 0 }]);
  });

  it.each([
    ['ENTITY_TYPE_NOT_SUPPORTED', 'ENTITY_TYPE_NOT_SUPPORTED'],
    ['zero', 0],
  ] as const)('of a wrong type fails with the code of switch %s', async (side, code) => {
    portal.sandbox.doubts.stageHistoryTypeError = side;
    const { body } = await portal.call('crm.stagehistory.list', { entityTypeId: 777 });
    expect(body.error).toBe(code);
  });
});

describe('a deal and a smart-process item', () => {
  it('differ in closed and stageSemanticId', async () => {
    const deal = (await portal.result<One>('crm.item.get', { ...aDeal() })).item;
    const ref = control.createTicket({ ...ITEMS, title: 'Item' });
    const item = (await portal.result<One>('crm.item.get', { ...ref })).item;
    expect(deal).toMatchObject({ closed: 'N', stageSemanticId: 'P', entityTypeId: 2 });
    expect(item).not.toHaveProperty('closed');
    expect(item).not.toHaveProperty('stageSemanticId');
  });
});

describe('a robot', () => {
  it('moves the ticket on after the save, as nobody', async () => {
    await portal.sandbox.close();
    portal = await openPortal({
      robots: [{ stageId: 'C5:WON', action: 'setStage', value: 'C5:UC_WAIT' }],
    });
    const ref = portal.sandbox.control.createTicket({ ...DEALS, title: 'Deal' });
    const { item } = await portal.result<One>('crm.item.update', {
      ...ref,
      fields: { stageId: 'C5:WON' },
    });
    expect(item).toMatchObject({ stageId: 'C5:UC_WAIT', movedBy: 0 });
  });
});

describe('crm.item.add and crm.item.delete', () => {
  it('create on the first stage and take away', async () => {
    const added = await portal.result<One>('crm.item.add', {
      entityTypeId: 2,
      fields: { title: 'New', categoryId: 5, assignedById: 3 },
    });
    expect(added.item).toMatchObject({ title: 'New', stageId: 'C5:NEW', assignedById: 3 });
    await portal.result('crm.item.delete', { entityTypeId: 2, id: added.item['id'] });
    expect(ids(await list({}))).toEqual([]);
  });

  it('refuse a first stage whose required fields are empty', async () => {
    control.requireFieldOnStage('C5:WON', ['UF_CRM_CAUSE']);
    const { body } = await portal.call('crm.item.add', {
      entityTypeId: 2,
      fields: { title: 'New', categoryId: 5, stageId: 'C5:WON' },
    });
    expect(body.error).toBe('CRM_FIELD_ERROR_REQUIRED');
    expect(ids(await list({}))).toEqual([]);
  });
});
