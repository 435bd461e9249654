import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CardRefusal } from '../../src/sandbox/control.ts';
import { DEALS, openPortal } from './support/portal-under-test.ts';
import type { Called, Fields } from './support/portal-under-test.ts';

const ADMIN = 1;
const AGENT = 2;
const SCOPES = ['crm', 'user_brief', 'bizproc'];

let portal: Called;
beforeEach(async () => {
  portal = await openPortal({ scopes: SCOPES });
});
afterEach(() => portal.sandbox.close());

describe("the portal's own rights of a stage", () => {
  it('keep agents off it by hand and by REST, never administrators', async () => {
    const { control } = portal.sandbox;
    const ref = control.createTicket({ ...DEALS, title: 'Locked' }, AGENT);
    control.lockStage('C5:WON', []);

    expect(() => control.moveTicket(ref, 'C5:WON', AGENT)).toThrow(CardRefusal);
    control.setAdmin(ADMIN, false);
    const move = { entityTypeId: 2, id: ref.id, fields: { stageId: 'C5:WON' } };
    const refused = await portal.call('crm.item.update', move);
    expect([refused.status, refused.body.error]).toEqual([400, '-']);
    expect(control.ticket(ref).stageId).not.toBe('C5:WON');
    control.setAdmin(ADMIN, true);
    expect((await portal.call('crm.item.update', move)).status).toBe(200);

    control.lockStage('C5:WON', null);
    control.moveTicket(ref, 'C5:NEW', AGENT);
    control.moveTicket(ref, 'C5:WON', AGENT);
  });
});

describe('crm.item.details.configuration.get', () => {
  const card = (params: Fields) =>
    portal.result<readonly { readonly elements: readonly Fields[] }[] | null>(
      'crm.item.details.configuration.get',
      { entityTypeId: 2, ...params },
    );

  it('answers null for the default card, the common one once it was changed', async () => {
    expect(await card({ scope: 'C', extras: { dealCategoryId: 5 } })).toBeNull();
    portal.sandbox.control.setCard(2, 5, ['TITLE', 'CLIENT']);

    const sections = await card({ scope: 'C', extras: { dealCategoryId: 5 } });
    expect(sections?.[0]?.elements.map((one) => one['name'])).toEqual(['TITLE', 'CLIENT']);
    expect(await card({ scope: 'C', extras: { dealCategoryId: 0 } })).toBeNull();
    expect(await card({ extras: { dealCategoryId: 5 } })).toBeNull();
  });
});

describe('bizproc.workflow.template.list', () => {
  it('lists workflows of a document type to administrators, ids alone by default', async () => {
    const { control } = portal.sandbox;
    control.addWorkflow({ name: 'Letter', documentType: 'DEAL', autoExecute: 2 });
    control.addWorkflow({ name: 'Other', documentType: 'LEAD', autoExecute: 0 });
    const filter = { MODULE_ID: 'crm', DOCUMENT_TYPE: 'DEAL' };
    const list = (params: Fields) => portal.call('bizproc.workflow.template.list', params);

    expect((await list({ filter })).body.result).toEqual([{ ID: expect.any(String) }]);
    expect((await list({ select: ['NAME', 'AUTO_EXECUTE'], filter })).body).toMatchObject({
      result: [{ NAME: 'Letter', AUTO_EXECUTE: '2' }],
      total: 1,
    });
    control.setAdmin(ADMIN, false);
    expect((await list({ filter })).body.error).toBe('ACCESS_DENIED');
  });
});

describe('user.get', () => {
  it('tells of people who have left, unless only active ones are asked for', async () => {
    portal.sandbox.control.dismissUser(AGENT);
    const users = async (params: Fields) =>
      (await portal.result<readonly Fields[]>('user.get', params)).map((one) => one['ACTIVE']);

    expect(await users({ ID: AGENT })).toEqual([false]);
    expect(await users({ ID: AGENT, ACTIVE: true })).toEqual([]);
    expect(await users({ FILTER: { ID: AGENT, ACTIVE: 'false' } })).toEqual([false]);
  });
});
