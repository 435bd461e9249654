import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { CONFIG_PROBLEMS, readConfig, Secret } from '../src/config.ts';
import { isMessageKey } from '../src/text/catalog.ts';

const SECRET = 'q'.repeat(32);
const GOOD = {
  B24_WEBHOOK_URL: 'https://portal.bitrix24.ru/rest/1/abc123secret/',
  B24_EVENT_TOKEN: 'eventtoken1',
  APP_SECRET: SECRET,
  REDIS_URL: 'redis://127.0.0.1:6379',
};

/** The application beside, or instead of, the webhook. */
const APP = {
  B24_CLIENT_ID: 'local.5c8bb1b0891cf2.87252039',
  B24_CLIENT_SECRET: 'SakeVG5mbRdcQet45UUrt6q72AMTo7fkwXSO7Y5LYFYNCRsA6f',
  PUBLIC_URL: 'https://gate.company.ru',
};

type Env = Record<string, string | undefined>;

function configOf(env: Env) {
  const result = readConfig(env);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

function problemsOf(env: Env) {
  const result = readConfig(env);
  return result.ok ? [] : result.problems.map(({ variable, code }) => `${variable}: ${code}`);
}

describe('readConfig', () => {
  test('means the sandbox portal when nothing is set', () => {
    expect(configOf({})).toEqual({
      portal: null,
      app: null,
      commandPortal: null,
      redisUrl: null,
      port: 3000,
      opsPort: null,
      adminToken: null,
      requestLog: null,
      drainMs: 2000,
      publicUrl: 'http://127.0.0.1:3000',
      appSecret: null,
      oldSecrets: [],
      role: 'all',
      logLevel: 'info',
      dataDir: '.data',
      retention: { days: 400, lines: 1_000_000 },
      language: 'en',
    });
  });

  test('reads a whole environment', () => {
    const config = configOf({
      ...GOOD,
      B24_EVENT_TOKEN: ' eventtoken1, eventtoken2 ,eventtoken1',
      PORT: '8080',
      PUBLIC_URL: 'https://gate.company.ru/closegate/',
      ROLE: 'worker',
      LOG_LEVEL: 'debug',
      DRAIN_SECONDS: '0',
      DATA_DIR: '/var/lib/closegate',
      LANG: 'ru_RU.UTF-8',
    });

    expect(config.portal?.webhookUrl.reveal()).toBe(GOOD.B24_WEBHOOK_URL);
    expect(config.portal?.eventTokens.map((token) => token.reveal())).toEqual([
      'eventtoken1',
      'eventtoken2',
    ]);
    expect(config.redisUrl?.reveal()).toBe(GOOD.REDIS_URL);
    expect(config.appSecret?.reveal()).toBe(SECRET);
    expect(config).toMatchObject({
      port: 8080,
      publicUrl: 'https://gate.company.ru/closegate',
      role: 'worker',
      logLevel: 'debug',
      drainMs: 0,
      dataDir: '/var/lib/closegate',
      language: 'ru',
    });
  });

  test('cannot be changed afterwards', () => {
    const config = configOf(GOOD);

    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.portal)).toBe(true);
  });

  test('takes an empty variable for one that is not set', () => {
    expect(configOf({ B24_WEBHOOK_URL: '', B24_EVENT_TOKEN: ' ', PORT: '' }).portal).toBeNull();
  });

  test('the public address follows the port', () => {
    expect(configOf({ PORT: '4100' }).publicUrl).toBe('http://127.0.0.1:4100');
  });

  test.each([
    'https://portal.bitrix24.ru/rest/1/abc123secret',
    'https://portal.company.local/rest/17/abc123secret/',
    'http://127.0.0.1:8080/rest/1/abc123secret/',
    'http://127.8.9.1/rest/1/abc123secret/',
    'http://localhost:8080/rest/1/abc123secret',
    'http://[::1]:8080/rest/1/abc123secret',
  ])('accepts the webhook %s and ends it with a slash', (B24_WEBHOOK_URL) => {
    const url = configOf({ ...GOOD, B24_WEBHOOK_URL }).portal?.webhookUrl.reveal();

    expect(url).toBe(`${B24_WEBHOOK_URL.replace(/\/$/, '')}/`);
  });

  test.each([
    ['B24_WEBHOOK_URL', 'portal.bitrix24.ru/rest/1/abc/', 'not-a-url'],
    ['B24_WEBHOOK_URL', 'ftp://portal.bitrix24.ru/rest/1/abc/', 'not-a-url'],
    ['B24_WEBHOOK_URL', 'http://portal.bitrix24.ru/rest/1/abc/', 'https-required'],
    ['B24_WEBHOOK_URL', 'http://127.0.0.1.evil.ru/rest/1/abc/', 'https-required'],
    ['B24_WEBHOOK_URL', 'http://localhost.evil.ru/rest/1/abc/', 'https-required'],
    ['B24_WEBHOOK_URL', 'https://portal.bitrix24.ru/', 'not-a-webhook'],
    ['B24_WEBHOOK_URL', 'https://portal.bitrix24.ru/rest/api/1/abc/', 'not-a-webhook'],
    ['B24_WEBHOOK_URL', 'https://portal.bitrix24.ru/rest/1/abc/?auth=1', 'not-a-webhook'],
    ['B24_WEBHOOK_URL', 'https://me:pw@portal.bitrix24.ru/rest/1/abc/', 'not-a-webhook'],
    ['B24_WEBHOOK_URL', 'https://portal.bitrix24.ru/rest/1/abc/profile.json', 'method-in-url'],
    ['B24_WEBHOOK_URL', 'https://portal.bitrix24.ru/rest/1/abc/crm.item.list', 'method-in-url'],
    ['B24_EVENT_TOKEN', 'one,,two', 'token-empty'],
    ['B24_EVENT_TOKEN', 'longenough,', 'token-empty'],
    ['REDIS_URL', 'http://127.0.0.1:6379', 'not-redis'],
    ['REDIS_URL', '127.0.0.1:6379', 'not-redis'],
    ['REDIS_URL', 'redis+sentinel://10.0.0.1:26379', 'not-sentinels'],
    ['REDIS_URL', 'redis+cluster://10.0.0.1:7000/1', 'not-cluster'],
    ['APP_SECRET', 'q'.repeat(15), 'secret-too-short'],
    ['APP_SECRETS_OLD', `${SECRET},${'q'.repeat(15)}`, 'secret-too-short'],
    ['B24_CLIENT_ID', 'local.1 2', 'not-one-word'],
    ['B24_CLIENT_SECRET', 'a&b=c', 'not-one-word'],
    ['B24_OAUTH_HOSTS', 'oauth.bitrix.info,', 'not-a-host'],
    ['B24_OAUTH_HOSTS', 'https://oauth.bitrix.info', 'not-a-host'],
    ['B24_OAUTH_HOSTS', 'oauth.bitrix.info:8080', 'not-a-host'],
    ['B24_OAUTH_HOSTS', 'oauth.bitrix.info/oauth', 'not-a-host'],
    ['B24_OAUTH_HOSTS', '127.0.0.1.evil.ru@good.ru', 'not-a-host'],
    ['B24_OAUTH_HOSTS', '10.0.0.1', 'not-a-host'],
    ['PORT', '0', 'not-a-port'],
    ['PORT', '65536', 'not-a-port'],
    ['PORT', '80a', 'not-a-port'],
    ['PUBLIC_URL', 'http://gate.company.ru', 'https-required'],
    ['PUBLIC_URL', 'gate.company.ru', 'not-a-url'],
    ['ROLE', 'boss', 'not-a-role'],
    ['REST_LOG_DAYS', '2', 'too-few-days'],
    ['REST_LOG_DAYS', '3.5', 'too-few-days'],
    ['LOG_LEVEL', 'loud', 'not-a-log-level'],
  ])('refuses %s=%s as %s', (variable, value, code) => {
    expect(problemsOf({ ...GOOD, ...APP, [variable]: value })).toEqual([`${variable}: ${code}`]);
  });

  test('reports every problem at once', () => {
    expect(problemsOf({ B24_EVENT_TOKEN: 'x', PORT: 'x', ROLE: 'x' })).toEqual([
      'PORT: not-a-port',
      'ROLE: not-a-role',
      'B24_WEBHOOK_URL: needs-webhook',
    ]);
  });

  test('a webhook needs a token and a secret, a token needs a webhook', () => {
    expect(problemsOf({ B24_WEBHOOK_URL: GOOD.B24_WEBHOOK_URL })).toEqual([
      'B24_EVENT_TOKEN: missing',
      'APP_SECRET: missing',
    ]);
    expect(problemsOf({ B24_EVENT_TOKEN: 'eventtoken1' })).toEqual([
      'B24_WEBHOOK_URL: needs-webhook',
    ]);
  });

  test('an application stands alone or beside the webhook, and asks only the hosts allowed', () => {
    const { app, portal } = configOf({ ...APP, APP_SECRET: SECRET });
    const both = configOf({ ...GOOD, ...APP, B24_OAUTH_HOSTS: 'OAuth.Company.ru, 127.0.0.1:4711' });

    expect(portal).toBeNull();
    expect(app?.clientId).toBe(APP.B24_CLIENT_ID);
    expect(app?.clientSecret.reveal()).toBe(APP.B24_CLIENT_SECRET);
    expect(app?.oauthOrigins).toEqual(['https://oauth.bitrix.info', 'https://oauth.bitrix24.tech']);
    expect(both.portal).not.toBeNull();
    expect(both.app?.oauthOrigins).toEqual(['https://oauth.company.ru', 'http://127.0.0.1:4711']);
  });

  test('an application needs both its words, a public address and a secret', () => {
    expect(problemsOf({ B24_CLIENT_ID: APP.B24_CLIENT_ID })).toEqual([
      'B24_CLIENT_SECRET: missing',
      'PUBLIC_URL: missing',
      'APP_SECRET: missing',
    ]);
    expect(problemsOf({ ...APP, APP_SECRET: SECRET, B24_CLIENT_ID: undefined })).toEqual([
      'B24_CLIENT_ID: missing',
    ]);
  });

  test('keeps secrets of before for what they sealed', () => {
    const { oldSecrets } = configOf({
      ...GOOD,
      APP_SECRETS_OLD: `${'o'.repeat(16)}, ${'p'.repeat(16)}`,
    });

    expect(oldSecrets.map((one) => one.reveal())).toEqual(['o'.repeat(16), 'p'.repeat(16)]);
  });

  test('the command-line tools need the webhook alone', () => {
    const result = readConfig({ B24_WEBHOOK_URL: GOOD.B24_WEBHOOK_URL }, 'tools');

    expect(result.ok && result.config.portal?.eventTokens).toEqual([]);
  });

  test('refuses every value of .env.example that names somebody else', () => {
    const sample = Object.fromEntries(
      readFileSync('.env.example', 'utf8')
        .split('\n')
        .filter((line) => /^[A-Z]/.test(line))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );

    expect(problemsOf(sample)).toEqual([
      'B24_WEBHOOK_URL: placeholder',
      'B24_EVENT_TOKEN: placeholder',
      'B24_CLIENT_ID: placeholder',
      'B24_CLIENT_SECRET: placeholder',
      'REDIS_URL: placeholder',
      'PUBLIC_URL: placeholder',
      'APP_SECRET: placeholder',
      'APP_SECRETS_OLD: placeholder',
    ]);
  });

  test('problems never hold a value', () => {
    const sentinel = 'sentinelsecret';
    const result = readConfig({
      B24_WEBHOOK_URL: `http://evil/rest/1/${sentinel}/`,
      REDIS_URL: `http://:${sentinel}@h`,
      ROLE: sentinel,
      APP_SECRET: sentinel,
      APP_SECRETS_OLD: sentinel,
      B24_CLIENT_ID: `${sentinel} x`,
      B24_CLIENT_SECRET: `${sentinel} x`,
      B24_OAUTH_HOSTS: sentinel,
    });

    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain(sentinel);
  });

  test.each([
    [{ LC_ALL: 'ru_RU.UTF-8', LANG: 'en_US.UTF-8' }, 'ru'],
    [{ LANG: 'ru' }, 'ru'],
    [{ LANG: 'C' }, 'en'],
    [{ LANG: 'run_XX' }, 'en'],
  ])('takes the language of %j to be %s', (env, language) => {
    expect(configOf(env).language).toBe(language);
  });

  test.each(CONFIG_PROBLEMS)('says what to do about %s', (code) => {
    expect(isMessageKey(`config.${code}`)).toBe(true);
  });
});

describe('Secret', () => {
  test('shows nothing of its value', () => {
    const secret = new Secret('sentinel');

    const shown = [
      inspect(secret),
      inspect({ secret }, { depth: 5, showHidden: true }),
      JSON.stringify({ secret }),
      String(secret),
    ];

    expect(shown.join()).not.toContain('sentinel');
    expect(secret.reveal()).toBe('sentinel');
  });
});
