import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startOauthServer } from '../../src/sandbox/oauth/oauth-server.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { askToken, openAppPortal, openAppServer } from './support/app-under-test.ts';
import type { AppPortal } from './support/app-under-test.ts';
import { postJson } from './support/portal-under-test.ts';
import type { Fields } from './support/portal-under-test.ts';

let portal: AppPortal;
beforeEach(async () => {
  portal = await openAppPortal();
});
afterEach(() => portal.close());

const credentials = (): Record<string, string> => ({
  client_id: portal.clientId,
  client_secret: portal.clientSecret,
});
const refresh = (token: unknown): ReturnType<typeof askToken> =>
  askToken(portal.sandbox, {
    ...credentials(),
    grant_type: 'refresh_token',
    refresh_token: String(token),
  });
const refreshToken = (): string =>
  portal.sandbox.apps.open(portal.clientId, { userId: 1 }).body['REFRESH_ID'] ?? '';
const profile = async (auth: unknown): Promise<[number, unknown]> => {
  const { status, body } = await postJson<Fields>(`${portal.sandbox.url}/rest/profile`, { auth });
  return [status, body.error ?? body.result['ID']];
};

describe('the auth server', () => {
  it('trades a code for tokens once and within 30 seconds', async () => {
    const { apps, clock } = portal.sandbox;
    const trade = (code: string, method: 'GET' | 'POST'): ReturnType<typeof askToken> =>
      askToken(
        portal.sandbox,
        { ...credentials(), grant_type: 'authorization_code', code },
        method,
      );
    const code = apps.authorizationCode(portal.clientId, 2);
    const { status, body } = await trade(code, 'GET');
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        refresh_token: expect.any(String),
        client_endpoint: `${portal.sandbox.url}/rest/`,
        domain: new URL(portal.sandbox.oauthUrl).host,
        expires_in: 3600,
        member_id: portal.sandbox.memberId,
        scope: 'crm,placement,bizproc,im,user_brief,note',
        server_endpoint: `${portal.sandbox.oauthUrl}/rest/`,
        status: 'L',
      },
    ]);
    expect(await profile(body['access_token'])).toEqual([200, '2']);
    expect((await trade(code, 'POST')).body['error']).toBe('invalid_grant');
    const late = apps.authorizationCode(portal.clientId, 2);
    clock.advance(30_001);
    expect((await trade(late, 'POST')).body['error']).toBe('invalid_grant');
  });

  it('sends the user back from /oauth/authorize/ with a code', async () => {
    const url = `${portal.sandbox.url}/oauth/authorize/?client_id=${portal.clientId}&state=s%201`;
    const answer = await fetch(url, { redirect: 'manual' });
    const target = new URL(answer.headers.get('location') ?? '');
    expect([answer.status, target.pathname]).toEqual([302, '/app']);
    expect(Object.fromEntries(target.searchParams)).toMatchObject({
      state: 's 1',
      domain: new URL(portal.sandbox.url).host,
      member_id: portal.sandbox.memberId,
      server_domain: new URL(portal.sandbox.oauthUrl).host,
    });
    await portal.sandbox.apps.uninstall(portal.clientId);
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(404);
  });

  it('rotates the refresh token: the old one is dead at once', async () => {
    const old = refreshToken();
    const first = await refresh(old);
    expect(first.body).toMatchObject({ user_id: 1, expires: expect.any(Number) });
    expect(await refresh(old)).toEqual({
      status: 400,
      body: { error: 'invalid_grant', error_description: expect.any(String) },
    });
    expect((await refresh(first.body['refresh_token'])).status).toBe(200);
  });

  it('lets one of two processes win when both refresh the same token', async () => {
    const old = refreshToken();
    const answers = await Promise.all([refresh(old), refresh(old)]);
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 400]));
  });

  it('keeps the old refresh token for a while where the doubt says so', async () => {
    portal.sandbox.doubts.oldRefreshTokenSeconds = 60;
    const old = refreshToken();
    expect((await refresh(old)).status).toBe(200);
    expect((await refresh(old)).status).toBe(200);
    portal.sandbox.clock.advance(61_000);
    expect((await refresh(old)).body['error']).toBe('invalid_grant');
  });

  it('lets access tokens live 3600 seconds of the portal and expire on order', async () => {
    const { clock, apps } = portal.sandbox;
    const token = portal.token(2);
    clock.advance(3_599_000);
    expect(await profile(token)).toEqual([200, '2']);
    clock.advance(1_000);
    expect(await profile(token)).toEqual([401, 'expired_token']);
    const [of2, of1, fresh] = [portal.token(2), portal.token(1), refreshToken()];
    apps.expireTokens(portal.clientId, 2);
    expect(await profile(of2)).toEqual([401, 'expired_token']);
    expect(await profile(of1)).toEqual([200, '1']);
    expect((await refresh(fresh)).status).toBe(200);
  });

  it('names what is wrong', async () => {
    const wrong = async (params: Record<string, string>): Promise<unknown> =>
      (await askToken(portal.sandbox, params)).body['error'];
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken() };
    expect(await wrong({})).toBe('invalid_request');
    expect(await wrong({ ...credentials(), grant_type: 'password' })).toBe('invalid_request');
    expect(await wrong({ ...credentials(), grant_type: 'refresh_token' })).toBe('invalid_request');
    expect(await wrong({ ...credentials(), ...grant, client_secret: 'x' })).toBe('invalid_client');
    expect(await wrong({ ...credentials(), ...grant, client_id: 'x' })).toBe('invalid_client');
    expect((await refresh('nonsense')).body['error']).toBe('invalid_grant');
    portal.sandbox.doubts.oauthErrorStatus = 401;
    expect((await refresh('nonsense')).status).toBe(401);
  });

  it('gives nothing for a revoked grant, an unpaid app and a removed one', async () => {
    const { apps } = portal.sandbox;
    const [token, fresh] = [portal.token(), refreshToken()];
    apps.revoke(portal.clientId);
    expect(await profile(token)).toEqual([401, 'NO_AUTH_FOUND']);
    expect((await refresh(fresh)).body['error']).toBe('invalid_grant');
    await apps.pay(portal.clientId, { status: 'T', expired: true });
    expect((await refresh(refreshToken())).body['error']).toBe('PAYMENT_REQUIRED');
    await apps.pay(portal.clientId, { status: 'P', expired: false });
    const last = refreshToken();
    await apps.uninstall(portal.clientId);
    expect((await refresh(last)).body['error']).toBe('PAYMENT_REQUIRED');
  });

  it('tells app.info of a token, and nothing else', async () => {
    const ask = async (method: string, auth: string): Promise<[number, Fields]> => {
      const answer = await fetch(`${portal.sandbox.oauthUrl}/rest/${method}?auth=${auth}`);
      return [answer.status, (await answer.json()) as Fields];
    };
    const [status, { result }] = await ask('app.info', portal.token(2));
    expect([status, result]).toMatchObject([
      200,
      { CODE: portal.clientId, STATUS: 'L', INSTALLED: true, PAYMENT_EXPIRED: 'N' },
    ]);
    expect(await ask('app.info', 'x')).toMatchObject([401, { error: 'NO_AUTH_FOUND' }]);
    expect((await ask('profile', portal.token(2)))[0]).toBe(404);
    const token = portal.token(2);
    portal.sandbox.apps.expireTokens(portal.clientId);
    expect(await ask('app.info', token)).toMatchObject([401, { error: 'expired_token' }]);
  });

  it('carries a refresh out though its answer is lost', async () => {
    portal.sandbox.oauth.cutAnswers = 1;
    const old = refreshToken();
    await expect(refresh(old)).rejects.toThrow('fetch failed');
    expect((await refresh(old)).body['error']).toBe('invalid_grant');
  });
});

