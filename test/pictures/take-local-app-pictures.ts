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
  log: createLog('debug'),
  secret: 'a-secret-of-the-pictures',
});
await card.locator('.button-primary').click();
await page.waitForTimeout(600);
await picture('3-installing');
await page.waitForTimeout(6000);
await picture('4-first-page');

await browser.close();
await service.close(2000);
await sandbox.close();
await redis.remove();
