import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_DOUBTS } from '../../src/sandbox/doubts.ts';
import { until } from '../support/eventually.ts';
import { DEALS, openHandler, openPortal } from './support/portal-under-test.ts';
import type { Called, Fields } from './support/portal-under-test.ts';

let portal: Called;
beforeEach(async () => {
  portal = await openPortal({ seed: 'support' });
});
afterEach(() => portal.sandbox.close());

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}
async function get<T = Fields>(path: string): Promise<Answer<T>> {
  const response = await fetch(`${portal.sandbox.url}/sandbox/api/${path}`);
  return { status: response.status, body: (await response.json()) as T };
}
async function post<T = Fields>(path: string, body: unknown): Promise<Answer<T>> {
  const response = await fetch(`${portal.sandbox.url}/sandbox/api/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as T };
}

interface Board {
  readonly stages: Fields[];
  readonly tickets: Fields[];
  readonly users: Fields[];
  readonly pipelines: Fields[];
  readonly version: number;
}
interface Card {
  readonly ticket: Fields;
  readonly fields: Fields[];
  readonly timeline: { readonly kind: string; readonly at: string; readonly author: string }[];
  readonly chat: Fields[];
  readonly emails: Fields[];
  readonly tasks: Fields[];
}
const card = async (id = 1): Promise<Card> => (await get<Card>(`ticket/2/${id}`)).body;

describe('the board', () => {
  it('shows the seeded pipelines: twenty tickets of today, and what was closed before', async () => {
    const deals = (await get<Board>('state?pipeline=2:5')).body;
    const items = (await get<Board>('state?pipeline=1034:12')).body;
    const closed = deals.tickets.filter(({ stageId }) => /:(WON|LOSE)$/.test(String(stageId)));
    expect([deals.tickets.length - closed.length, items.tickets.length]).toEqual([12, 8]);
    expect(closed).toHaveLength(14);
    expect(deals.stages.map((stage) => stage['stageId'])).toContain('C5:UC_WAIT');
    expect(deals.pipelines).toHaveLength(3);
    expect(deals.users.map((user) => user['id'])).toEqual([1, 2, 3, 4]);
  });

  it('moves a card as the acting user, and refuses with the labels of empty fields', async () => {
    const { control } = portal.sandbox;
    expect(await post('ticket/2/1/move', { stageId: 'C5:WON', userId: 3 })).toEqual({
      status: 200,
      body: { ok: true },
    });
    expect((await card()).ticket).toMatchObject({ stageId: 'C5:WON', movedBy: 3 });
    control.addField({
      entityId: 'CRM_DEAL',
      entityTypeId: 2,
      name: 'UF_CRM_CAUSE',
      type: 'string',
      labels: { editFormLabel: { ru: 'Cause of it' } },
    });
    control.requireFieldOnStage('C5:UC_WAIT', ['UF_CRM_CAUSE']);
    expect(await post('ticket/2/1/move', { stageId: 'C5:UC_WAIT', userId: 3 })).toEqual({
      status: 409,
      body: { error: 'required', fields: ['Cause of it'] },
    });
  });

  it('tells open pages that something changed', async () => {
    const stream = await fetch(`${portal.sandbox.url}/sandbox/api/stream`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();
    await portal.result('crm.item.update', { entityTypeId: 2, id: 1, fields: { title: 'New' } });
    const second = await reader?.read();
    await reader?.cancel();
    const version = (text: string | undefined): number =>
      Number(/event: changed\ndata: \{"version":(\d+)\}/.exec(text ?? '')?.[1]);
    expect(version(second?.value)).toBeGreaterThan(version(first?.value));
  });
});

describe('the card', () => {
  it('is filled in, talked in and worked in', async () => {
    await post('ticket/2/1/fields', { fields: { title: 'Renamed' }, userId: 2 });
    await post('ticket/2/1/chat', { from: 'client', text: 'One more question', userId: 2 });
    await post('ticket/2/1/chat', { from: 'operator', text: 'Yes?', userId: 2 });
    await post('ticket/2/1/email', { direction: 'in', subject: 'S', text: 'T' });
    await post('ticket/2/1/task', { title: 'Look again' });
    const shown = await card();
    expect(shown.ticket['title']).toBe('Renamed');
    expect(shown.chat.slice(-2).map((m) => [m['from'], m['text']])).toEqual([
      ['client', 'One more question'],
      ['operator', 'Yes?'],
    ]);
    expect(shown.emails.at(-1)).toMatchObject({ direction: 'in', subject: 'S' });
    const task = shown.tasks.at(-1);
    expect(task).toMatchObject({ title: 'Look again', closed: false });
    await post(`ticket/2/1/task/${Number(task?.['id'])}/close`, {});
    expect((await card()).tasks.at(-1)).toMatchObject({ closed: true });
  });

  it('shows the newest first in its timeline', async () => {
    portal.sandbox.clock.advance(60_000);
    portal.sandbox.control.moveTicket({ entityTypeId: 2, id: 1 }, 'C5:WON', 4);
    const { timeline } = await card();
    expect(timeline[0]).toMatchObject({ kind: 'move', author: 'Елена Громова' });
    const times = timeline.map((entry) => entry.at);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('has what agents have written as soon as the fields exist, list items by their XML_ID', async () => {
    await portal.result('crm.deal.userfield.add', {
      fields: {
        FIELD_NAME: 'CG_CLOSE_REASON',
        USER_TYPE_ID: 'enumeration',
        LABEL: 'Reason',
        LIST: [
          { VALUE: 'Solved', XML_ID: 'solved' },
          { VALUE: 'Spam', XML_ID: 'spam' },
        ],
      },
    });
    await portal.result('crm.deal.userfield.add', {
      fields: { FIELD_NAME: 'CG_CAUSE', USER_TYPE_ID: 'string', LABEL: 'Cause' },
    });
    const { fields } = await card();
    const cause = fields.find((field) => field['name'] === 'UF_CRM_CG_CAUSE');
    expect(String(cause?.['value']).length).toBeGreaterThan(10);
    const reason = fields.find((field) => field['name'] === 'UF_CRM_CG_CLOSE_REASON');
    expect(reason?.['items']).toContainEqual({ id: reason?.['value'], value: 'Solved' });
  });

  it('hides new fields when the switch says that cards do not take them up', async () => {
    await portal.result('crm.deal.userfield.add', {
      fields: { FIELD_NAME: 'CG_CAUSE', USER_TYPE_ID: 'string', LABEL: 'Cause' },
    });
    portal.sandbox.doubts.newFieldsInCard = false;
    const names = (await card()).fields.map((field) => field['name']);
    expect(names).toEqual(['title', 'UF_CRM_PRODUCT']);
  });

  it('does not exist for a ticket that does not', async () => {
    expect((await get('ticket/2/999')).status).toBe(404);
    expect((await post('ticket/2/999/move', { stageId: 'C5:WON' })).status).toBe(404);
  });
});

describe('the rest of the page', () => {
  it('creates tickets, shows and reads notifications, jumps a working day', async () => {
    const made = await post<{ id: number }>('tickets', { ...DEALS, title: 'New', userId: 3 });
    expect((await card(made.body.id)).ticket).toMatchObject({ title: 'New', assigneeId: 3 });
    await portal.result('im.notify.system.add', { USER_ID: 2, MESSAGE: 'Look' });
    expect((await get('notifications?userId=2')).body).toMatchObject([
      { text: 'Look', read: false },
    ]);
    await post('notifications/read', { userId: 2 });
    expect((await get('notifications?userId=2')).body).toMatchObject([{ read: true }]);
    const before = portal.sandbox.clock.now();
    await post('clock/working-day', {});
    expect(portal.sandbox.clock.now() - before).toBeGreaterThanOrEqual(86_400_000);
  });

  it('turns the switches, and refuses what is none', async () => {
    await post('doubts', { dealPreviousStageId: 'present' });
    expect(portal.sandbox.doubts.dealPreviousStageId).toBe('present');
    for (const wrong of [{ nothing: 1 }, { webhookAuthKeys: 4 }, { stageRulesChecked: 'Y' }]) {
      expect((await post('doubts', wrong)).status).toBe(400);
    }
    const doubts = { ...DEFAULT_DOUBTS, dealPreviousStageId: 'present' };
    expect((await get('doubts')).body).toEqual(doubts);
  });

  it('takes JSON only, so that a foreign form cannot act', async () => {
    const response = await fetch(`${portal.sandbox.url}/sandbox/api/ticket/2/1/move`, {
      method: 'POST',
      body: new URLSearchParams({ stageId: 'C5:WON' }),
    });
    expect(response.status).toBe(400);
    expect(portal.sandbox.control.ticket({ entityTypeId: 2, id: 1 }).stageId).toBe(
      'C5:PREPARATION',
    );
  });

  it('serves the page for the board and each card, and no file outside its folder', async () => {
    const status = async (path: string): Promise<number> =>
      (await fetch(`${portal.sandbox.url}${path}`)).status;
    expect(await status('/')).toBe(200);
    expect(await status('/crm/deal/details/1/')).toBe(200);
    expect(await status('/crm/type/1034/details/1/')).toBe(200);
    expect(await status('/assets/..%2fclock.ts')).toBe(404);
    expect(await status('/assets/%2e%2e/%2e%2e/errors.ts')).toBe(404);
  });
});

describe('ten thousand tickets', () => {
  it('are created, moved with an event each, and swept in a batch of pages', async () => {
    await portal.sandbox.close();
    portal = await openPortal({ limits: 'off' });
    const { sandbox } = portal;
    const refs = sandbox.control.bulkCreate(10_000, { ...DEALS, title: 'Deal' });
    sandbox.clock.advance(60_000);
    const handler = await openHandler();
    const since = await portal.result<string>('server.time');
    sandbox.subscribe({ handlerUrl: handler.url, token: 't', events: ['ONCRMDEALUPDATE'] });
    for (const ref of refs) sandbox.control.moveTicket(ref, 'C5:WON', 2);
    await handler.waitFor(10_000);
    await until(() => sandbox.stats.eventsSent === 10_000);
    const filter = `filter[${encodeURIComponent('>=movedTime')}]=${encodeURIComponent(since)}&order[id]=ASC&entityTypeId=2`;
    const cmd = Array.from(
      { length: 50 },
      (_, page) => `crm.item.list?${filter}&select[]=id&start=${(page + 150) * 50}`,
    );
    const batch = await portal.result<{
      result: { items: Fields[] }[];
      result_total: number[];
    }>('batch', { cmd });
    const seen = new Set(batch.result.flatMap(({ items }) => items.map((item) => item['id'])));
    await handler.close();
    expect(seen).toEqual(new Set(refs.slice(7500).map((ref) => ref.id)));
    expect(batch.result_total[0]).toBe(10_000);
    expect(sandbox.stats.requests).toBe(2);
  }, 180_000);
});
