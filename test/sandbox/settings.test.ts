import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { camelFieldName } from '../../src/sandbox/state/custom-fields.ts';
import { DEALS, ITEMS, openPortal } from './support/portal-under-test.ts';
import type { Called, Fields } from './support/portal-under-test.ts';

interface Many {
  readonly items: readonly Fields[];
}
interface One {
  readonly item: Fields;
}

let portal: Called;
beforeEach(async () => {
  portal = await openPortal();
});
afterEach(() => portal.sandbox.close());

const addDealField = (fields: Fields): ReturnType<Called['call']> =>
  portal.call('crm.deal.userfield.add', {
    fields: { USER_TYPE_ID: 'string', LABEL: 'Label', ...fields },
  });
const addItemField = (field: Fields): ReturnType<Called['call']> =>
  portal.call('userfieldconfig.add', {
    moduleId: 'crm',
    field: { entityId: 'CRM_7', userTypeId: 'string', ...field },
  });

describe('pipelines and stages', () => {
  it('are told with the default pipeline marked', async () => {
    const reply = await portal.call<{ categories: Fields[] }>('crm.category.list', {
      entityTypeId: 2,
    });
    expect(reply.body.result.categories.map((c) => [c['id'], c['isDefault']])).toEqual([
      [5, 'N'],
      [0, 'Y'],
    ]);
    const leads = await portal.call('crm.category.list', { entityTypeId: 1 });
    expect(leads.body.error).toBe('ENTITY_TYPE_NOT_SUPPORTED');
  });

  it('have SEMANTICS everywhere and EXTRA for deals only (trap 15)', async () => {
    const stagesOf = (ENTITY_ID: string): Promise<Fields[]> =>
      portal.result<Fields[]>('crm.status.list', { filter: { ENTITY_ID }, order: { SORT: 'ASC' } });
    const deals = await stagesOf('DEAL_STAGE_5');
    const items = await stagesOf('DYNAMIC_1034_STAGE_12');
    expect(deals.map((s) => [s['STATUS_ID'], s['SEMANTICS']])).toEqual([
      ['C5:NEW', null],
      ['C5:PREPARATION', null],
      ['C5:UC_WAIT', null],
      ['C5:WON', 'S'],
      ['C5:LOSE', 'F'],
    ]);
    expect(deals[3]?.['EXTRA']).toMatchObject({ SEMANTICS: 'success' });
    expect(items.map((s) => s['STATUS_ID'])).toContain('DT1034_12:CLIENT');
    expect(items.some((s) => 'EXTRA' in s)).toBe(false);
    expect((await stagesOf('DEAL_STAGE')).map((s) => s['STATUS_ID'])).toContain('APOLOGY');
    expect(await stagesOf('DEAL_STAGE_99')).toEqual([]);
  });

  it('want ENTITY_ID as a string, and answer with a text for a code (trap 40)', async () => {
    const { status, body } = await portal.call('crm.status.list', {
      filter: { ENTITY_ID: ['DEAL_STAGE'] },
    });
    expect([status, body.error]).toEqual([400, 'Invalid parameters.']);
  });

  it('keep their ids when they are renamed, and vanish when they are deleted', async () => {
    const { control } = portal.sandbox;
    const ref = control.createTicket({ ...DEALS, title: 'Deal', stageId: 'C5:UC_WAIT' });
    control.renameStage('C5:PREPARATION', 'Renamed');
    control.deleteStage('C5:UC_WAIT');
    const stages = await portal.result<Fields[]>('crm.status.list', {
      filter: { ENTITY_ID: 'DEAL_STAGE_5' },
    });
    expect(stages.find((s) => s['STATUS_ID'] === 'C5:PREPARATION')?.['NAME']).toBe('Renamed');
    expect(stages.some((s) => s['STATUS_ID'] === 'C5:UC_WAIT')).toBe(false);
    const { item } = await portal.result<One>('crm.item.get', { ...ref });
    expect(item['stageId']).toBe('C5:UC_WAIT');
  });

  it('are all directories for any user, with their prefixes', async () => {
    const types = await portal.result<Fields[]>('crm.status.entity.types');
    expect(types).toContainEqual(
      expect.objectContaining({
        ID: 'DYNAMIC_1034_STAGE_12',
        PREFIX: 'DT1034_12',
        SEMANTIC_INFO: [],
        IS_DEFAULT_CATEGORY: true,
      }),
    );
    expect(types).toContainEqual(
      expect.objectContaining({
        ID: 'DEAL_STAGE_5',
        PREFIX: 'C5',
        SEMANTIC_INFO: expect.objectContaining({ FINAL_SUCCESS_FIELD: 'C5:WON' }),
      }),
    );
  });
});

