/** The way in and out of portals that install the app: against two sandbox portals and their authorization server. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createSecretBox } from '../../src/redis/secret-box.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import {
  APP_SECRET,
  CLIENT_ID,
  PIPELINE,
  installTokenOf,
  startInstalledApp,
} from '../support/an-installed-app.ts';
import { eventually, until } from '../support/eventually.ts';
import { postFrame } from '../support/sandbox-app.ts';

let app: InstalledApp;
let redis: Redis;
let one: Sandbox;
let two: Sandbox;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true });
  [one, two] = app.portals;
  redis = new Redis(app.redis.url);
});
afterAll(async () => {
  redis.disconnect();
  await app.close();
});

const CLOSED = 'C5:WON';
const AGENT = 2;

/** Moves a new, unready ticket to the closed stage and waits until the gate put it back. */
async function isGated(sandbox: Sandbox): Promise<void> {
  const ref = sandbox.control.createTicket({ ...PIPELINE, title: 'Premature' }, AGENT);
  sandbox.control.moveTicket(ref, CLOSED, AGENT);
  await eventually(
    'the return of a premature closing',
    () => sandbox.control.ticket(ref).stageId,
    (stageId) => stageId !== CLOSED,
  );
}

const recordOf = (sandbox: Sandbox): Promise<Record<string, string>> =>
  redis.hgetall(`cg:{${sandbox.memberId}}:portal`);

function postEvent(fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${app.url}/events`, { method: 'POST', body: new URLSearchParams(fields) });
}

describe('the install address', () => {
  test('answers HEAD and GET, and shows nothing to a post that is no portal', async () => {
    const head = await fetch(`${app.url}/install`, { method: 'HEAD' });
    const get = await fetch(`${app.url}/install`);
    const post = await fetch(`${app.url}/install`, {
      method: 'POST',
      body: new URLSearchParams({ AUTH_ID: 'x' }),
    });

    expect([head.status, get.status, post.status]).toEqual([200, 200, 400]);
  });

  test('sends nothing to a host that only the request names', async () => {
    const heard: string[] = [];
    const elsewhere = createServer((request, response) => {
      heard.push(request.url ?? '');
      response.end('{}');
    });
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const address = elsewhere.address();
    const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const post = one.apps.openInstaller(CLIENT_ID);
    const url = new URL(post.url);
    url.searchParams.set('DOMAIN', host);

    const endpoint = await postFrame(post, { SERVER_ENDPOINT: `http://${host}/rest/` });
    const domain = await postFrame({ ...post, url: url.toString() });
    elsewhere.close();

    expect(endpoint.status).toBe(403);
    expect(domain.status).toBe(200);
    expect(await recordOf(one)).toMatchObject({ origin: one.url, state: 'installing' });
    expect(heard).toEqual([]);
  });

  test('refuses a token made up, and one of another portal', async () => {
    const post = two.apps.openInstaller(CLIENT_ID);

    const madeUp = await postFrame(post, { AUTH_ID: 'made-up-token', REFRESH_ID: 'made-up' });
    const foreign = await postFrame(post, { member_id: one.memberId, APPLICATION_TOKEN: 'x' });

    expect([madeUp.status, foreign.status]).toEqual([403, 403]);
    expect(await recordOf(two)).toEqual({});
  });

  test('runs the steps, registers everything once, and the portal alone may frame it', async () => {
    const page = await postFrame(one.apps.openInstaller(CLIENT_ID));
    const first = await app.install(one);
    const again = await app.install(one);

    expect(page.headers.get('content-security-policy')).toContain(`frame-ancestors ${one.url}`);
    expect(page.headers.get('x-frame-options')).toBeNull();
    for (const steps of [first, again]) {
      expect(steps.map(({ step }) => step)).toEqual([
        'scopes',
        'events',
        'placements',
        'robots',
        'triggers',
        'badges',
        'finish',
      ]);
      expect(steps.filter(({ ok }) => !ok)).toEqual([]);
    }
    const { events, placements, robots, triggers } = one.apps.bindings(CLIENT_ID);
    expect(events.map(({ event }) => event)).toContain('ONCRMDEALUPDATE');
    expect(new Set(events.map(({ event }) => event)).size).toBe(events.length);
    expect(placements).toEqual([{ placement: 'CRM_DEAL_DETAIL_TAB', handler: `${app.url}/card` }]);
    expect(robots.toSorted()).toEqual(['closegate_check', 'closegate_request']);
    expect(triggers).toHaveLength(4);
    expect((await recordOf(one))['state']).toBe('active');
  });

  test('lets nobody run a step without the page', async () => {
    const step = (token: string) =>
      fetch(`${app.url}/api/install/step`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: '{"step":"finish"}',
      });
    const { text } = await postFrame(one.apps.openInstaller(CLIENT_ID));
    const token = installTokenOf(text);
    const middle = Math.floor(token.length / 2);
    const forged = `${token.slice(0, middle)}${token[middle] === 'a' ? 'b' : 'a'}${token.slice(middle + 1)}`;

    expect([(await step('')).status, (await step(forged)).status]).toEqual([401, 401]);
    expect((await step(token)).status).toBe(200);
  });

  test('keeps no token of a portal readable', async () => {
    const record = JSON.stringify(await recordOf(one));

    for (const secret of one.apps.secrets(CLIENT_ID)) expect(record).not.toContain(secret);
  });
});

