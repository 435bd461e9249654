/** The authorization server's answers, over real HTTP: which portal address is believed, and which answers are none. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createOAuthClient } from '../../src/bitrix24/oauth-client.ts';
import type { OAuthClient } from '../../src/bitrix24/oauth-client.ts';

const GRANT = {
  access_token: 'an-access-token',
  refresh_token: 'a-refresh-token',
  expires_in: 3600,
  member_id: 'a223c6b3710f85df22e9377d6c4f7553',
  domain: 'oauth.bitrix.info',
  client_endpoint: 'https://acme.bitrix24.ru/rest/',
  scope: 'crm,im',
  status: 'L',
};

describe('the authorization server', () => {
  let server: Server;
  let endpoint: string;
  let answer: { status: number; body: string; headers?: Record<string, string> };
  let asked: { method: string; url: string; body: string }[];
  let oauth: OAuthClient;

  beforeAll(async () => {
    server = createServer((req, res) => {
      const parts: Buffer[] = [];
      req.on('data', (part: Buffer) => parts.push(part));
      req.on('end', () => {
        const body = Buffer.concat(parts).toString();
        asked.push({ method: req.method ?? '', url: req.url ?? '', body });
        res.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
        res.end(answer.body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  });
  afterAll(() => {
    server.close();
  });
  beforeEach(() => {
    asked = [];
    oauth = createOAuthClient({
      clientId: 'local.1',
      clientSecret: 'a-client-secret',
      origins: [endpoint],
      timeoutMs: 2000,
    });
  });

  const say = (body: object, status = 200): void => {
    answer = { status, body: JSON.stringify(body) };
  };
  const originOf = async (clientEndpoint: string): Promise<string | null> => {
    say({ ...GRANT, client_endpoint: clientEndpoint });
    const found = await oauth.refresh(endpoint, 'a-refresh-token-before');
    return found.kind === 'granted' ? found.grant.origin : 'refused';
  };

  it.each([
    ['https://acme.bitrix24.ru/rest/', 'https://acme.bitrix24.ru'],
    // A box edition stands under its own name, often with a port of its own.
    ['https://crm.company.ru:8443/rest/', 'https://crm.company.ru:8443'],
    ['https://192.168.10.7/rest/', 'https://192.168.10.7'],
    ['https://CRM.Company.ru:443/rest/', 'https://crm.company.ru'],
    ['http://127.0.0.1:4301/rest/', 'http://127.0.0.1:4301'],
  ])('believes that the portal stands at %s', async (address, origin) => {
    expect(await originOf(address)).toBe(origin);
  });

  it.each([
    'http://crm.company.ru/rest/',
    'https://user:password@crm.company.ru/rest/',
    'ftp://crm.company.ru/',
    'javascript:alert(1)',
    'crm.company.ru',
    '',
  ])('does not believe that the portal stands at %j', async (address) => {
    expect(await originOf(address)).toBeNull();
  });

  it('sends the secret in the body, never in the address', async () => {
    say(GRANT);
    await oauth.refresh(endpoint, 'a-refresh-token-before');

    expect(asked).toEqual([
      { method: 'POST', url: '/oauth/token/', body: expect.stringContaining('a-client-secret') },
    ]);
  });

  it('follows no redirect: the body would go wherever it points', async () => {
    answer = { status: 302, body: '', headers: { Location: `${endpoint}/elsewhere` } };

    await expect(oauth.refresh(endpoint, 'a-refresh-token-before')).rejects.toMatchObject({
      code: 'portal-unreachable',
    });
    expect(asked).toHaveLength(1);
  });

  it('asks no server that is not allowed, whoever names it', async () => {
    expect(oauth.endpointOf('https://oauth.evil.example/rest/')).toBeNull();
    expect(oauth.endpointOf(`${endpoint}/rest/`)).toBe(endpoint);
    await expect(oauth.refresh('https://oauth.evil.example', 'token')).rejects.toThrow(
      'not an allowed authorization server',
    );
    expect(asked).toEqual([]);
  });

  it.each([
    ['no JSON', 200, '<html>maintenance</html>'],
    ['an empty answer', 200, ''],
    ['a list', 200, '[]'],
    ['a fault of its own', 502, JSON.stringify(GRANT)],
    ['a grant without tokens', 200, JSON.stringify({ ...GRANT, access_token: '' })],
    ['a grant for nobody', 200, JSON.stringify({ ...GRANT, member_id: '' })],
    ['a grant that is over', 200, JSON.stringify({ ...GRANT, expires_in: -1 })],
    [
      'a token that would break a header',
      200,
      JSON.stringify({ ...GRANT, access_token: 'a\r\nb' }),
    ],
    ['an endless text', 200, `{"access_token":"${'x'.repeat(300_000)}"}`],
  ])('takes %s for an outage, not for a grant', async (_what, status, body) => {
    answer = { status, body };

    await expect(oauth.refresh(endpoint, 'a-refresh-token-before')).rejects.toMatchObject({
      code: 'portal-unreachable',
      retry: 'backoff',
    });
  });

  it.each([
    ['invalid_grant', 'dead'],
    ['PAYMENT_REQUIRED', 'unpaid'],
  ])('tells %s apart', async (error, kind) => {
    say({ error, error_description: 'text' }, 400);

    expect(await oauth.refresh(endpoint, 'a-refresh-token-before')).toMatchObject({ kind });
  });
});
