import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/eventually.ts';
import { openAppPortal } from './support/app-under-test.ts';
import type { AppPortal } from './support/app-under-test.ts';
import type { Fields } from './support/portal-under-test.ts';

const DEAL = { entityTypeId: 2, id: 1 };
let portal: AppPortal;
beforeEach(async () => {
  portal = await openAppPortal();
});
afterEach(() => portal.close());

const handler = (): string => `${portal.server.url}/events`;
const refusal = async (
  method: string,
  params: Fields,
  userId = 1,
): Promise<[number, unknown, unknown?]> => {
  const { status, body } = await portal.call(method, params, userId);
  return [status, body.error];
};
const bind = (event: string, more: Fields = {}, userId = 1): Promise<unknown> =>
  portal.result('event.bind', { event, handler: handler(), ...more }, userId);

describe('event.bind', () => {
  it('takes a known event once, in any letter case', async () => {
    expect(await bind('onCrmDealUpdate')).toBe(true);
    const again = { event: 'ONCRMDEALUPDATE', handler: handler() };
    expect(await refusal('event.bind', again)).toEqual([400, 'ERROR_CORE']);
    expect(await portal.result('event.get')).toEqual([
      { event: 'ONCRMDEALUPDATE', handler: handler(), auth_type: '0', offline: 0 },
    ]);
  });

  it.each([
    [{ event: 'ONNOTHING' }, 400, 'ERROR_EVENT_NOT_FOUND'],
    [{ event: '' }, 400, 'ERROR_ARGUMENT'],
    [{ handler: '' }, 400, 'ERROR_ARGUMENT'],
    [{ handler: 'ftp://a.example/x' }, 400, 'ERROR_UNSUPPORTED_PROTOCOL'],
    [{ handler: 'http://localhost/x' }, 400, 'ERROR_WRONG_HANDLER_URL'],
    [{ handler: 'nonsense' }, 400, 'ERROR_WRONG_HANDLER_URL'],
    [{ event_type: 'offline', auth_connector: 'closegate' }, 403, 'WRONG_LICENSE'],
  ])('refuses %j', async (wrong, status, code) => {
    const params = { event: 'ONCRMDEALADD', handler: handler(), ...wrong };
    expect(await refusal('event.bind', params)).toEqual([status, code]);
  });

  it('lets only administrators speak for others', async () => {
    const params = { event: 'ONCRMDEALADD', handler: handler(), auth_type: 3 };
    expect(await refusal('event.bind', params, 2)).toEqual([403, 'ACCESS_DENIED']);
    await bind('ONCRMDEALADD', {}, 2);
    expect(await portal.result('event.get', {}, 3)).toEqual([]);
    expect(await portal.result('event.get', {}, 2)).toMatchObject([{ auth_type: '2' }]);
  });

  it('takes localhost where the doubt says so', async () => {
    portal.sandbox.doubts.localhostHandlers = 'taken';
    expect(await bind('ONCRMDEALADD', { handler: 'http://localhost:1/x' })).toBe(true);
  });
});

describe('event.unbind', () => {
  it('counts what it removes and wants both parameters', async () => {
    await bind('ONCRMDEALUPDATE');
    const params = { event: 'ONCRMDEALUPDATE', handler: handler() };
    expect(await refusal('event.unbind', {})).toEqual([400, 'ERROR_ARGUMENT']);
    expect(await portal.result('event.unbind', params)).toEqual({ count: 1 });
    expect(await portal.result('event.unbind', params)).toEqual({ count: 0 });
  });

  it('deletes all without parameters where the doubt says so', async () => {
    portal.sandbox.doubts.eventUnbindWithoutParams = 'deletes-all';
    await bind('ONCRMDEALUPDATE');
    await bind('ONCRMDEALADD');
    expect(await portal.result('event.unbind', {})).toEqual({ count: 2 });
  });
});

