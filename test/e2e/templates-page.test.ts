/** Message templates in a real browser: an installed portal, its administrator, its tickets and its clients; nothing is faked. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { nextWorkday } from '../support/a-workday.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { startInstalledApp } from '../support/an-installed-app.ts';
import type { AppFrame, AppFrameWish } from '../support/app-frame.ts';
import { openAppFrame } from '../support/app-frame.ts';
import { wcagFaults } from '../support/axe.ts';
import { describeWithBrowser, DESKTOP, PHONE } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import type { ReadyTicket } from '../support/ready-ticket.ts';
import { readyTicket } from '../support/ready-ticket.ts';

const ADMIN = 1;
const AGENT = 2;
const OWN = [
  'Обращение № {{ticketId}}: готово, проверьте',
  '',
  'Здравствуйте! Сделали так: {{solution}}',
  '[Ответить]({{link}})',
  'Ждём до {{closeBy}}.',
].join('\n');

let app: InstalledApp;
let portal: Sandbox;
let other: Sandbox;
let ticket: ReadyTicket;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true });
  [portal, other] = app.portals;
  for (const one of [portal, other]) {
    await app.install(one);
    await app.setUp(one);
  }
  await nextWorkday(app);
  ticket = await readyTicket(portal, 'Не приходит код входа');
}, 120_000);
afterAll(() => app.close());

describeWithBrowser('the page of message templates', (browser) => {
  let shown: AppFrame;

  afterEach(async () => shown.close());

  async function open(wish: Partial<AppFrameWish> & { readonly of?: Sandbox } = {}): Promise<void> {
    shown = await openAppFrame(browser(), wish.of ?? portal, { userId: ADMIN, ...wish });
    const name = wish.language === 'en' ? 'Messages' : 'Сообщения';
    await shown.frame.getByRole('button', { name, exact: true }).click();
    await text().waitFor();
  }
  const text = () => shown.frame.locator('#template-text');
  const button = (name: string | RegExp) => shown.frame.getByRole('button', { name });
  const paper = () => shown.frame.locator('.preview-paper:visible');
  const papers = (words: string) => paper().getByText(words).first().waitFor();

  it('leads from an edit over a preview on a real ticket to the next client’s own message', async () => {
    await open();
    await text().fill(OWN);
    await shown.frame.getByLabel('Номер обращения').fill(String(ticket.ref.id));
    await papers('Сделали так: Номер убран из стоп-листа');
    await shown.frame.getByText(`По обращению № ${ticket.ref.id}: Не приходит код входа`).waitFor();
    expect(await paper().textContent()).toContain(
      `Обращение № ${ticket.ref.id}: готово, проверьте`,
    );
    expect(await paper().locator('a').count()).toBe(0);
    await shown.frame.getByRole('tab', { name: 'Чат' }).click();
    await papers('https://example.com/c/sample');
    expect(await paper().textContent()).not.toContain('[url]');
    await button('Сохранить').click();
    await shown.frame.getByText('Сохранено: следующее сообщение уйдёт с этим текстом.').waitFor();
    const mark = shown.frame.locator('.templates-list [aria-current="true"]');
    expect(await mark.textContent()).toContain('изменён');

    expect(await requestTo(ticket)).toContain('Сделали так: Номер убран из стоп-листа');
    expect(shown.problems).toEqual([]);
  });

  it('refuses an unknown placeholder, leads to its place, and keeps what was typed', async () => {
    await open();
    await button('Напоминание').first().click();
    const broken = `${await text().inputValue()}\nЗвоните {{phone}}`;
    await text().fill(broken);
    await shown.frame.getByText('Нет такого имени: «phone».').waitFor();
    const lines = broken.split('\n').length;
    await button(`Строка ${lines}, знак 9:`).click();
    const at: number = await text().evaluate((field) =>
      Number(Reflect.get(field, 'selectionStart')),
    );

    expect(at).toBe(broken.indexOf('{{phone}}'));
    expect(await button('Сохранить').getAttribute('aria-disabled')).toBe('true');
    expect(await text().getAttribute('aria-invalid')).toBe('true');
    await button('Работа продолжается').click();
    await button('Напоминание').first().click();
    expect(await text().inputValue()).toBe(broken);
    await button('Отменить правки').click();
    expect(await text().inputValue()).not.toContain('phone');
    expect(shown.problems).toEqual([]);
  });

  it('puts a placeholder in at the cursor, within its condition where it may be empty', async () => {
    await open();
    await button('Работа продолжается').click();
    await text().fill('Обращение {{ticketId}}\n\nЗдравствуйте!');
    await text().press('End');
    await button(/^\{\{clientName\}\}/).click();

    expect(await text().inputValue()).toBe(
      'Обращение {{ticketId}}\n\nЗдравствуйте!{{#if clientName}}{{clientName}}{{/if}}',
    );
    await papers('Здравствуйте!Анна Орлова');
  });

  it('sends a test to the administrator alone', async () => {
    await open();
    const before = portal.control.notifications(ADMIN).length;
    await button('Закрыто: клиент подтвердил').click();
    await papers('закрыто');
    await button('Отправить проверку себе').click();
    await shown.frame.getByText('Проверка отправлена вам в уведомления.').waitFor();
    const after = portal.control.notifications(ADMIN);

    expect(after).toHaveLength(before + 1);
    expect(after.at(-1)?.text).toMatch(
      /^\[b\]ПРОВЕРКА\[\/b\] шаблона «Закрыто: клиент подтвердил»/,
    );
  });

  it('shows words for colleagues with the lists inside their lists', async () => {
    await open();
    await button('Утренняя сводка').click();
    await papers('Ждут подтверждения: 7');
    const inner = shown.frame.getByRole('list', { name: 'Внутри: обращения' });
    await inner.getByRole('button', { name: /^\{\{holdLink\}\}/ }).waitFor();
    const light = await wcagFaults(shown.app() as unknown as Page);
    await shot(shown.page, 'templates-ru-staff');

    expect(light).toEqual([]);
    expect(await paper().count()).toBe(1);
  });

  it('takes the original back after asking', async () => {
    await open();
    await button('Запрос после выхода обновления').click();
    const original = await text().inputValue();
    await text().fill(`${original}\nНаша приписка.`);
    await papers('Наша приписка.');
    await button('Сохранить').click();
    await button('Вернуть исходный').click();
    await button('Да, вернуть исходный').click();
    await shown.frame.getByText('Действует исходный текст.').first().waitFor();

    expect(await text().inputValue()).toBe(original);
  });

  it('carries the texts of one portal to another as drafts', async () => {
    await open();
    await text().fill(OWN);
    const isSame = await button('Сохранить').getAttribute('aria-disabled');
    if (isSame === null) {
      await papers('Сделали так');
      await button('Сохранить').click();
      await shown.frame.getByText('Сохранено: следующее').waitFor();
    }
    await shown.frame.getByText('Перенести на другой портал').click();
    const [download] = await Promise.all([
      shown.page.waitForEvent('download'),
      button('Скачать свои тексты').click(),
    ]);
    const file = await readFile(await download.path(), 'utf8');
    await shown.close();
    await open({ of: other });
    await shown.frame.getByText('Перенести на другой портал').click();
    await shown.frame
      .locator('input[type="file"]:not([hidden])')
      .last()
      .setInputFiles({ name: 't.json', mimeType: 'application/json', buffer: Buffer.from(file) });
    await shown.frame.getByText(/Загружен/).waitFor();

    expect(await text().inputValue()).toBe(OWN);
    const mark = shown.frame.locator('.templates-list [aria-current="true"]');
    expect(await mark.textContent()).toContain('не сохранён');
  });

  it.each([
    ['ru', 'desktop', DESKTOP],
    ['en', 'desktop', DESKTOP],
    ['ru', 'phone', PHONE],
    ['en', 'phone', PHONE],
  ] as const)(
    'has no WCAG AA violation in %s on a %s, in both themes',
    async (language, name, device) => {
      await open({ language, device });
      await paper().waitFor();
      await text().fill('Subject {{ticketId}}\n\n{{wrong}} {{solution}} {{closeBy}}');
      await shown.frame.locator('.template-faults li').first().waitFor();
      const page = shown.app() as unknown as Page;
      const light = await wcagFaults(page);
      await shot(shown.page, `templates-${language}-${name}-faults`);
      await shown.frame.getByRole('button', { name: /Отменить правки|Discard changes/ }).click();
      await paper().waitFor();
      await shot(shown.page, `templates-${language}-${name}`);
      await shown.app().evaluate("document.documentElement.dataset.theme = 'dark'");
      const dark = await wcagFaults(page);
      await shot(shown.page, `templates-${language}-${name}-dark`);
      const fits: boolean = await shown
        .app()
        .evaluate('document.documentElement.scrollWidth <= innerWidth');

      expect({ light, dark, fits }).toEqual({ light: [], dark: [], fits: true });
      expect(shown.problems).toEqual([]);
    },
  );
});

/** What a real request writes to the ticket's client. */
async function requestTo({ ref }: ReadyTicket): Promise<string> {
  const written = (): readonly string[] =>
    portal.control
      .chats(ref)
      .flatMap(({ messages }) => messages.map((message) => message.text))
      .filter((words) => words.includes('/c/'));
  portal.control.moveTicket(ref, 'C5:UC_WAIT', AGENT);
  await eventually('the request to the client', written, (sent) => sent.length > 0);
  return written()[0] ?? '';
}

/** The whole frame: as high a window as the page needs. */
async function shot(page: Page, name: string): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  const size = page.viewportSize();
  if (dir === undefined || size === null) return;
  const height: number = await page.evaluate('document.documentElement.scrollHeight');
  await page.setViewportSize({ ...size, height });
  await page.screenshot({ path: `${dir}/${name}.png` });
  await page.setViewportSize(size);
}
