/** A returned ticket as an agent sees it on the board: label, card, its buttons and the panel they open, in a real browser. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { startInstalledApp } from '../support/an-installed-app.ts';
import { wcagFaults } from '../support/axe.ts';
import { tile } from '../support/board-page.ts';
import { describeWithBrowser, DESKTOP, openPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { confirmedByHand, readyTicket, write } from '../support/ready-ticket.ts';
import type { ReadyTicket } from '../support/ready-ticket.ts';

const AGENT = 2;
const CLOSED = 'C5:WON';
const TITLE = 'Код подтверждения не приходит';

describeWithBrowser('a returned ticket on the board', (browser) => {
  let app: InstalledApp;
  let portal: Sandbox;
  let ticket: ReadyTicket;
  let page: Page;
  let close: () => Promise<void>;

  beforeAll(async () => {
    app = await startInstalledApp({}, { roomy: true });
    [portal] = app.portals;
    await app.install(portal);
    await app.setUp(portal);
    ticket = await readyTicket(portal, TITLE);
    await confirmedByHand(portal, ticket);
    await write(portal, ticket.ref, { Решение: '', 'Причина проблемы': '' });
    portal.control.moveTicket(ticket.ref, CLOSED, AGENT);
    const device = { ...DESKTOP, reducedMotion: 'reduce' } as const;
    const opened = await openPage(browser(), portal.url, device);
    page = opened.page;
    close = () => opened.close();
  });
  afterAll(async () => {
    await close();
    await app.close();
  });

  const card = () => page.locator('.activity-card');

  it('carries the label, and its card lists what is missing', async () => {
    await tile(page, ticket.key).getByText('Есть что исправить').waitFor();
    await tile(page, ticket.key).click();
    await card().getByText('Заполните «Решение»').waitFor();

    expect(await card().locator('.activity-title').innerText()).toContain('не хватает: 2');
    expect(await wcagFaults(page)).toEqual([]);
  });

  it('answers «check again» in the card itself', async () => {
    const button = card().getByRole('button', { name: 'Проверить ещё раз' });
    await button.click();
    await card().getByText('Проверено в').waitFor();

    await eventually('the button to be free', () => button.isEnabled(), Boolean);
  });

  it('opens its panel from the card', async () => {
    await card().getByRole('button', { name: 'Открыть' }).click();
    await page.getByRole('dialog', { name: 'Закрытие обращения' }).waitFor();
    const panel = page.frameLocator('.app-slider iframe');
    await panel.getByRole('heading', { level: 1 }).waitFor();

    expect(await panel.locator('body').innerText()).toContain('Решение');
    await page.keyboard.press('Escape');
  });

  it('loses label and buttons when everything is mended', async () => {
    await write(portal, ticket.ref, {
      Решение: 'Номер убран из стоп-листа, код отправлен повторно.',
      'Причина проблемы': 'Номер попал в стоп-лист шлюза СМС.',
    });
    await card().getByText('Можно закрывать').waitFor();
    await page.goto(portal.url);
    await tile(page, ticket.key).waitFor();

    expect(await tile(page, ticket.key).getByText('Есть что исправить').count()).toBe(0);
  });
});
