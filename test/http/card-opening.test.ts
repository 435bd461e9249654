/** What opening the ticket panel costs the portal, by the portal's own count; no sweeps in this process. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CardState } from '../../src/core/card-state.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { CLIENT_ID, PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { postFrame } from '../support/sandbox-app.ts';

const REQUESTS = { entityTypeId: 1034, categoryId: 12 } as const;
const AGENT = 2;
let app: InstalledApp;
let portal: Sandbox;

beforeAll(async () => {
  app = await startInstalledApp({}, { role: 'web' });
  [portal] = app.portals;
  await app.install(portal);
  await app.setUp(portal);
  await app.setUp(portal, REQUESTS);
  // The tab of the second type is registered by the same steps once more.
  await app.install(portal);
  portal.control.relateTypes(1034, 2);
});
afterAll(() => app.close());

interface First {
  readonly state: CardState;
  readonly soon?: true;
}

let ref: TicketRef;
beforeEach(() => {
  const contact = { name: 'Мария', lastName: 'Соколова', emails: [], phones: [] };
  const contactIds = [portal.control.addContact(contact)];
  ref = portal.control.createTicket({ ...PIPELINE, title: 'Шлагбаум', contactIds }, AGENT);
});

async function open(ticket: TicketRef) {
  const placement =
    ticket.entityTypeId === 2
      ? 'CRM_DEAL_DETAIL_TAB'
      : `CRM_DYNAMIC_${ticket.entityTypeId}_DETAIL_TAB`;
  const options = { ID: String(ticket.id) };
  const post = portal.apps.open(CLIENT_ID, { userId: AGENT, placement, options });
  portal.stats.reset();
  const { status, text } = await postFrame(post);
  const { requests, commands } = portal.stats;
  const [, json = 'null'] = /id="state">([\s\S]*?)<\/script>/.exec(text) ?? [];
  const { session, first } = JSON.parse(json) as { session: { token: string }; first: First };
  return { status, requests, commands, first, token: session.token };
}

const call = async (token: string, method: string, path: string, body?: object) => {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    state: ((await response.json()) as { state: CardState }).state,
  };
};

const byId = ({ criteria }: CardState) =>
  Object.fromEntries(criteria.map(({ id, status, evidence }) => [id, [status, evidence.text]]));

describe('the knowledge base in the panel', () => {
  it("is written in the agent's own name", async () => {
    const { token } = await open(ref);
    const fields = { problem: 'Шлагбаум не поднимается', solution: 'Перезапустили контроллер' };
    await call(token, 'PUT', '/api/card/draft', { fields });
    const made = await call(token, 'POST', '/api/card/action', {
      action: 'kb-create',
      conditions: '',
    });
    const [note] = portal.control.notes().slice(-1);

    expect(made.status).toBe(200);
    expect(note?.createdBy).toBe(AGENT);
  });
});

describe('opening the panel', () => {
  it('is one request, with work, conversation, stage and history in it', async () => {
    portal.control.clientWrites(ref, 'Когда почините?');
    portal.control.addTask(ref, 'Выехать на место');
    const before = await open(ref);
    const said = { action: 'by-agent', channel: 'phone', at: Date.now(), words: 'вход работает' };
    await call(before.token, 'POST', '/api/card/action', said);
    const { requests, commands, first } = await open(ref);

    expect([before.requests, requests]).toEqual([1, 1]);
    expect(Math.max(before.commands, commands)).toBeLessThanOrEqual(50);
    expect(first).not.toHaveProperty('soon');
    expect(first.state.ticket).toMatchObject({ title: 'Шлагбаум', stageName: 'Новое' });
    expect(byId(first.state)).toMatchObject({
      'related-work-closed': ['unmet', expect.anything()],
      'questions-answered': ['unmet', 'клиент ждёт ответа'],
    });
    expect(first.state.history[0]).toMatchObject({ who: 'Анна Орлова' });
  });

  it('tells what a later look through the app tells', async () => {
    portal.control.operatorWrites(ref, 'Готово, проверьте', AGENT);
    const child = { ...REQUESTS, title: 'Дочернее' };
    const { id } = portal.control.createTicket(child, AGENT);
    portal.control.ticket({ entityTypeId: 1034, id }).parents.set(2, ref.id);
    const { first, token, requests } = await open(ref);
    const later = await call(token, 'GET', '/api/card');

    expect(requests).toBe(1);
    expect(byId(first.state)).toEqual(byId(later.state));
    expect(byId(first.state)).toMatchObject({
      'related-work-closed': ['unmet', expect.anything()],
    });
    expect(first.state.version).toBe(later.state.version);
  });

  it('of a smart process finds the chat of its client in the same request', async () => {
    const { contactIds } = portal.control.ticket(ref);
    const item = portal.control.createTicket({ ...REQUESTS, title: 'Заявка', contactIds }, AGENT);
    portal.control.clientWrites(item, 'Пропуск не работает');
    const { requests, first } = await open(item);

    expect(requests).toBe(1);
    expect(first).not.toHaveProperty('soon');
    expect(byId(first.state)['questions-answered']).toEqual(['unmet', 'клиент ждёт ответа']);
  });

  it('leaves to a second request what needs one, and says so', async () => {
    portal.control.operatorWrites(ref, 'Первый чат', AGENT);
    portal.control.addChat(ref, AGENT);
    const { requests, first, token } = await open(ref);
    const later = await call(token, 'GET', '/api/card');

    expect([requests, first.soon]).toEqual([1, true]);
    expect(byId(first.state)['questions-answered']?.[0]).toBe('unknown');
    expect(byId(later.state)['questions-answered']?.[0]).not.toBe('unknown');
  });

  it('of a ticket the agent may not see shows nothing of it', async () => {
    portal.control.hideTicketFrom(ref, AGENT);
    const post = portal.apps.open(CLIENT_ID, {
      userId: AGENT,
      placement: 'CRM_DEAL_DETAIL_TAB',
      options: { ID: String(ref.id) },
    });
    const { status, text } = await postFrame(post);

    expect(status).toBe(403);
    expect(text).not.toContain('Шлагбаум');
  });
});