describe('smart-process types', () => {
  it('are listed for a CRM administrator only (trap 38)', async () => {
    expect(await portal.result('crm.type.list')).toMatchObject({ types: [{ entityTypeId: 1034 }] });
    portal.sandbox.control.setAdmin(1, false);
    expect((await portal.call('crm.type.list')).body.error).toBe('ACCESS_DENIED');
    const one = await portal.result('crm.type.getByEntityTypeId', { entityTypeId: 1034 });
    expect(one).toMatchObject({ type: { id: 7, entityTypeId: 1034 } });
    const types = await portal.result<Fields[]>('crm.enum.ownertype');
    expect(types).toContainEqual(
      expect.objectContaining({ ID: 1034, SYMBOL_CODE_SHORT: 'T40a', SYMBOL_CODE: 'DYNAMIC_1034' }),
    );
  });

  it('that do not exist are the number 0, or NOT_FOUND by the switch (trap 40)', async () => {
    expect((await portal.call('crm.type.get', { id: 99 })).body.error).toBe(0);
    portal.sandbox.doubts.missingTypeError = 'NOT_FOUND';
    expect((await portal.call('crm.type.get', { id: 99 })).body.error).toBe('NOT_FOUND');
  });
});

describe('names of custom fields (trap 13)', () => {
  it.each([
    ['UF_CRM_3_DIGIT', 'ufCrm3Digit'],
    ['UF_CRM_3_1747309727', 'ufCrm3_1747309727'],
    ['UF_CRM_3_DIGIT10', 'ufCrm_3_DIGIT10'],
    ['UF_CRM_1747309879', 'ufCrm_1747309879'],
    ['UF_CRM_CHECKED_HOW', 'ufCrmCheckedHow'],
  ])('%s becomes %s', (original, camel) => {
    expect(camelFieldName(original)).toBe(camel);
  });

  it('are original only when asked for, in what is sent and in what comes back', async () => {
    await addDealField({ FIELD_NAME: 'CAUSE' });
    const ref = portal.sandbox.control.createTicket({ ...DEALS, title: 'Deal' });
    const camel = { ...ref, fields: { ufCrmCause: 'a', UF_CRM_CAUSE: 'b' } };
    const first = await portal.result<One>('crm.item.update', camel);
    expect(first.item).toMatchObject({ ufCrmCause: 'a' });
    expect(first.item).not.toHaveProperty('UF_CRM_CAUSE');
    const original = { ...camel, useOriginalUfNames: 'Y' };
    const second = await portal.result<One>('crm.item.update', original);
    expect(second.item).toMatchObject({ UF_CRM_CAUSE: 'b' });
    const refused = await portal.call('crm.item.list', {
      entityTypeId: 2,
      filter: { UF_CRM_CAUSE: 'b' },
    });
    expect(refused.body.error).toBe('INVALID_ARG_VALUE');
  });
});

