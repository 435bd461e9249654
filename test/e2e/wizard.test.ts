/** Install → wizard → gate: an administrator without a mouse, from an empty portal to a premature closing that is put back. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Frame, FrameLocator, Page } from 'playwright-core';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { wcagFaults } from '../support/axe.ts';
import type { WatchedPage } from '../support/browser.ts';
import { describeWithBrowser, DESKTOP, openPage, PHONE } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { savedPolicy } from '../support/saved-policy.ts';

const AGENT = 2;
/** «A working gate in far less than fifteen minutes»: presses of the default path. */
const MOST_PRESSES = 12;
const STEPS = ['pipeline', 'stages', 'demands', 'waits', 'people', 'mode', 'check', 'done'];

describeWithBrowser('the wizard in the portal', (browser) => {
  let app: InstalledApp;
  let watched: WatchedPage | null = null;

  beforeAll(async () => {
    app = await startInstalledApp({}, { roomy: true });
  });
  afterAll(() => app.close());
  afterEach(async () => {
    if (watched) await shot(watched.page, 'wizard-last');
    await watched?.close();
    watched = null;
  });

  async function open(
    at: 0 | 1,
    {
      device = DESKTOP,
      language = 'ru',
    }: Partial<{ device: BrowserContextOptions; language: string }> = {},
  ): Promise<{ readonly page: Page; readonly frame: FrameLocator }> {
    watched = await openPage(browser(), 'about:blank', { ...device, reducedMotion: 'reduce' });
    const { page } = watched;
    if (language !== 'ru') {
      await page.route(`${app.url}/*?*`, async (route) => {
        const url = route.request().url().replace('LANG=ru', `LANG=${language}`);
        await route.continue({ url });
      });
    }
    await page.goto(`${app.portals[at].url}/marketplace/app/${app.clientId}/`);
    return { page, frame: page.frameLocator('.app-slider iframe') };
  }
  const problems = (): readonly string[] =>
    (watched?.problems ?? []).filter((problem) => !problem.startsWith('request: '));

  function documentOf(page: Page): Frame {
    const own = page.frames().find((part) => part.url().startsWith(app.url));
    if (!own) throw new Error('the app is not in its frame');
    return own;
  }

  const focused = (page: Page): Promise<string> =>
    documentOf(page).evaluate('document.activeElement?.id ?? ""');

  /** Tab to the button and Enter, as a person without a mouse does. */
  async function next(page: Page): Promise<void> {
    for (let tabs = 0; tabs < 80; tabs += 1) {
      if ((await focused(page)) === 'wizard-next') return page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
    }
    throw new Error('the button cannot be reached by Tab');
  }

  it('leads from the installer to a gate that puts a premature closing back, by keyboard alone', async () => {
    const [sandbox] = app.portals;
    const { page, frame } = await open(0);
    // The installer runs its steps by itself and hands over to the app's page.
    await frame.locator('#wizard-title').waitFor();
    await frame.getByText('Где проверять закрытие?').waitFor();
    const pipeline = frame.getByLabel('Сделки · Поддержка');
    await pipeline.focus();
    await page.keyboard.press('Space');
    let presses = 1;
    for (const step of STEPS.slice(1)) {
      await next(page);
      presses += 1;
      await frame
        .locator(`li[aria-current="step"]`)
        .getByText(SHORT[step] ?? '', { exact: true })
        .waitFor();
      expect(await focused(page)).toBe('wizard-title');
      if (step === 'check') await checked(frame);
    }
    await frame.getByText('Воронка «Поддержка» настроена').waitFor();
    await frame.getByText(/перетащите обращение в «.+»/).waitFor();
    await next(page);
    presses += 1;
    await frame.locator('#settings-tab-stages').waitFor();

    expect(presses).toBeLessThanOrEqual(MOST_PRESSES);
    expect(await savedPolicy(app, sandbox)).toMatchObject({ mode: 'enforce', version: 1 });
    expect(problems()).toEqual([]);
    const ref = sandbox.control.createTicket({ ...PIPELINE, title: 'Premature' }, AGENT);
    sandbox.control.moveTicket(ref, 'C5:WON', AGENT);
    await eventually(
      'the return of a premature closing',
      () => sandbox.control.ticket(ref).stageId,
      (stageId) => stageId !== 'C5:WON',
    );
    expect(sandbox.control.comments(ref).length).toBeGreaterThan(0);
  });

  it('keeps what was changed when one goes back, and holds a step that is wrong', async () => {
    await app.install(app.portals[1]);
    const { frame } = await open(1);
    const press = (name: string) => frame.getByRole('button', { name, exact: true }).click();
    await frame.getByLabel('Сделки · Поддержка').check();
    await press('Далее');
    await frame.getByRole('heading', { name: /Что значат стадии/ }).waitFor();
    await frame.locator('[id="set-stages.C5:NEW"]').selectOption('exempt');
    await press('Далее');
    await frame.getByRole('heading', { name: /Что нужно, чтобы закрыть/ }).waitFor();
    await press('Назад');
    expect(await frame.locator('[id="set-stages.C5:NEW"]').inputValue()).toBe('exempt');
    await frame.locator('[id="set-stages.C5:NEW"]').selectOption('work');
    await press('Далее');
    await press('Далее');
    await frame.getByText('Сколько ждать клиента?').waitFor();
    await frame.locator('[id="set-firstWaitDays"]').fill('7');
    await press('Далее');
    await frame.getByText('Сначала исправьте отмеченное выше.').waitFor();
    await frame.locator('[id="set-firstWaitDays"]').fill('2');
    await press('Далее');
    await frame.getByText('Кого звать?').waitFor();
    // Nothing was written yet: no field, no policy.
    expect(app.portals[1].control.tickets(2)).toEqual([]);
    await expect(savedPolicy(app, app.portals[1])).rejects.toThrow();
  });

  it.each([
    ['desktop', DESKTOP, 'ru'],
    ['phone', PHONE, 'en'],
  ] as const)(
    'has no WCAG AA violation on a %s, in both themes, at any step',
    async (name, device, language) => {
      await app.install(app.portals[1]);
      const { page, frame } = await open(1, { device, language });
      await frame.locator('#wizard-title').waitFor();
      const label = language === 'ru' ? 'Сделки · Поддержка' : 'Deals · Поддержка';
      await frame.getByLabel(label).check();
      for (const [at, step] of STEPS.slice(0, 6).entries()) {
        if (at > 0) await frame.locator('#wizard-next').click();
        await stepOf(frame, step).waitFor();
        const own = documentOf(page);
        // Axe looks at the app's own document, as a reader of the frame does.
        expect([step, await wcagFaults(own as unknown as Page)]).toEqual([step, []]);
        await shot(page, `wizard-${name}-${step}`);
        await own.evaluate("document.documentElement.dataset.theme = 'dark'");
        expect([step, await wcagFaults(own as unknown as Page)]).toEqual([step, []]);
        await own.evaluate('delete document.documentElement.dataset.theme');
      }
      expect(problems()).toEqual([]);
    },
  );

  it.each([
    ['desktop', DESKTOP, 'ru'],
    ['phone', PHONE, 'en'],
  ] as const)(
    'shows the self-check and the lock on a %s without WCAG AA violations',
    async (name, device, language) => {
      const { page, frame } = await open(0, { device, language });
      await frame.locator('#settings-tab-doctor').click();
      await frame.locator('#doctor-run').click();
      await frame.locator('#settings-panel-doctor .notice').first().waitFor();
      await frame.locator('#doctor-run[aria-busy]').waitFor({ state: 'detached' });
      const asked = frame.locator('.question').first();
      await asked.getByLabel(language === 'ru' ? 'Нет' : 'No', { exact: true }).check();
      await asked.getByText(language === 'ru' ? /^Ответ записан/ : /^Answer noted/).waitFor();
      const own = documentOf(page);
      expect(await wcagFaults(own as unknown as Page)).toEqual([]);
      await shot(page, `doctor-${name}`);
      await own.evaluate("document.documentElement.dataset.theme = 'dark'");
      expect(await wcagFaults(own as unknown as Page)).toEqual([]);
      await frame.locator('#settings-tab-access').click();
      await frame.locator('.steps-of-lock').first().waitFor();
      await frame
        .getByText(/«Поддержка»|“Поддержка”/)
        .first()
        .waitFor();
      expect(await wcagFaults(own as unknown as Page)).toEqual([]);
      await own.evaluate('delete document.documentElement.dataset.theme');
      await frame.locator('.steps-of-lock').last().scrollIntoViewIfNeeded();
      await shot(page, `lock-${name}`);
      expect(problems()).toEqual([]);
    },
  );

  it('saves once when the button is pressed twice, and is left for the tabs only before that', async () => {
    const sandbox = app.portals[1];
    await app.install(sandbox);
    const { page, frame } = await open(1);
    const leave = frame.getByRole('button', { name: 'Настроить без мастера', exact: true });
    const saves: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT') saves.push(new URL(request.url()).pathname);
    });
    await frame.getByLabel('Сделки · Поддержка').check();
    for (const step of STEPS.slice(1, 6)) {
      await frame.locator('#wizard-next').click();
      await stepOf(frame, step).waitFor();
      expect([step, await leave.count()]).toEqual([step, 1]);
    }
    await frame.locator('#wizard-next').dblclick();
    for (const step of ['check', 'done']) {
      await stepOf(frame, step).waitFor();
      if (step === 'check') await checked(frame);
      const own = documentOf(page);
      expect([step, await leave.count()]).toEqual([step, 0]);
      expect([step, await wcagFaults(own as unknown as Page)]).toEqual([step, []]);
      await shot(page, `wizard-${step}`);
      await own.evaluate("document.documentElement.dataset.theme = 'dark'");
      expect([step, await wcagFaults(own as unknown as Page)]).toEqual([step, []]);
      await own.evaluate('delete document.documentElement.dataset.theme');
      await frame.locator('#wizard-next').click();
    }
    await frame.locator('#settings-tab-stages').waitFor();

    expect(await savedPolicy(app, sandbox)).toMatchObject({ version: 1 });
    expect(saves).toEqual(['/api/settings/pipeline/2:5']);
    expect(problems()).toEqual([]);
  });
});

const stepOf = (frame: FrameLocator, step: string) =>
  frame.locator(`.wizard-steps li:nth-child(${STEPS.indexOf(step) + 1})[aria-current="step"]`);

/** The self-check of the wizard has told what it found. */
const checked = (frame: FrameLocator): Promise<void> =>
  frame
    .getByText(/^(?:Работать можно|Найден|Всё в порядке)/)
    .first()
    .waitFor();

const SHORT: Readonly<Record<string, string>> = {
  stages: 'Стадии',
  demands: 'Условия',
  waits: 'Сроки',
  people: 'Люди',
  mode: 'Режим',
  check: 'Проверка',
  done: 'Готово',
};

async function shot(page: Page, name: string): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  if (dir !== undefined) await page.screenshot({ path: `${dir}/${name}.png` });
}
