import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TicketRef } from '../../src/sandbox/state/records.ts';
import { DEALS, ITEMS, openPortal } from './support/portal-under-test.ts';
import type { Called, Fields } from './support/portal-under-test.ts';

let portal: Called;
let parent: TicketRef;
let child: TicketRef;
beforeEach(async () => {
  portal = await openPortal();
  parent = portal.sandbox.control.createTicket({ ...DEALS, title: 'Parent' });
  child = portal.sandbox.control.createTicket({ ...ITEMS, title: 'Child' });
});
afterEach(() => portal.sandbox.close());

const link = (parentId: unknown): Promise<{ item: Fields }> =>
  portal.result('crm.item.update', { ...child, fields: { parentId2: parentId } });
const childrenOf = (id: number): Promise<{ items: Fields[] }> =>
  portal.result('crm.item.list', {
    entityTypeId: ITEMS.entityTypeId,
    select: ['id', 'parentId2'],
    filter: { '@parentId2': [id] },
  });
const fieldsOf = async (entityTypeId: number): Promise<string[]> => {
  const { fields } = await portal.result<{ fields: Fields }>('crm.item.fields', { entityTypeId });
  return Object.keys(fields).filter((name) => name.startsWith('parentId'));
};

describe('the parent field of an item', () => {
  it('does not exist until the relation is configured', async () => {
    expect(await fieldsOf(ITEMS.entityTypeId)).toEqual([]);
    expect((await link(parent.id)).item).not.toHaveProperty('parentId2');
    expect(portal.sandbox.stats.ignoredFields).toBe(1);
    for (const wanted of [{ filter: { '@parentId2': [1] } }, { order: { parentId2: 'ASC' } }]) {
      const reply = await portal.call('crm.item.list', { entityTypeId: 1034, ...wanted });
      expect([reply.status, reply.body.error]).toEqual([400, 'INVALID_ARG_VALUE']);
    }
  });

  it('is listed, written, read and filtered by once it is', async () => {
    portal.sandbox.control.relateTypes(ITEMS.entityTypeId, DEALS.entityTypeId);
    expect(await fieldsOf(ITEMS.entityTypeId)).toEqual(['parentId2']);
    expect(await fieldsOf(DEALS.entityTypeId)).toEqual([]);
    expect((await link(String(parent.id))).item['parentId2']).toBe(parent.id);
    expect((await childrenOf(parent.id)).items).toEqual([{ id: child.id, parentId2: parent.id }]);
    expect((await childrenOf(parent.id + 1)).items).toEqual([]);
    expect((await link('')).item['parentId2']).toBeNull();
    expect((await childrenOf(parent.id)).items).toEqual([]);
  });

  it('is told by the settings of the type, and goes with the relation', async () => {
    const { control } = portal.sandbox;
    control.relateTypes(ITEMS.entityTypeId, DEALS.entityTypeId);
    const { type } = await portal.result<{ type: { relations: Record<string, Fields[]> } }>(
      'crm.type.getByEntityTypeId',
      { entityTypeId: ITEMS.entityTypeId },
    );
    expect(type.relations['parent']?.map((one) => one['entityTypeId'])).toEqual([2]);
    expect(type.relations['child']).toEqual([]);
    control.relateTypes(ITEMS.entityTypeId, DEALS.entityTypeId, false);
    expect(await fieldsOf(ITEMS.entityTypeId)).toEqual([]);
  });
});
