/** An administrator of the sandbox portal puts the app's robot and trigger on stages, and sees them at work. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { wcagFaults } from '../support/axe.ts';
import { column } from '../support/board-page.ts';
import { describeWithBrowser, openPage } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';

const AGENT = 2;
const ROBOT = 'Проверить готовность к закрытию';
const TRIGGER = 'Закрытие возвращено';

describeWithBrowser('robots and triggers on stages', (browser) => {
  let app: InstalledApp;
  let sandbox: Sandbox;
  let opened: WatchedPage;

  beforeAll(async () => {
    app = await startInstalledApp({}, { roomy: true });
    [sandbox] = app.portals;
    await app.install(sandbox);
    await app.setUp(sandbox);
    opened = await openPage(browser(), `${sandbox.url}/devops/`);
  });
  afterAll(async () => {
    await opened.close();
    await app.close();
    expect(opened.problems).toEqual([]);
  });

  it('are placed, show on the board, answer, and are taken off', async () => {
    const { page } = opened;
    const robot = page.getByRole('listitem').filter({ hasText: ROBOT });
    await robot.getByLabel(`${ROBOT}: Стадия`).selectOption({ label: 'Поддержка: Закрыто' });
    await robot.getByRole('button', { name: 'Поставить на стадию' }).click();
    const takeOff = `${ROBOT}: снять со стадии «Поддержка: Закрыто»`;
    await page.getByRole('button', { name: takeOff }).waitFor();
    const trigger = page.getByRole('listitem').filter({ hasText: TRIGGER });
    await trigger.getByLabel(`${TRIGGER}: Стадия`).selectOption({ label: 'Поддержка: В работе' });
    await trigger.getByLabel('разрешить возврат').check();
    await trigger.getByRole('button', { name: 'Привязать к стадии' }).click();
    await page.getByRole('button', { name: `${TRIGGER}: снять` }).waitFor();

    const ref = sandbox.control.createTicket({ ...PIPELINE, title: 'Рано закрыто' }, AGENT);
    sandbox.control.moveTicket(ref, 'C5:WON', AGENT);
    await page.goto(`${sandbox.url}/`);
    await column(page, 'C5:WON').getByText(`Робот: ${ROBOT}`).waitFor();
    await column(page, 'C5:PREPARATION').getByText(`Триггер: ${TRIGGER}`).waitFor();
    await column(page, 'C5:PREPARATION').getByText('Рано закрыто').waitFor();
    expect(await wcagFaults(page)).toEqual([]);

    await page.goto(`${sandbox.url}/devops/`);
    const run = page.getByRole('listitem').filter({ hasText: `№ ${ref.id}: выполнен` });
    await run.getByText('passed = N').waitFor();
    await run.getByText('Заполните «Решение»').waitFor();
    expect(await wcagFaults(page)).toEqual([]);
    await page.getByRole('button', { name: takeOff }).click();
    await page.getByRole('button', { name: takeOff }).waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: `${TRIGGER}: снять` }).count()).toBe(1);
  });
});