describe('crm.deal.userfield.*', () => {
  it('prepends UF_CRM_ and numbers the items of a list', async () => {
    const added = await addDealField({
      FIELD_NAME: 'state',
      USER_TYPE_ID: 'enumeration',
      XML_ID: 'STATE',
      LABEL: { en: 'State', ru: 'State ru' },
      LIST: [
        { VALUE: 'Asked', XML_ID: 'asked' },
        { VALUE: 'Told', XML_ID: 'told' },
      ],
    });
    const [listed] = await portal.result<Fields[]>('crm.deal.userfield.list', {
      filter: { FIELD_NAME: 'UF_CRM_STATE', LANG: 'ru' },
    });
    expect(listed).toMatchObject({ ID: String(added.body.result), XML_ID: 'STATE' });
    expect(listed).toMatchObject({ LIST: [{ XML_ID: 'asked' }, { XML_ID: 'told' }] });
    expect(listed?.['EDIT_FORM_LABEL']).toBe('State ru');
    const got = await portal.result('crm.deal.userfield.get', { id: added.body.result });
    expect(got['EDIT_FORM_LABEL']).toMatchObject({ en: 'State', ru: 'State ru' });
  });

  it.each([
    [{}, '', 'FIELD_NAME'],
    [{ FIELD_NAME: 'A', USER_TYPE_ID: '' }, '', 'USER_TYPE_ID'],
    [{ FIELD_NAME: 'A'.repeat(44) }, 'ERROR_CORE', 'too long'],
    [{ FIELD_NAME: 'A-B' }, 'ERROR_CORE', 'invalid characters'],
    [{ FIELD_NAME: 'A', USER_TYPE_ID: 'emotion' }, 'ERROR_CORE', 'custom type'],
    [
      {
        FIELD_NAME: 'A',
        USER_TYPE_ID: 'enumeration',
        LIST: [
          { VALUE: 'a', XML_ID: 'x' },
          { VALUE: 'b', XML_ID: 'x' },
        ],
      },
      'ERROR_CORE',
      'already exists',
    ],
  ])('refuses %j with code "%s"', async (fields, code, text) => {
    const { status, body } = await addDealField(fields);
    expect([status, body.error]).toEqual([400, code]);
    expect(body.error_description).toContain(text);
  });

  it('knows no idempotence: the second of a name is refused', async () => {
    await addDealField({ FIELD_NAME: 'TWICE' });
    expect((await addDealField({ FIELD_NAME: 'TWICE' })).status).toBe(400);
  });

  it('is for administrators', async () => {
    portal.sandbox.control.setAdmin(1, false);
    expect((await addDealField({ FIELD_NAME: 'A' })).status).toBe(403);
  });
});

describe('userfieldconfig.*', () => {
  it('wants the id of the type in the name, not its entityTypeId (trap 14)', async () => {
    expect((await addItemField({ fieldName: 'UF_CRM_7_A' })).status).toBe(200);
    const wrong = [
      { fieldName: 'UF_CRM_1034_A' },
      { fieldName: 'UF_CRM_A' },
      { entityId: 'CRM_1034', fieldName: 'UF_CRM_1034_A' },
    ];
    for (const field of wrong) {
      const { status, body } = await addItemField(field);
      expect([status, body.error]).toEqual([400, '']);
    }
  });

  it('lists fields without their items, and shows the items one by one', async () => {
    await addItemField({
      fieldName: 'UF_CRM_7_STATE',
      userTypeId: 'enumeration',
      xmlId: 'STATE',
      editFormLabel: { en: 'State', ru: 'State ru' },
      enum: [{ value: 'Asked', xmlId: 'asked', sort: 100 }],
    });
    const { fields } = await portal.result<{ fields: Fields[] }>('userfieldconfig.list', {
      moduleId: 'crm',
      filter: { entityId: 'CRM_7' },
      select: { '0': '*', language: 'ru' },
    });
    expect(fields).toMatchObject([{ fieldName: 'UF_CRM_7_STATE', editFormLabel: 'State ru' }]);
    expect(fields[0]).not.toHaveProperty('enum');
    const id = fields[0]?.['id'];
    const one = await portal.result('userfieldconfig.get', { moduleId: 'crm', id });
    expect(one).toMatchObject({ field: { enum: [{ xmlId: 'asked', userFieldId: id }] } });
  });

  it('pages by 50', async () => {
    for (let i = 0; i < 55; i += 1) await addItemField({ fieldName: `UF_CRM_7_F${i}` });
    const reply = await portal.call('userfieldconfig.list', { moduleId: 'crm' });
    expect([reply.body.total, reply.body.next]).toEqual([55, 50]);
  });
});

