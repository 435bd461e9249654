/** The whole demonstration in a real browser: a premature closing comes back with its reasons, a complete one stays. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { Demo } from '../../src/demo.ts';
import { startDemo } from '../../src/demo.ts';
import type { BoardState } from '../support/board-page.ts';
import { actAs, dragTile, readState, stageNamed, tile, tileIn } from '../support/board-page.ts';
import { describeWithBrowser, openPage } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';
import { until } from '../support/eventually.ts';
import { recordingLog } from '../support/recording-log.ts';
import { completeCard } from '../support/ticket-card.ts';

const PIPELINE = '2:5';
const AGENT = 'Анна Орлова';
/** Its problem is written down, nothing else is, and the client's last question has no answer. */
const INCOMPLETE = 'Гостевой пропуск не приходит в СМС';

describeWithBrowser('the gate on the board', (browser) => {
  let demo: Demo;
  let dataDir: string;
  let opened: WatchedPage;
  let state: BoardState;
  let page: Page;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'closegate-demo-'));
    demo = await startDemo({ port: 0, sandboxPort: 0, dataDir, log: recordingLog() });
  });
  afterAll(async () => {
    await demo.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    opened = await openPage(browser(), `${demo.sandboxUrl}/`);
    ({ page } = opened);
    await page.locator('.tile').first().waitFor();
    state = await readState(demo.sandboxUrl, PIPELINE);
    await actAs(page, state, AGENT);
  });
  afterEach(async () => {
    await opened.close();
    expect(opened.problems).toEqual([]);
  });

  it('returns an incomplete closing with its reasons, and lets the completed one stand', async () => {
    const closed = stageNamed(state, 'Закрыто');
    const work = stageNamed(state, 'В работе');
    const ticket = state.tickets.find((one) => one.title === INCOMPLETE);
    const key = `${ticket?.entityTypeId}:${ticket?.id}`;

    await dragTile(page, key, closed);

    // It comes back to where it was, marked, and says why right there…
    const returned = tileIn(page, work, key);
    await returned.getByRole('button', { name: 'возвращено' }).waitFor();
    const note = page.getByRole('dialog', { name: `Closegate вернул обращение № ${ticket?.id}` });
    await note.getByText('Обращение возвращено: закрывать рано').waitFor();
    await note.getByText('Заполните «Решение» (шаг 3)').waitFor();
    await note.getByText('Ответьте на последнее сообщение клиента (критерий 4)').waitFor();
    // …and tells the one who dragged it.
    await page.getByRole('status').filter({ hasText: 'закрывать рано' }).waitFor();
    await page.getByRole('button', { name: /Уведомления: 1 непрочитанное/ }).waitFor();

    await note.getByRole('link', { name: 'Открыть обращение' }).click();
    const card = page.getByRole('dialog').filter({ has: page.getByRole('tablist') });
    await card.locator('.entry-comment', { hasText: 'Заполните «Решение»' }).first().waitFor();
    await confirmByHand(card);
    await completeCard(card);
    await page.keyboard.press('Escape');

    await dragTile(page, key, closed);

    // The outcome is written only to a closing that stands.
    await tile(page, key).locator('.tile-title').click();
    const outcome = card.locator('[data-group="outcome"]');
    await outcome.getByLabel('Время закрытия').waitFor();
    await outcome
      .getByLabel('Итог закрытия')
      .locator('option:checked', { hasText: 'Подтверждено клиентом' })
      .waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await tileIn(page, closed, key).waitFor();
    const mark = tile(page, key).getByRole('button', { name: 'возвращено' });
    await until(async () => (await mark.count()) === 0);
  });

  it('says nothing to other users about it', async () => {
    const other = state.users.find((user) => user.name !== AGENT);
    await actAs(page, state, other?.name ?? '');
    await page.getByRole('button', { name: 'Уведомления', exact: true }).click();
    await page.getByText('Уведомлений пока нет').waitFor();
  });
});

/** The client's word as the agent heard it, left for the next saving of the card. */
async function confirmByHand(card: Locator): Promise<void> {
  await card
    .getByLabel('Чем подтверждено', { exact: true })
    .fill('Звонок клиенту в 12:40, клиент подтвердил вход.');
  await card
    .getByLabel('Подтверждение клиента')
    .selectOption({ label: 'Подтверждено со слов клиента' });
}
