/** What people type is text wherever it is shown: in a real browser, with markup in every field. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Frame, Page } from 'playwright-core';
import type { FrameAssets } from '../../src/http/frame-assets.ts';
import type { CardScene, CardServer } from '../support/a-card.ts';
import { aCardScene, APPLICATION_TOKEN, cardAssets, serveCard } from '../support/a-card.ts';
import { aCase, aClientPage } from '../support/a-client-page.ts';
import { PORTAL } from '../support/a-gate.ts';
import { aHoldPage } from '../support/a-hold-page.ts';
import { describeWithBrowser, openPage } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import type { FrameParent } from '../support/frame-parent.ts';
import { frameParent } from '../support/frame-parent.ts';

/** Ends of attributes, elements, scripts and comments; each would leave a mark if it were more than text. */
const EVIL = [
  '<img src=x onerror="window.marked=1;top.marked=1;alert(1)" data-mark>',
  '<script data-mark>window.marked=1;alert(1)</script>',
  '</script><script data-mark>window.marked=1</script>',
  '</textarea><svg data-mark onload="window.marked=1">',
  '"><iframe data-mark srcdoc="<script>parent.marked=1</script>"></iframe>',
  `' autofocus onfocus='window.marked=1' data-mark='`,
  '<!--<script data-mark>',
  '<a data-mark href="javascript:window.marked=1">x</a>',
  '<style data-mark>*{display:none}</style>',
  '<base data-mark href="//evil.example/"><meta data-mark http-equiv="refresh" content="0;url=//evil.example/">',
  '{{constructor.constructor("window.marked=1")()}}${window.marked=1}\u2028\u2029',
  'javascript:window.marked=1//',
].join(' ');
/** What is seen of it, when it is text. */
const SEEN = 'javascript:window.marked=1//';

/** Marks left in a document, and whether it can still be made to run what is no file of ours. */
const LOOK = `(async () => {
  const injected = document.createElement('script');
  injected.textContent = 'window.bypassed = 1';
  document.body.append(injected);
  const handler = document.createElement('b');
  handler.setAttribute('onclick', 'window.bypassed = 2');
  document.body.append(handler);
  handler.click();
  let evaluated = false;
  try { evaluated = Function('return true')(); } catch { /* as it should be */ }
  injected.remove();
  handler.remove();
  return {
    marks: document.querySelectorAll('[data-mark], svg[onload], [onerror], [onfocus], base, iframe').length,
    scripts: [...document.querySelectorAll('script')].filter((one) => !one.src && one.type !== 'application/json').length,
    links: [...document.querySelectorAll('a[href]')].filter((one) => !/^https?:/.test(one.href)).length,
    marked: window.marked ?? null,
    bypassed: window.bypassed ?? null,
  };
})()`;
const CLEAN = { marks: 0, scripts: 0, links: 0, marked: null, bypassed: null };

let assets: FrameAssets;
beforeAll(async () => {
  assets = await cardAssets();
});