describe('two portals', () => {
  beforeAll(async () => {
    await app.install(two);
    for (const sandbox of app.portals) await app.setUp(sandbox);
  });

  test('are both gated, each with its own settings and journal', async () => {
    await isGated(one);
    await isGated(two);

    const keys = await Promise.all(
      app.portals.map(({ memberId }) => redis.xlen(`cg:{${memberId}}:journal`)),
    );
    expect(keys.every((lines) => lines > 0)).toBe(true);
  });

  test('refuse an event with the other one’s token', async () => {
    const fields = {
      event: 'ONCRMDEALUPDATE',
      'data[FIELDS][ID]': '1',
      'auth[member_id]': one.memberId,
    };
    const token = (sandbox: Sandbox): string => sandbox.apps.applicationToken(CLIENT_ID);

    const own = await postEvent({ ...fields, 'auth[application_token]': token(one) });
    const foreign = await postEvent({ ...fields, 'auth[application_token]': token(two) });
    const unknown = await postEvent({
      ...fields,
      'auth[member_id]': 'nobody',
      'auth[application_token]': token(one),
    });

    expect([own.status, foreign.status, unknown.status]).toEqual([200, 401, 401]);
  });

  test('refresh an expired key once, however many want it', async () => {
    const before = one.oauth.stats.refreshes;
    one.apps.expireTokens(CLIENT_ID);

    await Promise.all([isGated(one), isGated(one), isGated(one)]);

    expect(one.oauth.stats.refreshes - before).toBe(1);
  });

  test('with one grant dead, the other is served; an administrator who opens the app heals it', async () => {
    two.apps.revoke(CLIENT_ID);
    const ref = two.control.createTicket({ ...PIPELINE, title: 'Meanwhile' }, AGENT);
    two.control.moveTicket(ref, CLOSED, AGENT);
    await until(async () => (await recordOf(two))['state'] === 'needs-reconnecting');
    const told = (): number =>
      app.log.lines.filter(({ fields }) => fields['state'] === 'needs-reconnecting').length;

    await isGated(one);
    expect(told()).toBe(1);

    await postFrame(two.apps.open(CLIENT_ID, { userId: AGENT }));
    expect((await recordOf(two))['state']).toBe('needs-reconnecting');
    await postFrame(two.apps.open(CLIENT_ID, { userId: 1 }));
    expect((await recordOf(two))['state']).toBe('active');
    await eventually(
      'the return of what was closed meanwhile',
      () => two.control.ticket(ref).stageId,
      (stageId) => stageId !== CLOSED,
    );
  });

  test('with keys sealed by a secret that is lost, an administrator who opens the app gives new ones', async () => {
    const box = createSecretBox(['a secret that is lost']);
    const portalId = two.memberId;
    const sealed = (purpose: string) => box.seal('{}', { portalId, purpose });
    const fields = ['applicationToken', 'tokens:installer'];
    for (const field of fields) await redis.hset(`cg:{${portalId}}:portal`, field, sealed(field));

    await postFrame(two.apps.open(CLIENT_ID, { userId: 1 }));

    const record = await recordOf(two);
    expect(record['state']).toBe('active');
    const own = createSecretBox([APP_SECRET]);
    expect(fields.map((field) => own.knows(record[field] ?? ''))).toEqual([true, true]);
  });

  test('one renamed is found again through the authorization server', async () => {
    await one.rename();

    await isGated(one);

    expect(await recordOf(one)).toMatchObject({ origin: one.url });
  });
});

describe('lifecycle', () => {
  test('an update binds again what went, also with a new application token', async () => {
    await one.apps.update(CLIENT_ID, { version: '2', newToken: true });
    await eventually(
      'the robots after the update',
      () => one.apps.bindings(CLIENT_ID).robots.length,
      (count) => count === 2,
    );

    await isGated(one);
  });

  test('an uninstallation needs the portal’s own token', async () => {
    const answer = await postEvent({
      event: 'ONAPPUNINSTALL',
      'data[CLEAN]': '1',
      'auth[member_id]': one.memberId,
      'auth[application_token]': two.apps.applicationToken(CLIENT_ID),
    });

    expect(answer.status).toBe(401);
    expect((await recordOf(one))['state']).toBe('active');
  });

  test('erases tokens and what is about people, and keeps journal and settings', async () => {
    const { memberId } = two;
    await two.apps.uninstall(CLIENT_ID, false);
    await until(async () => (await redis.exists(`cg:{${memberId}}:portal`)) === 0);

    expect(await redis.xlen(`cg:{${memberId}}:journal`)).toBeGreaterThan(0);
    expect(await redis.hlen(`cg:{${memberId}}:policies`)).toBe(1);
    expect(await redis.keys(`cg:{${memberId}}:client*`)).toEqual([]);
    await isGated(one);
  });

  test('comes back as on its first day, with the settings it had', async () => {
    await app.install(two);

    await isGated(two);
  });

  test('with the data too, nothing is left of the portal', async () => {
    const { memberId } = two;
    await two.apps.uninstall(CLIENT_ID, true);

    await eventually(
      'every key of the portal to go that does not expire within the hour',
      async () => {
        const keys = await redis.keys(`cg:{${memberId}}:*`);
        const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
        return keys.filter((_, at) => (lives[at] ?? 0) === -1);
      },
      (keys) => keys.length === 0,
    );
    expect(await redis.sismember('cg:{app}:portals', memberId)).toBe(0);
  });

  test('no line of the log holds a secret of a portal', () => {
    const lines = JSON.stringify(app.log.lines);

    for (const sandbox of app.portals) {
      for (const secret of sandbox.apps.secrets(CLIENT_ID)) expect(lines).not.toContain(secret);
    }
  });
});
