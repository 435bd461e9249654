/** An application without pages: the portal installs it by itself, server to server (PORTAL 1.4, 1.5). */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { startInstalledApp } from '../support/an-installed-app.ts';
import { eventually, until } from '../support/eventually.ts';

let app: InstalledApp;
let redis: Redis;
let portal: Sandbox;
let clientId = '';

beforeAll(async () => {
  app = await startInstalledApp({ kind: 'market', ui: false });
  [portal] = app.portals;
  clientId = app.clientId;
  redis = new Redis(app.redis.url);
});
afterAll(async () => {
  redis.disconnect();
  await app.close();
});

const record = (): Promise<Record<string, string>> =>
  redis.hgetall(`cg:{${portal.memberId}}:portal`);

test('is installed by ONAPPINSTALL, keeps the system user apart, and registers itself', async () => {
  const delivered = await portal.apps.install(clientId);

  expect(delivered.map(({ status }) => status)).toEqual(delivered.map(() => 200));
  await eventually(
    'the registration',
    () => portal.apps.bindings(clientId).events.map(({ event }) => event),
    (events) => events.includes('ONAPPUNINSTALL') && events.includes('ONCRMDEALUPDATE'),
  );
  const stored = await record();
  expect(stored).toMatchObject({ state: 'active', origin: portal.url });
  expect('tokens:system' in stored).toBe(delivered.some(({ event }) => event === 'ONAPPUSERREADY'));
});

test('asks the portal itself about a payment that anybody can claim', async () => {
  await fetch(`${app.url}/events`, {
    method: 'POST',
    body: new URLSearchParams({
      event: 'ONAPPPAYMENT',
      'data[PAYMENT_EXPIRED]': 'Y',
      'auth[member_id]': portal.memberId,
    }),
  });
  expect((await record())['state']).toBe('active');

  await portal.apps.pay(clientId, { status: 'T', expired: true });
  await until(async () => (await record())['state'] === 'unpaid');
  await portal.apps.pay(clientId, { status: 'P', expired: false });
  await until(async () => (await record())['state'] === 'active');
});

test('an event of installation with made-up tokens connects nothing', async () => {
  const answer = await fetch(`${app.url}/install`, {
    method: 'POST',
    body: new URLSearchParams({
      event: 'ONAPPINSTALL',
      'data[VERSION]': '1',
      'auth[member_id]': 'stranger',
      'auth[application_token]': 'x',
      'auth[access_token]': 'made-up',
      'auth[refresh_token]': 'made-up',
      'auth[server_endpoint]': `${portal.oauthUrl}/rest/`,
    }),
  });

  expect(answer.status).toBe(401);
  expect(await redis.exists('cg:{stranger}:portal')).toBe(0);
});
