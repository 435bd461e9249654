/** The settings page of an installed app, as an administrator of the sandbox portal uses it in a real browser. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { bundlePage } from '../../src/bundle-web.ts';
import type { PolicyVersions } from '../../src/core/admin/settings-state.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { startInstalledApp } from '../support/an-installed-app.ts';
import { wcagFaults } from '../support/axe.ts';
import { describeWithBrowser, DESKTOP, openPage, PHONE } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { leavePolicy, savedPolicy } from '../support/saved-policy.ts';

const TABS = [
  'stages',
  'fields',
  'criteria',
  'waits',
  'calendar',
  'access',
  'doctor',
  'versions',
] as const;
type TabId = (typeof TABS)[number];

interface SettingsPage {
  readonly page: Page;
  readonly frame: FrameLocator;
  readonly problems: readonly string[];
  readonly close: () => Promise<void>;
  readonly tab: (id: TabId) => Promise<void>;
  readonly save: () => Promise<void>;
  /** The app's own document, for axe and scripts. */
  readonly document: () => Frame;
  /** A control of a setting by its path. */
  readonly setting: (path: string) => Locator;
}

describe('the bundle of the main page', () => {
  it('stays within 210 KiB of script and 40 KiB of style', async () => {
    const files = await bundlePage('admin');
    const size = (extension: string): number =>
      gzipSync(files.find(({ name }) => name.endsWith(extension))?.body ?? randomBytes(300_000))
        .length;

    expect(size('.js')).toBeLessThanOrEqual(210 * 1024);
    expect(size('.css')).toBeLessThanOrEqual(40 * 1024);
  });
});

