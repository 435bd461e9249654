/** The app's main page as a user of the sandbox portal has it: in a frame of the portal's own address, strict about the protocol. */
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Frame,
  FrameLocator,
  Page,
} from 'playwright-core';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { CLIENT_ID } from './an-installed-app.ts';
import { DESKTOP } from './browser.ts';

export interface AppFrame {
  /** The portal's page around the app. */
  readonly page: Page;
  readonly frame: FrameLocator;
  /** The app's own document. */
  readonly app: () => Frame;
  /** Commands the app gave, with their parameters. */
  readonly told: () => Promise<readonly { readonly command: string; readonly params: unknown }[]>;
  /** Errors of the console and of scripts. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

export interface AppFrameWish {
  readonly userId: number;
  readonly language?: 'ru' | 'en';
  readonly device?: BrowserContextOptions;
  /** Another place than the main page, as `CRM_DEAL_DETAIL_TAB`. */
  readonly placement?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** One more tab of this browser profile, which stays open; absent: a profile of its own. */
  readonly profile?: BrowserContext;
}

const STEP_MS = 60_000;

export async function openAppFrame(
  browser: Browser,
  sandbox: Sandbox,
  { userId, language = 'ru', device = DESKTOP, profile, ...place }: AppFrameWish,
): Promise<AppFrame> {
  const context = profile ?? (await newProfile(browser, device));
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    // Which one it was stands in the answer itself.
    const { text, type } = { text: message.text(), type: message.type() };
    if (type === 'error' && !text.startsWith('Failed to load resource')) {
      problems.push(`console: ${text}`);
    }
  });
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400 && pathname !== '/favicon.ico') {
      problems.push(`answer: ${response.status()} ${pathname}`);
    }
  });
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  const open = () => sandbox.apps.open(CLIENT_ID, { userId, language, ...place });
  const post = open();
  await page.exposeFunction('freshAuth', () => open().body['AUTH_ID'] ?? '');
  // Any answer of the portal will do: what counts is whose page it is.
  await page.goto(`${sandbox.url}/sandbox/api/state?pipeline=2:5`);
  await page.setContent(around(post));
  const isApp = (one: Frame): boolean => one.url().startsWith(`${post.appOrigin}/`);
  const app = (): Frame => {
    const found = page.frames().find(isApp);
    if (!found) throw new Error('the app is not there');
    return found;
  };
  return {
    page,
    frame: page.frameLocator('iframe'),
    app,
    told: () => page.evaluate('window.told'),
    problems,
    close: () => (profile === undefined ? context.close() : page.close()),
  };
}

export async function newProfile(
  browser: Browser,
  device: BrowserContextOptions = DESKTOP,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    // Where the team of the sandbox sits: days of its journal are days of that zone.
    timezoneId: 'Europe/Moscow',
    ...device,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(STEP_MS);
  return context;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

function around({ url, frameName, sid, appOrigin, body }: ReturnType<Sandbox['apps']['open']>) {
  const inputs = Object.entries(body).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`,
  );
  const script = PARENT.replace('APP_ORIGIN', JSON.stringify(appOrigin)).replaceAll(
    'SID',
    JSON.stringify(sid),
  );
  return `<!doctype html><html lang="ru"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Портал</title><body style="margin:0">
<iframe title="app" name="${escape(frameName)}" style="border:0;width:100%;height:400px"></iframe>
<form method="post" target="${escape(frameName)}" action="${escape(url)}">${inputs.join('')}</form>
<script>${script}document.forms[0].submit()</script>`;
}

const PARENT = `
window.told = [];
addEventListener('message', async (event) => {
  if (event.origin !== APP_ORIGIN || typeof event.data !== 'string') return;
  const parts = event.data.split(':');
  const sid = parts.pop(), callback = parts.pop(), command = parts.shift();
  if (sid !== SID) return;
  const params = parts.length ? JSON.parse(parts.join(':')) : null;
  window.told.push({ command, params });
  const answer = (value) => event.source.postMessage(callback + ':' + JSON.stringify(value), event.origin);
  if (command === 'resizeWindow') {
    document.querySelector('iframe').style.height = params.height + 'px';
    answer(params);
  }
  if (command === 'openPath') answer({ result: 'close' });
  if (command === 'reloadData') answer(null);
  if (command === 'refreshAuth') {
    answer({ AUTH_ID: await window.freshAuth(), AUTH_EXPIRES: 3600, REFRESH_ID: 'r' });
  }
});
`;
