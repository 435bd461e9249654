/** The lead's report in a real browser: an installed portal, its journal, its users and its tickets; nothing is faked. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { composeTools } from '../../src/compose-tools.ts';
import { countersOf } from '../../src/core/report/counters.ts';
import type { JournalEntry } from '../../src/core/journal-entry.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { aReportJournal } from '../support/a-report-journal.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import type { AppFrame, AppFrameWish } from '../support/app-frame.ts';
import { openAppFrame } from '../support/app-frame.ts';
import { wcagFaults } from '../support/axe.ts';
import { describeWithBrowser, DESKTOP, PHONE } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { readyTicket } from '../support/ready-ticket.ts';

const AGENT = 3;
/** Named as the lead of the pipeline; no administrator. */
const LEAD = 4;

let app: InstalledApp;
let portal: Sandbox;
let lines: readonly JournalEntry[];
let waitingOne: TicketRef | undefined;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true });
  [portal] = app.portals;
  await app.install(portal);
  await app.setUp(portal);
  await withTools(portal, async (tools) => {
    const policy = await tools.policies.find(portal.memberId, PIPELINE);
    if (policy) await tools.policies.save(portal.memberId, { ...policy, leads: [LEAD] });
    const refs = Array.from({ length: 7 }, (_, n) =>
      portal.control.createTicket({ ...PIPELINE, title: `Шлагбаум не открывается ${n}` }, 2),
    );
    const gone = portal.control.createTicket({ ...PIPELINE, title: 'Удалённое обращение' }, 2);
    portal.control.deleteTicket(gone);
    lines = aReportJournal(Date.now(), [...refs, gone]);
    await tools.journal.append(portal.memberId, lines);
  });
}, 120_000);
afterAll(() => app.close());

/** Made when it is first needed: in working hours its request goes out at once, and is one more in the journal. */
async function waitingTicket(): Promise<TicketRef> {
  if (waitingOne) return waitingOne;
  const { ref } = await readyTicket(portal, 'Клиент молчит', { channel: 'email' });
  portal.control.moveTicket(ref, 'C5:UC_WAIT', 2);
  waitingOne = ref;
  return ref;
}

type Tools = Awaited<ReturnType<typeof composeTools>>;

async function withTools<T>(sandbox: Sandbox, work: (tools: Tools) => Promise<T>): Promise<T> {
  const tools = await composeTools({
    webhookUrl: sandbox.webhookUrl,
    redisUrl: app.redis.url,
    dataDir: '',
    portalId: sandbox.memberId,
  });
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}

/** As many lines as were counted under a name, in the thirty days. */
const counted = (name: string): number =>
  lines
    .filter(({ at }) => at > Date.now() - 30 * 24 * 60 * 60_000)
    .flatMap(countersOf)
    .filter((count) => count.name === name).length;

