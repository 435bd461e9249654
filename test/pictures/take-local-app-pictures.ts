/**
 * Takes the pictures of docs/ru/local-app.md from the sandbox: the walk of an administrator who adds the app, step by step.
 * Run: node --import tsx test/pictures/take-local-app-pictures.ts [folder]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { createClock } from '../../src/clock.ts';
import { startService } from '../../src/compose.ts';
import { createLog } from '../../src/log.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { findBrowser } from '../support/find-browser.ts';
import { startTestRedis } from '../support/start-test-redis.ts';

const PORT = 4380;
const APP = `http://127.0.0.1:${PORT}`;
const folder = process.argv[2] ?? 'docs/images/local-app';
mkdirSync(folder, { recursive: true });

const redis = await startTestRedis();
const sandbox = await startSandbox({ seed: 'support', limits: 'off' });
const executablePath = findBrowser();
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, locale: 'ru-RU' });
page.on('console', (message) => {
  if (message.type() === 'error') console.log('console:', message.text());
});
page.on('pageerror', ({ message }) => console.log('page error:', message));

async function picture(name: string, of: Page = page): Promise<void> {
  await of.screenshot({ path: join(folder, `${name}.png`) });
  console.log(name);
}

await page.goto(`${sandbox.url}/devops/`);
await page.getByLabel('Название').fill('Шлюз закрытия');
await page.locator('#app-handlerUrl').fill(`${APP}/app`);
await page.locator('#app-installUrl').fill(`${APP}/install`);
await picture('1-add');
await page.locator('form button').click();
const card = page.locator('.devops-app[data-client]');
await card.waitFor();
await picture('2-credentials');
const clientId = (await card.getAttribute('data-client')) ?? '';
const clientSecret = (await card.locator('dd').nth(3).textContent()) ?? '';

const service = await startService({
  portal: null,
  app: { clientId, clientSecret, oauthOrigins: [sandbox.oauthUrl] },
  redisUrl: redis.url,
  role: 'all',
  port: PORT,
  clock: createClock(),
  log: createLog('warn'),
  secret: 'a-secret-of-the-pictures',
});
await card.locator('.button-primary').click();
const frame = page.frameLocator('iframe').first();
await frame.getByText('готово').nth(2).waitFor();
await picture('3-installing');
await frame.getByRole('button', { name: 'Далее' }).waitFor();
await page.waitForTimeout(1000);
await picture('4-wizard');

// The default walk: every answer as it stands, the regulation enforced at once.
const next = frame.getByRole('button', { name: 'Далее' });
const enforce = frame.getByRole('radio', { name: 'Соблюдать регламент' });
while (!(await enforce.isVisible())) {
  await next.click();
  await page.waitForTimeout(800);
}
await enforce.check();
await frame.getByRole('button', { name: 'Создать поля и включить' }).click();
await frame.getByRole('heading', { name: 'Всё ли в порядке на портале?' }).waitFor();
await next.click();
await frame.getByRole('heading', { name: 'Готово' }).waitFor();
await picture('5-done');

// An agent closes a ticket too early; the card says why it is back.
const ref = { entityTypeId: 2, id: 5 };
sandbox.control.moveTicket(ref, 'C5:WON', 2);
while (sandbox.control.ticket(ref).stageId === 'C5:WON') await page.waitForTimeout(100);
await page.goto(`${sandbox.url}/crm/deal/details/5/`);
await page.getByText('Закрытие обращения', { exact: true }).first().click();
await page.frameLocator('iframe').first().getByRole('heading', { level: 1 }).waitFor();
await page.waitForTimeout(1500);
await picture('6-panel');

await browser.close();
await service.close(2000);
await sandbox.close();
await redis.remove();
