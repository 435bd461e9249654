import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TicketRef } from '../../src/sandbox/state/records.ts';
import { until } from '../support/eventually.ts';
import { DEALS, ITEMS, openHandler, openPortal } from './support/portal-under-test.ts';
import type { Called, Handler } from './support/portal-under-test.ts';

const ALL = [
  'ONCRMDEALADD',
  'ONCRMDEALUPDATE',
  'ONCRMDEALDELETE',
  'ONCRMDYNAMICITEMADD',
  'ONCRMDYNAMICITEMUPDATE',
  'ONCRMDYNAMICITEMDELETE',
  'ONCRMACTIVITYADD',
  'ONCRMACTIVITYUPDATE',
  'ONCRMTIMELINECOMMENTADD',
];

let portal: Called;
let handler: Handler;
let deal: TicketRef;
beforeEach(async () => {
  portal = await openPortal();
  handler = await openHandler();
  portal.sandbox.faults.delayMs = [0, 5];
  deal = portal.sandbox.control.createTicket({ ...DEALS, title: 'Deal' });
});
afterEach(async () => {
  await portal.sandbox.close();
  await handler.close();
});

function subscribe(events: string[] = ALL): void {
  const { sandbox } = portal;
  sandbox.subscribe({ handlerUrl: handler.url, token: sandbox.eventToken, events });
}
const codes = (): string[] =>
  handler.bodies.map((body) => body.get('event') ?? '').sort((a, b) => a.localeCompare(b));
const move = (stageId: string): void => portal.sandbox.control.moveTicket(deal, stageId, 2);

describe('an event', () => {
  it('is a form of percent-encoded nested keys with strings and ids only (trap 8)', async () => {
    subscribe();
    move('C5:WON');
    await handler.waitFor(1);
    const body = Object.fromEntries(handler.bodies[0] ?? []);
    expect(body).toMatchObject({
      event: 'ONCRMDEALUPDATE',
      'data[FIELDS][ID]': String(deal.id),
      'auth[application_token]': portal.sandbox.eventToken,
    });
    expect(body['ts']).toMatch(/^\d+$/);
    expect(Object.keys(body).join()).not.toMatch(/STAGE|USER|access_token/i);
  });

  it('carries three keys of auth, or five when the switch says so', async () => {
    subscribe();
    move('C5:WON');
    await handler.waitFor(1);
    portal.sandbox.doubts.webhookAuthKeys = 5;
    move('C5:NEW');
    await handler.waitFor(2);
    const count = (body?: URLSearchParams): number =>
      [...(body?.keys() ?? [])].filter((key) => key.startsWith('auth[')).length;
    expect(handler.bodies.map(count)).toEqual([3, 5]);
  });

  it('of a smart-process item tells its type', async () => {
    subscribe();
    const item = portal.sandbox.control.createTicket({ ...ITEMS, title: 'Item' });
    await handler.waitFor(1);
    const body = Object.fromEntries(handler.bodies[0] ?? []);
    expect(body).toMatchObject({
      event: 'ONCRMDYNAMICITEMADD',
      'data[FIELDS][ID]': String(item.id),
      'data[FIELDS][ENTITY_TYPE_ID]': '1034',
    });
  });

  it('echoes what the webhook itself has written (trap 4)', async () => {
    subscribe();
    await portal.result('crm.item.update', { ...deal, fields: { stageId: 'C5:WON' } });
    await handler.waitFor(1);
    expect(codes()).toEqual(['ONCRMDEALUPDATE']);
  });

  it('does not follow an update that changes nothing, unless the switch says so', async () => {
    subscribe();
    const same = { ...deal, fields: { stageId: 'C5:NEW' } };
    await portal.result('crm.item.update', same);
    await sleep(60);
    expect(handler.bodies).toEqual([]);
    portal.sandbox.doubts.noopUpdateSendsEvent = true;
    await portal.result('crm.item.update', same);
    await handler.waitFor(1);
  });

  it('of a comment has its id in data, or in data FIELDS by the switch', async () => {
    subscribe();
    const fields = { ENTITY_TYPE: 'deal', ENTITY_ID: deal.id, COMMENT: 'x' };
    const id = await portal.result<number>('crm.timeline.comment.add', { fields });
    await handler.waitFor(1);
    expect(handler.bodies[0]?.get('data[ID]')).toBe(String(id));
    portal.sandbox.doubts.commentEventShape = 'data.FIELDS.ID';
    await portal.result('crm.timeline.comment.add', { fields });
    await handler.waitFor(2);
    expect(handler.bodies[1]?.has('data[FIELDS][ID]')).toBe(true);
  });

  it('comes for letters, tasks, their end and deletions', async () => {
    subscribe();
    const { control } = portal.sandbox;
    control.addEmail(deal, { direction: 'in', subject: 'Hello', text: '' });
    const task = control.addTask(deal, 'Look at it');
    control.closeTask(task.id);
    control.deleteTicket(deal);
    await handler.waitFor(4);
    expect(codes()).toEqual([
      'ONCRMACTIVITYADD',
      'ONCRMACTIVITYADD',
      'ONCRMACTIVITYUPDATE',
      'ONCRMDEALDELETE',
    ]);
  });

  it('comes only to those who subscribed to its code', async () => {
    subscribe(['ONCRMDEALDELETE']);
    move('C5:WON');
    portal.sandbox.control.deleteTicket(deal);
    await handler.waitFor(1);
    await sleep(60);
    expect(codes()).toEqual(['ONCRMDEALDELETE']);
  });
});

describe('a delivery', () => {
  it('that fails is never repeated (trap 1)', async () => {
    subscribe();
    handler.status = 500;
    move('C5:WON');
    await handler.waitFor(1);
    await until(() => portal.sandbox.stats.eventsFailed === 1);
    await sleep(100);
    expect(handler.bodies).toHaveLength(1);
    expect(portal.sandbox.stats.eventsSent).toBe(0);
  });

  it('that the handler does not answer in time counts as lost', async () => {
    const { sandbox } = portal;
    sandbox.doubts.eventTimeoutMs = 50;
    subscribe();
    handler.status = 0;
    move('C5:WON');
    while (sandbox.stats.eventsFailed === 0) await sleep(5);
    expect(sandbox.stats.eventsSent).toBe(0);
  });

  it('is dropped or doubled as the faults say', async () => {
    subscribe();
    portal.sandbox.faults.dropEvents = 1;
    move('C5:WON');
    portal.sandbox.faults.dropEvents = 0;
    portal.sandbox.faults.duplicateEvents = 1;
    move('C5:NEW');
    await handler.waitFor(2);
    await sleep(60);
    expect(handler.bodies).toHaveLength(2);
    expect(portal.sandbox.stats.eventsDropped).toBe(1);
  });

  it('keeps no order: 200 events with different delays do not come as they happened', async () => {
    subscribe(['ONCRMDEALADD']);
    portal.sandbox.faults.reorder = true;
    portal.sandbox.control.bulkCreate(200, { ...DEALS, title: 'Deal' });
    await handler.waitFor(200);
    const ids = handler.bodies.map((body) => Number(body.get('data[FIELDS][ID]')));
    expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(200);
  });
});
