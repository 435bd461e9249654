/** The self-check over real HTTP, of an app installed on a sandbox portal: each trap found, and not found on a healthy portal. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { DoctorRun, NativeLock } from '../../src/core/admin/doctor-state.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import {
  CLIENT_ID,
  installTokenOf,
  PIPELINE,
  startInstalledApp,
} from '../support/an-installed-app.ts';
import { postFrame } from '../support/sandbox-app.ts';

const ADMIN = 1;
const AGENT = 2;
const DEALS = 2;

let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;
let redis: Redis;

beforeAll(async () => {
  app = await startInstalledApp({ kind: 'local' }, { roomy: true });
  [one, two] = app.portals;
  redis = new Redis(app.redis.url);
  for (const sandbox of app.portals) {
    await app.install(sandbox);
    await app.setUp(sandbox);
  }
});
afterAll(async () => {
  redis.disconnect();
  await app.close();
});

async function sessionOf(sandbox: Sandbox, userId: number): Promise<string> {
  const page = await postFrame(sandbox.apps.open(CLIENT_ID, { userId }));
  return installTokenOf(page.text);
}

async function call(
  token: string,
  path: string,
  request: { readonly method?: string; readonly body?: object } = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(`${app.url}${path}`, {
    method: request.method ?? 'GET',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: request.body === undefined ? null : JSON.stringify(request.body),
  });
  return { status: answer.status, body: await answer.json() };
}

async function run(sandbox: Sandbox, body: object = {}): Promise<DoctorRun> {
  const token = await sessionOf(sandbox, ADMIN);
  const answer = await call(token, '/api/settings/doctor', { method: 'POST', body });
  expect(answer.status).toBe(200);
  return answer.body as DoctorRun;
}

async function found(sandbox: Sandbox, check: string): Promise<readonly string[]> {
  const { findings } = await run(sandbox, { check });
  return findings.map(({ code }) => code);
}

/** A call of the app's own, with the token of the page. */
async function rest(
  sandbox: Sandbox,
  method: string,
  params: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await fetch(`${sandbox.url}/rest/${method}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(params),
  });
  expect(answer.status).toBe(200);
}

async function answerAll(sandbox: Sandbox, answer: 'yes' | 'no'): Promise<void> {
  const token = await sessionOf(sandbox, ADMIN);
  const { questions } = await run(sandbox, { check: 'policies' });
  for (const { id } of questions) {
    const body = { id, answer };
    const done = await call(token, '/api/settings/doctor/answers', { method: 'PUT', body });
    expect(done.status).toBe(200);
  }
}

describe('the self-check', () => {
  test('finds nothing broken on a healthy portal, and asks what no method tells', async () => {
    const { findings, questions, parts } = await run(one);

    expect(findings.filter(({ level }) => level === 'fail')).toEqual([]);
    expect(questions.map(({ answer }) => answer)).toContain(null);
    expect(questions.every(({ text, why }) => text !== '' && why !== '')).toBe(true);
    expect(parts.map(({ check }) => check).join(' ')).toBe(
      'grant payment handlers scopes rights redis policies fields required stages holes automation people templates events calendar outbox clock',
    );
    expect(findings.find(({ check }) => check === 'automation')).toMatchObject({
      code: 'ask',
      title: expect.stringContaining('«'),
      why: expect.stringContaining('раньше'),
      remedy: expect.stringContaining('ниже'),
      pipeline: '2:5',
    });
  });

  test('remembers answers and when it ran, apart for each portal', async () => {
    await answerAll(one, 'no');
    expect(await found(one, 'automation')).toEqual(['ok']);
    expect(await found(two, 'automation')).toEqual(['ask']);

    const token = await sessionOf(one, ADMIN);
    const home = (await call(token, '/api/settings/doctor')).body as DoctorRun;
    expect(home.parts.find(({ check }) => check === 'automation')).toMatchObject({
      at: expect.any(Number),
      findings: [{ code: 'ok' }],
    });
  });

  test('asks again once a closing stage has another name', async () => {
    one.control.renameStage('C5:WON', 'Решено и закрыто');
    const token = await sessionOf(one, ADMIN);
    const { questions } = (await call(token, '/api/settings/doctor')).body as DoctorRun;

    expect(questions.find(({ id }) => id === 'automation 2:5 C5:WON')).toMatchObject({
      answer: null,
      stale: true,
    });
    await answerAll(one, 'no');
  });

  test('sees the event of a ticket arrive, when it may write', async () => {
    one.control.createTicket({ ...PIPELINE, title: 'Round trip' }, AGENT);

    const { findings } = await run(one, { check: 'events', write: true });

    expect(findings).toMatchObject([{ check: 'events', level: 'ok' }]);
  });
});

describe('a trap set on the portal is found:', () => {
  test('robots of closing stages that write to the client', async () => {
    await answerAll(one, 'yes');
    expect(await found(one, 'automation')).toEqual(['yes']);
    await answerAll(one, 'no');
  });

  test('workflows at every change', async () => {
    one.control.addWorkflow({ name: 'Письмо о статусе', documentType: 'DEAL', autoExecute: 2 });
    one.control.addWorkflow({ name: 'По кнопке', documentType: 'DEAL', autoExecute: 0 });

    const { findings } = await run(one, { check: 'automation' });

    expect(findings).toMatchObject([{ code: 'workflows' }]);
    expect(findings[0]?.title).toContain('Письмо о статусе');
    expect(findings[0]?.title).not.toContain('По кнопке');
  });

  test('a required field, and one that the card hides', async () => {
    const field = one.control.addField({
      entityId: 'CRM_DEAL',
      entityTypeId: DEALS,
      name: 'UF_CRM_PRODUCT',
      type: 'string',
      mandatory: true,
    });
    expect(await found(one, 'required')).toEqual(['mandatory']);

    one.control.setCard(DEALS, 5, ['TITLE', 'CLIENT']);
    expect(await found(one, 'required')).toEqual(['hidden']);
    field.mandatory = false;
    expect(await found(one, 'required')).toEqual(['ok']);
  });

  test('a deleted stage', async () => {
    const { stageId } = one.control.addStage(DEALS, 5, {
      code: 'SPAM',
      name: 'Спам',
      color: '#000000',
      semantics: 'F',
    });
    expect(await found(one, 'stages')).toContain('unmapped-final');
    one.control.deleteStage(stageId);
    expect(await found(one, 'stages')).not.toContain('unmapped-final');
    one.control.deleteStage('C5:WON');
    expect(await found(one, 'stages')).toContain('deleted');
  });

  test('a way round by another pipeline', async () => {
    expect(await found(one, 'holes')).toEqual(['hole']);
  });

  test('a dead handler: bound nowhere', async () => {
    expect(await found(two, 'handlers')).toEqual(['ok']);
    const [bound] = two.apps.bindings(CLIENT_ID).events;
    if (!bound) throw new Error('nothing is bound');
    const auth = two.apps.open(CLIENT_ID, { userId: ADMIN }).body['AUTH_ID'] ?? '';
    await rest(two, 'event.unbind', { ...bound, auth });
    expect(await found(two, 'handlers')).toEqual(['missing']);

    await rest(two, 'event.bind', {
      event: bound.event,
      handler: 'https://old.address.test/events',
      auth,
    });
    expect(await found(two, 'handlers')).toEqual(['elsewhere']);
  });

  test('a dismissed lead', async () => {
    expect(await found(two, 'people')).toEqual(['no-overriders']);
    two.control.dismissUser(ADMIN);
    expect(await found(two, 'people')).toContain('lead-dismissed');
    two.control.dismissUser(ADMIN, false);
  });

  test('Redis that forgets', async () => {
    await redis.config('SET', 'appendonly', 'no');
    expect(await found(two, 'redis')).toContain('appendonly-off');
  });
});

describe('the native lock', () => {
  test('names pipeline, stages and the account of the app', async () => {
    const token = await sessionOf(two, ADMIN);
    const { lock } = (await call(token, '/api/settings/lock?pipeline=2:5')).body as {
      lock: NativeLock;
    };

    expect(lock).toMatchObject({
      pipeline: '2:5',
      mode: 'enforce',
      account: { id: ADMIN, admin: true, rights: 'ok' },
      rightsUrl: expect.stringContaining(two.url),
    });
    expect(lock.stages.map(({ stageId }) => stageId)).toContain('C5:WON');
    expect(lock.open.map(({ stageId }) => stageId)).toContain('C5:NEW');
    expect((await call(token, '/api/settings/lock?pipeline=2:99')).status).toBe(404);
  });
});

describe('nobody but an administrator', () => {
  test.each([
    ['GET', '/api/settings/doctor'],
    ['POST', '/api/settings/doctor'],
    ['PUT', '/api/settings/doctor/answers'],
    ['GET', '/api/settings/lock?pipeline=2:5'],
  ])('may call %s %s', async (method, path) => {
    const token = await sessionOf(two, AGENT);

    const body = method === 'GET' ? {} : { body: {} };
    expect((await call(token, path, { method, ...body })).status).toBe(403);
    expect((await call('no-token-at-all-of-any-kind', path, { method, ...body })).status).toBe(401);
  });

  test('an answer or a check that is none is refused', async () => {
    const token = await sessionOf(two, ADMIN);
    const put = (body: object) =>
      call(token, '/api/settings/doctor/answers', { method: 'PUT', body });

    expect((await put({ id: 'automation 2:5 C5:NEW', answer: 'no' })).status).toBe(404);
    expect((await put({ id: 'x', answer: 'perhaps' })).status).toBe(400);
    const run = await call(token, '/api/settings/doctor', {
      method: 'POST',
      body: { check: 'nope' },
    });
    expect(run.status).toBe(400);
  });
});
