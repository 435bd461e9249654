/** The client's side in a real browser: the client is asked, reminded, answers or is silent, and what follows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { Demo } from '../../src/demo.ts';
import { startDemo } from '../../src/demo.ts';
import type { BoardState } from '../support/board-page.ts';
import { actAs, dragTile, readState, stageNamed, tile, tileIn } from '../support/board-page.ts';
import { describeWithBrowser, openPage, PHONE } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';
import { readyTicket } from '../support/ready-ticket.ts';
import type { ReadyTicket } from '../support/ready-ticket.ts';
import { recordingLog } from '../support/recording-log.ts';
import { completeCard } from '../support/ticket-card.ts';

/** A Monday without holidays near, so that the story is the same on any day it runs. */
const MONDAY = Date.parse('2026-03-16T10:00:00+03:00');
const PIPELINE = '2:5';
const AGENT = 'Анна Орлова';

describeWithBrowser("the client's side", (browser) => {
  let demo: Demo;
  let dataDir: string;
  let state: BoardState;
  let page: Page;
  const watched: WatchedPage[] = [];
  const work = (): string => stageNamed(state, 'В работе');
  const waiting = (): string => stageNamed(state, 'Ожидает подтверждения клиента');
  const closed = (): string => stageNamed(state, 'Закрыто');

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'closegate-demo-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));
  beforeEach(async () => {
    const log = recordingLog();
    demo = await startDemo({ port: 0, sandboxPort: 0, dataDir, now: MONDAY, log });
    page = await open(`${demo.sandboxUrl}/`);
    await page.locator('.tile').first().waitFor();
    state = await readState(demo.sandboxUrl, PIPELINE);
    await actAs(page, state, AGENT);
  });
  afterEach(async () => {
    const problems = watched.flatMap((one) => one.problems);
    await Promise.all(watched.splice(0).map((one) => one.close()));
    await demo.close();
    expect(problems).toEqual([]);
  });

  async function open(url: string, device?: typeof PHONE): Promise<Page> {
    const opened = await openPage(browser(), url, device);
    watched.push(opened);
    return opened.page;
  }

  /** A ticket that lacks only the client's word, dragged to «Закрыто»: Closegate asks the client. */
  async function asked(title: string): Promise<Asked> {
    const ready = await readyTicket(demo.sandbox, title);
    await tile(page, ready.key).waitFor();
    await dragTile(page, ready.key, closed());
    await tileIn(page, waiting(), ready.key).waitFor();
    await page.getByRole('button', { name: 'Понятно' }).click();
    const card = await openCard(page, ready.key);
    const link = await linkIn(await chatOf(card));
    await inTimeline(card, 'Запрос подтверждения');
    await page.keyboard.press('Escape');
    return { ...ready, link };
  }

  /** The ticket once the request's own fields stand on it: they are written last. */
  async function settled(id: number): Promise<unknown> {
    for (;;) {
      const shown = await ticketAsShown(demo, id);
      if (/"UF_CRM_CG_ASKED_AT"[^}]*"value":"/.test(JSON.stringify(shown))) return shown;
      await page.waitForTimeout(100);
    }
  }

  async function clientSays(link: string, button: string, words = ''): Promise<Page> {
    const phone = await open(link, PHONE);
    if (words !== '') await phone.getByRole('textbox').fill(words);
    await phone.getByRole('button', { name: button, exact: true }).click();
    await phone.getByRole('heading', { name: 'Спасибо! Ответ получен' }).waitFor();
    return phone;
  }

  async function nextWorkingDay(): Promise<void> {
    await page.getByRole('button', { name: '+1 рабочий день' }).click();
  }

  it('asks, reminds, closes on silence with the mark and says so to the client', async () => {
    const ticket = state.tickets.find((one) => one.title === 'Гостевой пропуск не приходит в СМС');
    const key = `2:${ticket?.id}`;
    await completeCard(await openCard(page, key));
    await page.keyboard.press('Escape');

    await dragTile(page, key, closed());

    const tag = tileIn(page, waiting(), key).getByRole('button', { name: 'ждём клиента' });
    await tag.waitFor();
    await page.getByRole('dialog', { name: `Обращение № ${ticket?.id}: ждём клиента` }).waitFor();
    expect(await tile(page, key).getByRole('button', { name: 'возвращено' }).count()).toBe(0);
    const card = await openCard(page, key);
    const chat = await chatOf(card);
    await said(chat, 'Номер убран из стоп-листа').waitFor();
    await linkIn(chat);
    await inTimeline(card, 'Запрос подтверждения');
    await screenshot(page, 'ask-client', card);
    await page.keyboard.press('Escape');

    await nextWorkingDay();
    await openCard(page, key);
    await chatOf(card);
    await said(chat, 'Это повторный запрос').waitFor();
    await inTimeline(card, 'Повторный запрос');
    await page.keyboard.press('Escape');

    await nextWorkingDay();
    await tileIn(page, closed(), key).waitFor();
    await openCard(page, key);
    await inTimeline(card, 'Закрыто без подтверждения клиента');
    await outcomeIs(card, 'Нет ответа клиента');
    await page.keyboard.press('Escape');

    await nextWorkingDay();
    await openCard(page, key);
    await chatOf(card);
    await said(chat, 'не получили ответа').waitFor();
    await inTimeline(card, 'Финальное уведомление отправлено');
    expect(await said(chat, 'Проблема решена').count()).toBe(0);
    expect(await tileIn(page, closed(), key).count()).toBe(1);
  });

  it('takes «Не решено» from a phone back to work with the words of the client', async () => {
    const { key, link } = await asked('Не открывается калитка');
    const phone = await open(link, PHONE);
    await phone.getByRole('button', { name: 'Не решено' }).waitFor();
    await screenshot(phone, 'client-page');
    await phone.close();

    await clientSays(link, 'Не решено', 'Код приходит, но калитка закрыта');

    await tileIn(page, work(), key).waitFor();
    const card = await openCard(page, key);
    await inTimeline(card, 'Код приходит, но калитка закрыта');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Уведомления/ }).click();
    await page
      .getByRole('region', { name: 'Уведомления' })
      .getByText('Код приходит, но калитка закрыта')
      .waitFor();
  });

  it('closes the ticket by itself when the client presses «Решено», and tells so after the undo window', async () => {
    const { key, link } = await asked('Не приходит код');

    await clientSays(link, 'Решено');

    await tileIn(page, closed(), key).waitFor();
    const card = await openCard(page, key);
    await outcomeIs(card, 'Подтверждено клиентом');
    const chat = await chatOf(card);
    expect(await said(chat, 'Проблема решена').count()).toBe(0);
    await page.keyboard.press('Escape');

    await nextWorkingDay();
    await openCard(page, key);
    await chatOf(card);
    await said(chat, 'Проблема решена').waitFor();
  });

  it('changes nothing however often the link is only opened', async () => {
    const { ref, link } = await asked('Сканер почты открывает ссылку');
    const before = await settled(ref.id);

    for (let round = 0; round < 50; round += 1) {
      for (const method of ['GET', 'HEAD']) {
        const { status } = await fetch(link, { method });
        expect(status).toBe(200);
      }
    }

    // An answer of another client proves that the app has worked through everything since.
    const other = await asked('Другое обращение');
    await clientSays(other.link, 'Не решено', 'Всё по-прежнему');
    await tileIn(page, work(), other.key).waitFor();
    expect(await ticketAsShown(demo, ref.id)).toEqual(before);
  });

  it('reopens a closed ticket by a late «Не решено» as its second cycle', async () => {
    const { key, link } = await asked('Ворота снова не открываются');
    await clientSays(link, 'Решено');
    await tileIn(page, closed(), key).waitFor();
    await nextWorkingDay();
    const card = await openCard(page, key);
    const chat = await chatOf(card);
    await said(chat, 'Проблема решена').waitFor();
    await inTimeline(card, 'Финальное уведомление отправлено');
    await page.keyboard.press('Escape');

    const phone = await open(link, PHONE);
    await phone.getByText('Всё-таки не решено?').click();
    await phone.getByRole('textbox').fill('Утром снова не открылись');
    await phone.getByRole('button', { name: 'Не решено', exact: true }).click();
    await phone.getByText('Ваш ответ: «Не решено»').waitFor();

    await tileIn(page, work(), key).waitFor();
    await openCard(page, key);
    await inTimeline(card, 'цикл закрытия 2');
    await inTimeline(card, 'Утром снова не открылись');
    await chatOf(card);
    await said(chat, 'продолжаем').waitFor();
  });

  it('sends nothing to the client when the agent takes a closing back within the undo window', async () => {
    const undone = await asked('Закрыли рано');
    const stands = await asked('Закрыли верно');
    for (const { key, link } of [undone, stands]) {
      await clientSays(link, 'Решено');
      await tileIn(page, closed(), key).waitFor();
    }
    const card = await openCard(page, undone.key);
    await outcomeIs(card, 'Подтверждено клиентом');
    const sent = demo.sandbox.control.chats(undone.ref)[0]?.messages.length;
    await page.keyboard.press('Escape');

    await dragTile(page, undone.key, work());
    await openCard(page, undone.key);
    await outcomeIs(card, '— не выбрано —');
    await page.keyboard.press('Escape');

    await nextWorkingDay();
    await openCard(page, stands.key);
    await said(await chatOf(card), 'Проблема решена').waitFor();
    expect(demo.sandbox.control.chats(undone.ref)[0]?.messages.length).toBe(sent);
  });
});

