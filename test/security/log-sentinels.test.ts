/**
 * A day of an installed portal and of a webhook's, with errors provoked on the way. Everything secret and everything a
 * person wrote carries a mark; no mark stands in a line of the log, in a queued job, in an address asked, or in a refusal.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { composeTools } from '../../src/compose-tools.ts';
import { startService } from '../../src/compose.ts';
import type { Service } from '../../src/compose.ts';
import type { CardState } from '../../src/core/card-state.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { createLog } from '../../src/log.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import {
  APP_SECRET,
  CLIENT_ID,
  CLIENT_SECRET,
  PIPELINE,
  startInstalledApp,
  WORKDAY,
} from '../support/an-installed-app.ts';
import { eventually, until } from '../support/eventually.ts';
import { confirmedByHand, readyTicket, write } from '../support/ready-ticket.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { RecordingLog } from '../support/recording-log.ts';
import { postFrame } from '../support/sandbox-app.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { TestRedis } from '../support/start-test-redis.ts';

const AGENT = 2;
const ADMIN = 1;
/** Whatever people write in this suite holds one of these. */
const words = (name: string): string => `Пожалуйста сентинель${name}${name}`;
const WORDS = /сентинель/iu;

let printed = '';
const heard: string[] = [];
const refusals: string[] = [];
const jobs: string[] = [];
const asked: string[] = [];
let app: InstalledApp;
let webhook: Service;
let one: Sandbox;
let two: Sandbox;
let webhookRedis: TestRedis;
let stores: readonly Redis[];
const tokens = new Set<string>([CLIENT_SECRET, APP_SECRET]);

/** The service's own log, and what it was given before anything was taken out. */
function teeLog(): RecordingLog {
  const recorded = recordingLog();
  const real = createLog('trace', { write: (line: string) => void (printed += line) });
  const both = (level: 'info' | 'warn' | 'error') => (fields: object, message: string) => {
    recorded[level]({ ...fields }, message);
    real[level]({ ...fields }, message);
  };
  return { lines: recorded.lines, info: both('info'), warn: both('warn'), error: both('error') };
}

interface UndiciRequest {
  readonly request: { readonly origin: unknown; readonly path: string };
}
interface NodeRequest {
  readonly request: { readonly host: string; readonly path: string };
}
const onFetch = (message: unknown): void => {
  const { request } = message as UndiciRequest;
  asked.push(`${String(request.origin)}${request.path}`);
};
const onRequest = (message: unknown): void => {
  const { request } = message as NodeRequest;
  asked.push(`${request.host}${request.path}`);
};

beforeAll(async () => {
  subscribe('undici:request:create', onFetch);
  subscribe('http.client.request.start', onRequest);
  const log = teeLog();
  // The webhook's portal keeps the platform's pace: what is told of waiting is looked at too.
  app = await startInstalledApp({}, { log, now: WORKDAY, roomy: true });
  [one, two] = app.portals;
  // A store of its own: services that serve different portals must not work off one another's jobs.
  webhookRedis = await startTestRedis();
  stores = [app.redis.url, webhookRedis.url].map((url) => new Redis(url));
  webhook = await startService({
    portal: { id: 'webhook', webhookUrl: two.webhookUrl, eventTokens: ['event-token-sentinel'] },
    redisUrl: webhookRedis.url,
    role: 'all',
    port: 0,
    clock: app.clock,
    log,
    secret: APP_SECRET,
    tuning: { sweepEveryMs: 500 },
  });
  tokens.add('event-token-sentinel');
  tokens.add(new URL(two.webhookUrl).pathname.split('/').find((part) => part.length > 8) ?? '');
});
afterAll(async () => {
  unsubscribe('undici:request:create', onFetch);
  unsubscribe('http.client.request.start', onRequest);
  for (const redis of stores) redis.disconnect();
  await webhook.close(2000);
  await webhookRedis.remove();
  await app.close();
});

/** Everything that waits in a queue, and every key's name. */
async function lookIntoQueues(): Promise<void> {
  for (const redis of stores) await lookInto(redis);
}

async function lookInto(redis: Redis): Promise<void> {
  for (const key of await redis.keys('*')) {
    jobs.push(key);
    if (!key.startsWith('{cgq}')) continue;
    const type = await redis.type(key);
    if (type === 'hash') jobs.push(JSON.stringify(await redis.hgetall(key)));
    if (type === 'list') jobs.push(...(await redis.lrange(key, 0, -1)));
    if (type === 'zset') jobs.push(...(await redis.zrange(key, '0', '-1')));
    if (type === 'stream') jobs.push(JSON.stringify(await redis.xrange(key, '-', '+')));
  }
}

