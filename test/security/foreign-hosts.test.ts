/** Nothing is ever sent to a host that only a request names, nor to where a redirect leads. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClock } from '../../src/clock.ts';
import { startService } from '../../src/compose.ts';
import type { Service } from '../../src/compose.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import {
  APP_SECRET,
  CLIENT_ID,
  CLIENT_SECRET,
  PIPELINE,
  startInstalledApp,
} from '../support/an-installed-app.ts';
import { recordingLog } from '../support/recording-log.ts';
import { postFrame } from '../support/sandbox-app.ts';
import type { TrapServer } from '../support/trap-server.ts';
import { trapServer } from '../support/trap-server.ts';

let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;
let trap: TrapServer;

beforeAll(async () => {
  app = await startInstalledApp({}, { role: 'web', roomy: true });
  [one, two] = app.portals;
  trap = await trapServer();
  await app.install(one);
  await app.setUp(one);
});
afterAll(async () => {
  await trap.close();
  await app.close();
});

/** Ways to write the trap's address, also disguised as the allowed one. */
const disguises = (): readonly string[] => {
  const allowed = new URL(one.oauthUrl).host;
  return [
    `http://${trap.host}/rest/`,
    `https://${trap.host}/rest/`,
    `//${trap.host}/rest/`,
    `${trap.host}/rest/`,
    `http://${allowed}@${trap.host}/rest/`,
    `http://${trap.host}/rest/#@${allowed}`,
    `http://${trap.host}/rest/?${allowed}`,
    `http://${trap.host}\\@${allowed}/rest/`,
    `http://${allowed}.${trap.host}/rest/`,
    ` http://${trap.host}/rest/`,
    `http://${trap.host.replace('127.0.0.1', '0x7f000001')}/rest/`,
    `http://${trap.host.replace('127.0.0.1', '2130706433')}/rest/`,
    `http://${trap.host.replace('127.0.0.1', '[::ffff:127.0.0.1]')}/rest/`,
    'file:///etc/passwd',
    `gopher://${trap.host}/`,
  ];
};

interface Frame {
  readonly url: string;
  readonly body: Readonly<Record<string, string>>;
}

/** The frame's post with the trap in every place that could name a host. */
async function postWithTrap(post: Frame, endpoint: string): Promise<number> {
  const url = new URL(post.url);
  url.searchParams.set('DOMAIN', trap.host);
  url.searchParams.set('PROTOCOL', '0');
  const elsewhere = {
    SERVER_ENDPOINT: endpoint,
    DOMAIN: trap.host,
    server_endpoint: endpoint,
    client_endpoint: endpoint,
    CLIENT_ENDPOINT: endpoint,
    PATH: endpoint,
  };
  const { status } = await postFrame(
    { ...one.apps.openInstaller(CLIENT_ID), ...post, url: url.toString() },
    elsewhere,
  );
  return status;
}

const event = (fields: Readonly<Record<string, string>>, path = '/events') =>
  fetch(`${app.url}${path}`, {
    method: 'POST',
    headers: { Origin: trap.url, Referer: `${trap.url}/`, 'X-Forwarded-Host': trap.host },
    body: new URLSearchParams(fields),
  });

