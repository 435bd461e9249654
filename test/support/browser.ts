/** A real Chromium for browser suites, and pages that write down what went wrong in them. */
import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findBrowser } from './find-browser.ts';

/** A page on a busy machine may need this long for one step. */
const STEP_MS = 60_000;
/** Longer than any one step, so that the step says what it waited for. */
const TEST_MS = 300_000;

/**
 * `describe` with a browser that lives as long as the suite. Without one on PATH the suite is left out, and says so.
 */
export function describeWithBrowser(name: string, body: (browser: () => Browser) => void): void {
  const executablePath = findBrowser();
  if (executablePath === null) {
    process.stdout.write(`left out: "${name}" (there is no Chromium on PATH; install it)\n`);
    describe.skip(name, () => body(noBrowser));
    return;
  }
  jest.setTimeout(TEST_MS);
  describe(name, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, timeout: STEP_MS });
    });
    afterAll(async () => {
      await browser?.close();
    });
    body(() => browser ?? noBrowser());
  });
}

function noBrowser(): never {
  throw new Error('the browser of this suite is not running');
}

export const DESKTOP = { viewport: { width: 1366, height: 768 } } as const;
export const PHONE = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
} as const;

export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests to any other place than the page's own. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Opens a page in a context of its own: nothing is remembered from another test. */
export async function openPage(
  browser: Browser,
  url: string,
  device: BrowserContextOptions = DESKTOP,
): Promise<WatchedPage> {
  const context = await browser.newContext({ ...device, locale: 'ru-RU' });
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  const { origin } = new URL(url);
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) problems.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, problems, close: () => context.close() };
}
