import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openAppPortal } from './support/app-under-test.ts';
import type { AppPortal } from './support/app-under-test.ts';
import type { Fields } from './support/portal-under-test.ts';

let portal: AppPortal;
beforeEach(async () => {
  portal = await openAppPortal();
});
afterEach(() => portal.close());

const text = (value: unknown): Fields => ({ type: 'text', properties: { value } });
const press = (id: string, animationType = 'disable'): Fields => ({
  type: 'restEvent',
  id,
  animationType,
  actionParams: { ticket: 1, note: 'n' },
});
const LAYOUT = {
  icon: { code: 'info' },
  header: {
    title: { en: 'Refused', ru: 'Returned' },
    tags: { s: { type: 'failure', title: '2 missing' } },
  },
  body: {
    logo: { code: 'document' },
    blocks: {
      m1: { type: 'withTitle', properties: { title: 'Cause', inline: true, block: text('none') } },
      line: { type: 'lineOfBlocks', properties: { blocks: { a: text('a'), b: text('b') } } },
      go: {
        type: 'link',
        properties: { text: 'Open', action: { type: 'redirect', uri: '/crm/deal/details/1/' } },
      },
    },
  },
  footer: {
    buttons: {
      recheck: { title: 'Again', type: 'primary', action: press('recheck') },
      open: {
        title: 'Form',
        type: 'secondary',
        action: {
          type: 'openRestApp',
          actionParams: { ticket: 1 },
          sliderParams: { title: 'Closing', width: 700 },
        },
      },
    },
    menu: {
      showDeleteItem: 'false',
      items: { force: { title: 'Exception', action: press('force', 'loader') } },
    },
  },
} as const;

const call = (method: string, params: Fields): ReturnType<typeof portal.call> =>
  portal.call(`crm.activity.configurable.${method}`, params);
const refused = async (method: string, params: Fields): Promise<unknown[]> => {
  const { status, body } = await call(method, params);
  return [status, body.error];
};
async function add(fields: Fields = {}, layout: unknown = LAYOUT): Promise<number> {
  const params = { ownerTypeId: 2, ownerId: 1, fields, layout };
  const { activity } = await portal.result<{ activity: { id: number } }>(
    'crm.activity.configurable.add',
    params,
  );
  return activity.id;
}
const withPart = (path: string, value: unknown): unknown => {
  const copy: unknown = structuredClone(LAYOUT);
  const keys = path.split('.');
  let node = copy as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) node = node[key] as Record<string, unknown>;
  const last = keys.at(-1) ?? '';
  if (value === undefined) delete node[last];
  else node[last] = value;
  return copy;
};

