/** Every state of the ticket panel on a desktop of 1366×768 and on a phone: WCAG AA in both themes, nothing wider than its frame. */
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Frame, FrameLocator, Page } from 'playwright-core';
import type { FrameAssets } from '../../src/http/frame-assets.ts';
import type { CardScene, CardServer } from '../support/a-card.ts';
import { AGENT, aCardScene, APPLICATION_TOKEN, cardAssets, serveCard } from '../support/a-card.ts';
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
const DEVICES = [
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const;

interface Reached {
  readonly card: CardScene;
  readonly page: Page;
  readonly frame: FrameLocator;
}

interface State {
  readonly name: string;
  /** What is seen then. */
  readonly seen: RegExp;
  readonly before?: (card: CardScene) => void | Promise<void>;
  readonly reach?: (reached: Reached) => Promise<unknown>;
  /** The page comes without its first state. */
  readonly bare?: boolean;
}

const press =
  (name: string) =>
  ({ frame }: Reached) =>
    frame.getByRole('button', { name, exact: true }).click();

const STATES: readonly State[] = [
  {
    name: 'skeleton',
    seen: /^Загружаем…$/,
    bare: true,
    before: (card) => {
      card.door.hand = () => new Promise(() => undefined);
    },
  },
  {
    name: 'away',
    seen: /^Нет связи с сервером/,
    reach: async ({ page, frame }) => {
      await page.context().setOffline(true);
      await frame.getByLabel(/^Решение/).fill('Перезапустили контроллер');
    },
  },
  {
    name: 'over',
    seen: /^Сеанс завершён/,
    reach: ({ card, frame }) => {
      card.door.users.clear();
      card.scene.now += 16 * 60_000;
      return frame.getByLabel(/^Решение/).fill('Перезапустили контроллер');
    },
  },
  {
    name: 'reconnect',
    seen: /^Приложение потеряло связь/,
    reach: ({ card, frame }) => {
      const portal = card.door.portals.get(PORTAL);
      if (portal) card.door.portals.set(PORTAL, { ...portal, active: false });
      return frame.getByLabel(/^Решение/).fill('Перезапустили контроллер');
    },
  },
  {
    name: 'not-configured',
    seen: /^Закрытие этой воронки не настроено/,
    before: (card) => {
      card.scene.policies.saved = [];
    },
  },
  { name: 'no-rights', seen: /^У вас нет прав на это обращение/, before: (card) => card.hide() },
  { name: 'gaps', seen: /^Закрыть пока нельзя: осталось 4 условия/ },
  {
    name: 'awaiting',
    seen: /^Клиент подтвердил решение/,
    before: async (card) => {
      card.scene.put();
      await card.scene.drag('C5:UC_WAIT');
    },
  },
  {
    name: 'closed',
    seen: /^Закрыто/,
    before: (card) => card.scene.put({ stageId: 'C5:WON', record: { outcome: 'confirmed' } }),
  },
  {
    name: 'return',
    seen: /^Почему/,
    before: (card) => card.scene.put({ stageId: 'C5:WON', record: { outcome: 'confirmed' } }),
    reach: press('Вернуть в работу…'),
  },
  {
    name: 'hold',
    seen: /^Пауза до/,
    before: (card) =>
      card.scene.edit({
        holdUntil: card.scene.now + 3 * 24 * 3_600_000,
        holdReason: 'Клиент в отпуске',
      }),
  },
  { name: 'hold-form', seen: /^Причина паузы/, reach: press('Пауза…') },
  {
    name: 'undo-window',
    seen: /^Отменить закрытие можно до/,
    before: (card) =>
      card.scene.put({
        stageId: 'C5:EXECUTING',
        record: { confirmation: 'confirmed', kbDecision: 'not-needed', kbNote: 'Разовый случай' },
      }),
    reach: press('Закрыть обращение'),
  },
  {
    name: 'exception',
    seen: /^Обоснование/,
    before: (card) => {
      const [policy] = card.scene.policies.saved;
      if (policy) card.scene.policies.saved = [{ ...policy, overriders: [AGENT] }];
    },
    reach: press('Закрыть с обоснованием…'),
  },
  { name: 'by-agent', seen: /^Что именно сказал/, reach: press('Подтвердил иначе…') },
  {
    name: 'knowledge',
    seen: /^Найдено/,
    before: (card) => {
      card.ownBase.put(7, 'Шлагбаум не открывается', 'Перезапустить контроллер шлагбаума');
    },
    reach: async ({ frame }) => {
      await frame.getByRole('button', { name: /^Заполнить: Решение о базе знаний/ }).click();
      await frame.getByLabel('Слова для поиска').fill('шлагбаум');
      await frame.getByRole('button', { name: 'Найти похожее' }).click();
    },
  },
];

let assets: FrameAssets;
beforeAll(async () => {
  assets = await cardAssets();
});

describeWithBrowser('the panel in each of its states', (browser) => {
  let card: CardScene;
  let server: CardServer;
  let parent: FrameParent;
  let close: () => Promise<void>;

  beforeEach(() => {
    card = aCardScene();
    close = () => Promise.resolve();
    card.scene.put({
      stageId: 'C5:EXECUTING',
      record: { solution: '', kbDecision: null, confirmation: null },
    });
  });
  afterEach(async () => {
    await close();
    await parent.close();
    await server.close();
  });

  async function open(state: State, device: (typeof DEVICES)[number][1]): Promise<Page> {
    await state.before?.(card);
    server = await serveCard(card, { assets, first: state.bare !== true });
    const refreshed = () => 'auth-of-the-agent';
    parent = await frameParent({ appUrl: () => server.url, form: FORM, refreshed });
    const portal = card.door.portals.get(PORTAL);
    if (portal) card.door.portals.set(PORTAL, { ...portal, origin: parent.url });
    const opened = await openPage(browser(), parent.url, { ...device, reducedMotion: 'reduce' });
    close = () => opened.close();
    return opened.page;
  }

  it.each(
    STATES.flatMap((state) =>
      DEVICES.map(([name, device]) => [state.name, name, state, device] as const),
    ),
  )('%s on a %s', async (_state, deviceName, state, device) => {
    const page = await open(state, device);
    const frame = page.frameLocator('iframe');
    if (state.reach) {
      await frame.getByRole('heading', { level: 1 }).waitFor();
      await state.reach({ card, page, frame });
    }
    await frame.getByText(state.seen).first().waitFor({ state: 'attached' });
    const app = page.frames().find((one) => one.url().startsWith(server.url));
    if (!app) throw new Error('the panel is not there');
    const light = await faults(app);
    await shot(page, `${state.name}-${deviceName}`);
    await app.evaluate("document.documentElement.dataset.theme = 'dark'");
    const dark = await faults(app);
    await shot(page, `${state.name}-${deviceName}-dark`);
    const fits: boolean = await app.evaluate('document.documentElement.scrollWidth <= innerWidth');
    await eventually(
      'the frame to be as high as its content',
      () => app.evaluate<boolean>('document.body.scrollHeight <= innerHeight + 1'),
      (whole) => whole,
    );

    expect({ light, dark, fits }).toEqual({ light: [], dark: [], fits: true });
  });
});

/** A skeleton has no text whose contrast could be looked at. */
async function faults(app: Frame): Promise<readonly string[]> {
  const found = await wcagFaults(app as unknown as Page);
  return found.filter((fault) => fault !== 'axe saw no text');
}

async function shot(page: Page, name: string): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  const size = page.viewportSize();
  if (dir === undefined || size === null) return;
  // A window as high as the page: what lies below a smaller one is not painted in a frame.
  const height: number = await page.evaluate('document.documentElement.scrollHeight');
  await page.setViewportSize({ ...size, height: Math.max(size.height, height) });
  await page.screenshot({ path: `${dir}/state-${name}.png` });
  await page.setViewportSize(size);
}
