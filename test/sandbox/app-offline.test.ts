import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openAppPortal } from './support/app-under-test.ts';
import type { AppPortal } from './support/app-under-test.ts';
import type { Fields } from './support/portal-under-test.ts';

interface Batch {
  readonly process_id: string | null;
  readonly events: readonly Fields[];
}

let portal: AppPortal;
beforeEach(async () => {
  portal = await openAppPortal({ card: { scopes: ['crm', 'imopenlines'] } });
});
afterEach(() => portal.close());

const bind = (event = 'ONCRMDEALUPDATE', more: Fields = {}): Promise<unknown> =>
  portal.result('event.bind', { event, event_type: 'offline', ...more });
const edit = (id: number, userId = 3): void =>
  portal.sandbox.control.moveTicket({ entityTypeId: 2, id }, 'C5:UC_WAIT', userId);
const get = (params: Fields = {}): Promise<Batch> => portal.result('event.offline.get', params);
const refusal = async (method: string, params: Fields = {}, userId = 1): Promise<unknown[]> => {
  const { status, body } = await portal.call(method, params, userId);
  return [status, body.error];
};

describe('offline events', () => {
  it('keep the newest state of each changed object, with who changed it, until they are fetched', async () => {
    expect(await bind()).toBe(true);
    edit(1, 3);
    portal.sandbox.control.moveTicket({ entityTypeId: 2, id: 1 }, 'C5:NEW', 4);

    const { process_id: processId, events } = await get();

    expect(processId).toBeNull();
    expect(events).toMatchObject([
      {
        EVENT_NAME: 'ONCRMDEALUPDATE',
        EVENT_DATA: { FIELDS: { ID: 1 } },
        EVENT_ADDITIONAL: { user_id: '4' },
        MESSAGE_ID: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect((await get()).events).toEqual([]);
    expect(await portal.result('event.get')).toContainEqual({
      event: 'ONCRMDEALUPDATE',
      connector_id: '',
      offline: 1,
    });
  });

  it('are for administrators, and end with their binding', async () => {
    await bind();
    expect(await refusal('event.offline.get', {}, 2)).toEqual([403, 'ACCESS_DENIED']);
    const unbind = { event: 'ONCRMDEALUPDATE', event_type: 'offline' };
    expect(await portal.result('event.unbind', unbind)).toEqual({ count: 1 });
    edit(1);
    expect((await get()).events).toEqual([]);
  });

  it.each([
    ['confirm-mode-only', [200, undefined], [403, 'WRONG_LICENSE']],
    ['all-offline', [403, 'WRONG_LICENSE'], [403, 'WRONG_LICENSE']],
  ] as const)('on the standard plan are as the doubt says: %s', async (side, plain, reserved) => {
    portal.sandbox.doubts.offlineExtended = side;
    const code = { CODE: 'rest_offline_extended' };
    expect(await portal.result('feature.get', code)).toEqual({ value: 'N' });

    const bound = { event: 'ONCRMDEALUPDATE', event_type: 'offline' };
    expect(await refusal('event.bind', bound)).toEqual(plain);
    expect(await refusal('event.offline.get', { clear: 0 })).toEqual(reserved);
  });

  it.each([
    ['message_id', '2'],
    ['id', '1'],
  ] as const)(
    'reserved and cleared by both names go by %s where the doubt says so',
    async (wins, gone) => {
      portal.sandbox.control.plan = 'professional';
      portal.sandbox.doubts.offlineClearWins = wins;
      await bind();
      edit(1);
      edit(2);
      const { process_id, events } = await get({ clear: 0 });
      expect(events.map((one) => one['ID'])).toEqual(['1', '2']);
      expect((await get({ clear: 0 })).events).toEqual([]);

      const both = { id: ['1'], message_id: [events[1]?.['MESSAGE_ID']] };
      expect(await portal.result('event.offline.clear', { process_id, ...both })).toBe(true);

      const left = await portal.result<Fields[]>('event.offline.list');
      expect(left.map((one) => one['ID'])).toEqual(['1', '2'].filter((id) => id !== gone));
    },
  );

  it('cleared with an empty process id lose everything that is not reserved', async () => {
    portal.sandbox.control.plan = 'professional';
    await bind();
    edit(1);
    await get({ clear: 0 });
    edit(2);

    expect(await portal.result('event.offline.clear', { process_id: '' })).toBe(true);

    const left = await portal.result<Fields[]>('event.offline.list');
    expect(left.map((one) => one['ID'])).toEqual(['1']);
  });

  it('marked as errors are fetched as errors', async () => {
    portal.sandbox.control.plan = 'professional';
    await bind();
    edit(1);
    const { process_id } = await get({ clear: 0 });
    expect(await portal.result('event.offline.error', { process_id })).toBe(true);

    expect((await get()).events).toEqual([]);
    expect((await get({ error: 1 })).events).toHaveLength(1);
  });
});

describe('messages of open channels', () => {
  it.each([
    ['none', 0],
    ['own-connector', 0],
    ['all', 1],
  ] as const)('reach an application as the doubt says: %s', async (side, count) => {
    portal.sandbox.doubts.openLineEvents = side;
    await bind('ONOPENLINEMESSAGEADD');

    portal.sandbox.control.clientWrites({ entityTypeId: 2, id: 1 }, 'hello');

    const { events } = await get({ filter: { EVENT_NAME: 'ONOPENLINEMESSAGEADD' } });
    expect(events).toHaveLength(count);
  });
});

describe('the list of scopes', () => {
  it('names rest.developer where the doubt says so', async () => {
    expect(await portal.result('scope', { full: 'Y' })).not.toContain('rest.developer');
    portal.sandbox.doubts.developerScope = true;
    expect(await portal.result('scope', { full: 'Y' })).toContain('rest.developer');
    expect(await portal.result('scope')).not.toContain('rest.developer');
  });
});
