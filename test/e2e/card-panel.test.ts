/** The ticket panel in a real browser, framed as a portal frames it. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FrameLocator, Page } from 'playwright-core';
import type { FrameAssets } from '../../src/http/frame-assets.ts';
import type { CardScene, CardServer } from '../support/a-card.ts';
import { aCardScene, APPLICATION_TOKEN, cardAssets, serveCard } from '../support/a-card.ts';
import { PORTAL } from '../support/a-gate.ts';
import { wcagFaults } from '../support/axe.ts';
import { describeWithBrowser, DESKTOP, openPage, PHONE } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import type { FrameParent } from '../support/frame-parent.ts';
import { frameParent } from '../support/frame-parent.ts';

const FORM = {
  AUTH_ID: 'auth-of-the-agent',
  APPLICATION_TOKEN,
  member_id: PORTAL,
  PLACEMENT: 'CRM_DEAL_DETAIL_TAB',
  PLACEMENT_OPTIONS: '{"ID":"759"}',
};
const SOLUTION = 'Выпустили новый сертификат и перезапустили контроллер';
/** `clock`: the browser's clock can be moved. */
type Device = (typeof DESKTOP | typeof PHONE) & { readonly clock?: boolean };
let assets: FrameAssets;

beforeAll(async () => {
  assets = await cardAssets();
});

describe('the bundle of the panel', () => {
  it('stays within 30 KiB of script and 3 KiB of style', () => {
    const { script, style } = assets.pages.card;
    const size = (name: string): number =>
      gzipSync(assets.assets.get(name)?.body ?? Buffer.alloc(1_000_000)).length;

    expect(size(script)).toBeLessThanOrEqual(30 * 1024);
    expect(size(style)).toBeLessThanOrEqual(3 * 1024);
  });
});