describe('crm.activity.configurable.add', () => {
  it('puts the record into the timeline and the activities of the ticket', async () => {
    const id = await add({ completed: 'N', responsibleId: 3, originId: 't-1' });
    const { activity } = await portal.result<{ activity: Fields }>(
      'crm.activity.configurable.get',
      { id },
    );
    expect(activity).toMatchObject({
      id,
      ownerTypeId: 2,
      ownerId: 1,
      fields: { typeId: 'CONFIGURABLE', completed: false, responsibleId: 3, originId: 't-1' },
      layout: {
        header: LAYOUT.header,
        footer: { buttons: { open: { action: { actionParams: { ticket: '1' } } } } },
      },
    });
    const list = await portal.result<Fields[]>('crm.activity.list', {
      filter: { OWNER_TYPE_ID: 2, OWNER_ID: 1, PROVIDER_ID: 'CONFIGURABLE_REST_APP' },
    });
    expect(list).toMatchObject([{ ID: String(id), SUBJECT: 'Returned', COMPLETED: 'N' }]);
  });

  it.each([
    ['icon', undefined, 'FIELD_IS_REQUIRED'],
    ['header.title', '', 'FIELD_IS_REQUIRED'],
    ['header.title', { de: 'Nein' }, 'WRONG_LANG'],
    ['header.tags.s.type', 'lavender', 'ENUM_FIELD'],
    ['header.tags.t', { type: 'success', title: 'x', colour: 'red' }, 'FIELD_IS_REDUNDANT'],
    ['body.logo', undefined, 'FIELD_IS_REQUIRED'],
    ['body.blocks', {}, 'FIELD_IS_REQUIRED'],
    ['body.blocks.chart', { type: 'chart', properties: {} }, 'ENUM_FIELD'],
    ['body.blocks.bad key', text('x'), 'KEY_CONTAIN_WRONG_SYMBOLS'],
    ['body.blocks.m1.properties.block', { type: 'largeText' }, 'ENUM_FIELD'],
    ['body.blocks.m1.properties.colour', 'red', 'FIELD_IS_REDUNDANT'],
    ['footer.buttons.recheck.type', 'danger', 'ENUM_FIELD'],
    ['footer.buttons.third', LAYOUT.footer.buttons.recheck, 'TOO_MANY_ITEMS'],
    ['footer.buttons.recheck.action', { type: 'call' }, 'ENUM_FIELD'],
    ['footer.buttons.recheck.action.animationType', 'spin', 'ENUM_FIELD'],
    ['footer.buttons.open.action.sliderParams', { width: 1, leftBoundary: 2 }, 'WRONG_FIELD_VALUE'],
    ['footer.buttons.recheck.action.actionParams', { deep: { a: 1 } }, 'WRONG_FIELD_VALUE'],
    ['unknown', 1, 'FIELD_IS_REDUNDANT'],
  ])('refuses a layout with %s = %j', async (path, value, code) => {
    const params = { ownerTypeId: 2, ownerId: 1, fields: {}, layout: withPart(path, value) };
    expect(await refused('add', params)).toEqual([400, code]);
  });

  it('takes buttons as a map or as a list, whichever the doubt says', async () => {
    const { recheck, open } = LAYOUT.footer.buttons;
    const listed = withPart('footer.buttons', [recheck, open]);
    const base = { ownerTypeId: 2, ownerId: 1, fields: {} };
    expect(await refused('add', { ...base, layout: listed })).toEqual([400, 'WRONG_FIELD_VALUE']);
    portal.sandbox.doubts.footerButtons = 'array';
    expect(await refused('add', { ...base, layout: LAYOUT })).toEqual([400, 'WRONG_FIELD_VALUE']);
    const id = await add({}, listed);
    expect(portal.sandbox.apps.pressButton(id, '0')).toEqual({ kind: 'event' });
  });

  it('refuses more than twenty blocks and an empty layout', async () => {
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`b${i}`, text('x')]));
    const base = { ownerTypeId: 2, ownerId: 1, fields: {} };
    const tooMany = { ...base, layout: withPart('body.blocks', many) };
    expect(await refused('add', tooMany)).toEqual([400, 'TOO_MANY_ITEMS']);
    expect(await refused('add', { ...base, layout: {} })).toEqual([400, 'ERROR_EMPTY_LAYOUT']);
    expect(await refused('add', base)).toEqual([400, 'ERROR_EMPTY_LAYOUT']);
  });

  it.each([
    [{ nonsense: 1 }, 'WRONG_FIELD_VALUE'],
    [{ badgeCode: 'none' }, 'WRONG_FIELD_VALUE'],
    [{ typeId: 'OWN' }, 'WRONG_FIELD_VALUE'],
    [{ deadline: 'soon' }, 'WRONG_FIELD_VALUE'],
    [
      { isIncomingChannel: 'Y', deadline: '2026-03-02T12:00:00+03:00' },
      'INCOMING_ACTIVITY_CAN_NOT_BE_WITH_DEADLINE',
    ],
  ])('refuses the fields %j', async (fields, code) => {
    const params = { ownerTypeId: 2, ownerId: 1, fields, layout: LAYOUT };
    expect(await refused('add', params)).toEqual([400, code]);
  });

  it('refuses a ticket that is not there or not seen', async () => {
    const params = { ownerTypeId: 2, fields: {}, layout: LAYOUT };
    expect(await refused('add', { ...params, ownerId: 99_999 })).toEqual([400, 'NOT_FOUND']);
    portal.sandbox.control.hideTicketFrom({ entityTypeId: 2, id: 1 }, 1);
    expect(await refused('add', { ...params, ownerId: 1 })).toEqual([400, 'ACCESS_DENIED']);
  });
});

