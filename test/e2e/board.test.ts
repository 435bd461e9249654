/** The sandbox page alone, without the app: what a visitor sees and does, in a real browser. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { BoardState } from '../support/board-page.ts';
import { actAs, column, dragTile, readState, tile, tileIn } from '../support/board-page.ts';
import { describeWithBrowser, openPage, PHONE } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';
import { eventually, until } from '../support/eventually.ts';

const PIPELINE = '2:5';

describeWithBrowser('the sandbox page', (browser) => {
  let sandbox: Sandbox;
  let opened: WatchedPage;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, seed: 'support' });
  });
  afterAll(() => sandbox.close());
  afterEach(async () => {
    await opened.close();
    expect(opened.problems).toEqual([]);
  });

  async function openBoard(path = '/', device?: typeof PHONE): Promise<[Page, BoardState]> {
    opened = await openPage(browser(), `${sandbox.url}${path}`, device);
    await opened.page.locator('.tile').first().waitFor();
    return [opened.page, await readState(sandbox.url, PIPELINE)];
  }

  it('shows every stage as a column with its cards, and who acts', async () => {
    const [page, state] = await openBoard();
    expect(await page.locator('.column-name').allTextContents()).toEqual(
      state.stages.map((stage) => stage.name),
    );
    expect(await page.locator('.tile').count()).toBe(state.tickets.length);
    const [first] = state.tickets;
    expect(await tile(page, keyOf(first)).textContent()).toContain(first?.title);
    expect(await page.getByLabel('Вы действуете как:').locator('option').count()).toBe(
      state.users.length,
    );
  });

  it('moves a dragged card on the portal, in the name of the acting user', async () => {
    const [page, state] = await openBoard();
    const [key, target] = aMove(state);
    const user = state.users[1];
    await actAs(page, state, user?.name ?? '');
    await dragTile(page, key, target);
    await tileIn(page, target, key).waitFor();
    await expectTicket(key, (ticket) => ticket.stageId === target && ticket.movedBy === user?.id);
  });

  it('moves a card with the keyboard alone and gives the focus back to it', async () => {
    const [page, state] = await openBoard();
    const [key, target] = aMove(state);
    const name = state.stages.find((stage) => stage.stageId === target)?.name ?? '';
    const button = tile(page, key).getByRole('button', { name: /Переместить обращение/ });
    await button.focus();
    await page.keyboard.press('Enter');
    const choice = page.locator('[role="menuitemradio"]:focus', { hasText: name });
    await pressUntilThere(page, 'ArrowDown', choice);
    await page.keyboard.press('Enter');
    await tileIn(page, target, key).waitFor();
    await expectTicket(key, (ticket) => ticket.stageId === target);
    await page.waitForFunction(
      `document.activeElement?.closest('.tile')?.dataset.ticket === '${key}'`,
    );
  });

  it('keeps what is saved in a field, and what is not saved yet through a refresh', async () => {
    const [page, state] = await openBoard();
    const key = keyOf(state.tickets[0]);
    await tile(page, key).locator('.tile-title').click();
    const panel = page.getByRole('dialog');
    const area = panel.locator('.pane-fields textarea').first();
    await area.fill('Первая строка\nвторая <b>строка</b>');
    await panel.getByRole('button', { name: 'Сохранить' }).click();
    await panel.getByText('Все изменения сохранены').waitFor();

    await area.fill('ещё не сохранено');
    await addTask(panel, 'Задача, которая обновит карточку');
    expect(await area.inputValue()).toBe('ещё не сохранено');

    await page.reload();
    await panel.locator('.pane-fields textarea').first().waitFor();
    expect(await panel.locator('.pane-fields textarea').first().inputValue()).toBe(
      'Первая строка\nвторая <b>строка</b>',
    );
  });

  it('opens a card by its Bitrix24 address, closes it with Esc and returns to the board', async () => {
    const { tickets } = await readState(sandbox.url, PIPELINE);
    const ticket = tickets[1];
    const [page] = await openBoard(`/crm/deal/details/${ticket?.id}/`);
    const panel = page.getByRole('dialog');
    await panel.getByRole('heading', { name: ticket?.title ?? '' }).waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    // The panel leaves first; the address follows it back through the history a moment later.
    await page.waitForURL((url) => url.pathname === '/');
  });

  it('shows what the client and the operator write, as text and never as markup', async () => {
    const [page, state] = await openBoard();
    await tile(page, keyOf(state.tickets[2])).locator('.tile-title').click();
    const panel = page.getByRole('dialog');
    await panel.getByRole('tab', { name: 'Чат' }).click();
    const message = panel.getByLabel('Сообщение в чат');
    await message.fill('<img src=x onerror=alert(1)> всё ещё не работает');
    await panel.getByRole('button', { name: 'Клиент пишет' }).click();
    await panel.locator('.bubble-client', { hasText: '<img src=x' }).waitFor();
    await message.fill('Проверяем');
    await panel.getByRole('button', { name: 'Оператор пишет' }).click();
    await panel.locator('.bubble-operator', { hasText: 'Проверяем' }).waitFor();
    expect(await panel.locator('.chat img').count()).toBe(0);
    // The words are shown when the portal has them, the box is cleared when its answer is there.
    await until(async () => (await message.inputValue()) === '');
  });

  it('adds a task and closes it', async () => {
    const [page, state] = await openBoard();
    await tile(page, keyOf(state.tickets[3])).locator('.tile-title').click();
    const panel = page.getByRole('dialog');
    await addTask(panel, 'Позвонить подрядчику');
    await panel.getByRole('button', { name: 'Завершить: Позвонить подрядчику' }).click();
    await panel.locator('.task-closed', { hasText: 'Позвонить подрядчику' }).waitFor();
  });

  it('creates a ticket in the shown pipeline', async () => {
    const [page] = await openBoard();
    await page.getByRole('button', { name: 'Новое обращение' }).click();
    await page.getByRole('button', { name: 'Создать' }).click();
    await page.getByText('Напишите тему обращения').waitFor();
    await page.getByLabel('Тема обращения').fill('Не открывается отчёт');
    await page.getByRole('button', { name: 'Создать' }).click();
    await page.locator('.tile', { hasText: 'Не открывается отчёт' }).waitFor();
  });

  it('pushes the portal clock one working day on', async () => {
    const [page, state] = await openBoard();
    await page.getByRole('button', { name: '+1 рабочий день' }).click();
    await page.getByText('Часы переведены').waitFor();
    const { now } = await readState(sandbox.url, PIPELINE);
    expect(Date.parse(now) - Date.parse(state.now)).toBeGreaterThanOrEqual(86_400_000);
    // The page learns of the new time a moment after the portal has it.
    await page.locator(`.clock-text[datetime^="${now.slice(0, 10)}"]`).waitFor();
  });

  it('shows another pipeline', async () => {
    const [page, state] = await openBoard();
    const other = state.pipelines.find((one) => one.entityTypeId !== 2);
    const key = `${other?.entityTypeId}:${other?.categoryId}`;
    await page.getByLabel('Воронка:').selectOption(key);
    const { stages } = await readState(sandbox.url, key);
    await column(page, stages[0]?.stageId ?? '').waitFor();
    await until(async () => (await page.locator('.column').count()) === stages.length);
  });

  it('flips a doubt switch of the portal', async () => {
    const [page] = await openBoard();
    await page.getByRole('button', { name: 'Сомнения платформы' }).click();
    const flag = page.getByRole('switch').first();
    const before = await flag.isChecked();
    const name = (await flag.getAttribute('id'))?.replace('doubt-', '') ?? '';
    await flag.click();
    await eventually(
      `${name} to be ${!before} on the portal`,
      async () => Object.entries(sandbox.doubts).find(([key]) => key === name)?.[1],
      (value) => value === !before,
    );
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Сомнения платформы' }).click();
    await flag.waitFor();
    expect(await flag.isChecked()).toBe(!before);
  });

  it('remembers that the hint was dismissed', async () => {
    const [page] = await openBoard();
    await page.getByText('Перетащите любую карточку').waitFor();
    await page.getByRole('button', { name: 'Скрыть подсказку' }).click();
    await page.reload();
    await page.locator('.tile').first().waitFor();
    expect(await page.getByText('Перетащите любую карточку').count()).toBe(0);
  });

  it('says that the portal is away, and keeps what was typed', async () => {
    const other = await startSandbox({ port: 0, seed: 'support' });
    opened = await openPage(browser(), `${other.url}/`);
    const { page } = opened;
    await page.locator('.tile-title').first().click();
    const area = page.getByRole('dialog').locator('.pane-fields textarea').first();
    await area.fill('Набрано перед обрывом связи');
    await other.close();
    await page.getByText('Нет связи с порталом').waitFor();
    await page.getByRole('button', { name: 'Сохранить' }).click();
    await page.getByText('нет связи с порталом', { exact: false }).last().waitFor();
    expect(await area.inputValue()).toBe('Набрано перед обрывом связи');
    await page.getByText('Не сохранено: 1 поле').waitFor();
    // A refused connection is an error in the browser's console whatever the page does.
    const { problems } = opened;
    expect(problems.filter((problem) => !problem.includes('ERR_'))).toEqual([]);
    await opened.close();
    opened = await openPage(browser(), `${sandbox.url}/`);
  });

  describe('on a phone', () => {
    it('scrolls the columns, never the page, and opens a card over the whole screen', async () => {
      const [page, state] = await openBoard('/', PHONE);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await page.evaluate('document.querySelector(".board").scrollWidth')).toBeGreaterThan(
        390,
      );
      await tile(page, keyOf(state.tickets[0])).locator('.tile-title').tap();
      const panel = page.getByRole('dialog');
      await panel.locator('.pane-fields .field').first().waitFor();
      // It slides in.
      await eventually(
        'the card to lie over the whole screen',
        () => panel.boundingBox(),
        (box) => box !== null && Math.abs(box.width - 390) < 1 && Math.abs(box.x) < 1,
      );
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    });

    it('moves a card from its menu', async () => {
      const [page, state] = await openBoard('/', PHONE);
      const [key, target] = aMove(state);
      const name = state.stages.find((stage) => stage.stageId === target)?.name ?? '';
      await tile(page, key).getByText('Переместить…').tap();
      await page.getByRole('menuitemradio', { name, exact: true }).tap();
      await expectTicket(key, (ticket) => ticket.stageId === target);
    });
  });

  async function expectTicket(
    key: string,
    holds: (ticket: BoardState['tickets'][number]) => boolean,
  ): Promise<void> {
    await eventually(
      `ticket ${key} to stand where ${holds.toString()}`,
      async () => {
        const { tickets } = await readState(sandbox.url, PIPELINE);
        return tickets.find((one) => keyOf(one) === key);
      },
      (ticket) => ticket !== undefined && holds(ticket),
    );
  }
});

function keyOf(ticket: BoardState['tickets'][number] | undefined): string {
  return `${ticket?.entityTypeId}:${ticket?.id}`;
}

const isWork = ({ semantics }: BoardState['stages'][number]): boolean =>
  !/^[sf]/i.test(semantics ?? '');

/** A ticket at work and another work stage to move it to. */
function aMove(state: BoardState): [key: string, stageId: string] {
  const work = state.stages.filter(isWork);
  const ticket = state.tickets.find((one) => work.some((stage) => stage.stageId === one.stageId));
  const target = work.find((stage) => stage.stageId !== ticket?.stageId);
  if (ticket === undefined || target === undefined) throw new Error('the seed has no such ticket');
  return [keyOf(ticket), target.stageId];
}

async function addTask(panel: Locator, title: string): Promise<void> {
  await panel.getByRole('tab', { name: 'Задачи' }).click();
  await panel.getByLabel('Новая задача').fill(title);
  await panel.getByRole('button', { name: 'Добавить задачу' }).click();
  await panel.locator('.task', { hasText: title }).waitFor();
}

/** Goes on with the key until the wanted choice has the focus. */
async function pressUntilThere(page: Page, key: string, wanted: Locator): Promise<void> {
  await page.locator('[role="menuitemradio"]:focus').waitFor();
  for (let attempt = 0; attempt < 12; attempt += 1) {
    if ((await wanted.count()) > 0) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the wanted choice never got the focus: ${String(wanted)}`);
}
