/** What the settings pages read, against the sandbox portal over real HTTP. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectSandbox, DEALS, ITEMS } from '../support/connected-portal.ts';
import type { Connected } from '../support/connected-portal.ts';

const AGENT = 2;
let portal: Connected;
beforeEach(async () => {
  portal = await connectSandbox();
});
afterEach(() => portal.sandbox.close());

const call = async (method: string, params: object): Promise<void> => {
  const answer = await fetch(`${portal.sandbox.webhookUrl}${method}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(params),
  });
  if (!answer.ok) throw new Error(`${method}: ${await answer.text()}`);
};

describe('the types of tickets', () => {
  test('are deals and the smart processes with stages, with every pipeline of theirs', async () => {
    const { types, complete } = await portal.settings.types();
    const pipelines = await portal.settings.pipelines(types.map((type) => type.entityTypeId));

    expect(complete).toBe(true);
    expect(types.map(({ entityTypeId }) => entityTypeId)).toEqual([2, ITEMS.entityTypeId]);
    expect(types[1]?.name).not.toBe('');
    expect(pipelines).toContainEqual(expect.objectContaining(DEALS));
    expect(pipelines).toContainEqual(expect.objectContaining(ITEMS));
    expect(portal.sandbox.stats.requests).toBe(2);
  });
});

describe('one pipeline', () => {
  test.each([
    ['of deals', DEALS, 'UF_CRM_CG_SOLUTION'],
    ['of a smart process', ITEMS, 'UF_CRM_7_CG_SOLUTION'],
  ])('%s is read in one request', async (_kind, pipeline, field) => {
    const look = await portal.settings.look(pipeline);

    expect(portal.sandbox.stats.requests).toBe(1);
    expect(look?.pipeline).toMatchObject(pipeline);
    expect(look?.typeName === '').toBe(pipeline === DEALS);
    expect(look?.stages.map(({ sort }) => sort)).toEqual(
      look?.stages.map(({ sort }) => sort).toSorted((a, b) => a - b),
    );
    expect(look?.fields).toContainEqual(
      expect.objectContaining({ name: field, type: 'string', multiple: false, readOnly: false }),
    );
    expect(look?.fields.every(({ name }) => name.startsWith('UF_'))).toBe(true);
    expect(look?.serverTime).toBeGreaterThan(0);
    expect(look?.appUserId).toBe(1);
  });

  test('has lists with the items people see', async () => {
    const fields = {
      FIELD_NAME: 'KIND',
      USER_TYPE_ID: 'enumeration',
      EDIT_FORM_LABEL: { ru: 'Вид' },
      LIST: [{ VALUE: 'Ошибка' }, { VALUE: 'Вопрос' }],
    };
    await call('crm.deal.userfield.add', { fields });
    const kind = (await portal.settings.look(DEALS))?.fields.find(
      ({ name }) => name === 'UF_CRM_KIND',
    );

    expect(kind?.items?.map(({ label }) => label)).toEqual(['Ошибка', 'Вопрос']);
    expect(kind?.label).toBe('Вид');
  });

  test('that is not there is nobody', async () => {
    expect(await portal.settings.look({ entityTypeId: 2, categoryId: 77 })).toBeNull();
    expect(await portal.settings.look({ entityTypeId: 1999, categoryId: 1 })).toBeNull();
  });
});

describe('how many tickets stand where', () => {
  test('is counted in one request, by stage and by the time of the move', async () => {
    for (const title of ['a', 'b', 'c']) {
      portal.sandbox.control.createTicket({ ...DEALS, title, stageId: 'C5:NEW' });
    }
    const ref = portal.sandbox.control.createTicket({ ...DEALS, title: 'd', stageId: 'C5:NEW' });
    portal.sandbox.control.moveTicket(ref, 'C5:WON', AGENT);
    const moved = portal.sandbox.control.ticket(ref).movedTime;

    expect(
      await portal.settings.standing(DEALS, [
        { stageIds: ['C5:NEW'] },
        { stageIds: ['C5:WON'], movedSince: moved - 60_000 },
        { stageIds: ['C5:WON'], movedSince: moved + 60_000 },
        { stageIds: [] },
      ]),
    ).toEqual([3, 1, 0, 0]);
    expect(portal.sandbox.stats.requests).toBe(1);
  });
});

describe('people', () => {
  test('are told by id in one request, and those nobody knows are left out', async () => {
    const found = await portal.settings.staff([1, AGENT, 999]);

    expect(found?.map(({ id }) => id)).toEqual([1, AGENT]);
    expect(found?.every(({ name }) => name !== '')).toBe(true);
    expect(portal.sandbox.stats.requests).toBe(1);
    await portal.settings.staff([AGENT]);
    expect(portal.sandbox.stats.requests).toBe(1);
  });

  test('are found by the beginning of a name', async () => {
    const [agent] = (await portal.settings.staff([AGENT])) ?? [];
    const words = agent?.name.split(' ').map((word) => word.slice(0, 3)) ?? [];

    expect(await portal.settings.findStaff(words.join(' '))).toContainEqual(agent);
    expect(await portal.settings.findStaff('нетакого')).toEqual([]);
  });
});

describe('a webhook without the right', () => {
  test('to look people up tells so instead of failing', async () => {
    const poor = await connectSandbox({ scopes: ['crm', 'userfieldconfig'] });
    try {
      expect(await poor.settings.staff([AGENT])).toBeNull();
      expect(await poor.settings.findStaff('Анна')).toBeNull();
    } finally {
      await poor.sandbox.close();
    }
  });
});