describe('a press on a button', () => {
  beforeEach(() =>
    portal.result('event.bind', {
      event: 'ONCRMTIMELINEITEMACTION',
      handler: `${portal.server.url}/events`,
    }),
  );

  it('reaches the app as an event and locks the button until an update', async () => {
    const id = await add();
    const { apps } = portal.sandbox;
    expect(apps.pressButton(id, 'recheck', 3)).toEqual({ kind: 'event' });
    expect(() => apps.pressButton(id, 'recheck', 3)).toThrow('waits');
    const { body } = await portal.server.heard('ONCRMTIMELINEITEMACTION');
    expect(body).toMatchObject({
      data: {
        id: 'recheck',
        entityTypeId: '2',
        entityId: '1',
        activityId: String(id),
        ticket: '1',
        note: 'n',
      },
      auth: { user_id: '3', application_token: apps.applicationToken(portal.clientId) },
    });
    expect(body['data']).not.toHaveProperty('userId');
    await portal.result('crm.activity.configurable.update', { id, layout: LAYOUT });
    expect(apps.pressButton(id, 'force', 3)).toEqual({ kind: 'event' });
    expect(() => apps.pressButton(id, 'recheck', 3)).toThrow('waits');
  });

  it('names the clicker in the data where the doubt says so', async () => {
    portal.sandbox.doubts.clickerIn = 'data.userId';
    portal.sandbox.apps.pressButton(await add(), 'recheck', 3);
    const { body } = await portal.server.heard('ONCRMTIMELINEITEMACTION');
    expect(body['data']).toMatchObject({ userId: '3' });
  });

  it('keeps the parameters of the button apart where the doubt says so', async () => {
    portal.sandbox.doubts.actionContext = 'nested';
    const id = await add();
    portal.sandbox.apps.pressButton(id, 'recheck', 3);
    const { body } = await portal.server.heard('ONCRMTIMELINEITEMACTION');
    expect(body['data']).toMatchObject({
      context: { id: 'recheck', entityId: '1', activityId: String(id) },
      actionParams: { ticket: '1' },
    });
  });

  it('opens the slider of the app, or an address', async () => {
    const id = await add();
    expect(portal.sandbox.apps.pressButton(id, 'open')).toEqual({
      kind: 'open',
      clientId: portal.clientId,
      options: { ticket: '1', entityTypeId: 2, entityId: 1, activityId: id },
      slider: { title: 'Closing', width: 700 },
    });
    expect(portal.sandbox.apps.pressButton(id, 'go')).toEqual({
      kind: 'redirect',
      uri: '/crm/deal/details/1/',
    });
    expect(() => portal.sandbox.apps.pressButton(id, 'none')).toThrow('no button');
  });
});

describe('crm.activity.configurable.update', () => {
  it('merges fields, replaces the layout, completes and restores', async () => {
    const id = await add({ responsibleId: 3 });
    const layout = withPart('header.title', 'All done');
    await portal.result('crm.activity.configurable.update', {
      id,
      fields: { completed: 'Y' },
      layout,
    });
    const shown = async (): Promise<Fields> =>
      (await portal.result<Fields[]>('crm.activity.list', { filter: { ID: id } }))[0] ?? {};
    expect(await shown()).toMatchObject({
      SUBJECT: 'All done',
      COMPLETED: 'Y',
      RESPONSIBLE_ID: '3',
    });
    portal.sandbox.apps.completeActivity(id, false);
    expect(await shown()).toMatchObject({ COMPLETED: 'N' });
    await portal.result('crm.activity.delete', { id });
    expect(await refused('get', { id })).toEqual([400, 'NOT_FOUND']);
  });

  it('is for the app that made it, and cannot change the type', async () => {
    const id = await add();
    expect(await refused('update', { id, fields: { typeId: 'OTHER' } })).toEqual([
      400,
      'CANT_CHANGE_PROVIDER_TYPE_ID',
    ]);
    const { apps } = portal.sandbox;
    const other = apps.register({
      name: 'Other',
      handlerUrl: `${portal.server.url}/other`,
      scopes: ['crm'],
    });
    await apps.install(other.clientId);
    const auth = apps.open(other.clientId, { userId: 1 }).body['AUTH_ID'];
    const response = await fetch(
      `${portal.sandbox.url}/rest/crm.activity.configurable.update?id=${id}&auth=${auth}`,
    );
    expect(await response.json()).toMatchObject({ error: 'ERROR_WRONG_APPLICATION' });
  });
});

describe('badges', () => {
  const BADGE = { code: 'refused', title: { ru: 'Closing' }, value: 'Returned', type: 'failure' };
  const tile = async (): Promise<unknown> => {
    const answer = await fetch(`${portal.sandbox.url}/sandbox/api/ticket/2/1`);
    return ((await answer.json()) as { ticket: Fields }).ticket['badges'];
  };

  it('stand on the board while the record is open', async () => {
    await portal.result('crm.activity.badge.add', BADGE);
    expect(await portal.result('crm.activity.badge.list')).toEqual({ badges: [BADGE] });
    const id = await add({ badgeCode: 'refused' });
    expect(await tile()).toEqual([{ title: 'Closing', value: 'Returned', type: 'failure' }]);
    await portal.result('crm.activity.configurable.update', { id, fields: { badgeCode: '' } });
    expect(await tile()).toEqual([]);
  });

  it('need all their parts and an administrator', async () => {
    const refusedBadge = async (badge: Fields, userId = 1): Promise<unknown> =>
      (await portal.call('crm.activity.badge.add', badge, userId)).body.error;
    expect(await refusedBadge({ ...BADGE, value: '' })).toBe('REQUIRED_ARG_MISSING');
    expect(await refusedBadge({ ...BADGE, type: 'lavender' })).toBe('REQUIRED_ARG_MISSING');
    expect(await refusedBadge(BADGE, 2)).toBe('ACCESS_DENIED');
    const gone = await portal.call('crm.activity.badge.delete', { code: 'none' });
    expect(gone.body.error).toBe('NOT_FOUND');
  });
});