async function ask(url: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  heard.push(url);
  // The client's own page shows the client's own words again: that is no leak.
  const ownPage = url.includes('/c/');
  const headers = JSON.stringify([...response.headers]);
  if (response.status >= 400) refusals.push(headers, ...(ownPage ? [] : [text]));
  return { status: response.status, text };
}

const panelPost = ({ id }: TicketRef) =>
  one.apps.open(CLIENT_ID, {
    userId: AGENT,
    placement: 'CRM_DEAL_DETAIL_TAB',
    options: { ID: String(id) },
  });

async function openPanel(ref: TicketRef): Promise<string> {
  const { text } = await postFrame(panelPost(ref));
  const token = /"token":"([^"]+)"/.exec(text)?.[1] ?? '';
  tokens.add(token);
  return token;
}

const card = (token: string, path: string, method: string, body?: unknown) =>
  ask(`${app.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

async function act(token: string, body: object): Promise<CardState | null> {
  let answer = { status: 0, text: '' };
  await until(async () => {
    answer = await card(token, '/api/card/action', 'POST', body);
    // Another's work on the ticket, or a fault just provoked: the button is pressed again.
    return answer.status < 500;
  });
  return answer.status === 200 ? (JSON.parse(answer.text) as { state: CardState }).state : null;
}

const linkIn = (ref: TicketRef): string => {
  const said = one.control.chats(ref).flatMap(({ messages }) => messages.map(({ text }) => text));
  return /http:\/\/\S+\/c\/[\w-]+/.exec(said.join(' '))?.[0] ?? '';
};

/** What a fault was meant for may have been answered without asking the portal: no other request may meet it later. */
function noMoreFaults(): void {
  for (const { faults } of [one, two]) faults.failNextRequests.count = 0;
}

async function provoke(token: string): Promise<void> {
  for (const portal of [one, two]) {
    portal.faults.failNextRequests = { count: 2, status: 500, code: 'INTERNAL_SERVER_ERROR' };
  }
  await card(token, '/api/card', 'GET');
  one.faults.failNextRequests = { count: 1, status: 401, code: 'expired_token' };
  await card(token, '/api/card', 'GET');
  one.faults.failNextRequests = { count: 1, status: 400, code: words('Code') };
  await card(token, '/api/card', 'GET');
  noMoreFaults();
  await card(token, '/api/card/action', 'POST', `{"action":"${words('Json')}`);
  await card(token, '/api/card/action', 'POST', { action: words('Action') });
  await card(token, '/api/card/draft', 'PUT', { fields: { [words('Field').slice(0, 30)]: 'x' } });
  await card(`${token}x`, '/api/card', 'GET');
  for (const path of ['/install', '/app', '/card', '/events', '/session', '/robot']) {
    const secret = one.apps.applicationToken(CLIENT_ID);
    await ask(`${app.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams({
        member_id: one.memberId,
        AUTH_ID: words('Auth'),
        REFRESH_ID: words('Refresh'),
        APPLICATION_TOKEN: secret,
        PLACEMENT: words('Placement'),
        event: words('Event'),
        'auth[application_token]': secret,
        'auth[member_id]': one.memberId,
        'data[text]': words('Data'),
      }),
    });
    await ask(`${app.url}${path}/${token.slice(0, 20)}`, { method: 'DELETE' });
  }
}

/** The agent may pass over criteria with a written reason. */
async function letOverride(): Promise<void> {
  const tools = await composeTools({
    webhookUrl: one.webhookUrl,
    redisUrl: app.redis.url,
    dataDir: '',
    portalId: one.memberId,
  });
  const policy = await tools.policies.find(one.memberId, PIPELINE);
  if (policy) await tools.policies.save(one.memberId, { ...policy, overriders: [AGENT] });
  await tools.close();
}

/** A ticket with everything written and confirmed, closed from the panel; its documentation stands in the timeline. */
async function closeAnother(): Promise<CardState | null> {
  const ready = await readyTicket(one, words('Ready'));
  await write(one, ready.ref, {
    'Описание проблемы': `Клиент не получает код подтверждения. ${words('Described')}`,
    'Причина проблемы': `Номер попал в стоп-лист шлюза СМС. ${words('Caused')}`,
    Решение: `Номер убран из стоп-листа, код отправлен повторно. ${words('Solved')}`,
  });
  await confirmedByHand(one, ready);
  const state = await act(await openPanel(ready.ref), { action: 'close', outcome: null });
  const solved = words('Solved');
  await eventually(
    'the documentation of a closing',
    () => one.control.comments(ready.ref).map(({ text }) => text),
    (comments) => comments.some((text) => text.includes(solved)),
  );
  return state;
}

describe('a day of two portals', () => {
  it('leaves no secret and no word of anybody in log, jobs, addresses and refusals', async () => {
    await app.install(one);
    await app.setUp(one);
    await letOverride();
    const contactIds = [
      one.control.addContact({
        name: words('Name'),
        lastName: words('Surname'),
        emails: ['sentinel@sentinel.example'],
        phones: ['+79005554433'],
      }),
    ];
    const wanted = { ...PIPELINE, title: words('Title'), contactIds };
    const ref = one.control.createTicket(wanted, AGENT);
    one.control.clientWrites(ref, words('Chat'));
    one.control.operatorWrites(ref, words('Operator'), AGENT);
    one.control.addEmail(ref, {
      direction: 'in',
      subject: words('Subject'),
      text: words('Letter'),
    });

    const token = await openPanel(ref);
    const fields = { problem: words('Problem'), solution: words('Solution'), timeSpent: 5 };
    await until(
      async () =>
        (await card(token, '/api/card/draft', 'PUT', { fields, base: {} })).status === 200,
    );
    await act(token, { action: 'request' });
    await until(() => linkIn(ref) !== '');
    await lookIntoQueues();
    const link = linkIn(ref);
    tokens.add(link.split('/c/')[1] ?? '');
    const { text } = await ask(link);
    const form = /name="form" value="([^"]+)"/.exec(text)?.[1] ?? '';
    tokens.add(form);
    const posted = { answer: 'not-solved', comment: words('Answer'), form, lang: 'ru' };
    await ask(link, { method: 'POST', body: new URLSearchParams({ ...posted, form: `${form}x` }) });
    await ask(link, { method: 'POST', body: new URLSearchParams(posted) });
    await lookIntoQueues();
    await eventually(
      'the ticket to be back in work',
      () => one.control.ticket(ref).stageId,
      (stageId) => stageId !== 'C5:UC_WAIT',
    );

    await provoke(token);
    await until(async () => (await card(token, '/api/card', 'GET')).status === 200);
    one.apps.expireTokens(CLIENT_ID);
    await act(await openPanel(ref), {
      action: 'kb-decide',
      decision: 'not-needed',
      why: words('Why'),
    });
    const again = await openPanel(ref);
    const told = await act(again, {
      action: 'by-agent',
      channel: 'phone',
      at: app.clock.now(),
      words: words('Phone'),
    });
    const passed = await act(again, { action: 'override', outcome: null, reason: words('Reason') });
    const closed = await closeAnother();

    // The portal of the webhook: a premature closing while its portal is in trouble.
    const other = two.control.createTicket({ ...PIPELINE, title: words('Webhook') }, AGENT);
    two.control.moveTicket(other, 'C5:WON', ADMIN);
    await lookIntoQueues();
    await one.apps.uninstall(CLIENT_ID, true);
    await until(async () => (await card(again, '/api/card', 'GET')).status === 401);
    await lookIntoQueues();
    for (const secret of [...one.apps.secrets(CLIENT_ID), ...two.apps.secrets(CLIENT_ID)]) {
      tokens.add(secret);
    }
    const recorded = JSON.stringify(app.log.lines);

    const places = { printed, recorded, refusals: refusals.join('\n'), jobs: jobs.join('\n') };
    const found = Object.entries(places).flatMap(([place, all]) =>
      [...tokens]
        .filter((secret) => secret.length > 5 && all.includes(secret))
        .map(
          (secret) =>
            `${place}: ${all.slice(Math.max(0, all.indexOf(secret) - 80), all.indexOf(secret) + 20)}`,
        ),
    );
    expect(printed.split('\n').length).toBeGreaterThan(5);
    expect(told?.confirmation.state).toBe('by-agent');
    expect(passed?.stage).toBe('closed');
    expect(closed?.stage).toBe('closed');
    expect(refusals.length).toBeGreaterThan(10);
    expect(jobs.length).toBeGreaterThan(10);
    expect(found).toEqual([]);
    for (const all of Object.values(places)) {
      expect(
        all.split('\n').filter((line) => WORDS.test(line) || /sentinel@|5554433/.test(line)),
      ).toEqual([]);
    }
    expect(loudAddresses()).toEqual([]);
    expect(asked.length).toBeGreaterThan(50);
  });
});

/** Addresses with a secret or with words in them; not those this suite opened itself, and the webhook's own way in. */
function loudAddresses(): readonly string[] {
  const webhookPath = new URL(two.webhookUrl).pathname;
  return asked
    .filter(
      (url) =>
        !heard.some((mine) => url.length > 8 && mine.endsWith(url.replace(/^https?:\/\//, ''))),
    )
    .map((url) => url.replace(webhookPath, '/'))
    .filter(
      (url) =>
        WORDS.test(decodeURIComponent(url)) ||
        [...tokens].some((secret) => secret.length > 5 && url.includes(secret)),
    );
}
