import { readFileSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import type { Doorbell, EventIds } from '../../src/app/ports/runtime.ts';
import { AppError } from '../../src/errors.ts';
import { recordingLog } from '../support/recording-log.ts';

const FIXTURES = new URL('../fixtures/events/', import.meta.url);
const TOKEN = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

/** File → [status, key kept]; null: nothing may reach the doorbell. Every fixture must be named. */
const EXPECTED: Readonly<Record<string, readonly [number, string | null]>> = {
  'app-deal-update': [200, '2:759'],
  'app-deal-add': [200, '2:760'],
  'app-deal-move-to-category': [200, '2:761'],
  'app-robot-deal-update-without-access-token': [200, '2:762'],
  'app-refresh-token-too': [200, '2:763'],
  'webhook-deal-update': [200, '2:764'],
  'webhook-deal-delete': [200, '2:765'],
  'webhook-short-auth': [200, '2:766'],
  'webhook-dynamic-item-update': [200, '1032:42'],
  'app-dynamic-item-update-of-type': [200, '1032:43'],
  'app-dynamic-item-type-only-in-code': [200, '147:44'],
  'camel-case-activity-add': [200, 'activity:15'],
  'webhook-activity-update': [200, 'activity:16'],
  'comment-add-flat-id': [200, 'comment:8'],
  'comment-add-id-in-fields': [200, 'comment:9'],
  'greatest-id': [200, '2:9007199254740992'],
  'unknown-code': [200, ''],
  'unknown-code-field-definition': [200, ''],
  'unknown-code-without-data': [200, ''],
  'nasty-prototype-names': [200, '2:767'],
  'bad-duplicate-event': [400, null],
  'bad-duplicate-token': [400, null],
  'bad-duplicate-id': [400, null],
  'bad-id-zero': [400, null],
  'bad-id-negative': [400, null],
  'bad-id-text': [400, null],
  'bad-id-too-great': [400, null],
  'bad-id-missing': [400, null],
  'bad-dynamic-without-type': [400, null],
  'bad-event-missing': [400, null],
  'bad-auth-is-text': [400, null],
  'bad-only-prototype-names': [400, null],
  'bad-percent-signs': [400, null],
  'token-unknown': [401, null],
  'token-unknown-and-bad-id': [401, null],
  'token-empty': [401, null],
  'token-prefix-only': [401, null],
  'token-missing': [401, null],
  'auth-missing': [401, null],
  'too-many-parameters': [413, null],
  'too-deep': [400, null],
};

class FakeDoorbell implements Doorbell {
  readonly rung: { portalId: string; events: readonly EventIds[] }[] = [];
  refusals = 0;
  away = false;

  async ring(portalId: string, events: readonly EventIds[]): Promise<void> {
    if (this.away) throw new AppError('store-unavailable', 'start Redis', { retry: 'backoff' });
    this.rung.push({ portalId, events });
  }

  async refused(): Promise<void> {
    if (this.away) throw new AppError('store-unavailable', 'start Redis', { retry: 'backoff' });
    this.refusals += 1;
  }
}

describe('the event route', () => {
  let doorbell = new FakeDoorbell();
  let ready = true;
  let server: Server;
  let base = '';
  let log = recordingLog();

  beforeAll(async () => {
    server = createHttpServer({
      doorbell: {
        ring: (portalId, events) => doorbell.ring(portalId, events),
        refused: () => doorbell.refused(),
      },
      eventTokens: ['another-token', TOKEN],
      portalId: 'portal-1',
      log: {
        info: (fields, message) => log.info(fields, message),
        warn: (fields, message) => log.warn(fields, message),
        error: (fields, message) => log.error(fields, message),
      },
      ready: () => ready,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) base = `http://127.0.0.1:${address.port}`;
  });
  afterEach(() => {
    doorbell = new FakeDoorbell();
    log = recordingLog();
    ready = true;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const post = (
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(`${base}/events`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  test('every recorded body has an expected answer', () => {
    const files = readdirSync(FIXTURES).map((name) => name.replace(/\.txt$/, ''));

    expect(files.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  test.each(Object.entries(EXPECTED))('%s is answered as expected', async (file, [status, key]) => {
    const response = await post(readFileSync(new URL(`${file}.txt`, FIXTURES), 'utf8'));

    const answer: unknown = await response.json();
    expect(response.status).toBe(status);
    expect(doorbell.rung.flatMap((ring) => ring.events.map((event) => event.key))).toEqual(
      key === null ? [] : [key],
    );
    expect(doorbell.refusals).toBe(status === 401 ? 1 : 0);
    expect(Object.keys(Object(answer))).toEqual([status === 200 ? 'status' : 'error']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(JSON.stringify([answer, log.lines])).not.toContain(TOKEN);
  });

  test('keeps the upper-case code under the portal of the process', async () => {
    await post(readFileSync(new URL('camel-case-activity-add.txt', FIXTURES), 'utf8'));

    expect(doorbell.rung).toEqual([
      { portalId: 'portal-1', events: [{ key: 'activity:15', code: 'ONCRMACTIVITYADD' }] },
    ]);
  });

  test.each([
    ['JSON', 'application/json', '{"event":"ONCRMDEALUPDATE"}', 400],
    ['multipart', 'multipart/form-data; boundary=x', '--x--', 400],
    ['text', 'text/plain', 'event=ONCRMDEALUPDATE', 400],
    ['an unknown charset', 'application/x-www-form-urlencoded; charset=koi8-r', 'event=A', 415],
    ['an empty form', 'application/x-www-form-urlencoded', '', 400],
    ['more than 64 kB', 'application/x-www-form-urlencoded', `event=${'x'.repeat(70_000)}`, 413],
  ])('refuses %s', async (_name, type, body, status) => {
    const response = await post(body, { 'content-type': type });

    expect(response.status).toBe(status);
    expect(doorbell.rung).toEqual([]);
  });

  test('refuses a small body that unpacks to a huge one', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, 'a'));

    const response = await post(bomb, { 'content-encoding': 'gzip' });

    expect(response.status).toBe(413);
  });

  test('answers 503 with Retry-After when the store is away, and goes on afterwards', async () => {
    const body = readFileSync(new URL('webhook-deal-update.txt', FIXTURES), 'utf8');
    doorbell.away = true;

    const away = await post(body);
    doorbell.away = false;
    const back = await post(body);

    expect([away.status, away.headers.get('retry-after'), await away.json()]).toEqual([
      503,
      '5',
      { error: 'store-unavailable' },
    ]);
    expect(back.status).toBe(200);
  });

  test('still refuses an unknown token when the store is away', async () => {
    doorbell.away = true;

    const response = await post(readFileSync(new URL('token-unknown.txt', FIXTURES), 'utf8'));

    expect(response.status).toBe(401);
  });

  test('takes nothing while the process is not ready, but says that it lives', async () => {
    ready = false;

    const event = await post(readFileSync(new URL('webhook-deal-update.txt', FIXTURES), 'utf8'));
    const health = await fetch(`${base}/healthz`);

    expect(event.status).toBe(503);
    expect(doorbell.rung).toEqual([]);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('warns of unknown tokens once, not once for each', async () => {
    const quiet = createHttpServer({
      doorbell,
      eventTokens: [TOKEN],
      portalId: 'p',
      log,
      ready: () => true,
    });
    quiet.listen(0, '127.0.0.1');
    await once(quiet, 'listening');
    const address = quiet.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/events`;
    const body = readFileSync(new URL('token-unknown.txt', FIXTURES), 'utf8');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };

    for (let n = 0; n < 5; n += 1) await fetch(url, { method: 'POST', body, headers });
    quiet.close();
    quiet.closeAllConnections();

    expect(log.lines.length).toBe(1);
    expect(doorbell.refusals).toBe(5);
  });

  test.each([
    ['GET', '/events', 405, 'POST'],
    ['PUT', '/events', 405, 'POST'],
    ['DELETE', '/events', 405, 'POST'],
    ['POST', '/healthz', 405, 'GET, HEAD'],
    ['GET', '/nowhere', 404, null],
    ['GET', '/%E0%A4%A', 404, null],
  ])('%s %s is answered with %i', async (method, path, status, allow) => {
    const response = await fetch(base + path, { method });

    expect(response.status).toBe(status);
    expect(response.headers.get('allow')).toBe(allow);
  });

  test('HEAD /healthz answers without a body', async () => {
    const response = await fetch(`${base}/healthz`, { method: 'HEAD' });

    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('sends protective headers and does not name its framework', async () => {
    const response = await fetch(`${base}/healthz`);

    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(response.headers.get('x-powered-by')).toBeNull();
  });

  test('cuts slow senders off', () => {
    expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 15_000]);
  });

  test('takes no event at all without a configured token', async () => {
    const closed = createHttpServer({
      doorbell,
      eventTokens: ['', ''],
      portalId: 'p',
      log,
      ready: () => true,
    });
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/events`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };

    const response = await fetch(url, {
      method: 'POST',
      body: readFileSync(new URL('token-empty.txt', FIXTURES), 'utf8'),
      headers,
    });
    closed.close();
    closed.closeAllConnections();

    expect(response.status).toBe(401);
  });
});