describeWithBrowser('the report for the lead', (browser) => {
  let shown: AppFrame;

  afterEach(async () => shown.close());

  async function open(wish: Partial<AppFrameWish> = {}): Promise<AppFrame> {
    shown = await openAppFrame(browser(), portal, { userId: LEAD, ...wish });
    return shown;
  }
  const button = (name: string | RegExp) => shown.frame.getByRole('button', { name });
  const table = (name: string) => shown.frame.getByRole('region', { name, exact: true });
  const opened = async (): Promise<readonly unknown[]> =>
    (await shown.told()).filter(({ command }) => command === 'openPath');
  const ready = () => button(/^Возвращено с закрытия/).waitFor();

  /** Goes on to the end of an open list: twenty lines at a time. */
  async function whole(count: number): Promise<void> {
    for (let at = 20; at < count; at += 20) {
      await shown.frame.getByText(`Показано ${at} из ${count}`).waitFor();
      await button('Показать ещё').click();
    }
    await shown.frame.getByText(`Показано ${count} из ${count}`).waitFor();
  }

  it('equals the journal, and every figure opens as many lines as it says', async () => {
    await open();
    await ready();
    const figures = [
      [/^Возвращено с закрытия/, 'Возвращено с закрытия', counted('refused')],
      [/^Подтвердил клиент/, 'Подтвердил клиент', counted('class:confirmed')],
      [/^Открыто заново/, 'Открыто заново', counted('kind:reopened')],
      [/^Решено \d/, 'Решено', counted('answer:solved')],
      [
        /^подтверждение внёс сотрудник \d/,
        'подтверждение внёс сотрудник',
        counted('class:by-agent'),
      ],
      [/^статья создана \d/, 'статья создана', counted('kb:created')],
      [/^Дубль \d/, 'Дубль', counted('outcome:duplicate')],
      [/^автоответ \d/, 'автоответ', counted('suppressed:auto-reply')],
      [/^Дмитрий Котов \d/, 'Дмитрий Котов', counted('override:person:3')],
    ] as const;
    for (const [name, label, count] of figures) {
      await button(name).first().click();
      await whole(count);
      await eventually(
        `${label}: ${count} lines`,
        () => table(`Список: ${label}`).locator('tbody tr').count(),
        (lines) => count > 0 && lines === count,
      );
      expect(await button(name).first().textContent()).toContain(
        label === 'Подтвердил клиент' ? `${count} из` : String(count),
      );
      await button('Свернуть').click();
    }
    expect(shown.problems).toEqual([]);
  });

  it('shows titles as the lead may see them, and opens a ticket in the portal', async () => {
    await open();
    await ready();
    await button(/^Возвращено с закрытия/).click();
    const list = table('Список: Возвращено с закрытия');
    await list.getByText('Обращение недоступно вам или удалено').first().waitFor();
    await shot(shown.page, 'report-tickets');
    await list
      .getByRole('link', { name: /открыть карточку/ })
      .first()
      .click();
    await eventually('the portal to hear of it', opened, (told) => told.length > 0);

    expect(await list.textContent()).toContain('Шлагбаум не открывается');
    expect(await opened()).toEqual([
      {
        command: 'openPath',
        params: { path: expect.stringMatching(/^\/crm\/deal\/details\/\d+\/$/) },
      },
    ]);
  });

  it('has a table behind every picture, by keyboard, whose numbers open their tickets', async () => {
    await open();
    await ready();
    const turns = shown.frame.getByRole('button', { name: /показать таблицей$/ });
    const pictures = await turns.count();
    for (let left = pictures; left > 0; left -= 1) {
      await turns.first().focus();
      await shown.page.keyboard.press('Enter');
      await eventually(
        'one turned over',
        () => turns.count(),
        (count) => count === left - 1,
      );
    }
    const days = table('Запросы и подтверждения по дням');
    const requests = await days.locator('tbody tr td:nth-child(2)').allTextContents();
    const sum = requests.reduce((all, text) => all + Number(text), 0);
    await days
      .getByRole('button', { name: /^Отправлено запросов/ })
      .first()
      .press('Enter');
    await shown.frame.getByRole('heading', { name: /^Обращения: Отправлено запросов, / }).waitFor();
    await shot(shown.page, 'report-tables');

    expect(pictures).toBeGreaterThanOrEqual(11);
    expect(sum).toBe(counted('kind:client-message'));
    expect(await table('Чего не хватало при возврате').locator('tbody tr').count()).toBeGreaterThan(
      3,
    );
  });

  it('shows the figures of a short table beside their names on a phone', async () => {
    await open({ device: PHONE, language: 'en' });
    await button(/^What was missing at a return: show as a table$/).click();
    const reasons = table('What was missing at a return');
    await reasons.locator('tbody tr').first().waitFor();

    expect(await reasons.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  });

  it('takes one agent, orders the table of agents, and tells each from the other', async () => {
    await open();
    await ready();
    const agents = table('Сотрудники');
    const names = () => agents.locator('tbody th').allTextContents();
    await button('Упорядочить: Сотрудник').click();
    expect(await names()).toEqual(['Анна Орлова ', 'Дмитрий Котов ']);
    await button('Упорядочить: Сотрудник').click();
    expect(await agents.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
    expect(await names()).toEqual(['Дмитрий Котов ', 'Анна Орлова ']);
    await shown.frame
      .getByLabel('Сотрудник', { exact: true })
      .selectOption({ label: 'Анна Орлова' });
    await shown.frame.getByText('Цифры одного сотрудника', { exact: false }).waitFor();
    const closed = counted('by:2:kind:closed');
    await agents.getByRole('button', { name: `Закрыто, Анна Орлова: ${closed}. Показать` }).click();

    await whole(closed);
  });

  it('saves the same table as the command, formulas made harmless', async () => {
    await open();
    await ready();
    const saved = shown.page.waitForEvent('download');
    await button('Скачать CSV').click();
    const file = await readFile(await (await saved).path(), 'utf8');

    expect((await saved).suggestedFilename()).toMatch(/^closegate-\d{4}-\d\d-\d\d-.*\.csv$/);
    expect(file.split('\r\n')[0]).toBe('\uFEFFРаздел;Показатель;Значение');
    expect(file).toContain(`Закрыто через проверку;всего;${counted('kind:closed')}\r\n`);
  });

  it('puts a waiting ticket on hold by one press, and refuses a pause without a reason', async () => {
    const waiting = await waitingTicket();
    await open();
    await button(`На паузу: № ${waiting.id}`).click();
    await shown.frame.getByRole('button', { name: 'Поставить на паузу', exact: true }).click();
    await shown.frame.getByText('Напишите причину паузы, хотя бы двумя словами').waitFor();
    await shown.frame.getByLabel('На сколько').selectOption({ label: 'неделя' });
    await shown.frame.getByLabel('Причина', { exact: true }).fill('Клиент уехал в отпуск');
    await shot(shown.page, 'report-hold');
    await shown.frame.getByRole('button', { name: 'Поставить на паузу', exact: true }).click();
    await shown.frame.getByText(new RegExp(`^Обращение № ${waiting.id} на паузе до `)).waitFor();
    const ticket = portal.control.ticket(waiting);
    const journal = await withTools(portal, (tools) => tools.journal.latest(portal.memberId, 5));

    expect([...ticket.uf.values()]).toContain('Клиент уехал в отпуск');
    expect(ticket.updatedBy).toBe(LEAD);
    expect(journal).toContainEqual(
      expect.objectContaining({
        kind: 'panel-action',
        ref: waiting,
        movedBy: LEAD,
        detail: expect.objectContaining({ action: 'hold', reason: 'Клиент уехал в отпуск' }),
      }),
    );
  });

  it('takes a held ticket off hold by one press', async () => {
    const waiting = await waitingTicket();
    await open();
    const off = button(`Снять с паузы: № ${waiting.id}`).first();
    await off.waitFor();
    await shot(shown.page, 'report-held');
    await off.dblclick();
    await shown.frame.getByText(`Пауза обращения ${waiting.id} снята.`, { exact: false }).waitFor();
    await eventually(
      'the lists to know',
      () => off.count(),
      (count) => count === 0,
    );
    await button(`На паузу: № ${waiting.id}`).first().waitFor();
    const journal = await withTools(portal, (tools) => tools.journal.latest(portal.memberId, 5));
    const ended = journal.filter(({ detail }) => detail['action'] === 'unhold');

    expect([...portal.control.ticket(waiting).uf.values()]).not.toContain('Клиент уехал в отпуск');
    expect(ended).toEqual([expect.objectContaining({ ref: waiting, movedBy: LEAD })]);
    expect(shown.problems).toEqual([]);
  });

  it('says so when nothing was closed in the time, and goes on to a longer one', async () => {
    await open();
    await ready();
    await shown.frame.getByLabel('Период', { exact: true }).selectOption({ label: 'Свои даты…' });
    await shown.frame.getByLabel('С', { exact: true }).fill('2020-02-01');
    await shown.frame.getByLabel('По', { exact: true }).fill('2020-01-01');
    await button('Показать').last().focus();
    await shown.frame.getByRole('button', { name: 'Показать', exact: true }).click();
    await shown.frame.getByText('Начало не может быть позже конца').waitFor();
    await shown.frame.getByLabel('По', { exact: true }).fill('2020-02-29');
    await shown.frame.getByRole('button', { name: 'Показать', exact: true }).click();
    await shown.frame.getByRole('heading', { name: 'За период закрытий не было' }).waitFor();
    await shot(shown.page, 'report-empty');
    await button('Показать 90 дней').click();

    await ready();
  });

  it('keeps what is shown when the connection is lost, and goes on when asked again', async () => {
    await open();
    await ready();
    await shown.page.context().setOffline(true);
    await shown.frame.getByLabel('Период', { exact: true }).selectOption({ label: '7 дней' });
    await shown.frame.getByText(/^Нет связи с сервером/).waitFor();
    const kept = await button(/^Возвращено с закрытия/).count();
    await shown.page.context().setOffline(false);
    await button('Повторить').click();
    await eventually(
      'the trouble to be over',
      () => shown.frame.getByText(/^Нет связи с сервером/).count(),
      (count) => count === 0,
    );

    expect(kept).toBe(1);
  });

  it('is closed to who is neither an administrator nor a lead', async () => {
    await open({ userId: AGENT });
    await shown.frame
      .getByText(/^Это доступно только администраторам портала и руководителям/)
      .waitFor();

    expect(await shown.app().content()).not.toContain('Шлагбаум');
  });

  it.each([
    ['desktop', DESKTOP, 'ru', /^Возвращено с закрытия/],
    ['phone', PHONE, 'ru', /^Возвращено с закрытия/],
    ['desktop in English', DESKTOP, 'en', /^Returned from closing/],
  ] as const)(
    'has no WCAG AA violation on a %s, in both themes, and no scroll bar of its own',
    async (name, device, language, headline) => {
      await waitingTicket();
      await open({ device, language });
      await button(headline).click();
      await shown.frame
        .getByRole('region', { name: /^(Список|List): / })
        .last()
        .waitFor();
      await eventually(
        'the lists of tickets',
        () => shown.frame.locator('.tickets li').count(),
        (count) => count > 0,
      );
      // Axe looks at the report's own document, as a reader of the frame does.
      const document = shown.app() as unknown as Page;
      const light = await wcagFaults(document);
      await shot(shown.page, `report-${name}`);
      await document.evaluate("document.documentElement.dataset.theme = 'dark'");
      const dark = await wcagFaults(document);
      await shot(shown.page, `report-${name}-dark`);
      const fits: boolean = await document.evaluate(
        'document.documentElement.scrollWidth <= innerWidth',
      );

      expect({ light, dark, fits }).toEqual({ light: [], dark: [], fits: true });
      expect(shown.problems).toEqual([]);
    },
  );
});

/** The whole frame: as high a window as the page needs. */
async function shot(page: Page, name: string): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  const size = page.viewportSize();
  if (dir === undefined || size === null) return;
  const height: number = await page.evaluate('document.documentElement.scrollHeight');
  await page.setViewportSize({ ...size, height });
  await page.screenshot({ path: `${dir}/${name}.png` });
  await page.setViewportSize(size);
}
