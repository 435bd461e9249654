/** The pause page by WCAG AA: both languages and themes, phone and desktop, narrow, and with keys alone. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { HoldResult } from '../../src/app/hold-ticket.ts';
import { aHoldPage } from '../support/a-hold-page.ts';
import type { TestHoldPage } from '../support/a-hold-page.ts';
import { colourFaults, wcagFaults } from '../support/axe.ts';
import { describeWithBrowser, DESKTOP, openPage, PHONE } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';

const REFUSED: HoldResult = { kind: 'refused', problems: ['reason-short', 'until-past'] };
const STATES = ['asked', 'refused', 'held', 'expired'] as const;
type State = (typeof STATES)[number];

describeWithBrowser('the pause page for everybody', (browser) => {
  let server: TestHoldPage;
  let opened: WatchedPage;
  afterEach(async () => {
    await opened.close();
    await server.close();
  });

  async function inState(
    state: State,
    device: BrowserContextOptions,
    language: string,
  ): Promise<Page> {
    server = await aHoldPage();
    if (state === 'expired') server.shift(30 * 24 * 3600_000);
    if (state === 'refused') server.answer = REFUSED;
    opened = await openPage(browser(), `${server.url}/healthz`, device);
    const { page } = opened;
    await page.goto(`${server.url}${server.path()}?lang=${language}`);
    if (state === 'refused' || state === 'held') {
      await page
        .getByRole('textbox', { name: language === 'ru' ? 'Причина паузы' : 'Reason' })
        .fill('слово');
      await page.locator('button[value="set"]').click();
      await page.locator(state === 'refused' ? '#reason-error' : 'main:not(:has(form))').waitFor();
    }
    return page;
  }

  describe.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('on a %s', (_device, device) => {
    describe.each(['ru', 'en'])('in %s', (language) => {
      test.each(STATES)('%s has no WCAG AA violation in light and dark', async (state) => {
        const page = await inState(state, device, language);
        const faults = [...(await wcagFaults(page))];
        await page.emulateMedia({ colorScheme: 'dark' });
        faults.push(...(await colourFaults(page)).map((fault) => `dark: ${fault}`));
        expect(faults).toEqual([]);
      });
    });
  });

  test('fits 320 px, and every control is a thumb high', async () => {
    const page = await inState('refused', { viewport: { width: 320, height: 568 } }, 'ru');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    const controls = await page.locator('button, input:not([type=hidden]), textarea').all();
    for (const control of controls)
      expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  });

  test('is filled in and sent with keys alone', async () => {
    const page = await inState('asked', DESKTOP, 'ru');
    await page.locator('#reason').focus();
    await page.keyboard.type('Клиент в отпуске');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Обращение на паузе' }).waitFor();
    expect(server.requests).toMatchObject([
      { request: { kind: 'hold', reason: 'Клиент в отпуске', until: '2026-11-27' } },
    ]);
  });
});
