/** Frames of an application in a real browser: the official SDK as a canary, and the strictness of the parent. */
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import type { FrameLocator, Page } from 'playwright-core';
import { wcagFaults } from '../support/axe.ts';
import { describeWithBrowser, openPage } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openAppPortal } from './support/app-under-test.ts';
import type { AppPortal } from './support/app-under-test.ts';
import type { Fields } from './support/portal-under-test.ts';

/** What the app's page does with the SDK; results stand in the page for the test to read. */
const SDK_PAGE = `
import { initializeB24Frame } from '@bitrix24/b24jssdk';
const show = (id, value) => {
  const line = document.createElement('pre');
  line.id = id;
  line.textContent = JSON.stringify(value ?? null);
  document.body.append(line);
};
const $b24 = await initializeB24Frame();
window.$b24 = $b24;
show('init', {
  placement: $b24.placement.title,
  options: $b24.placement.options,
  admin: $b24.auth.isAdmin,
  install: $b24.isInstallMode,
  lang: $b24.getLang(),
});
const call = async () => {
  const answer = await $b24.actions.v2.call.make({ method: 'profile' });
  return answer.getData().result.ID;
};
show('profile', await call());
const fresh = await $b24.auth.refreshAuth();
show('refreshed', typeof fresh === 'object' && fresh.access_token.length > 0);
document.getElementById('resize')?.addEventListener('click', async () => {
  show('size', await $b24.parent.resizeWindow(500, 700));
});
document.getElementById('finish')?.addEventListener('click', () => void $b24.installFinish());
document.getElementById('slider')?.addEventListener('click', async () => {
  await $b24.slider.openSliderAppPage({ place: 'inner', bx24_title: 'Inner' });
  show('closed', true);
});
document.getElementById('close')?.addEventListener('click', () => void $b24.parent.closeApplication());
show('ready', true);
`;
const PAGE = `<!doctype html><html lang="en"><title>app</title><body><h1>App</h1>
<button id="resize">resize</button><button id="finish">finish</button>
<button id="slider">slider</button><button id="close">close</button>
<script type="module" src="/sdk.js"></script></body></html>`;
/** A page without a library: it only lets the test talk. */
const BARE = '<!doctype html><html lang="en"><title>app</title><body><h1>Bare</h1></body></html>';

/** What a page may say wrongly; a right question comes last, so that its answer ends the wait. */
const WRONG_TALK = `(async () => {
  const [, , sid] = window.name.split('|');
  const answers = [];
  window.addEventListener('message', (event) => answers.push(String(event.data)));
  const say = (message) => parent.postMessage(message, '*');
  say('getInitData:wrongsid:' + '0'.repeat(32));
  say('noSuchCommand:unknown:' + sid);
  say('setTitle:{"title":"x"}:title:' + sid);
  say('setAppOption:{"name":"a","value":1}:option:' + sid);
  say('nonsense');
  say({ method: 'im:call', params: {}, callback: 'im', appSid: sid });
  say('openPath:{"path":"https://elsewhere.example/"}:path:' + sid);
  say('getInterface:last:' + sid);
  while (!answers.some((text) => text.startsWith('last:'))) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return answers;
})()`;

