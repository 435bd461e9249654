/** The address that the portal's robots call. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { NewRobotCall } from '../../src/app/ports/robots.ts';
import { AppError } from '../../src/errors.ts';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import { recordingLog } from '../support/recording-log.ts';

const APPLICATION_TOKEN = '51856fefc120afa4b628cc82d3935cce';
const MEMBER = 'a223c6b3710f85df22e9377d6c4f7553';
const DYNAMIC = String.raw`Bitrix\Crm\Integration\BizProc\Document\Dynamic`;

/** As PORTAL 6.1 shows it. */
const BODY: Readonly<Record<string, string>> = {
  event_token: '65a1b2c3d4e5f|A4321_98765|Wq8uKx',
  workflow_id: '65a1b2c3d4e5f.12345678',
  code: 'closegate_check',
  'document_id[0]': 'crm',
  'document_id[1]': 'CCrmDocumentDeal',
  'document_id[2]': 'DEAL_123',
  'document_type[0]': 'crm',
  'document_type[1]': 'CCrmDocumentDeal',
  'document_type[2]': 'DEAL',
  use_subscription: 'Y',
  timeout_duration: '0',
  ts: '1738148752',
  'auth[access_token]': 'the-access-token-of-the-robot',
  'auth[expires]': '1738152352',
  'auth[expires_in]': '3600',
  'auth[scope]': 'crm,bizproc',
  'auth[domain]': 'portal.example',
  'auth[client_endpoint]': 'https://portal.example/rest/',
  'auth[server_endpoint]': 'https://oauth.bitrix.info/rest/',
  'auth[status]': 'L',
  'auth[member_id]': MEMBER,
  'auth[user_id]': '1',
  'auth[application_token]': APPLICATION_TOKEN,
};

let accepted: { portalId: string; call: NewRobotCall }[] = [];
let asked: string[] = [];
let refusals = 0;
let away = false;
let ready = true;
/** Of all tests: an unknown token is warned of once a minute. */
const log = recordingLog();
let server: Server;
let base = '';