describeWithBrowser('the settings page in the portal', (browser) => {
  let app: InstalledApp;
  const opened: SettingsPage[] = [];

  beforeAll(async () => {
    app = await startInstalledApp({}, { roomy: true });
    const [sandbox] = app.portals;
    await app.install(sandbox);
    await addField(sandbox.webhookUrl, { FIELD_NAME: 'CAUSE_OF_OURS', USER_TYPE_ID: 'string' });
    await addField(sandbox.webhookUrl, listOf('KB_OF_OURS', KB_WORDS));
    await addField(sandbox.webhookUrl, listOf('CATEGORY', ['Оборудование', 'Доступы']));
    await app.setUp(sandbox);
  });
  afterAll(async () => {
    await app.close();
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) {
      await shot(one.page, 'settings-last');
    }
  });

  const policy = (): Promise<ClosingPolicy> => savedPolicy(app, app.portals[0]);

  async function open(
    device: BrowserContextOptions = DESKTOP,
    language = 'ru',
  ): Promise<SettingsPage> {
    const [sandbox] = app.portals;
    const watched = await openPage(browser(), 'about:blank', {
      ...device,
      reducedMotion: 'reduce',
    });
    const { page } = watched;
    if (language !== 'ru') await speak(page, app.url, language);
    await page.goto(`${sandbox.url}/marketplace/app/${app.clientId}/`);
    const frame = page.frameLocator('.app-slider iframe');
    await frame.locator('#settings-tab-stages').waitFor();
    const one: SettingsPage = {
      page,
      frame,
      setting: (path) => frame.locator(`[id="set-${path}"]`),
      get problems() {
        return watched.problems.filter((problem) => !problem.startsWith('request: '));
      },
      close: () => watched.close(),
      tab: (id) => frame.locator(`#settings-tab-${id}`).click(),
      save: async () => {
        await frame.getByRole('button', { name: 'Сохранить', exact: true }).click();
        await frame.getByText(/^Сохранено, версия/).waitFor();
      },
      document: () => {
        const own = page.frames().find((part) => part.url().startsWith(app.url));
        if (!own) throw new Error('the app is not in its frame');
        return own;
      },
    };
    opened.push(one);
    return one;
  }

  it('keeps every kind of setting, gives them away as a file, and takes the file back', async () => {
    const first = await open();
    await changeEverything(first);
    await first.save();

    const again = await open();
    expect(await readEverything(again)).toEqual(EVERYTHING);
    const saved = await policy();
    expect(saved).toMatchObject({
      mode: 'observe',
      language: 'en',
      cutoff: Date.UTC(2026, 0, 15, 7, 30),
      fields: { cause: 'UF_CRM_CAUSE_OF_OURS' },
      firstWaitDays: 2,
      undoMinutes: 15,
      autoAsk: false,
      thanksConfirms: true,
      channels: ['mail', 'chat'],
      timeZone: 'Asia/Yekaterinburg',
      daysOff: ['2026-12-30'],
      workDays: ['2027-01-09'],
      digest: false,
      overriders: [2],
    });

    const file = await download(again);
    const { names: _names, ...document } = JSON.parse(file) as ClosingPolicy & { names: unknown };
    expect(document).toEqual(saved);

    await again.tab('waits');
    await again.setting('undoMinutes').fill('20');
    await again.setting('autoAsk').check();
    await again.save();
    await again.tab('versions');
    await again.frame.getByLabel('Загрузить из файла').setInputFiles({
      name: 'policy.json',
      mimeType: 'application/json',
      buffer: Buffer.from(file),
    });
    await again.frame.getByText(/^Из файла загружено, отличий от сохранённого: 2/).waitFor();
    expect((await policy()).undoMinutes).toBe(20);
    await again.save();

    expect(await readEverything(again)).toEqual(EVERYTHING);
    const { version: _now, ...back } = await policy();
    const { version: _then, ...before } = saved;
    expect(back).toEqual(before);
    expect(again.problems).toEqual([]);
  });

  it('stands on a list of the portal’s own once every value has its meaning', async () => {
    const one = await open();
    await one.tab('fields');
    await one.setting('fields.kbDecision').selectOption('UF_CRM_KB_OF_OURS');
    const itemOf = (code: string) => one.setting(`options.kbDecision.${code}`);
    // The same words are the same thing; the others want a choice, and are told until they have it.
    expect(await itemOf('created').inputValue()).not.toBe('0');
    expect(await itemOf('updated').inputValue()).toBe('0');
    await one.frame.locator('[id="set-options.kbDecision.updated-error"]').waitFor();
    await itemOf('updated').selectOption({ label: 'Дописали' });
    await itemOf('exists').selectOption({ label: 'Была' });
    await one.setting('diagnostics').selectOption('UF_CRM_CATEGORY');
    await one.setting('diagnostics.values').getByLabel('Доступы').check();
    await one.save();

    const { fields, options, diagnostics } = await policy();
    expect(fields.kbDecision).toBe('UF_CRM_KB_OF_OURS');
    expect(new Set(Object.values(options.kbDecision)).size).toBe(4);
    expect(diagnostics).toMatchObject({ field: 'UF_CRM_CATEGORY' });
    expect(diagnostics?.values).toHaveLength(1);
  });

  it('says beside each setting what is wrong, and leads to it', async () => {
    const one = await open();
    const before = await policy();
    await one.tab('waits');
    await one.setting('firstWaitDays').fill('9');
    const boxes = one.frame.locator('.channels input');
    for (const box of await boxes.all()) await box.uncheck();
    await one.tab('criteria');
    await one.frame.getByRole('button', { name: 'Сохранить', exact: true }).click();
    const summary = one.frame.getByRole('alert').filter({ hasText: 'Не сохранено: исправьте' });
    await summary.waitFor();
    const focus = (): Promise<string> =>
      one.document().evaluate<string>('document.activeElement.innerText');
    expect(await focus()).toMatch(/^Не сохранено: исправьте/);

    await summary.getByRole('button', { name: /^До повторного запроса/ }).click();
    const wrong = one.setting('firstWaitDays');
    await eventually(
      'the focus on the field',
      () => one.document().evaluate<string>('document.activeElement.id'),
      (id) => id === 'set-firstWaitDays',
    );
    expect(await wrong.getAttribute('aria-invalid')).toBe('true');
    const told = (await wrong.getAttribute('aria-describedby')) ?? '';
    expect(await one.frame.locator(`[id="${told.split(' ')[0]}"]`).textContent()).toMatch(
      /введите число от 1 до 2/,
    );
    expect((await policy()).version).toBe(before.version);

    await wrong.fill('1');
    await one.frame.locator('.channels input').first().check();
    await one.save();
    expect((await policy()).firstWaitDays).toBe(1);
    expect(one.problems.filter((problem) => !problem.includes('422'))).toEqual([]);
  });

  it('shows what somebody else saved meanwhile, and keeps both changes', async () => {
    const mine = await open();
    const theirs = await open();
    await mine.tab('waits');
    await mine.setting('reopenWindowDays').fill('7');
    await theirs.tab('waits');
    await theirs.setting('maxReturns').evaluate((input) => {
      input.closest('details')?.setAttribute('open', '');
    });
    await theirs.setting('maxReturns').fill('4');
    await theirs.save();

    await mine.frame.getByRole('button', { name: 'Сохранить', exact: true }).click();
    await mine.frame.getByText(/^Пока вы меняли настройки/).waitFor();
    await mine.frame.getByText(/→ 4$/).first().waitFor();
    expect(await mine.setting('reopenWindowDays').inputValue()).toBe('7');
    await mine.frame.getByRole('button', { name: 'Оставить мои изменения' }).click();
    await mine.save();

    expect(await policy()).toMatchObject({ reopenWindowDays: 7, maxReturns: 4 });
  });

  it('takes what somebody else saved where one wishes so', async () => {
    const mine = await open();
    const theirs = await open();
    await mine.tab('waits');
    await mine.setting('undoMinutes').fill('1');
    await theirs.tab('waits');
    await theirs.setting('undoMinutes').fill('33');
    await theirs.save();
    await mine.frame.getByRole('button', { name: 'Сохранить', exact: true }).click();
    await mine.frame.getByRole('button', { name: 'Взять сохранённое' }).click();

    expect(await mine.setting('undoMinutes').inputValue()).toBe('33');
    expect(await mine.frame.getByText('Есть несохранённые изменения').count()).toBe(0);
  });

  it('brings an earlier version back as unsaved changes', async () => {
    const one = await open();
    await one.tab('waits');
    const { undoMinutes: before, version } = await policy();
    const next = before === 41 ? 42 : 41;
    await one.setting('undoMinutes').fill(String(next));
    await one.save();
    await one.tab('versions');
    await one.frame.getByRole('button', { name: `Вернуть версию ${version} как черновик` }).click();
    await one.frame.getByText(/^Возвращена прежняя версия/).waitFor();
    expect((await policy()).undoMinutes).toBe(next);
    await one.save();

    expect((await policy()).undoMinutes).toBe(before);
  });

  it('loses nothing when the session ends, and saves after a retry', async () => {
    const one = await open();
    await one.tab('waits');
    await one.page.route(`${app.url}/**`, (route) => route.fulfill({ status: 401, body: '{}' }));
    await one.setting('undoMinutes').fill('27');
    await one.tab('calendar');
    await one.frame.getByRole('button', { name: 'Сохранить', exact: true }).click();
    await one.frame.getByText(/^Сеанс завершён/).waitFor();
    expect(await one.setting('undoMinutes').inputValue()).toBe('27');
    await one.page.unroute(`${app.url}/**`);
    await one.save();

    expect((await policy()).undoMinutes).toBe(27);
  });

  it('goes on by itself when the portal gives a new session', async () => {
    const one = await open();
    await one.tab('waits');
    app.portals[0].apps.expireTokens(app.clientId);
    await one.setting('undoMinutes').fill('28');
    await one.save();

    expect((await policy()).undoMinutes).toBe(28);
    const said: string[] = await one.page.evaluate(
      '(window.sandboxFrames ?? []).map((one) => one.command)',
    );
    expect(said).toContain('refreshAuth');
  });

  it('loses nothing without a connection', async () => {
    const one = await open();
    await one.tab('waits');
    await one.page.context().setOffline(true);
    await one.setting('undoMinutes').fill('29');
    await one.frame.getByText(/^Нет связи с сервером/).waitFor();
    await one.page.context().setOffline(false);
    await one.frame.getByRole('button', { name: 'Повторить' }).click();
    await one.frame.getByText(/^Нет связи с сервером/).waitFor({ state: 'detached' });
    await one.save();

    expect((await policy()).undoMinutes).toBe(29);
  });

  it('is walked with the keyboard alone', async () => {
    const one = await open();
    const { reopenWindowDays } = await policy();
    const next = reopenWindowDays === 9 ? 8 : 9;
    await one.frame.locator('#settings-tab-stages').focus();
    const { keyboard } = one.page;
    for (const _tab of ['fields', 'criteria', 'waits']) await keyboard.press('ArrowRight');
    const at = (): Promise<string> => one.document().evaluate<string>('document.activeElement.id');
    expect(await at()).toBe('settings-tab-waits');
    await tabUntil(one, 'set-reopenWindowDays');
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type(String(next));
    await tabUntil(one, 'save');
    await keyboard.press('Enter');
    await one.frame.getByText(/^Сохранено, версия/).waitFor();
    expect((await policy()).reopenWindowDays).toBe(next);
    await eventually(
      'the focus on what was said',
      () => one.document().evaluate<string>('document.activeElement.innerText'),
      (text) => text.startsWith('Сохранено'),
    );
  });

  it.each([
    ['desktop', 'ru', DESKTOP],
    ['phone', 'ru', PHONE],
    ['desktop', 'en', DESKTOP],
    ['phone', 'en', PHONE],
  ] as const)(
    'has no WCAG AA violation on a %s in %s, on any tab, in both themes, and fits its width',
    async (name, language, device) => {
      const one = await open(device, language);
      const found: Record<string, readonly string[]> = {};
      for (const id of TABS) {
        await one.tab(id);
        if (id === 'versions') await versionRow(one, 0).waitFor();
        const own = one.document();
        // Axe looks at the app's own document, as a reader of the frame does.
        const faults = [...(await wcagFaults(own as unknown as Page))];
        await shot(one.page, `settings-${name}-${language}-${id}`);
        await own.evaluate("document.documentElement.dataset.theme = 'dark'");
        faults.push(...(await wcagFaults(own as unknown as Page)).map((line) => `dark ${line}`));
        await own.evaluate('delete document.documentElement.dataset.theme');
        const fits = await own.evaluate<boolean>(
          'document.documentElement.scrollWidth <= innerWidth',
        );
        if (!fits) faults.push('wider than its frame');
        if (faults.length > 0) found[id] = faults;
      }

      expect(found).toEqual({});
      expect(one.problems).toEqual([]);
    },
  );

  it('gives away the settings of a pipeline that was deleted', async () => {
    const left = await leavePolicy(app, app.portals[0], { entityTypeId: 2, categoryId: 99 });
    const one = await open();
    await one.frame.locator('#pipeline').selectOption('2:99');
    await one.frame.getByText(/^На портале этой воронки больше нет/).waitFor();
    const [file] = await Promise.all([
      one.page.waitForEvent('download'),
      one.frame.getByRole('button', { name: 'Сохранить в файл' }).click(),
    ]);
    const { names: _names, ...document } = JSON.parse(
      await readFile(await file.path(), 'utf8'),
    ) as ClosingPolicy & { names: unknown };

    expect(document).toEqual(left);
    expect(one.problems).toEqual([]);
  });

  it('says which versions there are, and who saved them', async () => {
    const one = await open();
    const { digest, version } = await policy();
    await one.tab('access');
    await one.setting('digest').setChecked(!digest);
    await one.save();
    const answer = one.page.waitForResponse(/settings\/versions/);
    await one.tab('versions');
    const { versions } = (await (await answer).json()) as PolicyVersions;
    expect(versions[0]).toMatchObject({ version: version + 1, changes: [{ path: 'digest' }] });
    await versionRow(one, versions.length - 1).waitFor();

    expect(await versionRow(one, 0).locator('.badge').innerText()).toBe('действует');
    expect(await one.frame.locator('#settings-panel-versions .badge').count()).toBe(1);
    expect(await versionRow(one, 0).innerText()).toContain('Интеграция');
  });
});

