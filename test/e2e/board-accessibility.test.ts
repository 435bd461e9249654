/** The sandbox board by WCAG AA: the board, its drawers, an open card with each of its tabs; desktop and phone. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { wcagFaults } from '../support/axe.ts';
import { dragTile, readState, stageNamed, tile } from '../support/board-page.ts';
import { describeWithBrowser, DESKTOP, openPage, PHONE } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';
import { readyTicket } from '../support/ready-ticket.ts';
import { Story } from '../support/story.ts';

type Reach = (page: Page) => Promise<unknown>;

async function openFirst(page: Page, tab?: string): Promise<void> {
  await page.locator('.tile-title').first().click();
  await page.locator('.pane-fields .field').first().waitFor();
  if (tab !== undefined) await page.getByRole('tab', { name: tab }).click();
}

const STATES: readonly { readonly name: string; readonly reach: Reach }[] = [
  { name: 'board', reach: () => Promise.resolve() },
  { name: 'fields', reach: (page) => openFirst(page) },
  { name: 'timeline', reach: (page) => openFirst(page, 'Лента') },
  { name: 'chat', reach: (page) => openFirst(page, 'Чат') },
  { name: 'letters', reach: (page) => openFirst(page, 'Письма') },
  { name: 'tasks', reach: (page) => openFirst(page, 'Задачи') },
  {
    name: 'menu',
    reach: async (page) => {
      await page.locator('.tile-move').first().click();
      await page.getByRole('menuitemradio').first().waitFor();
    },
  },
  {
    name: 'new-ticket',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Новое обращение' }).click();
      await page.getByRole('button', { name: 'Создать' }).click();
      await page.getByText('Напишите тему обращения').waitFor();
    },
  },
  {
    name: 'doubts',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Сомнения платформы' }).click();
      await page.getByRole('switch').first().waitFor();
    },
  },
  {
    name: 'notifications',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Уведомления/ }).click();
      await page.getByText('Уведомлений пока нет').waitFor();
    },
  },
];

describeWithBrowser('the sandbox board for everybody', (browser) => {
  describe.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const)('on a %s', (deviceName, device) => {
    let sandbox: Sandbox;
    let opened: WatchedPage;
    beforeAll(async () => {
      sandbox = await startSandbox({ port: 0, seed: 'support' });
    });
    afterAll(() => sandbox.close());
    afterEach(() => opened.close());

    it.each(STATES)('$name has no WCAG AA violation', async ({ name, reach }) => {
      opened = await openPage(browser(), `${sandbox.url}/`, { ...device, reducedMotion: 'reduce' });
      await opened.page.locator('.tile').first().waitFor();
      await reach(opened.page);

      const faults = await wcagFaults(opened.page);
      await screenshot(opened.page, `${name}-${deviceName}`);

      expect(faults).toEqual([]);
    });
  });

  describe('with Closegate at work', () => {
    let story: Story;
    const faults: string[] = [];
    beforeEach(async () => {
      story = await Story.begin(browser());
    });
    afterEach(async () => {
      expect(await story.end()).toEqual([]);
    });
    const look = async (name: string): Promise<void> => {
      await story.settled();
      await screenshot(story.page, `${name}-demo`);
      faults.push(...(await wcagFaults(story.page)).map((fault) => `${name}: ${fault}`));
    };

    it('what it shows on the board and on the card has no WCAG AA violation', async () => {
      const { page, demo } = story;
      const ready = await readyTicket(demo.sandbox, 'Не приходит код');
      await tile(page, ready.key).waitFor();
      await dragTile(page, ready.key, story.closed);
      await page.getByRole('button', { name: 'Понятно' }).waitFor();
      await look('waits');
      await page.getByRole('button', { name: 'Понятно' }).click();
      const { tickets } = await readState(demo.sandboxUrl, '2:5');
      const unready = tickets.find(({ stageId }) => stageId === stageNamed(story.state, 'Новое'));
      await dragTile(page, `2:${unready?.id}`, story.closed);
      const note = page.getByRole('dialog', { name: /^Closegate вернул обращение/ });
      await note.getByText('закрывать рано').waitFor();
      await look('returned');
      await note.getByRole('link', { name: 'Открыть обращение' }).click();
      await page.locator('.entry-comment').first().waitFor();
      await look('card');
      await story.closeCard();
      await page.getByRole('button', { name: /^Уведомления/ }).click();
      await page.getByRole('region', { name: 'Уведомления' }).waitFor();
      await look('notified');

      expect(faults).toEqual([]);
    });
  });
});

async function screenshot(page: Page, name: string): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  if (dir !== undefined) await page.screenshot({ path: `${dir}/board-${name}.png` });
}