describe('a delivered event', () => {
  it('carries the acting user’s token and no refresh token', async () => {
    await bind('ONCRMDEALUPDATE');
    portal.sandbox.control.setFields(DEAL, { title: 'New' }, 3);
    const { body, raw } = await portal.server.heard('ONCRMDEALUPDATE');
    expect(raw).toContain('auth%5Bapplication_token%5D=');
    expect(body).toMatchObject({
      event: 'ONCRMDEALUPDATE',
      event_handler_id: expect.stringMatching(/^\d+$/),
      data: { FIELDS: { ID: '1' } },
      ts: expect.stringMatching(/^\d+$/),
      auth: {
        user_id: '3',
        status: 'L',
        expires_in: '3600',
        application_token: portal.sandbox.apps.applicationToken(portal.clientId),
        member_id: portal.sandbox.memberId,
      },
    });
    const auth = body['auth'] as unknown as Fields;
    expect(auth).not.toHaveProperty('refresh_token');
    const me = await fetch(
      `${portal.sandbox.url}/rest/profile?auth=${String(auth['access_token'])}`,
    );
    expect(await me.json()).toMatchObject({ result: { ID: '3' } });
  });

  it('has a refresh token where the doubt says so', async () => {
    portal.sandbox.doubts.refreshTokenInCrmEvents = true;
    portal.sandbox.doubts.scopeSeparator = 'comma-space';
    await bind('ONCRMDEALUPDATE');
    portal.sandbox.control.setFields(DEAL, { title: 'New' }, 3);
    const { body } = await portal.server.heard('ONCRMDEALUPDATE');
    expect(body['auth']).toMatchObject({
      refresh_token: expect.any(String),
      scope: 'crm, placement, bizproc, im, user_brief, note',
    });
  });

  it('has no token when a robot made the change', async () => {
    await bind('ONCRMDEALUPDATE');
    portal.sandbox.control.robotMove(DEAL, 'C5:WON', 2);
    const { body } = await portal.server.heard('ONCRMDEALUPDATE');
    expect(Object.keys(body['auth'] ?? {}).sort()).toEqual([
      'application_token',
      'client_endpoint',
      'domain',
      'member_id',
      'server_endpoint',
    ]);
  });

  it('is lost when the handler is away, and never sent again', async () => {
    await bind('ONCRMDEALUPDATE');
    portal.server.status = 503;
    portal.sandbox.control.setFields(DEAL, { title: 'Lost' }, 3);
    await portal.server.heard('ONCRMDEALUPDATE');
    portal.server.status = 200;
    portal.sandbox.control.setFields({ entityTypeId: 2, id: 2 }, { title: 'Heard' }, 3);
    const second = await portal.server.heard('ONCRMDEALUPDATE', 2);
    expect(second.body['data']).toEqual({ FIELDS: { ID: '2' } });
    // The portal counts an event once its answer is read, a moment after the handler gave it.
    await until(() => portal.sandbox.stats.eventsSent === 1);
    expect(portal.sandbox.stats.eventsFailed).toBe(1);
  });

  it('goes to the app that asked, ONAPPTEST too', async () => {
    await bind('ONAPPTEST');
    expect(await portal.result('event.test', { any: 'thing' })).toBe(1);
    const { body } = await portal.server.heard('ONAPPTEST');
    expect(body['data']).toEqual({ QUERY: { any: 'thing' } });
    expect(await portal.result('events', { SCOPE: 'crm' })).toContain('ONCRMTIMELINEITEMACTION');
  });
});

describe('placement.bind', () => {
  const tab = (): Fields => ({
    PLACEMENT: 'CRM_DEAL_DETAIL_TAB',
    HANDLER: `${portal.server.url}/card`,
    LANG_ALL: { ru: { TITLE: 'Closing' } },
  });

  it('shows the widget to everybody, twice for no handler', async () => {
    expect(await portal.result('placement.bind', tab())).toBe(true);
    expect(await refusal('placement.bind', tab())).toEqual([400, 'ERROR_CORE']);
    expect(await portal.result('placement.get', {}, 2)).toEqual([
      {
        placement: 'CRM_DEAL_DETAIL_TAB',
        userId: 0,
        handler: `${portal.server.url}/card`,
        options: [],
        title: '',
        description: '',
        langAll: { ru: { TITLE: 'Closing' } },
      },
    ]);
    expect(await portal.result('placement.unbind', { PLACEMENT: 'CRM_DEAL_DETAIL_TAB' })).toEqual({
      count: 2,
    });
  });

  it('knows the codes of this portal only', async () => {
    const list = await portal.result<string[]>('placement.list');
    expect(list).toEqual(expect.arrayContaining(['CRM_DYNAMIC_1034_DETAIL_TAB', 'LEFT_MENU']));
    for (const PLACEMENT of ['CRM_DYNAMIC_999_DETAIL_TAB', 'NOTHING']) {
      const wrong = { ...tab(), PLACEMENT };
      expect(await refusal('placement.bind', wrong)).toEqual([400, 'ERROR_PLACEMENT_NOT_FOUND']);
    }
    expect(await refusal('placement.bind', tab(), 2)).toEqual([403, 'ACCESS_DENIED']);
  });

  it('refuses with HTTP 200 what the doubt says', async () => {
    const { doubts } = portal.sandbox;
    const none = { ...tab(), HANDLER: '' };
    expect(await refusal('placement.bind', none)).toEqual([400, 'ERROR_ARGUMENT']);
    doubts.placementErrorsWith200 = 4;
    const { status, body } = await portal.call('placement.bind', none);
    expect([status, body]).toMatchObject([200, { error: 'ERROR_ARGUMENT', argument: 'HANDLER' }]);
    const user = { ...tab(), USER_ID: 2 };
    expect(await refusal('placement.bind', user)).toEqual([200, 'ERROR_PLACEMENT_USER_MODE']);
  });
});
