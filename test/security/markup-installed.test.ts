/**
 * Markup in everything that people of a portal type, on a service that is really installed: notices and timeline comments as
 * the portal draws them, articles of the knowledge base, and the pages of administrators and leads. It stays text.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { BrowserContext, Frame, FrameLocator, Page } from 'playwright-core';
import { composeTools } from '../../src/compose-tools.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { nextWorkday } from '../support/a-workday.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import {
  CLIENT_ID,
  installTokenOf,
  PIPELINE,
  startInstalledApp,
} from '../support/an-installed-app.ts';
import type { AppFrame } from '../support/app-frame.ts';
import { newProfile, openAppFrame } from '../support/app-frame.ts';
import { tile } from '../support/board-page.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { eventually, until } from '../support/eventually.ts';
import type { ReadyTicket } from '../support/ready-ticket.ts';
import { readyTicket, write } from '../support/ready-ticket.ts';
import { postFrame } from '../support/sandbox-app.ts';

const ADMIN = 1;
const AGENT = 2;

/** HTML, BB code and Markdown; short enough to be seen whole wherever names and titles are cut. */
const evil = (mark: string): string =>
  `${mark} <img src=x onerror=alert(1) data-mark>[url=http://evil.example]жми[/url][жми](http://evil.example)`;
/** As above, and longer: for fields that are shown whole. */
const evilText = (mark: string): string =>
  `${evil(mark)} </script><script data-mark>alert(1)</script><svg data-mark onload=alert(1)>` +
  ` <a data-mark href="javascript:alert(1)">x</a> [url=javascript:alert(1)]y[/url] "><iframe data-mark></iframe>` +
  ` [img]http://evil.example/x.png[/img] ![z](http://evil.example/y.png) [w](javascript:alert(1)) <http://evil.example>`;

/** What would be there if any of it were more than text. A bare address may be a link, but it says where it leads. */
const LOOK = `({
  marks: document.querySelectorAll('[data-mark], [onerror], [onload], base').length,
  scripts: [...document.querySelectorAll('script')].filter((one) => !one.src && one.type !== 'application/json' && /alert/.test(one.textContent)).length,
  disguised: [...document.querySelectorAll('a[href]')].filter((one) =>
    one.protocol === 'javascript:' || (one.host.includes('evil.example') && !one.textContent.includes('evil.example')))
    .map((one) => one.parentElement.textContent.slice(0, 300)),
  pictures: [...document.images].filter((one) => one.src.includes('evil.example')).length,
})`;
const CLEAN = { marks: 0, scripts: 0, disguised: [], pictures: 0 };

let app: InstalledApp;
let portal: Sandbox;
let ticket: ReadyTicket;
let returned: ReadyTicket;
let articleId = 0;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true });
  [portal] = app.portals;
  const { control } = portal;
  const person = { lastName: '', email: 'a@portal.example', role: 'инженер', admin: false };
  control.addUser({ ...person, id: AGENT, name: evil('Агент') });
  control.renameStage('C5:PREPARATION', evil('Стадия'));
  await addField({ FIELD_NAME: 'EVIL', USER_TYPE_ID: 'string' });
  await addField({
    FIELD_NAME: 'EVIL_LIST',
    USER_TYPE_ID: 'enumeration',
    LIST: [1, 2, 3, 4].map((n) => ({ VALUE: evil(`Пункт ${n}`) })),
  });
  await app.install(portal);
  await app.setUp(portal);
  const tools = await composeTools({
    webhookUrl: portal.webhookUrl,
    redisUrl: app.redis.url,
    dataDir: '',
    portalId: portal.memberId,
  });
  const policy = await tools.policies.find(portal.memberId, PIPELINE);
  const people = { leads: [ADMIN], overriders: [AGENT] };
  if (policy) await tools.policies.save(portal.memberId, { ...policy, ...people });
  await tools.close();
  await nextWorkday(app);
  await liveThrough();
}, 240_000);
afterAll(() => app.close());

async function addField(fields: object): Promise<void> {
  const answer = await fetch(`${portal.webhookUrl}crm.deal.userfield.add`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ fields: { ...fields, EDIT_FORM_LABEL: { ru: evil('Поле') } } }),
  });
  if (!answer.ok) throw new Error(`the field was not added: ${answer.status}`);
}