describeWithBrowser('markup that people type', (browser) => {
  let watched: WatchedPage | null = null;
  const dialogs: string[] = [];
  const open = async (url: string): Promise<Page> => {
    watched = await openPage(browser(), url);
    watched.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    return watched.page;
  };
  beforeEach(() => {
    dialogs.length = 0;
  });
  afterEach(async () => {
    const strange = (watched?.problems ?? []).filter((problem) => problem.includes('evil.example'));
    await watched?.close();
    watched = null;
    expect({ dialogs, strange }).toEqual({ dialogs: [], strange: [] });
  });

  describe('in the panel', () => {
    let card: CardScene;
    let server: CardServer;
    let parent: FrameParent;
    beforeEach(async () => {
      card = aCardScene();
      server = await serveCard(card, { assets });
      const form = {
        AUTH_ID: 'auth-of-the-agent',
        APPLICATION_TOKEN,
        member_id: PORTAL,
        PLACEMENT: 'CRM_DEAL_DETAIL_TAB',
        PLACEMENT_OPTIONS: '{"ID":"759"}',
      };
      parent = await frameParent({
        appUrl: () => server.url,
        form,
        refreshed: () => 'auth-of-the-agent',
      });
      const portal = card.door.portals.get(PORTAL);
      if (portal) card.door.portals.set(PORTAL, { ...portal, origin: parent.url });
    });
    afterEach(async () => {
      await parent.close();
      await server.close();
    });
    const framed = async (page: Page): Promise<Frame> => {
      await page.frameLocator('iframe').getByRole('heading', { level: 1 }).waitFor();
      const frame = page.frames().find((one) => one.url().startsWith(server.url));
      if (!frame) throw new Error('the panel is not there');
      return frame;
    };

    it('is text in every field, in history, names, articles and messages', async () => {
      const texts = {
        checkedHow: EVIL,
        problem: EVIL,
        cause: EVIL,
        solution: EVIL,
        recommendations: EVIL,
        diagnostics: EVIL,
        kbNote: EVIL,
        confirmationEvidence: EVIL,
        exceptionReason: EVIL,
        duplicateOf: EVIL,
        productVersion: EVIL,
        productInstruction: EVIL,
        holdReason: EVIL,
      };
      card.scene.put({
        title: EVIL,
        stageId: 'C5:EXECUTING',
        record: {
          ...texts,
          resources: [EVIL, 'javascript:window.marked=1'],
          kbDecision: null,
          holdUntil: card.scene.now + 3_600_000,
        },
      });
      card.scene.channels.staffName = () => Promise.resolve(EVIL);
      card.ownBase.put(7, EVIL, `${EVIL} шлагбаум`);
      const page = await open(parent.url);
      const frame = await framed(page);
      await frame.getByText(SEEN).first().waitFor();
      await frame.getByRole('button', { name: /^Заполнить: Решение о базе знаний/ }).click();
      await frame.getByLabel('Слова для поиска').fill('шлагбаум');
      await frame.getByRole('button', { name: 'Найти похожее' }).click();
      await frame.getByRole('link', { name: SEEN }).waitFor();
      await frame.getByLabel('Не требуется').check();
      await frame.getByLabel('Почему не требуется').fill(EVIL);
      await frame.getByRole('button', { name: 'Сохранить', exact: true }).click();
      await frame.getByText('Решение по базе знаний записано').waitFor();

      expect(await frame.evaluate(LOOK)).toEqual(CLEAN);
      expect(await page.evaluate('window.marked ?? null')).toBeNull();
    });

    it('is text in a conflict with somebody else’s newer words', async () => {
      card.scene.put({ stageId: 'C5:EXECUTING', record: { solution: '' } });
      const page = await open(parent.url);
      const frame = await framed(page);
      card.scene.edit({ solution: EVIL });
      await frame.getByLabel(/^Решение/).fill('Моё решение');
      await frame.getByRole('blockquote').getByText(SEEN).waitFor();

      expect(await frame.evaluate(LOOK)).toEqual(CLEAN);
    });
  });

  it('is text on the client’s page, in what was done and in what the client wrote', async () => {
    const server = await aClientPage();
    server.save(aCase({ summary: EVIL }));
    const page = await open(`${server.url}${server.path()}`);
    await page.getByText(SEEN).first().waitFor();
    const shown = await page.evaluate(LOOK);
    await page.getByRole('textbox').fill(`${EVIL} ${'длинно '.repeat(700)}`);
    await page.locator('button[value="question"]').click();
    await page.locator('#comment-error').waitFor();
    const refused = await page.evaluate(LOOK);
    await page.getByRole('textbox').fill(EVIL);
    await page.locator('button[value="question"]').click();
    await eventually(
      'the answer',
      () => server.accepted.length,
      (count) => count === 1,
    );
    const thanked = await page.evaluate(LOOK);
    await page.goto(`${server.url}${server.path()}`);
    const again = await page.evaluate(LOOK);
    await server.close();

    expect([shown, refused, thanked, again]).toEqual([CLEAN, CLEAN, CLEAN, CLEAN]);
    expect(server.accepted[0]?.comment).toContain(SEEN);
  });

  it('is text on the page of a pause', async () => {
    const server = await aHoldPage();
    const page = await open(`${server.url}${server.path()}`);
    await page.locator('#reason').fill(EVIL);
    await page.locator('#until').fill('2026-12-01');
    await page.locator('button[value="set"]').click();
    await eventually(
      'the pause',
      () => server.requests.length,
      (count) => count === 1,
    );
    await page.waitForLoadState();
    const shown = await page.evaluate(LOOK);
    await server.close();

    expect(shown).toEqual(CLEAN);
    expect(server.requests[0]?.request).toMatchObject({ reason: expect.stringContaining(SEEN) });
  });
});

describe('addresses with markup', () => {
  it('are answered without repeating them', async () => {
    const server = await aClientPage();
    const evil = encodeURIComponent(EVIL);
    for (const path of [`/c/${evil}`, `/${evil}`, `${server.path()}?lang=${evil}`, `/h/${evil}`]) {
      const response = await fetch(`${server.url}${path}`);
      const text = await response.text();

      expect(text).not.toContain('data-mark');
      expect(response.headers.get('content-security-policy')).toMatch(
        /default-src 'none'|default-src 'self'/,
      );
    }
    await server.close();
  });
});
