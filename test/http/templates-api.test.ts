/** Message templates of installed portals: real HTTP, Redis, sandbox portals with their users; nothing is faked. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { composeTools } from '../../src/compose-tools.ts';
import type {
  ImportedDraft,
  TemplateCheck,
  TemplatesState,
  TemplateText,
} from '../../src/core/admin/templates-state.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { nextWorkday } from '../support/a-workday.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { CLIENT_ID, startInstalledApp } from '../support/an-installed-app.ts';
import { eventually } from '../support/eventually.ts';
import { readyTicket } from '../support/ready-ticket.ts';
import { postFrame } from '../support/sandbox-app.ts';

const ADMIN = 1;
const AGENT = 2;
const HEAD = 'Обращение {{ticketId}}: проверьте\n\n';
const OWN = `${HEAD}Мы из первого портала сделали так: {{solution}}\n[Ответить]({{link}})\nСрок: {{closeBy}}`;
let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true });
  [one, two] = app.portals;
  for (const portal of [one, two]) {
    await app.install(portal);
    await app.setUp(portal);
  }
  await nextWorkday(app);
}, 120_000);
afterAll(() => app.close());

async function tokenOf(portal: Sandbox, userId: number, language: 'ru' | 'en' = 'ru') {
  const { text } = await postFrame(portal.apps.open(CLIENT_ID, { userId, language }));
  const [, json = 'null'] = /id="state">([\s\S]*?)<\/script>/.exec(text) ?? [];
  const boot = JSON.parse(json) as { session: { token: string } } | null;
  return boot?.session.token ?? '';
}

interface Answer {
  readonly ok: boolean;
  readonly templates: TemplatesState;
  readonly text: TemplateText;
  readonly check: TemplateCheck;
  readonly drafts: readonly ImportedDraft[];
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly field?: string;
    readonly problems?: readonly { readonly line: number; readonly code: string }[];
  };
}

async function call(token: string, method: string, path: string, body?: object) {
  const response = await fetch(`${app.url}/api/settings/templates${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

/** Sessions last longer than the suite. */
const sessions = new Map<Sandbox, Promise<string>>();

async function asAdmin(
  portal: Sandbox,
  method: string,
  path = '',
  body?: object,
): Promise<Awaited<ReturnType<typeof call>>> {
  const session = sessions.get(portal) ?? tokenOf(portal, ADMIN);
  sessions.set(portal, session);
  return call(await session, method, path, body);
}

async function stored(portal: Sandbox, language: string, name: string): Promise<TemplateText> {
  const { body } = await asAdmin(portal, 'GET');
  const found = body.templates.texts.find(
    (text) => text.language === language && text.name === name,
  );
  if (!found) throw new Error(`no ${language}/${name}`);
  return found;
}

async function save(portal: Sandbox, name: string, text: string, language = 'ru') {
  const { version } = await stored(portal, language, name);
  return asAdmin(portal, 'PUT', `/${language}/${name}`, { text, version });
}

const draft = (text: string, more: object = {}) => ({
  language: 'ru',
  name: 'request',
  text,
  ...more,
});
const key = ({ entityTypeId, id }: TicketRef): string => `${entityTypeId}:${id}`;

/** Waits for what a real request writes to its client's chat. */
async function requestOf(portal: Sandbox, title: string): Promise<string> {
  const { ref } = await readyTicket(portal, title);
  const written = () =>
    portal.control
      .chats(ref)
      .flatMap(({ messages }) =>
        messages.map(({ text }) => text).filter((text) => text.includes('/c/')),
      );
  portal.control.moveTicket(ref, 'C5:UC_WAIT', AGENT);
  await eventually(`the request about ${title}`, written, (sent) => sent.length > 0);
  return written()[0] ?? '';
}