/** A day in which all of it is said: a return, a request answered by its client, an article, an override. */
async function liveThrough(): Promise<void> {
  const { control } = portal;
  const texts = {
    'Описание проблемы': evilText('Описано'),
    'Причина проблемы': evilText('Причина'),
    Решение: evilText('Решено'),
    'Что проверено': evilText('Проверено'),
    'Рекомендации клиенту': evilText('Советы'),
  };
  returned = await readyTicket(portal, evil('Возвращено'));
  await write(portal, returned.ref, { ...texts, Решение: '' });
  control.moveTicket(returned.ref, 'C5:WON', AGENT);
  await says('the words of a return', returned, 'Заполните');

  ticket = await readyTicket(portal, evil('Обращение'));
  await write(portal, ticket.ref, texts);
  control.moveTicket(ticket.ref, 'C5:UC_WAIT', AGENT);
  const links = () =>
    control
      .chats(ticket.ref)
      .flatMap(({ messages }) =>
        messages.flatMap(({ text }) => text.match(/http\S+\/c\/[\w-]+/) ?? []),
      );
  const [link = ''] = await eventually('the request', links, (found) => found.length > 0);
  const page = await (await fetch(link)).text();
  const form = /name="form" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const answer = { answer: 'not-solved', comment: evilText('Клиент'), form, lang: 'ru' };
  await fetch(link, { method: 'POST', body: new URLSearchParams(answer) });
  await says('the words of the client', ticket, 'Клиент <img');

  await act({ action: 'kb-create', conditions: evilText('Условия') });
  articleId = control.notes().at(-1)?.id ?? 0;
  await act({ action: 'override', outcome: null, reason: evilText('Основание') });
  await says('the documentation', ticket, 'Решено');
}

const says = (what: string, { ref }: ReadyTicket, words: string) =>
  eventually(
    what,
    () => portal.control.comments(ref).map(({ text }) => text),
    (all) => all.some((text) => text.includes(words)),
  );

async function act(body: object): Promise<void> {
  const placement = 'CRM_DEAL_DETAIL_TAB';
  const options = { ID: String(ticket.ref.id) };
  const { text } = await postFrame(
    portal.apps.open(CLIENT_ID, { userId: AGENT, placement, options }),
  );
  const headers = {
    Authorization: `Bearer ${installTokenOf(text)}`,
    'Content-Type': 'application/json',
  };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  let last = '';
  await until(async () => {
    const response = await fetch(`${app.url}/api/card/action`, init);
    last = `${response.status} ${await response.text()}`;
    return response.status < 500;
  });
  if (!last.startsWith('200')) throw new Error(last.slice(0, 500));
}