const versionRow = ({ frame }: SettingsPage, at: number): Locator =>
  frame.locator('#settings-panel-versions tbody tr').nth(at);

/** What the round trip sets, as the page shows it. */
const EVERYTHING = {
  mode: true,
  language: 'en',
  cutoff: '2026-01-15T12:30',
  stage: 'closed:spam',
  cause: 'UF_CRM_CAUSE_OF_OURS',
  strictness: 'block',
  outcomes: false,
  firstWaitDays: '2',
  undoMinutes: '15',
  autoAsk: false,
  thanksConfirms: true,
  timeZone: 'Asia/Yekaterinburg',
  days: ['Убрать: ср, 30.12.2026', 'Убрать: сб, 09.01.2027'],
  digest: false,
  leads: 2,
} as const;

const LOST = 'C5:LOSE';

async function changeEverything(one: SettingsPage): Promise<void> {
  const { frame, setting } = one;
  await one.tab('calendar');
  await setting('timeZone').selectOption('Asia/Yekaterinburg');
  await addDay(one, '2026-12-30', 'off');
  await addDay(one, '2027-01-09', 'work');
  await one.tab('stages');
  await frame.getByLabel('Только наблюдать').check();
  await setting('language').selectOption('en');
  await setting('cutoff').fill('2026-01-15T12:30');
  await setting(`stages.${LOST}`).selectOption('closed:spam');
  await one.tab('fields');
  await setting('fields.cause').selectOption('UF_CRM_CAUSE_OF_OURS');
  await one.tab('criteria');
  await setting('criteria.text-quality.strictness').selectOption('block');
  await openDetails(one, 'criteria.text-quality.outcomes');
  await setting('criteria.text-quality.outcomes').getByRole('checkbox').first().uncheck();
  await one.tab('waits');
  await setting('firstWaitDays').fill('2');
  await setting('undoMinutes').fill('15');
  await setting('autoAsk').uncheck();
  await setting('thanksConfirms').check();
  await setting('channels').getByRole('checkbox').nth(2).uncheck();
  await setting('channels').getByRole('button').first().click();
  await one.tab('access');
  await setting('digest').uncheck();
  await setting('overriders').fill('2');
  await setting('overriders').press('Enter');
  await pickLead(one);
}

