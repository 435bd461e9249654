/** The routes of the lead's report: two installed portals, their users and their journals, over real HTTP and Redis. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { composeTools } from '../../src/compose-tools.ts';
import type {
  FigurePart,
  LeadLists,
  ReportState,
  TypicalRow,
} from '../../src/core/admin/report-state.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { aJournalEntry, aResult } from '../support/a-journal-entry.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { CLIENT_ID, PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { eventually } from '../support/eventually.ts';
import { confirmedByHand, readyTicket, write } from '../support/ready-ticket.ts';
import { postFrame } from '../support/sandbox-app.ts';

const ADMIN = 1;
const AGENT = 3;
const LEAD = 4;
const DAYS = 'from=2026-11-01&to=2026-11-30';

let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true });
  [one, two] = app.portals;
  for (const portal of [one, two]) {
    await app.install(portal);
    await app.setUp(portal);
    await withTools(portal, async ({ policies }) => {
      const policy = await policies.find(portal.memberId, PIPELINE);
      if (policy) await policies.save(portal.memberId, { ...policy, leads: [LEAD] });
    });
  }
  const unmet = { status: 'unmet', gaps: [] } as const;
  await withTools(one, ({ journal }) =>
    journal.append(one.memberId, [
      aJournalEntry({ kind: 'closed', confirmation: 'confirmed', assigneeId: 2 }),
      aJournalEntry({ results: [aResult({ verdict: unmet })], movedBy: 3 }),
      aJournalEntry({ kind: 'ungated', detail: { why: '=HYPERLINK("http://evil.example")' } }),
      aJournalEntry({ kind: 'reply-suppressed', detail: { kind: '=1+1', source: 'a' } }),
      aJournalEntry({ kind: 'client-message', detail: { kind: '@SUM(A1)', channel: 'chat' } }),
    ]),
  );
}, 120_000);
afterAll(() => app.close());

async function withTools(
  sandbox: Sandbox,
  work: (tools: Awaited<ReturnType<typeof composeTools>>) => Promise<unknown>,
): Promise<void> {
  const tools = await composeTools({
    webhookUrl: sandbox.webhookUrl,
    redisUrl: app.redis.url,
    dataDir: '',
    portalId: sandbox.memberId,
  });
  try {
    await work(tools);
  } finally {
    await tools.close();
  }
}

async function enter(portal: Sandbox, userId: number): Promise<string> {
  const { text } = await postFrame(portal.apps.open(CLIENT_ID, { userId }));
  return /"token":"([^"]+)"/.exec(text)?.[1] ?? '';
}

interface Answer {
  readonly ok: boolean;
  readonly report?: ReportState;
  readonly part?: FigurePart;
  readonly lists?: LeadLists;
  readonly typical?: readonly TypicalRow[];
  readonly message?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly field?: string };
}

async function call(token: string, path: string, body?: object) {
  const response = await fetch(`${app.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

const PATHS = [
  '/api/report',
  '/api/report/csv',
  '/api/report/tickets?figure=refused',
  '/api/report/lists',
  '/api/report/typical',
];

describe('the report’s routes', () => {
  it.each(PATHS)('%s is for leads and administrators, and needs a session', async (path) => {
    const agent = await call(await enter(one, AGENT), path);
    const nobody = await call('', path);
    const [lead, admin] = await Promise.all(
      [LEAD, ADMIN].map(async (userId) => {
        const token = await enter(one, userId);
        return fetch(`${app.url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
      }),
    );

    expect([agent.status, agent.body.error?.code]).toEqual([403, 'no-rights']);
    expect([nobody.status, nobody.body.error?.code]).toEqual([401, 'session']);
    expect([lead?.status, admin?.status]).toEqual([200, 200]);
  });

  it('leaves a pause to them as well', async () => {
    const token = await enter(one, AGENT);
    for (const wish of [
      { ticket: '2:1', days: 3, reason: 'Клиент в отпуске' },
      { ticket: '2:1', off: true },
    ]) {
      const { status, body } = await call(token, '/api/report/hold', wish);
      expect([status, body.error?.code]).toEqual([403, 'no-rights']);
    }
  });

  it('shows a portal its own journal and no other’s', async () => {
    const own = await call(await enter(one, LEAD), `/api/report?${DAYS}`);
    const foreign = await call(await enter(two, LEAD), `/api/report?${DAYS}`);
    const lines = await call(
      await enter(two, LEAD),
      `/api/report/tickets?${DAYS}&figure=kind%3Aclosed`,
    );

    expect(own.body.report).toMatchObject({ closed: 1, empty: false });
    expect(foreign.body.report).toMatchObject({ closed: 0 });
    expect(foreign.body.report?.headlines.map(({ part }) => part)).toEqual([0, 0, 0, 0]);
    expect(lines.body.part).toMatchObject({ lines: [], total: 0, next: '' });
  });

  it.each([
    ['from=2026-02-30&to=2026-03-01', 'dates'],
    ['from=2026-11-30&to=2026-11-01', 'dates'],
    ['from=01.11.2026&to=2026-11-30', 'dates'],
    ['from=2020-01-01&to=2026-11-30', 'dates'],
    ['pipeline=support', 'filter'],
    ['agent=-1', 'filter'],
    ['agent=1e3', 'filter'],
  ])('refuses %s with 422 and says which part is wrong', async (query, field) => {
    const { status, body } = await call(await enter(one, LEAD), `/api/report?${query}`);

    expect([status, body.error?.field]).toEqual([422, field]);
    expect(body.error?.message).not.toBe('');
  });

  it.each([
    'figure=',
    'figure=refused%3Aperson%3A*',
    'figure=constructor',
    'figure=refused&after=x',
  ])('refuses %s', async (query) => {
    const answer = await call(await enter(one, LEAD), `/api/report/tickets?${DAYS}&${query}`);

    expect([answer.status, answer.body.error?.field]).toEqual([422, 'figure']);
  });

  it.each([
    [{ ticket: '2:1', days: 3 }],
    [{ ticket: '2:1', days: 3, reason: 'так надо', until: '2026-12-01' }],
    [{ ticket: '2:1', days: 0, reason: 'так надо' }],
    [{ ticket: '../1', days: 3, reason: 'так надо' }],
    [{ days: 3, reason: 'так надо' }],
  ])('refuses the pause %j', async (wish) => {
    const { status, body } = await call(await enter(one, LEAD), '/api/report/hold', wish);

    expect([status, body.error?.field]).toEqual([422, 'ticket']);
  });

  it('knows no ticket of another portal to pause', async () => {
    const ref = one.control.createTicket({ ...PIPELINE, title: 'Чужое' }, 2);
    const wish = { ticket: `2:${ref.id}`, days: 3, reason: 'Чужое обращение' };
    const { status, body } = await call(await enter(two, LEAD), '/api/report/hold', wish);
    const held = [...one.control.ticket(ref).uf.values()];

    expect([status, body.error?.code]).toEqual([409, 'unknown']);
    expect(held).not.toContain('Чужое обращение');
  });

  it('takes a ticket off hold by one request, and says so when there is no pause', async () => {
    const { ref, key } = await readyTicket(one, 'Клиент в отпуске', { channel: 'email' });
    one.control.moveTicket(ref, 'C5:UC_WAIT', 2);
    const token = await enter(one, LEAD);
    // Not while the service itself is at work on the ticket.
    const hold = (wish: object) =>
      eventually(
        'a free ticket',
        () => call(token, '/api/report/hold', { ticket: key, ...wish }),
        ({ status }) => status !== 503,
      );
    const inLists = async () => {
      const { lists } = (await call(token, '/api/report/lists?pipeline=2:5')).body.lists ?? {};
      const rows = (lists ?? []).flatMap(({ rows: own }) => own);
      return rows.filter(({ ticket }) => ticket.key === key).map(({ held }) => held);
    };
    const reasons = () => [...one.control.ticket(ref).uf.values()];
    expect((await hold({ days: 3, reason: 'Вернётся к пятнице' })).status).toBe(200);
    expect(reasons()).toContain('Вернётся к пятнице');
    const paused = await inLists();
    const off = await hold({ off: true });
    const again = await hold({ off: true });
    const freed = await inLists();

    expect(paused.length).toBeGreaterThan(0);
    expect(paused.every((held) => held)).toBe(true);
    expect([off.status, off.body.message]).toEqual([
      200,
      `Пауза обращения ${ref.id} снята. Последний срок ожидания считается с этого момента.`,
    ]);
    expect(again.body.message).toBe(`Обращение ${ref.id} не на паузе, ничего не изменено.`);
    expect(freed.length).toBeGreaterThan(0);
    expect(freed.some((held) => held)).toBe(false);
    expect(reasons()).not.toContain('Вернётся к пятнице');
    expect(one.control.ticket(ref).updatedBy).toBe(LEAD);
  });

  it('finds the problems that are solved again and again without an article', async () => {
    // Solved tickets are remembered for a while: nobody has asked this portal yet.
    const solve = async (title: string, written: Readonly<Record<string, string>> = {}) => {
      const ticket = await readyTicket(two, title);
      await write(two, ticket.ref, written);
      await confirmedByHand(two, ticket);
      two.control.moveTicket(ticket.ref, 'C5:WON', 2);
      return ticket.key;
    };
    const keys: string[] = [];
    for (const flat of ['12', '40', '77']) {
      keys.push(await solve(`Не приходит код подтверждения, кв. ${flat}`));
    }
    // What is alike is told by what is not.
    for (const [title, solution] of [
      ['Карта не открывает калитку', 'Карта записана заново на стойке охраны.'],
      ['Отчёт о проездах не выгружается', 'Период разбит на недели, выгрузка проходит.'],
      ['Сменить телефон администратора', 'Телефон заменён по заявлению собственника.'],
    ] as const) {
      await solve(title, { 'Описание проблемы': title, Решение: solution });
    }
    const documented = (key: string) =>
      two.control.comments({ entityTypeId: 2, id: Number(key.slice(2)) }).length;
    await eventually(
      'the gate to have let the closings pass',
      () => keys.map(documented),
      (counts) => counts.every((count) => count > 0),
    );
    const answer = await call(await enter(two, LEAD), '/api/report/typical?pipeline=2:5');
    const found = answer.body.typical ?? [];
    const [row] = found;
    const other = await call(await enter(one, LEAD), '/api/report/typical');

    expect([answer.status, found.length]).toEqual([200, 1]);
    expect(row).toMatchObject({ pipeline: 'Поддержка', count: 3 });
    expect(row?.title).toMatch(/^Не приходит код подтверждения, кв\. \d+$/);
    expect(row?.tickets.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(row?.tickets[0]?.path).toMatch(/^\/crm\/deal\/details\/\d+\/$/);
    expect(other.body.typical).toEqual([]);
  });

  it('gives a spreadsheet nothing that it would take for a formula', async () => {
    const token = await enter(one, LEAD);
    const response = await fetch(`${app.url}/api/report/csv?${DAYS}&pipeline=2:5`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const text = await response.text();
    const cells = text.split(/[;\n\r]/);

    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="closegate-/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(text).toContain("'=1+1");
    expect(text).toContain("'@SUM(A1)");
    expect(cells.filter((cell) => /^"?[=+@\t]/.test(cell))).toEqual([]);
  });

  it('notes no name, title or reason in the log', async () => {
    const token = await enter(one, LEAD);
    for (const path of PATHS) {
      await fetch(`${app.url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
    }
    const wish = { ticket: '2:999999', days: 3, reason: 'Тайна клиента' };
    await call(token, '/api/report/hold', wish);
    const written = JSON.stringify(app.log.lines);

    expect(written).not.toContain('Тайна');
    expect(written).not.toContain(token);
  });
});
