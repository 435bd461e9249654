/** The panel of an installed portal: the sandbox's own frame post, its users and its rights, over real HTTP and Redis. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CardState } from '../../src/core/card-state.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { CLIENT_ID, PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { postFrame } from '../support/sandbox-app.ts';

const ADMIN = 1;
const AGENT = 2;
let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;

beforeAll(async () => {
  app = await startInstalledApp();
  [one, two] = app.portals;
  for (const portal of [one, two]) {
    await app.install(portal);
    await app.setUp(portal);
  }
});
afterAll(() => app.close());

interface Opened {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly token: string;
  readonly state: CardState | null;
}

async function open(
  portal: Sandbox,
  id: number,
  overrides: Readonly<Record<string, string>> = {},
): Promise<Opened> {
  const placement = 'CRM_DEAL_DETAIL_TAB';
  const options = { ID: String(id) };
  const post = portal.apps.open(CLIENT_ID, { userId: AGENT, placement, options });
  const { status, text, headers } = await postFrame(post, overrides);
  const [, json = 'null'] = /id="state">([\s\S]*?)<\/script>/.exec(text) ?? [];
  const boot = JSON.parse(json) as {
    session: { token: string };
    first: { state: CardState } | null;
  } | null;
  const state = boot?.first?.state ?? null;
  return { status, text, headers, token: boot?.session.token ?? '', state };
}

async function call(token: string, method: string, path: string, body?: object) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as { state?: CardState } };
}

const ticketOf = (portal: Sandbox, title: string): number =>
  portal.control.createTicket({ ...PIPELINE, title }, ADMIN).id;

describe('the panel of an installed portal', () => {
  it('opens with the gate verdict, in a frame of that portal alone', async () => {
    const { status, headers, state } = await open(one, ticketOf(one, 'Не открывается шлагбаум'));

    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain(`frame-ancestors ${one.url}`);
    expect(state).toMatchObject({ stage: 'work', canClose: false, mode: 'enforce' });
    expect(state?.ticket.title).toBe('Не открывается шлагбаум');
  });

  it("writes what is typed in the agent's own name", async () => {
    const id = ticketOf(one, 'Кто пишет');
    const { token } = await open(one, id);
    const fields = { solution: 'Заменили блок питания контроллера', timeSpent: 25 };
    const saved = await call(token, 'PUT', '/api/card/draft', { fields });
    const { uf, updatedBy } = one.control.ticket({ entityTypeId: 2, id });

    expect(saved.status).toBe(200);
    expect([...uf.values()]).toContain('Заменили блок питания контроллера');
    expect(updatedBy).toBe(AGENT);
  });

  it('notes what the agent did, and closes nothing that is not ready', async () => {
    const { token } = await open(one, ticketOf(one, 'Рано закрывать'));
    const said = { action: 'by-agent', channel: 'phone', at: Date.now(), words: 'вход работает' };
    const noted = await call(token, 'POST', '/api/card/action', said);
    const closed = await call(token, 'POST', '/api/card/action', {
      action: 'close',
      outcome: null,
    });

    expect(noted.status).toBe(200);
    expect(noted.body.state?.confirmation.state).toBe('by-agent');
    expect(noted.body.state?.history.length).toBeGreaterThan(0);
    expect(closed.status).toBe(422);
  });

  it('is not opened by a ticket that is not there, or by what another portal gave out', async () => {
    const id = ticketOf(one, 'Чужой');
    const missing = await open(one, 999_999);
    const wrongToken = await open(one, id, { APPLICATION_TOKEN: 'made-up' });
    const wrongUser = await open(one, id, { AUTH_ID: 'made-up' });
    const otherPortal = await open(one, id, { member_id: two.memberId });

    const answers = [missing, wrongToken, wrongUser, otherPortal];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(answers.every(({ text }) => !text.includes('id="state"'))).toBe(true);
  });

  it('of one portal shows nothing of the other', async () => {
    const mine = await open(one, ticketOf(one, 'Обращение первого портала'));
    const theirs = await open(two, ticketOf(two, 'Обращение второго портала'));
    const seen = await call(theirs.token, 'GET', '/api/card');

    expect(mine.state?.ticket.title).toBe('Обращение первого портала');
    expect(seen.body.state?.ticket.title).toBe('Обращение второго портала');
  });

  it('leaves no token in the log', async () => {
    const post = one.apps.open(CLIENT_ID, {
      userId: AGENT,
      placement: 'CRM_DEAL_DETAIL_TAB',
      options: { ID: String(ticketOf(one, 'Журнал')) },
    });
    await postFrame(post);
    const lines = JSON.stringify(app.log);

    for (const name of ['AUTH_ID', 'REFRESH_ID', 'APPLICATION_TOKEN'] as const) {
      expect(lines).not.toContain(post.body[name]);
    }
  });
});