async function readEverything({
  frame,
  setting,
}: SettingsPage): Promise<Record<keyof typeof EVERYTHING, unknown>> {
  const tab = (id: TabId) => frame.locator(`#settings-tab-${id}`).click();
  await tab('stages');
  const mode = await frame.getByLabel('Только наблюдать').isChecked();
  const language = await setting('language').inputValue();
  const cutoff = await setting('cutoff').inputValue();
  const stage = await setting(`stages.${LOST}`).inputValue();
  await tab('fields');
  const cause = await setting('fields.cause').inputValue();
  await tab('criteria');
  const strictness = await setting('criteria.text-quality.strictness').inputValue();
  const outcomes = await setting('criteria.text-quality.outcomes')
    .locator('input')
    .first()
    .isChecked();
  await tab('waits');
  const firstWaitDays = await setting('firstWaitDays').inputValue();
  const undoMinutes = await setting('undoMinutes').inputValue();
  const autoAsk = await setting('autoAsk').isChecked();
  const thanksConfirms = await setting('thanksConfirms').isChecked();
  await tab('calendar');
  const timeZone = await setting('timeZone').inputValue();
  const buttons = await frame.locator('.chip button[aria-label*="20"]').all();
  const labels = await Promise.all(buttons.map((button) => button.getAttribute('aria-label')));
  // A day's name does not break away from its date.
  const days = labels.map((label) => label?.replaceAll('\u00a0', ' '));
  await tab('access');
  const digest = await setting('digest').isChecked();
  const leads = await frame.locator('.people').first().locator('.chip').count();
  return {
    mode,
    language,
    cutoff,
    stage,
    cause,
    strictness,
    outcomes,
    firstWaitDays,
    undoMinutes,
    autoAsk,
    thanksConfirms,
    timeZone,
    days,
    digest,
    leads,
  };
}