describe('values of custom fields', () => {
  const KINDS = [
    { FIELD_NAME: 'N', USER_TYPE_ID: 'integer' },
    { FIELD_NAME: 'D', USER_TYPE_ID: 'datetime' },
    { FIELD_NAME: 'B', USER_TYPE_ID: 'boolean' },
    { FIELD_NAME: 'U', USER_TYPE_ID: 'url', MULTIPLE: 'Y' },
    { FIELD_NAME: 'E', USER_TYPE_ID: 'enumeration', LIST: [{ VALUE: 'a', XML_ID: 'a' }] },
  ];
  const write = (fields: Fields): ReturnType<Called['call']> =>
    portal.call('crm.item.update', { entityTypeId: 2, id: 1, useOriginalUfNames: 'Y', fields });
  const read = async (): Promise<Fields> => {
    const params = { entityTypeId: 2, id: 1, useOriginalUfNames: 'Y' };
    return (await portal.result<One>('crm.item.get', params)).item;
  };
  const found = async (filter: Fields): Promise<number> => {
    const params = { entityTypeId: 2, useOriginalUfNames: 'Y', filter };
    return (await portal.result<Many>('crm.item.list', params)).items.length;
  };

  beforeEach(async () => {
    for (const kind of KINDS) await addDealField(kind);
    portal.sandbox.control.createTicket({ ...DEALS, title: 'Deal' });
  });

  it('come back as they are kept: numbers, moments in the zone of the portal, lists', async () => {
    const [list] = await portal.result<{ LIST: Fields[] }[]>('crm.deal.userfield.list', {
      filter: { FIELD_NAME: 'UF_CRM_E' },
    });
    const item = Number(list?.LIST[0]?.['ID']);
    await write({
      UF_CRM_N: '15',
      UF_CRM_D: '2026-03-01T09:00:00Z',
      UF_CRM_B: 'Y',
      UF_CRM_U: ['https://a.example', ''],
      UF_CRM_E: String(item),
    });
    expect(await read()).toMatchObject({
      UF_CRM_N: 15,
      UF_CRM_D: '2026-03-01T12:00:00+03:00',
      UF_CRM_B: 'Y',
      UF_CRM_U: ['https://a.example'],
      UF_CRM_E: item,
    });
    await write({ UF_CRM_N: '', UF_CRM_D: null, UF_CRM_U: [], UF_CRM_E: 0 });
    expect(await read()).toMatchObject({
      UF_CRM_N: null,
      UF_CRM_D: null,
      UF_CRM_U: [],
      UF_CRM_E: null,
    });
  });

  it.each([
    [{ UF_CRM_N: 'many' }, 'CRM_FIELD_ERROR_VALUE_NOT_VALID'],
    [{ UF_CRM_D: 'tomorrow' }, 'CRM_FIELD_ERROR_VALUE_NOT_VALID'],
    [{ UF_CRM_E: 999 }, 'CRM_FIELD_ERROR_VALUE_NOT_VALID'],
    [{ UF_CRM_U: 'https://a.example' }, '100'],
  ])('of the wrong kind, %j, are refused', async (fields, code) => {
    const { status, body } = await write(fields);
    expect([status, body.error]).toEqual([400, code]);
  });

  it('that are yes or no are looked for by 1 and 0, never by Y (trap 16)', async () => {
    await write({ UF_CRM_B: 'y' });
    expect([await found({ UF_CRM_B: 1 }), await found({ UF_CRM_B: 0 })]).toEqual([1, 0]);
    const params = { entityTypeId: 2, useOriginalUfNames: 'Y', filter: { UF_CRM_B: 'Y' } };
    expect((await portal.call('crm.item.list', params)).body.error).toBe('INVALID_ARG_VALUE');
  });

  it('are looked for when they are empty', async () => {
    expect([await found({ UF_CRM_N: '' }), await found({ '!UF_CRM_N': '' })]).toEqual([1, 0]);
  });
});