interface Asked extends ReadyTicket {
  readonly link: string;
}

async function openCard(page: Page, key: string): Promise<Locator> {
  await tile(page, key).locator('.tile-title').click();
  return page.getByRole('dialog').filter({ has: page.getByRole('tablist') });
}

async function chatOf(card: Locator): Promise<Locator> {
  await card.getByRole('tab', { name: 'Чат' }).click();
  return card.locator('.chat');
}

function said(chat: Locator, words: string): Locator {
  return chat.locator('.bubble-operator', { hasText: words }).last();
}

/** The link of the newest message that has one: an http address of the app. */
async function linkIn(chat: Locator): Promise<string> {
  const link = chat.locator('a[href*="/c/"]').last();
  await link.waitFor();
  return (await link.getAttribute('href')) ?? '';
}

async function inTimeline(card: Locator, words: string): Promise<void> {
  await card.getByRole('tab', { name: 'Лента' }).click();
  await card.locator('.entry-comment', { hasText: words }).first().waitFor();
}

async function outcomeIs(card: Locator, label: string): Promise<void> {
  await card
    .getByLabel('Итог закрытия')
    .locator('option:checked', { hasText: label })
    .waitFor({ state: 'attached' });
}

async function ticketAsShown(demo: Demo, id: number): Promise<unknown> {
  const answer = await fetch(`${demo.sandboxUrl}/sandbox/api/ticket/2/${id}`);
  return answer.json();
}

async function screenshot(page: Page, name: string, card?: Locator): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  if (dir === undefined) return;
  if (card) {
    await page.setViewportSize({ width: 1366, height: 900 });
    await chatOf(card);
  }
  await page.screenshot({ path: `${dir}/${name}.png` });
}
