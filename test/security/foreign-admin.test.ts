/** Settings, templates, self-check and report in the wrong hands: another portal's, an agent's, a lead's, of who was an administrator. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { composeTools } from '../../src/compose-tools.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { aJournalEntry } from '../support/a-journal-entry.ts';
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
const COLLEAGUE = 3;
const LEAD = 4;
const ONE = '/api/settings/pipeline/2:5';
const TEMPLATES = '/api/settings/templates';
const PEOPLE = '/api/settings/people?q=';
const OWN =
  'Обращение {{ticketId}}: готово\n\nТекст первого портала: {{solution}}\n{{link}} до {{closeBy}}';

let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true, role: 'web' });
  [one, two] = app.portals;
  for (const portal of [one, two]) {
    await app.install(portal);
    await app.setUp(portal);
    await withTools(portal, async ({ policies }) => {
      const policy = await policies.find(portal.memberId, PIPELINE);
      if (policy) await policies.save(portal.memberId, { ...policy, leads: [LEAD] });
    });
  }
}, 120_000);
afterAll(() => app.close());

type Tools = Awaited<ReturnType<typeof composeTools>>;

async function withTools(portal: Sandbox, work: (tools: Tools) => Promise<unknown>): Promise<void> {
  const tools = await composeTools({
    webhookUrl: portal.webhookUrl,
    redisUrl: app.redis.url,
    dataDir: '',
    portalId: portal.memberId,
  });
  try {
    await work(tools);
  } finally {
    await tools.close();
  }
}

const pagePost = (portal: Sandbox, userId: number) => portal.apps.open(CLIENT_ID, { userId });

async function enter(portal: Sandbox, userId: number): Promise<string> {
  const { status, text } = await postFrame(pagePost(portal, userId));
  if (status !== 200) throw new Error(`the page answered ${status}`);
  return installTokenOf(text);
}

async function panel(portal: Sandbox, { id }: TicketRef): Promise<string> {
  const placement = 'CRM_DEAL_DETAIL_TAB';
  const options = { ID: String(id) };
  const post = portal.apps.open(CLIENT_ID, { userId: AGENT, placement, options });
  return installTokenOf((await postFrame(post)).text);
}

type Asked = readonly [method: string, path: string, body?: object];

async function call(
  token: string,
  [method, path, body]: Asked,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** Who is refused is refused before the body is looked at: any will do. */
const SETTINGS_READ: readonly Asked[] = [
  ['GET', '/api/settings'],
  ['GET', ONE],
  ['GET', `${ONE}/version/1`],
  ['GET', '/api/settings/versions?pipeline=2:5'],
  ['GET', '/api/settings/export?pipeline=2:5'],
  ['GET', `${PEOPLE}1`],
  ['GET', TEMPLATES],
  ['GET', `${TEMPLATES}/export`],
  ['GET', '/api/settings/doctor'],
  ['GET', '/api/settings/lock?pipeline=2:5'],
  ['GET', '/api/settings/progress?pipeline=2:5'],
];
const SETTINGS_DONE: readonly Asked[] = [
  ['PUT', ONE, {}],
  ['POST', `${ONE}/check`, {}],
  ['POST', '/api/settings/import', {}],
  ['POST', `${TEMPLATES}/import`, {}],
  ['POST', `${TEMPLATES}/preview`, {}],
  ['POST', `${TEMPLATES}/test`, {}],
  ['PUT', `${TEMPLATES}/ru/request`, { text: OWN, version: 0 }],
  ['DELETE', `${TEMPLATES}/ru/request?version=0`],
  ['POST', '/api/settings/doctor', {}],
  ['PUT', '/api/settings/doctor/answers', {}],
];
const REPORT_READ: readonly Asked[] = [
  ['GET', '/api/report'],
  ['GET', '/api/report/csv'],
  ['GET', '/api/report/tickets?figure=refused'],
  ['GET', '/api/report/lists'],
  ['GET', '/api/report/typical'],
];
const HOLD: Asked = [
  'POST',
  '/api/report/hold',
  { ticket: '2:1', days: 3, reason: 'Клиент в отпуске' },
];
const ALL = [...SETTINGS_READ, ...SETTINGS_DONE, ...REPORT_READ, HOLD];

/** `PUT /api/… 200` for every route that answers otherwise than it should. */
async function notAnswering(
  status: number,
  token: string,
  routes: readonly Asked[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const asked of routes) {
    const answer = await call(token, asked);
    if (answer.status !== status) found.push(`${asked[0]} ${asked[1]} ${answer.status}`);
  }
  return found;
}