describeWithBrowser('markup that people of a portal type', (browser) => {
  let profile: BrowserContext;
  const dialogs: string[] = [];
  const strayed: string[] = [];

  beforeEach(async () => {
    dialogs.length = 0;
    strayed.length = 0;
    profile = await newProfile(browser());
    // The report counts back from today, and today is the working day on which it all was said.
    await profile.clock.setSystemTime(app.clock.now());
    profile.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    profile.on('request', (request) => {
      if (request.url().includes('evil.example')) strayed.push(request.url());
    });
  });
  afterEach(async () => {
    await profile.close();
    expect({ dialogs, strayed }).toEqual({ dialogs: [], strayed: [] });
  });

  const seen = (place: Page | FrameLocator, mark: string) =>
    place.getByText(`${mark} <img`, { exact: false }).filter({ visible: true }).first().waitFor();
  const clean = async (document: Page | Frame): Promise<void> => {
    expect(await document.evaluate(LOOK)).toEqual(CLEAN);
  };
  async function onPortal(path: string): Promise<Page> {
    const page = await profile.newPage();
    await page.goto(`${portal.url}${path}`);
    return page;
  }
  const openMain = (): Promise<AppFrame> =>
    openAppFrame(browser(), portal, { userId: ADMIN, profile });

  it('is text in notices of the bell', async () => {
    const page = await onPortal('/');
    await page.getByLabel('Вы действуете как:').selectOption(String(AGENT));
    await page.locator('button.bell').click();
    await seen(page, 'Возвращено');
    await clean(page);
    await page.getByLabel('Вы действуете как:').selectOption(String(ADMIN));
    await clean(page);
  });

  it('is text in the timeline: returns, the client’s words, documentation', async () => {
    const page = await onPortal('/');
    for (const { key } of [returned, ticket]) {
      await tile(page, key).locator('.tile-title').click();
      const card = page.getByRole('dialog').filter({ has: page.getByRole('tablist') });
      await card.getByRole('tab', { name: 'Лента' }).click();
      await seen(page, key === ticket.key ? 'Клиент' : 'Возвращено');
      await clean(page);
      if (key === ticket.key) await seen(page, 'Решено');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').first().waitFor({ state: 'detached' });
    }
  });

  it('is text in an article of the knowledge base', async () => {
    const page = await onPortal(`/note/document/${articleId}/`);
    await page.locator('.kb-text').waitFor();
    await seen(page, 'Решено');
    await clean(page);
  });

  it('is text in the report: titles, reasons and names', async () => {
    const { frame, app: document } = await openMain();
    await frame.getByRole('button', { name: 'Отчёт', exact: true }).click();
    const figures = frame.getByRole('button', { name: /^Возвращено с закрытия/ });
    await figures.waitFor();
    await seen(frame, 'Агент');
    await figures.click();
    await seen(frame, 'Возвращено');
    await clean(document());
    await frame
      .getByRole('button', { name: /^Агент <img.* \d/ })
      .first()
      .click();
    await seen(frame, 'Обращение');
    const turns = frame.getByRole('button', { name: /показать таблицей$/ });
    for (let left = await turns.count(); left > 0; left -= 1) {
      await turns.first().press('Enter');
      await eventually(
        'a picture to be turned over',
        () => turns.count(),
        (count) => count === left - 1,
      );
    }
    await clean(document());
  });

  it('is text in the settings: pipelines, stages, fields, items, people', async () => {
    await profile.route('**/api/settings', async (route) => {
      const response = await route.fetch();
      const text = (await response.text()).replaceAll(
        /"name":"[^"]*"/g,
        `"name":${JSON.stringify(evil('Воронка'))}`,
      );
      await route.fulfill({ response, body: text });
    });
    const { frame, app: document } = await openMain();
    const tab = (id: string) => frame.locator(`#settings-tab-${id}`).click();
    const setting = (path: string) => frame.locator(`[id="set-${path}"]`);
    await tab('stages');
    await seen(frame, 'Стадия');
    expect(await document().content()).toContain('Воронка &lt;img');
    await clean(document());
    await tab('fields');
    expect(await setting('fields.cause').innerText()).toContain('Поле <img');
    await setting('fields.kbDecision').selectOption('UF_CRM_EVIL_LIST');
    await setting('options.kbDecision.created').waitFor();
    expect(await setting('options.kbDecision.created').innerText()).toContain('Пункт 1 <img');
    await clean(document());
    for (const id of ['criteria', 'waits', 'calendar', 'access', 'versions'] as const) {
      await tab(id);
      if (id === 'access') await seen(frame, 'Агент');
      await clean(document());
    }
    await tab('doctor');
    await frame.locator('[role=tabpanel]:visible h2, [role=tabpanel]:visible h3').first().waitFor();
    await clean(document());
  });

  it('is text in the preview of messages, on a real ticket and in a text of one’s own', async () => {
    const { frame, app: document } = await openMain();
    await frame.getByRole('button', { name: 'Сообщения', exact: true }).click();
    const text = frame.locator('#template-text');
    await text.waitFor();
    await text.fill(
      `Обращение {{ticketId}}\n\n${evil('Шаблон').replaceAll(/\[.*\)/g, '')} {{solution}} {{link}} {{closeBy}}`,
    );
    await frame.getByLabel('Номер обращения').fill(String(ticket.ref.id));
    await frame.getByText(new RegExp(`^По обращению № ${ticket.ref.id}: Обращение <img`)).waitFor();
    const paper = frame.locator('.preview-paper:visible');
    for (const name of ['Чат', 'Письмо'] as const) {
      await frame.getByRole('tab', { name }).click();
      await paper.getByText('Решено <img').first().waitFor();
      await paper.getByText('Шаблон <img').first().waitFor();
      await clean(document());
      expect(await paper.locator('a, img').count()).toBe(0);
    }
  });
});
