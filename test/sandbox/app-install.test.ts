import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { postFrame } from '../support/sandbox-app.ts';
import { askToken, openAppPortal } from './support/app-under-test.ts';
import type { AppPortal } from './support/app-under-test.ts';
import { postJson } from './support/portal-under-test.ts';
import type { Fields } from './support/portal-under-test.ts';

let portal: AppPortal;
const open = async (...[options]: Parameters<typeof openAppPortal>): Promise<void> => {
  portal = await openAppPortal(options);
};
afterEach(() => portal.close());

const authOf = (told: { body: Fields }): Fields => told.body['auth'] as Fields;
const dataOf = (told: { body: Fields }): Fields => told.body['data'] as Fields;

/** An app without a page of its own to install. */
const API_ONLY = { ui: false } as const;

describe('an app with an installer page', () => {
  beforeEach(() => open({ install: false }));

  it('gets the post of the frame and nothing from the server', async () => {
    const { apps } = portal.sandbox;
    expect(() => apps.openInstaller(portal.clientId, 2)).toThrow('administrator');
    const post = apps.openInstaller(portal.clientId);
    const url = new URL(post.url);
    const host = new URL(portal.sandbox.url).host;
    expect(url.pathname).toBe('/install');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      DOMAIN: host,
      PROTOCOL: '0',
      LANG: 'ru',
      APP_SID: post.sid,
    });
    expect(post.frameName).toBe(`${host}|0|${post.sid}`);
    expect(post.body).toEqual({
      AUTH_ID: expect.any(String),
      AUTH_EXPIRES: '3600',
      REFRESH_ID: expect.any(String),
      SERVER_ENDPOINT: `${portal.sandbox.oauthUrl}/rest/`,
      APPLICATION_TOKEN: apps.applicationToken(portal.clientId),
      APPLICATION_SCOPE: 'crm,placement,bizproc,im,user_brief,note',
      member_id: portal.sandbox.memberId,
      status: 'L',
      PLACEMENT: 'DEFAULT',
    });
    expect(await postFrame(post)).toMatchObject({ status: 200 });
    expect(portal.server.told.map(({ path }) => path)).toEqual(['/install']);
  });

  it('binds before the end of the install, and is silent until then', async () => {
    const { apps, control } = portal.sandbox;
    const auth = apps.openInstaller(portal.clientId).body['AUTH_ID'];
    const call = async (method: string, params: Fields): Promise<Fields> => {
      const url = `${portal.sandbox.url}/rest/${method}`;
      return (await postJson(url, { ...params, auth })).body as unknown as Fields;
    };
    const placement = 'CRM_DEAL_DETAIL_TAB';
    await call('event.bind', { event: 'onCrmDealUpdate', handler: `${portal.server.url}/e` });
    await call('placement.bind', { PLACEMENT: placement, HANDLER: `${portal.server.url}/card` });
    expect((await call('app.info', {}))['result']).toMatchObject({ INSTALLED: false });
    control.moveTicket({ entityTypeId: 2, id: 1 }, 'C5:WON', 2);
    expect(() => apps.open(portal.clientId, { placement })).toThrow('not fully installed');
    expect(() => apps.open(portal.clientId, { placement, userId: 1 })).toThrow('Nothing is shown');
    await apps.finishInstall(portal.clientId);
    expect((await call('app.info', {}))['result']).toMatchObject({ INSTALLED: true });
    control.setFields({ entityTypeId: 2, id: 2 }, { title: 'After' }, 2);
    const told = await portal.server.heard('ONCRMDEALUPDATE');
    expect(dataOf(told)).toEqual({ FIELDS: { ID: '2' } });
    expect(portal.server.told).toHaveLength(1);
    const post = apps.open(portal.clientId, { placement, options: { ID: '2' } });
    expect(post.body).toMatchObject({ PLACEMENT: placement, PLACEMENT_OPTIONS: '{"ID":"2"}' });
  });

  it('hears ONAPPINSTALL only where it bound it', async () => {
    const { apps } = portal.sandbox;
    apps.openInstaller(portal.clientId);
    expect(await apps.finishInstall(portal.clientId)).toEqual([]);
    await portal.result('event.bind', {
      event: 'ONAPPINSTALL',
      handler: `${portal.server.url}/events`,
    });
    expect(await apps.finishInstall(portal.clientId)).toEqual([
      { event: 'ONAPPINSTALL', url: `${portal.server.url}/events`, status: 200 },
    ]);
  });
});