describeWithBrowser('the ticket panel in the frame of a card', (browser) => {
  let card: CardScene;
  let server: CardServer;
  let parent: FrameParent;
  let refreshed: string | null;
  let page: Page;
  let frame: FrameLocator;
  let problems: readonly string[];
  let close: () => Promise<void>;

  beforeEach(async () => {
    refreshed = 'auth-of-the-agent';
    card = aCardScene();
    // Two things are missing: what was done, and the decision about the knowledge base.
    card.scene.put({
      stageId: 'C5:EXECUTING',
      record: { solution: '', kbDecision: null, confirmation: 'confirmed' },
    });
    server = await serveCard(card, { assets });
    parent = await frameParent({
      appUrl: () => server.url,
      form: FORM,
      refreshed: () => refreshed,
    });
    const portal = card.door.portals.get(PORTAL);
    if (portal) card.door.portals.set(PORTAL, { ...portal, origin: parent.url });
  });
  afterEach(async () => {
    await close();
    await parent.close();
    await server.close();
  });

  async function open({ clock = false, ...device }: Device = DESKTOP): Promise<void> {
    const opened = await openPage(browser(), clock ? 'about:blank' : parent.url, {
      ...device,
      reducedMotion: 'reduce',
    });
    if (clock) {
      await opened.page.clock.install();
      await opened.page.goto(parent.url);
    }
    ({ page, problems } = opened);
    close = () => opened.close();
    frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { level: 1 }).waitFor();
  }
  const own = (): readonly string[] =>
    problems.filter(
      (problem) =>
        !problem.startsWith(`request: ${server.url}/`) &&
        !problem.startsWith(`request: ${parent.url}/`),
    );
  const button = (name: string) => frame.getByRole('button', { name, exact: true });
  const logged = (): Promise<readonly string[]> => page.evaluate('window.log');

  it('leads from two gaps to a closed ticket without leaving the card', async () => {
    await open();
    await frame.getByText('Закрыть пока нельзя: осталось 2 условия').waitFor();
    expect(await button('Закрыть обращение').getAttribute('aria-disabled')).toBe('true');
    await frame.getByLabel(/^Решение/).fill(SOLUTION);
    await frame.getByText('Закрыть пока нельзя: осталось 1 условие').waitFor();
    await frame.getByRole('button', { name: /^Заполнить: Решение о базе знаний/ }).click();
    await frame.getByLabel('Не требуется').check();
    await frame.getByLabel('Почему не требуется').fill('Разовый случай одного клиента');
    await button('Сохранить').click();
    await frame.getByText('Всё готово: обращение можно закрыть').waitFor();
    await button('Закрыть обращение').click();
    await frame.getByText(/^Закрыто .*: Подтверждено клиентом$/).waitFor();

    expect(card.scene.stageId()).toBe('C5:WON');
    expect(card.scene.record()).toMatchObject({ solution: SOLUTION, kbDecision: 'not-needed' });
    expect(await logged()).toContain('reloadData');
    expect(own()).toEqual([]);
  });

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const)(
    'has no WCAG AA violation on a %s, in both themes, and no scroll bar of its own',
    async (name, device) => {
      card.scene.edit({ confirmation: null });
      await open(device);
      await button('Пауза…').click();
      await frame.getByLabel('Причина паузы').waitFor();
      const app = page.frames().find((one) => one.url().startsWith(server.url));
      if (!app) throw new Error('the panel is not there');
      // Axe looks at the panel's own document, as a reader of the frame does.
      const light = await wcagFaults(app as unknown as Page);
      await shot(page, `card-${name}`);
      await app.evaluate("document.documentElement.dataset.theme = 'dark'");
      const dark = await wcagFaults(app as unknown as Page);
      await shot(page, `card-${name}-dark`);
      const fits: boolean = await app.evaluate(
        'document.documentElement.scrollWidth <= innerWidth',
      );
      await eventually(
        'the frame to be as high as its content',
        () => app.evaluate<boolean>('document.body.scrollHeight <= innerHeight + 1'),
        (whole) => whole,
      );

      expect({ light, dark, fits }).toEqual({ light: [], dark: [], fits: true });
      expect(own()).toEqual([]);
    },
  );

  it('keeps what is typed when the session ends meanwhile, and saves it after a retry', async () => {
    await open();
    refreshed = 'made-up';
    card.scene.now += 16 * 60_000;
    await frame.getByLabel(/^Решение/).fill(SOLUTION);
    await frame.getByText(/^Сеанс завершён/).waitFor();
    const kept = await frame.getByLabel(/^Решение/).inputValue();
    const before = card.scene.record().solution;
    refreshed = 'auth-of-the-agent';
    await button('Повторить').click();
    await frame.getByText('Всё сохранено').waitFor();

    expect([kept, before]).toEqual([SOLUTION, '']);
    expect(card.scene.record().solution).toBe(SOLUTION);
  });

  it('renews the session in the middle of typing, before it ends, and the console stays clean', async () => {
    await open({ ...DESKTOP, clock: true });
    const field = frame.getByLabel(/^Решение/);
    await field.pressSequentially(SOLUTION.slice(0, 20));
    // The session ends while the keys are pressed; both clocks go on.
    card.scene.now += 14 * 60_000 + 30_000;
    await page.clock.fastForward(14 * 60_000 + 30_000);
    await field.pressSequentially(SOLUTION.slice(20));
    await page.clock.fastForward(2_000);
    await eventually(
      'the draft on the ticket',
      () => card.scene.record().solution,
      (solution) => solution === SOLUTION,
    );
    card.scene.now += 60_000;
    await page.clock.fastForward(30_000);
    await frame.getByText('Всё сохранено').waitFor();

    expect(await logged()).toContain('refreshAuth');
    expect(await field.inputValue()).toBe(SOLUTION);
    expect(own()).toEqual([]);
  });

  it('says what to do when the portal’s own grant is lost, and goes on when it is healed', async () => {
    await open();
    const portal = card.door.portals.get(PORTAL);
    if (!portal) throw new Error('there is no portal');
    card.door.portals.set(PORTAL, { ...portal, active: false });
    await frame.getByLabel(/^Решение/).fill(SOLUTION);
    await frame.getByText(/Попросите администратора портала открыть приложение/).waitFor();
    const kept = await frame.getByLabel(/^Решение/).inputValue();
    card.door.portals.set(PORTAL, portal);
    await button('Повторить').click();
    await frame.getByText('Всё сохранено').waitFor();

    expect(kept).toBe(SOLUTION);
    expect(card.scene.record().solution).toBe(SOLUTION);
  });

  it('goes on by itself with a new session while the portal gives one', async () => {
    await open();
    card.scene.now += 16 * 60_000;
    await frame.getByLabel(/^Решение/).fill(SOLUTION);
    await eventually(
      'the draft on the ticket',
      () => card.scene.record().solution,
      (solution) => solution === SOLUTION,
    );

    expect(await logged()).toContain('refreshAuth');
  });

  it('keeps what is typed while there is no connection, and saves it by itself afterwards', async () => {
    await open();
    await page.context().setOffline(true);
    await frame.getByLabel(/^Решение/).fill(SOLUTION);
    await frame.getByText(/^Нет связи с сервером/).waitFor();
    await page.context().setOffline(false);
    await frame.getByText('Всё сохранено').waitFor();

    expect(card.scene.record().solution).toBe(SOLUTION);
  });

  it('shows nothing of a ticket the user may not see', async () => {
    card.door.users.set('auth-of-the-agent', {
      id: 11,
      isAdmin: false,
      sees: false,
      foreign: false,
    });
    await open();
    await frame.getByText('У вас нет прав на это обращение.').waitFor();
    const app = page.frames().find((one) => one.url().startsWith(server.url));

    expect(await app?.content()).not.toContain('759');
  });
});

async function shot(page: Page, name: string): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  if (dir !== undefined) await page.screenshot({ path: `${dir}/${name}.png`, fullPage: true });
}