describe('people and time', () => {
  it('tell who calls, and who is an administrator', async () => {
    expect(await portal.result('profile')).toMatchObject({ ID: '1', ADMIN: true });
    expect(await portal.result('user.current')).toMatchObject({ ID: '1', ACTIVE: true });
    const users = await portal.result<Fields[]>('user.get', { FILTER: { '@ID': [2, 4] } });
    expect(users.map((user) => user['ID'])).toEqual(['2', '4']);
    expect(await portal.result('user.admin')).toBe(true);
  });

  it('give a calendar without zone and year (trap 35)', async () => {
    const settings = await portal.result('calendar.settings.get');
    expect(settings).toMatchObject({ work_time_start: '9', week_holidays: ['SA', 'SU'] });
    expect(String(settings['year_holidays'])).toMatch(/^(\d{1,2}\.\d{2},?)+$/);
    portal.sandbox.doubts.workTimeFormat = 'minutes';
    const inMinutes = await portal.result('calendar.settings.get');
    expect(inMinutes['work_time_start']).toBe('9.30');
  });

  it('run by the clock of the portal, which jumps over weekends and holidays', async () => {
    await portal.sandbox.close();
    portal = await openPortal({ now: Date.parse('2026-03-06T15:00:00+03:00') });
    const moved: number[] = [];
    const stop = portal.sandbox.onClockMoved((now) => moved.push(now));
    portal.sandbox.clock.nextWorkingDay();
    stop();
    portal.sandbox.clock.nextWorkingDay();
    expect(await portal.result<string>('server.time')).toMatch(/^2026-03-10T15:0\d:\d\d\+03:00$/);
    expect(moved).toHaveLength(1);
  });

  it('name the methods that exist, and whether the webhook may call them', async () => {
    expect(await portal.result('method.get', { name: 'crm.item.update' })).toEqual({
      isExisting: true,
      isAvailable: true,
    });
    expect(await portal.result('method.get', { name: 'crm.nothing' })).toEqual({
      isExisting: false,
      isAvailable: false,
    });
    expect(await portal.result('app.info')).toMatchObject({ SCOPE: expect.any(Array) });
    portal.sandbox.doubts.webhookAppInfo = 'refused';
    expect((await portal.call('app.info')).body.error).toBe('WRONG_AUTH_TYPE');
  });
});

describe('a type of smart process in crm.item.*', () => {
  it('describes its fields with a static isRequired', async () => {
    await addItemField({ fieldName: 'UF_CRM_7_A', mandatory: 'Y' });
    portal.sandbox.control.requireFieldOnStage('DT1034_12:SUCCESS', ['title']);
    const { fields } = await portal.result<{ fields: Record<string, Fields> }>('crm.item.fields', {
      entityTypeId: ITEMS.entityTypeId,
      useOriginalUfNames: 'Y',
    });
    expect(fields['UF_CRM_7_A']).toMatchObject({ isRequired: true, isDynamic: true });
    expect(fields['title']).toMatchObject({ isRequired: false, isReadOnly: false });
    expect(fields['movedTime']).toMatchObject({ isReadOnly: true });
    expect(fields['stageId']).toMatchObject({ statusType: 'DYNAMIC_1034_STAGE_12' });
  });
});