describe('a host that only a request names', () => {
  it('is not asked by the installer, however it is written', async () => {
    // The limit of installations a minute is counted by portal: a portal of its own for each.
    const post = two.apps.openInstaller(CLIENT_ID);
    const answers: (readonly [string, number])[] = [];
    for (const endpoint of disguises()) {
      answers.push([endpoint, await postWithTrap(post, endpoint)]);
      app.clock.setTo(app.clock.now() + 60_000);
    }
    app.clock.setTo(Date.now());

    expect(answers.filter(([, status]) => status !== 403)).toEqual([]);
    expect(trap.heard).toEqual([]);
  });

  it('is not asked by the pages, which go to the stored address', async () => {
    const ref = one.control.createTicket({ ...PIPELINE, title: 'Адрес' }, 2);
    const placement = 'CRM_DEAL_DETAIL_TAB';
    const options = { ID: String(ref.id) };
    for (const endpoint of disguises()) {
      const card = one.apps.open(CLIENT_ID, { userId: 2, placement, options });
      expect([endpoint, await postWithTrap(card, endpoint)]).toEqual([endpoint, 200]);
      const main = one.apps.open(CLIENT_ID, { userId: 1 });
      expect([endpoint, await postWithTrap(main, endpoint)]).toEqual([endpoint, 200]);
    }

    expect(trap.heard).toEqual([]);
  });

  it('is not asked by events, neither of the app’s life nor of tickets', async () => {
    const token = one.apps.applicationToken(CLIENT_ID);
    const codes = [
      'ONAPPINSTALL',
      'ONAPPUPDATE',
      'ONAPPUSERREADY',
      'ONAPPPAYMENT',
      'ONCRMDEALUPDATE',
    ];
    for (const path of ['/install', '/events', '/robot']) {
      for (const code of codes) {
        for (const [memberId, applicationToken] of [
          [one.memberId, token],
          [one.memberId, 'made-up'],
          ['f'.repeat(32), 'made-up'],
        ] as const) {
          const auth = {
            access_token: 'a',
            refresh_token: 'r',
            domain: trap.host,
            server_endpoint: `${trap.url}/rest/`,
            client_endpoint: `${trap.url}/rest/`,
            member_id: memberId,
            application_token: applicationToken,
          };
          const fields = Object.entries(auth).flatMap(([name, value]) => [
            [`auth[${name}]`, value],
            [`data[${name}]`, value],
          ]);
          const extra = { event: code, 'data[FIELDS][ID]': '1', 'data[VERSION]': '2' };
          await event({ ...Object.fromEntries(fields), ...extra }, path);
        }
      }
    }

    expect(trap.heard).toEqual([]);
    const { text } = await postFrame(one.apps.open(CLIENT_ID, { userId: 1 }));
    expect(text).toContain('id="state"');
  });

  it('is not asked when a session is renewed', async () => {
    const ref = one.control.createTicket({ ...PIPELINE, title: 'Сеанс' }, 2);
    const placement = 'CRM_DEAL_DETAIL_TAB';
    const post = one.apps.open(CLIENT_ID, {
      userId: 2,
      placement,
      options: { ID: String(ref.id) },
    });
    const { text } = await postFrame(post);
    const token = /"token":"([^"]+)"/.exec(text)?.[1] ?? '';
    const response = await fetch(`${app.url}/session?DOMAIN=${trap.host}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Origin: trap.url,
        Host: trap.host,
      },
      body: JSON.stringify({
        authId: post.body['AUTH_ID'],
        domain: trap.host,
        origin: trap.url,
        server_endpoint: `${trap.url}/rest/`,
        client_endpoint: `${trap.url}/rest/`,
      }),
    });

    expect(response.status).toBe(200);
    expect(trap.heard).toEqual([]);
  });
});

describe('a redirect', () => {
  let service: Service;
  let portal: TrapServer;
  let oauth: TrapServer;
  let redirects: 'server' | 'portal';
  const status = 307;

  beforeAll(async () => {
    redirects = 'server';
    // A portal and an authorization server that send whoever asks elsewhere, token and all.
    portal = await trapServer((req, res) => {
      res.writeHead(status, { Location: `${trap.url}${req.url}` }).end();
    });
    oauth = await trapServer((req, res) => {
      if (redirects === 'server') {
        res.writeHead(status, { Location: `${trap.url}${req.url}` }).end();
        return;
      }
      if (!req.url?.startsWith('/oauth/token')) {
        res.end('{"result":{}}');
        return;
      }
      res.end(
        JSON.stringify({
          access_token: 'access-1',
          refresh_token: 'refresh-2',
          expires_in: 3600,
          member_id: 'moved',
          client_endpoint: `${portal.url}/rest/`,
          server_endpoint: `${oauth.url}/rest/`,
          domain: new URL(portal.url).host,
          scope: 'crm',
          status: 'L',
          user_id: 1,
        }),
      );
    });
    service = await startService({
      portal: null,
      app: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, oauthOrigins: [oauth.url] },
      redisUrl: app.redis.url,
      role: 'web',
      port: 0,
      clock: createClock(),
      log: recordingLog(),
      secret: APP_SECRET,
    });
  });
  afterAll(async () => {
    await service.close(2000);
    await oauth.close();
    await portal.close();
  });

  it.each(['server', 'portal'] as const)('of the %s is not followed', async (who) => {
    redirects = who;
    const response = await fetch(`http://127.0.0.1:${service.port}/install`, {
      method: 'POST',
      body: new URLSearchParams({
        AUTH_ID: 'access-0',
        REFRESH_ID: 'refresh-1',
        member_id: 'moved',
        SERVER_ENDPOINT: `${oauth.url}/rest/`,
        APPLICATION_TOKEN: 'application-token',
      }),
    });

    expect([403, 503]).toContain(response.status);
    expect(oauth.heard.length).toBeGreaterThan(0);
    if (who === 'portal') expect(portal.heard.length).toBeGreaterThan(0);
    expect(trap.heard).toEqual([]);
  });
});