describe('two portals behind one auth server', () => {
  it('know the same app and never take each other’s tokens', async () => {
    const oauth = await startOauthServer();
    const server = await openAppServer();
    const [first, second] = await Promise.all([
      startSandbox({ oauth, memberId: 'a'.repeat(32) }),
      startSandbox({ oauth, memberId: 'b'.repeat(32) }),
    ]);
    const card = { name: 'App', handlerUrl: `${server.url}/app`, scopes: ['crm'] };
    const app = first.apps.register({ ...card, kind: 'market' });
    second.apps.register({ ...card, kind: 'market', credentials: app });
    await first.apps.install(app.clientId);
    await second.apps.install(app.clientId);
    const body = first.apps.open(app.clientId).body;
    const ask = async (url: string): Promise<number> =>
      (await postJson(`${url}/rest/profile`, { auth: body['AUTH_ID'] })).status;
    expect([await ask(first.url), await ask(second.url)]).toEqual([200, 401]);
    const answer = await askToken(second, {
      grant_type: 'refresh_token',
      client_id: app.clientId,
      client_secret: app.clientSecret,
      refresh_token: body['REFRESH_ID'] ?? '',
    });
    expect(answer.body).toMatchObject({
      member_id: 'a'.repeat(32),
      client_endpoint: `${first.url}/rest/`,
    });
    await Promise.all([first.close(), second.close(), server.close()]);
    await oauth.close();
  });
});

