import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findTarget } from '../../src/cli/target.ts';
import { readConfig } from '../../src/config.ts';

let dataDir: string;
const server = createServer((request, response) => {
  response.statusCode = request.url === '/healthz' ? 200 : 404;
  response.end();
});

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'closegate-target-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  rmSync(dataDir, { recursive: true, force: true });
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
});

function configOf(env: Record<string, string>) {
  const result = readConfig({ DATA_DIR: dataDir, ...env }, 'tools');
  if (!result.ok) throw new Error('config');
  return result.config;
}

function leaveNote(change: Record<string, unknown> = {}): string {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const eventUrl = `http://127.0.0.1:${port}/events`;
  const note = {
    webhookUrl: 'http://127.0.0.1:4000/rest/1/demo/',
    redisUrl: 'redis://127.0.0.1:4001',
    eventUrl,
    portalId: 'sandbox',
    ...change,
  };
  writeFileSync(join(dataDir, 'demo.json'), JSON.stringify(note));
  return eventUrl;
}

describe('findTarget', () => {
  const APP = {
    B24_CLIENT_ID: 'local.5c8bb1b0891cf2.87252039',
    B24_CLIENT_SECRET: 'a-client-secret',
    APP_SECRET: 'an-app-secret-of-more-than-thirty-two-characters',
    PUBLIC_URL: 'https://gate.company.ru',
  };

  test('tells commands where requests are written down', async () => {
    const found = await findTarget(configOf({ ...APP, REST_LOG_DIR: 'requests' }));
    const without = await findTarget(configOf(APP));

    expect(found?.input.requestLog).toEqual({ dir: 'requests', days: 4 });
    expect(without?.input).not.toHaveProperty('requestLog');
  });

  test('takes the application where there is no webhook, and the portal that B24_PORTAL names', async () => {
    const found = await findTarget(
      configOf({ ...APP, B24_PORTAL: 'a223c6b3710f85df22e9377d6c4f7553' }),
    );

    expect(found?.input).toMatchObject({
      webhookUrl: '',
      installed: { clientId: APP.B24_CLIENT_ID, portal: 'a223c6b3710f85df22e9377d6c4f7553' },
    });
  });

  test('prefers the webhook, unless an installed portal is named', async () => {
    const both = { ...APP, B24_WEBHOOK_URL: 'https://portal.bitrix24.ru/rest/1/abc' };

    expect((await findTarget(configOf(both)))?.input.installed).toBeUndefined();
    expect(
      (await findTarget(configOf({ ...both, B24_PORTAL: 'a223c6b3710f85df' })))?.input.installed
        ?.portal,
    ).toBe('a223c6b3710f85df');
  });

  test('takes the portal of the environment', async () => {
    leaveNote();
    const config = configOf({
      B24_WEBHOOK_URL: 'https://portal.bitrix24.ru/rest/1/abc',
      REDIS_URL: 'redis://127.0.0.1:6379',
      B24_EVENT_TOKEN: 'token-one,token-two',
      PUBLIC_URL: 'https://gate.company.ru/',
    });

    expect(await findTarget(config)).toEqual({
      input: {
        webhookUrl: 'https://portal.bitrix24.ru/rest/1/abc/',
        redisUrl: 'redis://127.0.0.1:6379',
        retention: { days: 400, lines: 1_000_000 },
        dataDir,
      },
      eventUrl: 'https://gate.company.ru/events',
      eventTokenCount: 2,
      demo: false,
    });
  });

  test('else takes the demonstration that runs', async () => {
    const eventUrl = leaveNote();

    expect(await findTarget(configOf({}))).toEqual({
      input: {
        webhookUrl: 'http://127.0.0.1:4000/rest/1/demo/',
        redisUrl: 'redis://127.0.0.1:4001',
        dataDir,
        portalId: 'sandbox',
      },
      eventUrl,
      eventTokenCount: 1,
      demo: true,
    });
  });

  test('finds nothing without a note', async () => {
    expect(await findTarget(configOf({}))).toBeNull();
  });

  test('finds nothing when the note cannot be read', async () => {
    leaveNote({ redisUrl: 5 });

    expect(await findTarget(configOf({}))).toBeNull();
  });

  test('finds nothing when the demonstration has ended', async () => {
    leaveNote();
    server.close();
    await once(server, 'close');

    expect(await findTarget(configOf({}))).toBeNull();
  });
});