beforeAll(async () => {
  server = createHttpServer({
    doorbell: {
      ring: async () => undefined,
      refused: async () => void (refusals += 1),
    },
    eventTokens: [],
    portalId: 'webhook',
    installed: {
      async recognise(portalId, applicationToken) {
        asked.push(portalId);
        return portalId === MEMBER && applicationToken === APPLICATION_TOKEN ? 'active' : null;
      },
      lifecycle: async () => 'refused',
    },
    robots: {
      async accept(portalId, call) {
        if (away) throw new AppError('store-unavailable', 'start Redis', { retry: 'backoff' });
        accepted.push({ portalId, call });
      },
    },
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
  accepted = [];
  asked = [];
  refusals = 0;
  away = false;
  ready = true;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const post = (
  change: Readonly<Record<string, string | null>> = {},
  init: RequestInit = {},
): Promise<Response> => {
  const fields = Object.entries({ ...BODY, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return fetch(`${base}/robot`, { method: 'POST', body: new URLSearchParams(fields), ...init });
};

describe('a robot that calls', () => {
  test('is answered 200 when its call stands, and of the body only what is needed is kept', async () => {
    const response = await post();

    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    expect(accepted).toEqual([
      {
        portalId: MEMBER,
        call: {
          code: 'closegate_check',
          ref: { entityTypeId: 2, id: 123 },
          eventToken: BODY['event_token'],
          waits: true,
          timeoutSeconds: 0,
        },
      },
    ]);
  });

  test('names an item of a smart process by its own document', async () => {
    await post({ 'document_id[1]': DYNAMIC, 'document_id[2]': 'DYNAMIC_147_1' });

    expect(accepted[0]?.call.ref).toEqual({ entityTypeId: 147, id: 1 });
  });

  test.each([
    ['N', '0', false, 0],
    ['', '', true, 0],
    [null, null, true, 0],
    ['Y', '3600', true, 3600],
  ])(
    'with use_subscription %j and timeout %j waits %j for %j s',
    async (use, time, waits, seconds) => {
      await post({ use_subscription: use, timeout_duration: time, code: 'closegate_request' });

      expect(accepted[0]?.call).toMatchObject({ waits, timeoutSeconds: seconds });
    },
  );

  test.each([
    ['a forged token', { 'auth[application_token]': 'forged' }],
    ['a prefix of the token', { 'auth[application_token]': APPLICATION_TOKEN.slice(0, -1) }],
    ['an empty token', { 'auth[application_token]': '' }],
    ['no token', { 'auth[application_token]': null }],
    ['a portal that is not known', { 'auth[member_id]': 'another' }],
    ['no portal', { 'auth[member_id]': null }],
    ['a portal id that is none', { 'auth[member_id]': 'a b{c}' }],
    ['two portals', { 'auth[member_id][0]': MEMBER, 'auth[member_id]': null }],
    [
      'a forged token and a body that is no call',
      { 'auth[application_token]': 'x', code: 'other' },
    ],
  ])('with %s is refused with 401 and nothing is stored', async (_what, change) => {
    const response = await post(change);

    expect([response.status, await response.json()]).toEqual([401, { error: 'unknown-token' }]);
    expect(accepted).toEqual([]);
    expect(refusals).toBe(1);
  });

  test.each([
    ['a robot of another app', { code: 'other_robot' }],
    ['no robot', { code: null }],
    ['no event token', { event_token: null }],
    ['an event token with a blank', { event_token: 'a b' }],
    ['an event token too long', { event_token: 'x'.repeat(2001) }],
    ['no document', { 'document_id[0]': null, 'document_id[1]': null, 'document_id[2]': null }],
    ['a document of another module', { 'document_id[0]': 'lists' }],
    ['a document of another kind', { 'document_id[2]': 'LEAD_5' }],
    ['a document without its number', { 'document_id[2]': 'DEAL_' }],
    ['a document numbered zero', { 'document_id[2]': 'DEAL_0' }],
    ['a document number too great', { 'document_id[2]': 'DEAL_1234567890123456' }],
    ['a smart process that is none', { 'document_id[2]': 'DYNAMIC_2_5' }],
    ['a document with a tail', { 'document_id[2]': 'DEAL_5; rm' }],
    ['a wish to wait that is none', { use_subscription: 'maybe' }],
    ['a negative timeout', { timeout_duration: '-5' }],
  ])('with %s is refused with 400', async (_what, change) => {
    const response = await post(change);

    expect([response.status, await response.json()]).toEqual([400, { error: 'bad-event' }]);
    expect(accepted).toEqual([]);
  });

  test('with a body too large, too deep, too wide, or no form is refused unread', async () => {
    const json = { body: JSON.stringify(BODY), headers: { 'Content-Type': 'application/json' } };
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`p${at}`, '1']));
    const answers = [
      await post({ 'properties[text]': 'x'.repeat(70_000) }),
      await post({ 'a[b][c][d][e][f][g]': '1' }),
      await post(wide),
      await post({}, json),
      await fetch(`${base}/robot`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([413, 400, 413, 400, 405]);
    expect([accepted, asked]).toEqual([[], []]);
  });

  test('is asked to come again while the store is away or the process closes', async () => {
    away = true;
    const stored = await post();
    ready = false;
    const closing = await post();

    expect([stored.status, closing.status]).toEqual([503, 503]);
    expect(stored.headers.get('retry-after')).not.toBeNull();
  });

  test('leaves no secret in any log line so far', async () => {
    await post({ 'auth[application_token]': 'forged-secret' });
    await post({ 'document_id[2]': 'LEAD_5' });
    away = true;
    await post();

    expect(log.lines.length).toBeGreaterThan(0);
    const said = JSON.stringify(log.lines);
    for (const secret of [
      BODY['event_token'] ?? '',
      BODY['auth[access_token]'] ?? '',
      APPLICATION_TOKEN,
      'forged-secret',
    ]) {
      expect(said).not.toContain(secret);
    }
  });
});