describe('calls of an application', () => {
  it('act as the user of the token', async () => {
    await portal.result('crm.item.update', { entityTypeId: 2, id: 1, fields: { title: 'T' } }, 3);
    const { control } = portal.sandbox;
    expect(control.ticket({ entityTypeId: 2, id: 1 })).toMatchObject({ title: 'T', updatedBy: 3 });
    control.hideTicketFrom({ entityTypeId: 2, id: 1 }, 3);
    const get = async (userId: number): Promise<unknown> =>
      (await portal.call('crm.item.get', { entityTypeId: 2, id: 1 }, userId)).body.error;
    expect([await get(3), await get(2)]).toEqual(['ACCESS_DENIED', undefined]);
  });

  it('stay within the scopes of the app', async () => {
    const { status, body } = await portal.call('calendar.settings.get');
    expect([status, body.error]).toEqual([403, 'insufficient_scope']);
    expect(await portal.result('scope')).not.toContain('calendar');
    expect(await portal.result('method.get', { name: 'bizproc.robot.add' })).toEqual({
      isExisting: true,
      isAvailable: true,
    });
  });

  it('reach REST 3.0 with the token in the body', async () => {
    const ask = (auth: string): Promise<{ status: number }> =>
      postJson(`${portal.sandbox.url}/rest/api/note.collection.list`, { auth });
    expect((await ask('x')).status).toBe(401);
    expect((await ask(portal.token())).status).toBe(200);
  });

  it('need a token, and let a browser ask first', async () => {
    expect(await profile(undefined)).toEqual([401, 'NO_AUTH_FOUND']);
    const url = `${portal.sandbox.url}/rest/profile`;
    const preflight = await fetch(url, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
      200,
      '*',
    ]);
    const form = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ auth: portal.token(2) }),
    });
    expect(form.status).toBe(200);
    expect((await fetch(`${url}.json?auth=${portal.token(2)}`)).status).toBe(200);
  });

  it('run batches and keep options per app and per user', async () => {
    await portal.result('app.option.set', { options: { a: '1' } });
    await portal.result('user.option.set', { options: { b: '2' } }, 2);
    expect(await portal.result('app.option.get', { option: 'a' }, 2)).toBe('1');
    expect(await portal.result('app.option.get', { option: 'none' })).toBeNull();
    expect(await portal.result('user.option.get', {}, 2)).toEqual({ b: '2' });
    expect(await portal.result('user.option.get', {}, 3)).toEqual([]);
    const refused = async (params: Fields, userId: number): Promise<unknown> => {
      const { status, body } = await portal.call('app.option.set', params, userId);
      return [status, body.error];
    };
    expect(await refused({ options: { a: '2' } }, 2)).toEqual([400, 'AccessException']);
    expect(await refused({ options: {} }, 1)).toEqual([400, 'ArgumentNullException']);
    const batch = await portal.result<{ result: Fields }>('batch', {
      cmd: { me: 'profile', info: 'app.info' },
    });
    expect(batch.result).toMatchObject({ me: { ID: '1' }, info: { INSTALLED: true } });
  });
});