describe('the templates of a portal', () => {
  it('are the originals at first, in both languages, with every placeholder in words', async () => {
    const { status, body } = await asAdmin(two, 'GET');
    const { kinds, texts } = body.templates;
    const request = kinds.find(({ name }) => name === 'request');

    expect(status).toBe(200);
    expect(texts).toHaveLength(kinds.length * 2);
    expect(texts.every(({ changed, version }) => !changed && version === 0)).toBe(true);
    expect(request?.placeholders).toContainEqual({
      name: 'link',
      meaning: expect.stringContaining('ссылка'),
      required: true,
      mayBeEmpty: false,
      items: null,
    });
  });

  it('reach the next client of that portal, and no client of another', async () => {
    const saved = await save(one, 'request', OWN);
    const [mine, theirs] = [await requestOf(one, 'Первый'), await requestOf(two, 'Второй')];

    expect(saved.status).toBe(200);
    expect(saved.body.text).toMatchObject({ changed: true, version: 1, broken: false });
    expect(mine).toContain('Мы из первого портала сделали так: Номер убран из стоп-листа');
    expect(theirs).toContain('По вашему обращению');
    expect(theirs).not.toContain('первого портала');
  });

  it('are the originals again for the next client after a reset', async () => {
    const { version } = await stored(one, 'ru', 'request');
    const reset = await asAdmin(one, 'DELETE', `/ru/request?version=${version}`);
    const letter = await requestOf(one, 'После сброса');

    expect(reset.body.text).toMatchObject({ changed: false, version: version + 1 });
    expect(letter).toContain('По вашему обращению');
  });

  it.each([
    [
      'an unknown name',
      `${HEAD}{{soluton}} {{solution}} {{link}} {{closeBy}}`,
      '3:1',
      /«soluton».*solution/,
    ],
    [
      'a block left open',
      `${HEAD}{{#if clientName}} {{solution}} {{link}} {{closeBy}}`,
      '3:1',
      /не закрыт.*\{\{\/if\}\}/,
    ],
    ['no link', `${HEAD}{{solution}} {{closeBy}}`, '1:1', /\{\{link\}\}/],
    ['an empty text', ' ', '1:1', /тема/i],
    ['an endless text', `${HEAD}${'я'.repeat(13_000)}`, undefined, /Слишком длинно/],
    [
      'somebody else’s object',
      `${HEAD}{{solution}}{{link}}{{closeBy}}{{constructor.name}}`,
      undefined,
      /простое имя/,
    ],
  ])('refuse %s with its place and what is allowed', async (_what, text, place, words) => {
    const { status, body } = await save(one, 'request', text);

    expect(status).toBe(422);
    expect(body.error).toMatchObject({ code: 'problems', message: expect.stringMatching(words) });
    expect(body.error.field).toMatch(/^\d+:\d+$/);
    expect(body.error.field).toBe(place ?? body.error.field);
    expect(body.error.problems?.length).toBeGreaterThan(0);
    expect((await stored(one, 'ru', 'request')).changed).toBe(false);
  });

  it('tell their faults in the language of the administrator', async () => {
    const token = await tokenOf(one, ADMIN, 'en');
    const { body } = await call(token, 'POST', '/preview', draft(`${HEAD}{{nobody}}`));

    expect(body.check.faults.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^There is no “nobody”\. Allowed: clientName/),
    );
  });

  it('word for word the originals are no words of the portal’s own', async () => {
    const { original } = await stored(two, 'en', 'update-pending');
    const { status, body } = await save(two, 'update-pending', original, 'en');

    expect(status).toBe(200);
    expect(body.text).toMatchObject({ changed: false, text: original });
  });

  it('are not overwritten by who had an older one before them', async () => {
    const { version } = await stored(one, 'en', 'reminder');
    const { original } = await stored(one, 'en', 'reminder');
    const text = `${original}\n\nP.S. First.`;
    const first = await asAdmin(one, 'PUT', '/en/reminder', { text, version });
    const second = await asAdmin(one, 'PUT', '/en/reminder', { text: original, version });

    expect([first.status, second.status]).toEqual([200, 409]);
    expect(second.body.error.code).toBe('changed');
  });

  it('are for administrators only, whatever the call', async () => {
    const token = await tokenOf(one, ADMIN);
    const agent = await tokenOf(one, AGENT);
    const calls = (of: string) =>
      Promise.all([
        call(of, 'GET', ''),
        call(of, 'GET', '/export'),
        call(of, 'PUT', '/ru/request', { text: OWN, version: 0 }),
        call(of, 'DELETE', '/ru/request?version=0'),
        call(of, 'POST', '/preview', draft(OWN)),
        call(of, 'POST', '/test', draft(OWN)),
        call(of, 'POST', '/import', { document: {} }),
      ]);

    expect((await calls(agent)).map(({ status }) => status)).toEqual(Array(7).fill(403));
    expect((await calls('made-up')).map(({ status }) => status)).toEqual(Array(7).fill(401));
    expect((await call(token, 'GET', '')).status).toBe(200);
  });

  it('refuse what is no request of theirs', async () => {
    const answers = [
      await asAdmin(one, 'PUT', '/de/request', { text: OWN, version: 0 }),
      await asAdmin(one, 'PUT', '/ru/nothing', { text: OWN, version: 0 }),
      await asAdmin(one, 'PUT', '/ru/request', { text: 7, version: 0 }),
      await asAdmin(one, 'PUT', '/ru/__proto__', { text: OWN, version: 0 }),
      await asAdmin(one, 'DELETE', '/ru/request'),
      await asAdmin(one, 'POST', '/preview', draft(OWN, { ticket: 'deal 7' })),
      await asAdmin(one, 'POST', '/import', { document: { format: 'other' } }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([400, 404, 400, 400, 400, 422, 422]);
  });
});

describe('a preview', () => {
  it('is made of the real ticket, and its links confirm nothing', async () => {
    const { ref } = await readyTicket(one, 'Для просмотра', { channel: 'email' });
    const { body } = await asAdmin(one, 'POST', '/preview', draft(OWN, { ticket: key(ref) }));
    const { preview } = body.check;

    expect(preview?.subject).toBe(`Обращение ${ref.id}: проверьте`);
    expect(preview?.ticket).toEqual({ key: key(ref), title: 'Для просмотра' });
    for (const form of [preview?.plain, preview?.chat, preview?.mail?.html]) {
      expect(form).toContain('Номер убран из стоп-листа');
      expect(form).toContain('https://example.com/c/sample');
      expect(form).not.toContain(app.url);
    }
    expect(preview?.mail?.paragraphs.flat()).toContainEqual({ kind: 'link', text: 'Ответить' });
  });

  it('says what the ticket lacks and shows a sample for it', async () => {
    const bare = one.control.createTicket(
      { entityTypeId: 2, categoryId: 5, title: 'Пусто' },
      AGENT,
    );
    const { body } = await asAdmin(one, 'POST', '/preview', draft(OWN, { ticket: key(bare) }));

    expect(body.check.preview?.notes.join(' ')).toContain('не заполнено: что сделано');
    expect(body.check.preview?.plain).toContain('Перевыпустили пропуск');
  });

  it('of words for colleagues tells what this very ticket lacks', async () => {
    const bare = one.control.createTicket({ entityTypeId: 2, categoryId: 5, title: 'Рано' }, AGENT);
    const text = 'Вернули: {{#each gaps}}[{{text}}]{{/each}}';
    const wish = { language: 'ru', name: 'return-comment', text, ticket: key(bare) };
    const { body } = await asAdmin(one, 'POST', '/preview', wish);

    expect(body.check.preview?.chat).toContain('Описание проблемы');
    expect(body.check.preview?.mail).toBeNull();
  });

  it.each([
    'solution',
    'solution-markdown',
    'article',
    'example',
    'daily-digest',
    'alert-stage-deleted',
  ])('of %s stands on the ticket too, or says that it is a sample', async (name) => {
    const { ref } = await readyTicket(one, 'Для всех', { channel: 'email' });
    const { original } = await stored(one, 'ru', name);
    const wish = { language: 'ru', name, text: original, ticket: key(ref) };
    const { status, body } = await asAdmin(one, 'POST', '/preview', wish);

    expect(status).toBe(200);
    expect(body.check.faults).toEqual([]);
    expect(body.check.preview?.plain.length).toBeGreaterThan(20);
  });

  it('finds no ticket of another portal, nor one that is not there', async () => {
    const theirs = two.control.createTicket(
      { entityTypeId: 2, categoryId: 5, title: 'Чужое' },
      AGENT,
    );
    for (let more = 0; more < 3; more += 1)
      two.control.createTicket({ entityTypeId: 2, categoryId: 5, title: 'Ещё' }, AGENT);
    const foreign = { entityTypeId: 2, id: theirs.id + 900 };
    const { status, body } = await asAdmin(
      one,
      'POST',
      '/preview',
      draft(OWN, { ticket: key(foreign) }),
    );

    expect(status).toBe(422);
    expect(body.error).toMatchObject({ code: 'ticket', field: 'ticket' });
  });
});

describe('a test message', () => {
  it('reaches the administrator alone, marked, with a sample link, and stands in the journal without the text', async () => {
    const { ref } = await readyTicket(one, 'Себе', { channel: 'email' });
    const letters = one.control.sentLetters().length;
    const sent = await asAdmin(one, 'POST', '/test', draft(OWN, { ticket: key(ref) }));
    const [notice] = one.control.notifications(ADMIN).slice(-1);

    expect(sent.status).toBe(200);
    expect(notice?.text).toMatch(
      /^\[b\]ПРОВЕРКА\[\/b\] шаблона «Запрос подтверждения» \(русский\)/,
    );
    expect(notice?.text).toContain('Мы из первого портала');
    expect(notice?.text).toContain('https://example.com/c/sample');
    expect(
      one.control
        .notifications(AGENT)
        .map(({ text }) => text)
        .join(),
    ).not.toContain('ПРОВЕРКА');
    expect(one.control.sentLetters()).toHaveLength(letters);
    const { stdout } = await journalOf(one);
    expect(stdout).toMatch(/"kind":"template-tested"/);
    expect(stdout).not.toContain('Мы из первого портала');
  });

  it('of a text that may not be saved is not sent', async () => {
    const before = one.control.notifications(ADMIN).length;
    const { status } = await asAdmin(one, 'POST', '/test', draft(`${HEAD}{{solution}}`));

    expect(status).toBe(422);
    expect(one.control.notifications(ADMIN)).toHaveLength(before);
  });

  it('is refused once the hour’s share is used up', async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 21; index += 1)
      statuses.push((await asAdmin(two, 'POST', '/test', draft(OWN))).status);

    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('a file of templates', () => {
  it('carries the words of one portal to another as drafts, each with what is wrong with it', async () => {
    await save(one, 'work-goes-on', 'Обращение {{ticketId}}\n\nПродолжаем, ребята.');
    const token = await tokenOf(one, ADMIN);
    const response = await fetch(`${app.url}/api/settings/templates/export`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const file = (await response.json()) as { templates: object[] };
    const broken = { language: 'en', name: 'work-goes-on', text: 'x {{y}}' };
    const document = { ...file, templates: [...file.templates, broken] };
    const { status, body } = await asAdmin(two, 'POST', '/import', { document });

    const newer = await asAdmin(two, 'POST', '/import', { document: { ...file, version: 2 } });
    expect(newer.status).toBe(422);
    expect(response.headers.get('content-disposition')).toContain('closegate-templates.json');
    expect(status).toBe(200);
    expect(body.drafts).toContainEqual({
      language: 'ru',
      name: 'work-goes-on',
      text: 'Обращение {{ticketId}}\n\nПродолжаем, ребята.',
      faults: [],
    });
    expect(
      body.drafts.find(({ language, name }) => `${language}/${name}` === 'en/work-goes-on')?.faults,
    ).not.toEqual([]);
    expect((await stored(two, 'ru', 'work-goes-on')).changed).toBe(false);
  });
});

describe('the journal and the log', () => {
  it('know who changed which template, and none of its words', async () => {
    await save(
      two,
      'reminder',
      (await stored(two, 'ru', 'reminder')).original + '\nСекретнаяприписка.',
    );
    const { stdout } = await journalOf(two);

    expect(stdout).toMatch(/"kind":"template-saved"/);
    expect(stdout).toMatch(/"template":"ru\/reminder"/);
    expect(stdout).not.toContain('Секретнаяприписка');
    expect(JSON.stringify(app.log.lines)).not.toContain('Секретнаяприписка');
  });
});

async function journalOf(portal: Sandbox): Promise<{ readonly stdout: string }> {
  const tools = await composeTools({
    webhookUrl: portal.webhookUrl,
    redisUrl: app.redis.url,
    dataDir: '',
    portalId: portal.memberId,
  });
  try {
    return { stdout: JSON.stringify(await tools.journal.latest(portal.memberId, 50)) };
  } finally {
    await tools.close();
  }
}