async function bundleSdk(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: SDK_PAGE, resolveDir: process.cwd(), loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

describeWithBrowser('an application in the portal’s pages', (browser) => {
  let sdk = '';
  let portal: AppPortal;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    sdk = await bundleSdk();
  });
  beforeEach(async () => {
    portal = await openAppPortal({ install: false });
    portal.server.page = PAGE;
    portal.server.scripts.set('/sdk.js', sdk);
  });
  afterEach(async () => {
    await watched.close();
    await portal.close();
  });

  async function installWithTab(): Promise<void> {
    const { apps } = portal.sandbox;
    apps.openInstaller(portal.clientId);
    await portal.result('placement.bind', {
      PLACEMENT: 'CRM_DEAL_DETAIL_TAB',
      HANDLER: `${portal.server.url}/card`,
      TITLE: 'Closing',
    });
    await apps.finishInstall(portal.clientId);
  }
  async function open(path: string): Promise<void> {
    watched = await openPage(browser(), `${portal.sandbox.url}${path}`);
    page = watched.page;
  }
  async function openTab(): Promise<FrameLocator> {
    await open('/crm/deal/details/1/');
    await page.getByRole('tab', { name: 'Closing' }).click();
    return page.frameLocator('.app-tab iframe');
  }
  const read = async (frame: FrameLocator, id: string): Promise<unknown> =>
    JSON.parse((await frame.locator(`#${id}`).textContent()) ?? '');
  const said = (): Promise<string[]> =>
    page.evaluate('(window.sandboxFrames ?? []).map((one) => one.command)');

  it('runs the official SDK in a tab of the card: handshake, REST, refresh, size', async () => {
    await installWithTab();
    const frame = await openTab();
    await frame.locator('#ready').waitFor();
    expect(await read(frame, 'init')).toMatchObject({
      placement: 'CRM_DEAL_DETAIL_TAB',
      options: { ID: '1', URI: '/crm/deal/details/1/' },
      admin: false,
      lang: 'ru',
    });
    expect([await read(frame, 'profile'), await read(frame, 'refreshed')]).toEqual(['2', true]);
    await frame.locator('#resize').click();
    await frame.locator('#size').waitFor();
    expect(await page.locator('.app-iframe').evaluate((one) => one.clientHeight)).toBe(700);
    const post = portal.server.told.find(({ path }) => path === '/card');
    expect(post?.body).toMatchObject({ PLACEMENT: 'CRM_DEAL_DETAIL_TAB' });
    expect(await page.locator('.app-iframe').getAttribute('name')).toMatch(
      new RegExp(`^${new URL(portal.sandbox.url).host}\\|0\\|[0-9a-f]{32}$`),
    );
  });

  it('opens the app’s slider from a tab and tells the tab when it is closed', async () => {
    await installWithTab();
    const frame = await openTab();
    await frame.locator('#ready').waitFor();
    await frame.locator('#slider').click();
    const inner = page.frameLocator('.app-slider iframe');
    await inner.locator('#ready').waitFor();
    expect(await read(inner, 'init')).toMatchObject({
      placement: 'DEFAULT',
      options: { place: 'inner' },
    });
    await inner.locator('#close').click();
    await frame.locator('#closed').waitFor();
    expect(await page.locator('.app-slider').count()).toBe(0);
  });

  it('adds, installs and opens an app by hand', async () => {
    await open('/devops/');
    await page.getByLabel('Название').fill('By hand');
    await page.getByLabel('Путь обработчика').fill(`${portal.server.url}/main`);
    await page.getByLabel('Путь для первоначальной установки').fill(`${portal.server.url}/setup`);
    await page.getByRole('button', { name: 'Добавить приложение' }).click();
    const card = page.getByRole('region', { name: 'By hand' });
    await card.getByText('не установлено').waitFor();
    expect(await wcagFaults(page)).toEqual([]);
    await card.getByRole('button', { name: 'Установить' }).click();
    const frame = page.frameLocator('.app-slider iframe');
    await frame.locator('#ready').waitFor();
    expect(await read(frame, 'init')).toMatchObject({ install: true, admin: true });
    await frame.locator('#finish').click();
    await eventually(
      'the main page',
      () => portal.server.told.map(({ path }) => path),
      (paths) => paths.includes('/main'),
    );
    await frame.locator('#ready').waitFor();
    await page.getByRole('button', { name: 'Закрыть', exact: true }).click();
    await card.getByText('установлено · локальное').waitFor();
  });

  it('opens the main page at the address of the app', async () => {
    await installWithTab();
    await open(`/marketplace/app/${portal.clientId}/`);
    const frame = page.frameLocator('.app-slider iframe');
    await frame.locator('#ready').waitFor();
    expect(await read(frame, 'init')).toMatchObject({ placement: 'DEFAULT', options: '' });
    expect(watched.problems.filter((problem) => !problem.startsWith('request'))).toEqual([]);
  });

  it('is silent to other origins, other sids and unknown commands', async () => {
    await installWithTab();
    portal.server.page = BARE;
    const frame = await openTab();
    await frame.getByText('Bare').waitFor();
    const inner = page.frames().find((one) => one.url().includes('/card'));
    const heard = await inner?.evaluate(WRONG_TALK);
    expect(heard).toEqual([
      'path:{"result":"error","errorCode":"PATH_NOT_AVAILABLE"}',
      expect.stringContaining('last:{"command":["reloadData"'),
    ]);
    await page.evaluate(`window.postMessage('getInitData:outside:x', '*')`);
    expect(await said()).not.toContain('getInitData');
  });

  it('draws the app’s record with working buttons, locked until the app answers', async () => {
    await installWithTab();
    await portal.result('event.bind', {
      event: 'ONCRMTIMELINEITEMACTION',
      handler: `${portal.server.url}/events`,
    });
    const layout: Fields = {
      icon: { code: 'info' },
      header: {
        title: 'Returned',
        tags: { s: { type: 'failure', title: 'Two gaps' } },
      },
      body: {
        logo: { code: 'document' },
        blocks: { a: { type: 'text', properties: { value: 'No cause' } } },
      },
      footer: {
        buttons: {
          again: {
            title: 'Check again',
            type: 'primary',
            action: { type: 'restEvent', id: 'again', animationType: 'disable' },
          },
          form: {
            title: 'Open form',
            type: 'secondary',
            action: { type: 'openRestApp', actionParams: { ticket: 1 } },
          },
        },
      },
    };
    const { activity } = await portal.result<{ activity: { id: number } }>(
      'crm.activity.configurable.add',
      { ownerTypeId: 2, ownerId: 1, fields: {}, layout },
    );
    await open('/crm/deal/details/1/');
    await page.getByRole('tab', { name: 'Лента' }).click();
    const record = page.locator(`[data-activity="${activity.id}"]`);
    await record.getByText('Two gaps').waitFor();
    await record.getByRole('button', { name: 'Check again' }).click();
    const { body } = await portal.server.heard('ONCRMTIMELINEITEMACTION');
    expect(body).toMatchObject({ data: { id: 'again', entityId: '1' }, auth: { user_id: '2' } });
    await record.locator('button[data-key="again"][disabled]').waitFor();
    await portal.result('crm.activity.configurable.update', { id: activity.id, layout });
    await record.locator('button[data-key="again"]:not([disabled])').waitFor();
    await record.getByRole('button', { name: 'Open form' }).click();
    const frame = page.frameLocator('.app-slider iframe');
    await frame.locator('#ready').waitFor();
    expect(await read(frame, 'init')).toMatchObject({
      placement: 'DEFAULT',
      options: { ticket: '1', entityId: 1, activityId: activity.id },
    });
  });
});