describe('an app without pages', () => {
  it('is installed by ONAPPINSTALL with working tokens', async () => {
    await open({ install: false, card: API_ONLY });
    expect(await portal.sandbox.apps.install(portal.clientId)).toEqual([
      { event: 'ONAPPINSTALL', url: `${portal.server.url}/install`, status: 200 },
    ]);
    const told = await portal.server.heard('ONAPPINSTALL');
    expect(dataOf(told)).toEqual({
      VERSION: '1.0.0',
      ACTIVE: 'Y',
      INSTALLED: 'Y',
      LANGUAGE_ID: 'ru',
    });
    const auth = authOf(told);
    expect(auth).toMatchObject({
      domain: new URL(portal.sandbox.url).host,
      scope: 'crm placement bizproc im user_brief note',
      expires_in: '3600',
      member_id: portal.sandbox.memberId,
      application_token: portal.sandbox.apps.applicationToken(portal.clientId),
      client_endpoint: `${portal.sandbox.url}/rest/`,
      server_endpoint: `${portal.sandbox.oauthUrl}/rest/`,
      status: 'L',
    });
    const me = await postJson(`${String(auth['client_endpoint'])}profile`, {
      auth: auth['access_token'],
    });
    expect(me.body.result).toMatchObject({ ID: '1', ADMIN: true });
    const next = await askToken(portal.sandbox, {
      grant_type: 'refresh_token',
      client_id: portal.clientId,
      client_secret: portal.clientSecret,
      refresh_token: String(auth['refresh_token']),
    });
    expect(next.status).toBe(200);
  });

  it('is installed even when it does not answer', async () => {
    await open({ install: false, card: API_ONLY });
    portal.server.status = 500;
    expect(await portal.sandbox.apps.install(portal.clientId)).toMatchObject([{ status: 500 }]);
    expect(portal.sandbox.apps.isInstalled(portal.clientId)).toBe(true);
  });
});

describe('the system user', () => {
  it('comes to market apps in ONAPPUSERREADY, with its tokens in data', async () => {
    await open({ install: false, card: { kind: 'market' } });
    const { apps, doubts } = portal.sandbox;
    apps.openInstaller(portal.clientId);
    await apps.finishInstall(portal.clientId);
    const data = dataOf(await portal.server.heard('ONAPPUSERREADY'));
    expect(data).toMatchObject({ client_id: portal.clientId, status: 'F', expires_in: '3600' });
    const call = async (method: string, params: Fields = {}): Promise<[unknown, unknown]> => {
      const url = `${portal.sandbox.url}/rest/${method}`;
      const { body } = await postJson(url, { ...params, auth: data['access_token'] });
      return [body.error, body.result];
    };
    expect(await call('profile')).toMatchObject([undefined, { ID: data['user_id'] }]);
    const ticket = { entityTypeId: 2, id: 1 };
    expect((await call('crm.item.get', ticket))[0]).toBe('ACCESS_DENIED');
    doubts.systemUserSeesTickets = true;
    expect((await call('crm.item.get', ticket))[0]).toBeUndefined();
    const ids = (await portal.result<Fields[]>('user.get')).map((user) => user['ID']);
    expect(ids).not.toContain(data['user_id']);
    await apps.uninstall(portal.clientId);
    expect((await call('profile'))[0]).toBe('NO_AUTH_FOUND');
  });

  it('comes to local apps where the doubt says so', async () => {
    await open({ doubts: { userReadyForLocalApps: true } });
    expect((await portal.server.heard('ONAPPUSERREADY')).path).toBe('/install');
  });
});