async function addDay({ frame }: SettingsPage, date: string, kind: 'off' | 'work'): Promise<void> {
  await frame.locator('#new-day').fill(date);
  await frame.locator('#new-day-kind').selectOption(kind);
  await frame.getByRole('button', { name: 'Добавить день' }).click();
}

/** In the portal's own window, which stands outside the frame. */
async function pickLead({ page, frame }: SettingsPage): Promise<void> {
  await frame.getByRole('button', { name: 'Выбрать на портале…' }).first().click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'Выберите сотрудника' });
  await dialog.getByRole('checkbox').nth(1).check();
  await dialog.getByRole('button', { name: 'Выбрать' }).click();
  await frame.locator('.people').first().locator('.chip').nth(1).waitFor();
}

async function openDetails({ setting }: SettingsPage, path: string): Promise<void> {
  await setting(path).evaluate((box) => {
    box.closest('details')?.setAttribute('open', '');
  });
}

async function tabUntil(one: SettingsPage, id: string): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    await one.page.keyboard.press('Tab');
    const at = await one.document().evaluate<string>('document.activeElement.id');
    if (at === id) return;
  }
  throw new Error(`the Tab key never reached ${id}`);
}

async function download({ page, frame, tab }: SettingsPage): Promise<string> {
  await tab('versions');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    frame.getByRole('button', { name: 'Сохранить в файл' }).click(),
  ]);
  return readFile(await file.path(), 'utf8');
}

/** The portal posts its language with the frame's form. */
async function speak(page: Page, appUrl: string, language: string): Promise<void> {
  await page.route(`${appUrl}/app?*`, async (route) => {
    await route.continue({ url: route.request().url().replace('LANG=ru', `LANG=${language}`) });
  });
}

const KB_WORDS = ['Статья создана', 'Дописали', 'Была', 'Не нужна'];

function listOf(name: string, values: readonly string[]): object {
  return {
    FIELD_NAME: name,
    USER_TYPE_ID: 'enumeration',
    LIST: values.map((VALUE, at) => ({ VALUE, SORT: at })),
  };
}

async function addField(webhookUrl: string, fields: object): Promise<void> {
  const answer = await fetch(`${webhookUrl}crm.deal.userfield.add`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ fields: { ...fields, EDIT_FORM_LABEL: { ru: 'Наше поле' } } }),
  });
  if (!answer.ok) throw new Error(`the field was not added: ${answer.status}`);
}

async function shot(page: Page, name: string): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  if (dir !== undefined) await page.screenshot({ path: `${dir}/${name}.png` });
}