/** Everything that can be changed from these pages, as the portal's own administrator sees it. */
async function everything(portal: Sandbox): Promise<string> {
  const token = await enter(portal, ADMIN);
  const seen: string[] = [];
  for (const asked of [
    ['GET', ONE],
    ['GET', '/api/settings/versions?pipeline=2:5'],
    ['GET', '/api/settings/export?pipeline=2:5'],
    ['GET', `${TEMPLATES}/export`],
    ['GET', TEMPLATES],
  ] as const) {
    const { status, text } = await call(token, asked);
    if (status !== 200) throw new Error(`${asked[1]} answered ${status}`);
    seen.push(text.replaceAll(/"(at|now|nowText|\w*At|example)":("[^"]*"|\d+|\{.*?\}\})/g, ''));
  }
  return seen.join('\n');
}

async function policyOf(
  token: string,
): Promise<{ policy: Record<string, unknown>; version: number }> {
  const { text } = await call(token, ['GET', ONE]);
  return JSON.parse(text) as { policy: Record<string, unknown>; version: number };
}

describe('an administrator of one portal', () => {
  it('changes and reads that portal alone, whatever a request names besides', async () => {
    const foreign = two.control.createTicket({ ...PIPELINE, title: 'Тайна второго' }, AGENT);
    const entry = {
      ref: foreign,
      kind: 'closed',
      confirmation: 'confirmed',
      at: Date.now(),
    } as const;
    await withTools(two, ({ journal }) => journal.append(two.memberId, [aJournalEntry(entry)]));
    const before = await everything(two);
    const ticketBefore = JSON.stringify([...two.control.ticket(foreign).uf]);
    const token = await enter(one, ADMIN);
    const named = `member_id=${two.memberId}&portalId=${two.memberId}&DOMAIN=${new URL(two.url).host}`;
    const headers = { Origin: two.url, Referer: `${two.url}/`, 'X-Member-Id': two.memberId };
    const at = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}${named}`;

    const { policy, version } = await policyOf(token);
    const changed = { policy: { ...policy, undoMinutes: 27 }, version };
    const saved = await call(token, ['PUT', at(ONE), changed], headers);
    const words = await call(
      token,
      ['PUT', at(`${TEMPLATES}/ru/request`), { text: OWN, version: 0 }],
      headers,
    );
    const answers: string[] = [];
    for (const [method, path] of [...SETTINGS_READ, ...REPORT_READ]) {
      answers.push((await call(token, [method, at(path)], headers)).text);
    }
    const closed = `/api/report/tickets?figure=kind%3Aclosed&portal=${two.memberId}`;
    answers.push((await call(token, ['GET', closed], headers)).text);
    const hold = { ticket: `2:${foreign.id + 1000}`, days: 3, reason: 'Клиент в отпуске' };
    const held = await call(token, ['POST', at('/api/report/hold'), hold], headers);
    const theirs = await call(await enter(two, ADMIN), ['GET', closed]);

    expect([saved.status, words.status]).toEqual([200, 200]);
    expect(held.status).toBeGreaterThanOrEqual(400);
    expect(theirs.text).toContain('Тайна второго');
    expect(answers.join('\n')).not.toContain('Тайна второго');
    expect(answers.join('\n')).not.toContain(two.memberId);
    expect(answers.join('\n')).toContain('Текст первого портала');
    expect(await everything(two)).toBe(before);
    expect(JSON.stringify([...two.control.ticket(foreign).uf])).toBe(ticketBefore);
  });

  it('is nobody on the other one: neither half of the post can be lent', async () => {
    const mine = pagePost(one, ADMIN);
    const theirs = pagePost(two, AGENT).body;
    const answers = await Promise.all([
      postFrame(mine, { member_id: two.memberId }),
      postFrame(mine, { APPLICATION_TOKEN: theirs['APPLICATION_TOKEN'] ?? '' }),
      postFrame(mine, {
        member_id: two.memberId,
        APPLICATION_TOKEN: theirs['APPLICATION_TOKEN'] ?? '',
      }),
      postFrame(mine, { AUTH_ID: theirs['AUTH_ID'] ?? '' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(answers.every(({ text }) => installTokenOf(text) === '')).toBe(true);
  });
});

describe('who is no administrator', () => {
  it('is refused every one of the settings, a lead as well as an agent', async () => {
    const before = await everything(one);
    for (const userId of [AGENT, COLLEAGUE, LEAD]) {
      const token = await enter(one, userId);
      expect(await notAnswering(403, token, [...SETTINGS_READ, ...SETTINGS_DONE])).toEqual([]);
    }
    expect(await everything(one)).toBe(before);
  });

  it('has no report as an agent, and has it as a lead', async () => {
    const agent = await enter(one, AGENT);
    const lead = await enter(one, LEAD);

    expect(await notAnswering(403, agent, [...REPORT_READ, HOLD])).toEqual([]);
    expect(await notAnswering(200, lead, REPORT_READ)).toEqual([]);
  });

  it('does not become one by saying so', async () => {
    const token = await enter(one, AGENT);
    const [body = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const raised = Buffer.from(JSON.stringify({ ...claims, a: true })).toString('base64url');
    const forged = token.replace(body, raised);
    const post = await postFrame(pagePost(one, AGENT), { isAdmin: 'Y', ADMIN: 'Y', IS_ADMIN: '1' });

    expect(await notAnswering(401, forged, ALL)).toEqual([]);
    expect(await notAnswering(403, installTokenOf(post.text), [SETTINGS_READ[0] ?? HOLD])).toEqual(
      [],
    );
  });
});

describe('a session', () => {
  it('of a ticket’s panel opens none of these pages, and one of these pages no panel', async () => {
    const ref = one.control.createTicket({ ...PIPELINE, title: 'Панель' }, AGENT);
    const panelToken = await panel(one, ref);
    const admin = await enter(one, ADMIN);
    const card: readonly Asked[] = [
      ['GET', '/api/card'],
      ['PUT', '/api/card/draft', { fields: { solution: 'x' } }],
      ['POST', '/api/card/action', { action: 'undo' }],
      ['POST', '/api/card/similar', { words: 'x' }],
    ];

    expect(await notAnswering(401, panelToken, ALL)).toEqual([]);
    expect(await notAnswering(401, admin, card)).toEqual([]);
    expect((await call(panelToken, ['GET', '/api/card'])).status).toBe(200);
  });

  it('of an uninstalled portal opens nothing', async () => {
    const token = await enter(two, ADMIN);
    await two.apps.uninstall(CLIENT_ID, false);
    const open = await notAnswering(401, token, ALL);
    const gone = open.filter((line) => !line.endsWith(' 409'));
    await app.install(two);

    expect(gone).toEqual([]);
  });
});

describe('an administrator who is one no more', () => {
  it('cannot do anything in the minutes that the session still lasts, nor renew it as one', async () => {
    one.control.setAdmin(COLLEAGUE, true);
    const token = await enter(one, COLLEAGUE);
    const { policy, version } = await policyOf(token);
    const before = await everything(one);
    one.control.setAdmin(COLLEAGUE, false);
    const wish = { policy: { ...policy, undoMinutes: 3 }, version };
    const saved = await call(token, ['PUT', ONE, wish]);
    const renewed = await call(token, [
      'POST',
      '/session',
      { authId: pagePost(one, COLLEAGUE).body['AUTH_ID'] },
    ]);
    const next = installTokenOf(renewed.text);

    expect(saved.status).toBe(403);
    expect(await notAnswering(403, token, [...SETTINGS_DONE, HOLD])).toEqual([]);
    expect([renewed.status, next === '']).toEqual([200, false]);
    expect(await notAnswering(403, next, ALL)).toEqual([]);
    expect(await everything(one)).toBe(before);
  });

  it('and no employee any more is not known at all', async () => {
    one.control.setAdmin(COLLEAGUE, true);
    const token = await enter(one, COLLEAGUE);
    const { policy, version } = await policyOf(token);
    const before = await everything(one);
    // A dismissal ends every token of the employee.
    one.control.dismissUser(COLLEAGUE);
    one.apps.revoke(CLIENT_ID, COLLEAGUE);
    const wish = { policy: { ...policy, undoMinutes: 3 }, version };
    const saved = await call(token, ['PUT', ONE, wish]);
    const others = await notAnswering(401, token, [...SETTINGS_DONE, HOLD]);
    const after = await everything(one);
    one.control.dismissUser(COLLEAGUE, false);
    one.control.setAdmin(COLLEAGUE, false);

    expect(saved.status).toBe(401);
    expect(others).toEqual([]);
    expect(after).toBe(before);
  });

  it('or leads no pipeline any more, has no report and sets no pauses', async () => {
    const token = await enter(one, LEAD);
    const leads = (ids: readonly number[]) =>
      withTools(one, async ({ policies }) => {
        const policy = await policies.find(one.memberId, PIPELINE);
        if (policy) await policies.save(one.memberId, { ...policy, leads: [...ids] });
      });
    const asLead = await notAnswering(200, token, REPORT_READ);
    await leads([ADMIN]);
    const after = await notAnswering(403, token, [...REPORT_READ, HOLD]);
    await leads([LEAD]);

    expect([asLead, after]).toEqual([[], []]);
  });
});