describe('the life of an installed app', () => {
  const bind = (event: string): Promise<unknown> =>
    portal.result('event.bind', { event, handler: `${portal.server.url}/events` });

  it('hears of an update, keeps its bindings or not, and loses its robots', async () => {
    await open();
    const { apps, doubts } = portal.sandbox;
    await bind('ONAPPUPDATE');
    await portal.result('bizproc.robot.add', {
      CODE: 'check',
      HANDLER: `${portal.server.url}/robot`,
      NAME: 'Check',
    });
    const before = apps.applicationToken(portal.clientId);
    await apps.update(portal.clientId, { version: '2.0.0', newToken: true, scopes: ['crm'] });
    const told = await portal.server.heard('ONAPPUPDATE');
    expect(dataOf(told)).toEqual({
      VERSION: '2.0.0',
      PREVIOUS_VERSION: '1.0.0',
      LANGUAGE_ID: 'ru',
    });
    expect(authOf(told)['application_token']).toBe(apps.applicationToken(portal.clientId));
    expect(apps.applicationToken(portal.clientId)).not.toBe(before);
    expect(apps.secrets(portal.clientId)).toContain(before);
    expect(apps.bindings(portal.clientId)).toMatchObject({
      events: [{ event: 'ONAPPUPDATE' }],
      robots: [],
    });
    expect((await portal.call('placement.get')).body.error).toBe('insufficient_scope');
    doubts.bindingsOnUpdate = 'removed';
    await apps.update(portal.clientId, { version: '3.0.0' });
    expect(apps.bindings(portal.clientId).events).toEqual([]);
  });

  it('hears of payment without a token to prove it, and of nothing after the end', async () => {
    await open({ card: { kind: 'market' } });
    const { apps, control } = portal.sandbox;
    await bind('ONAPPPAYMENT');
    await bind('ONCRMDEALUPDATE');
    await apps.pay(portal.clientId, { status: 'T', expired: true });
    const told = await portal.server.heard('ONAPPPAYMENT');
    expect(dataOf(told)).toMatchObject({ STATUS: 'T', PAYMENT_EXPIRED: 'Y' });
    expect(authOf(told)).not.toHaveProperty('application_token');
    control.setFields({ entityTypeId: 2, id: 1 }, { title: 'Unheard' }, 2);
    await apps.pay(portal.clientId, { status: 'P', expired: false });
    control.setFields({ entityTypeId: 2, id: 2 }, { title: 'Heard' }, 2);
    expect(dataOf(await portal.server.heard('ONCRMDEALUPDATE'))).toEqual({ FIELDS: { ID: '2' } });
    expect(await portal.result('app.info')).toMatchObject({ STATUS: 'P', PAYMENT_EXPIRED: 'N' });
  });

  it('goes without a usable token, and comes back as new', async () => {
    await open();
    const { apps } = portal.sandbox;
    await bind('ONAPPUNINSTALL');
    const token = portal.token();
    const applicationToken = apps.applicationToken(portal.clientId);
    expect(await apps.uninstall(portal.clientId, true)).toMatchObject([{ status: 200 }]);
    const told = await portal.server.heard('ONAPPUNINSTALL');
    expect(dataOf(told)).toEqual({ LANGUAGE_ID: 'ru', CLEAN: '1' });
    expect(authOf(told)).toEqual({
      domain: new URL(portal.sandbox.url).host,
      client_endpoint: `${portal.sandbox.url}/rest/`,
      server_endpoint: `${portal.sandbox.oauthUrl}/rest/`,
      member_id: portal.sandbox.memberId,
      application_token: applicationToken,
    });
    const dead = await postJson(`${portal.sandbox.url}/rest/profile`, { auth: token });
    expect([dead.status, dead.body.error]).toEqual([401, 'NO_AUTH_FOUND']);
    expect(() => apps.open(portal.clientId)).toThrow('not installed');
    apps.openInstaller(portal.clientId);
    await apps.finishInstall(portal.clientId);
    expect(apps.bindings(portal.clientId)).toEqual({
      events: [],
      placements: [],
      robots: [],
      triggers: [],
    });
    expect(apps.applicationToken(portal.clientId)).not.toBe(applicationToken);
    expect(await portal.result('profile')).toMatchObject({ ID: '1' });
  });
});

describe('a renamed portal', () => {
  it('answers 302 at the old address, whatever is asked', async () => {
    await open();
    const old = portal.sandbox.url;
    const token = portal.token();
    const now = await portal.sandbox.rename();
    expect([now, portal.sandbox.url === now, now === old]).toEqual([now, true, false]);
    const answer = await fetch(`${old}/rest/profile`, {
      method: 'POST',
      body: new URLSearchParams({ auth: token }),
      redirect: 'manual',
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `${now}/rest/profile`]);
    expect((await postJson(`${now}/rest/profile`, { auth: token })).status).toBe(200);
    const refreshed = await askToken(portal.sandbox, {
      grant_type: 'refresh_token',
      client_id: portal.clientId,
      client_secret: portal.clientSecret,
      refresh_token: portal.sandbox.apps.open(portal.clientId).body['REFRESH_ID'] ?? '',
    });
    expect(refreshed.body).toMatchObject({ client_endpoint: `${now}/rest/` });
    const post = portal.sandbox.apps.open(portal.clientId);
    expect(new URL(post.url).searchParams.get('DOMAIN')).toBe(new URL(now).host);
  });
});
