/** Presses on buttons in timelines, as they come in at /events: kept before the answer, from known portals alone. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PortalState } from '../../src/app/ports/portals.ts';
import { AppError } from '../../src/errors.ts';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import type { PressBody } from '../../src/http/press-body.ts';
import { recordingLog } from '../support/recording-log.ts';

const MEMBER = 'a223c6b3710f85df22e9377d6c4f7553';
const TOKEN = 'application-token-of-the-portal';
const WEBHOOK_TOKEN = 'token-of-the-outgoing-webhook';
const PRESS = {
  event: 'ONCRMTIMELINEITEMACTION',
  'data[id]': 'recheck',
  'data[entityTypeId]': '2',
  'data[entityId]': '759',
  'data[activityId]': '15',
  'auth[member_id]': MEMBER,
  'auth[application_token]': TOKEN,
};

let server: Server;
let base = '';
let state: PortalState = 'active';
let away = false;
let pressed: { readonly portalId: string; readonly press: PressBody }[] = [];
let rung: string[] = [];

beforeAll(async () => {
  server = createHttpServer({
    doorbell: {
      async ring(_portalId, events) {
        rung.push(...events.map(({ key }) => key));
      },
      async refused() {},
    },
    eventTokens: [WEBHOOK_TOKEN],
    portalId: 'webhook',
    installed: {
      recognise: async (portalId, token) => (portalId === MEMBER && token === TOKEN ? state : null),
      lifecycle: async () => 'refused',
    },
    async pressed(portalId, press) {
      if (away) throw new AppError('store-unavailable', 'start Redis', { retry: 'backoff' });
      pressed.push({ portalId, press });
    },
    log: recordingLog(),
    ready: () => true,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(() => new Promise((done) => void server.close(done)));
beforeEach(() => {
  state = 'active';
  away = false;
  pressed = [];
  rung = [];
});

function post(changes: Readonly<Record<string, string>> = {}): Promise<Response> {
  const body = new URLSearchParams({ ...PRESS, ...changes });
  return fetch(`${base}/events`, { method: 'POST', body });
}

const ref = { entityTypeId: 2, id: 759 };

describe('a press', () => {
  it('is kept with its record and ticket, and brings no sweep of its own', async () => {
    const response = await post();

    expect(response.status).toBe(200);
    expect(pressed).toEqual([{ portalId: MEMBER, press: { activityId: 15, ref, userId: null } }]);
    expect(rung).toEqual(['']);
  });

  it.each([
    ['in the event’s own field', { 'auth[user_id]': '7' }, 7],
    ['in the context', { 'data[userId]': '8' }, 8],
    ['in both: the portal’s own is believed', { 'auth[user_id]': '7', 'data[userId]': '8' }, 7],
    ['as nonsense', { 'auth[user_id]': 'me', 'data[userId]': '-1' }, null],
  ])('tells who pressed %s', async (_where, changes, userId) => {
    await post(changes);

    expect(pressed.map(({ press }) => press.userId)).toEqual([userId]);
  });

  it('reads nothing that travels through the browser', async () => {
    await post({ 'data[ticket]': '2:760', 'data[actionParams][entityId]': '760' });

    expect(pressed.map(({ press }) => press.ref)).toEqual([ref]);
  });

  it('is kept for a portal that is not served now', async () => {
    state = 'needs-reconnecting';
    const response = await post();

    expect([response.status, pressed.length, rung.length]).toEqual([200, 1, 0]);
  });

  it.each([
    ['a made-up token', { 'auth[application_token]': 'made-up' }, 401],
    ['no token', { 'auth[application_token]': '' }, 401],
    ['another portal’s name', { 'auth[member_id]': 'b223c6b3710f85df22e9377d6c4f7553' }, 401],
    ['a webhook, which has no buttons', { 'auth[application_token]': WEBHOOK_TOKEN }, 200],
    ['no record', { 'data[activityId]': '' }, 200],
    ['a record that is no number', { 'data[activityId]': '15 or 1' }, 200],
  ])('with %s is not kept', async (_what, changes, status) => {
    const response = await post(changes);

    expect([response.status, pressed]).toEqual([status, []]);
  });

  it('that cannot be kept is not acknowledged', async () => {
    away = true;

    expect((await post()).status).toBe(503);
  });
});
