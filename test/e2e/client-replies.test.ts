/** Clients who answer in their own words, by chat or letter, and tickets on pause: in a real browser, the clock driven by its button. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { tileIn } from '../support/board-page.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { chatOf, inTimeline, linkIn, outcomeIs, said, Story } from '../support/story.ts';

describeWithBrowser('a client who answers without the page', (browser) => {
  let story: Story;
  let page: Page;

  beforeEach(async () => {
    story = await Story.begin(browser());
    ({ page } = story);
  });
  afterEach(async () => {
    expect(await story.end()).toEqual([]);
  });

  /** The agent opens the reading that the ticket asks for and chooses what the reply means. */
  async function reads(key: string, choice: string): Promise<void> {
    const card = await story.openCard(key);
    const entry = await inTimeline(card, 'Клиент ответил на запрос');
    const reading = await story.open(await linkIn(entry));
    await reading.getByRole('heading', { name: 'Как понять ответ клиента?' }).waitFor();
    for (const name of ['Решение подтверждено', 'Не решено', 'Есть вопрос']) {
      await reading.getByRole('button', { name, exact: true }).waitFor();
    }
    await reading.getByRole('button', { name: choice, exact: true }).click();
    await reading.getByRole('heading', { name: 'Отмечено' }).waitFor();
    await story.closeCard();
  }

  it('stops the countdown by thanks in the chat, and the agent confirms with one press', async () => {
    const { key } = await story.asked('Не приходит код');
    await writesInChat(await story.openCard(key), 'Спасибо, всё работает!');
    await story.closeCard();

    await story.nextWorkingDay();
    await story.stands(story.waiting, key);
    const card = await story.openCard(key);
    await inTimeline(card, 'похоже, подтверждает решение');
    expect(await said(await chatOf(card), 'Это повторный запрос').count()).toBe(0);
    await story.closeCard();

    await reads(key, 'Решение подтверждено');
    await story.stands(story.closed, key);
    await story.openCard(key);
    await outcomeIs(card, 'Подтверждено клиентом');
  });

  it('is asked by letter when there is no chat, and its letter goes back to work by one press', async () => {
    const { key } = await story.draggedToClosed('Нужен пропуск на выходные', { channel: 'email' });
    await story.settled();
    const card = await story.openCard(key);
    await card.getByRole('tab', { name: 'Письма' }).click();
    expect(await linkIn(card.locator('.emails'))).toMatch(/\/c\//);
    await card.getByText('Кому: somov@client.example').first().waitFor();
    await inTimeline(card, 'Запрос подтверждения');
    await writesLetter(card, 'Пропуск так и не открывает калитку.');
    await story.closeCard();

    await reads(key, 'Не решено');
    await story.stands(story.work, key);
  });

  it('is asked again by letter and closed on silence without any chat', async () => {
    const { key } = await story.draggedToClosed('Нужен пропуск гостю', { channel: 'email' });
    await story.nextWorkingDay();
    const card = await story.openCard(key);
    await inTimeline(card, 'Повторный запрос');
    await card.getByRole('tab', { name: 'Письма' }).click();
    await card.locator('.letter', { hasText: 'Это повторный запрос' }).waitFor();
    await story.closeCard();

    await story.nextWorkingDay();
    await story.stands(story.closed, key);
    await story.openCard(key);
    await outcomeIs(card, 'Нет ответа клиента');
  });

  it('is neither reminded nor closed while the ticket is on pause, and has its full time afterwards', async () => {
    const { key } = await story.asked('Ждём поставку считывателя');
    const card = await story.openCard(key);
    await card.getByLabel('Причина паузы').fill('Клиент попросил подождать поставку');
    await card.getByLabel('Пауза до').fill('2026-03-18T12:00');
    await card.getByRole('button', { name: 'Сохранить' }).click();
    await card.getByText('Все изменения сохранены').waitFor();
    await story.closeCard();

    for (let day = 0; day < 2; day += 1) {
      await story.nextWorkingDay();
      await story.stands(story.waiting, key);
      await story.openCard(key);
      expect(await said(await chatOf(card), 'Это повторный запрос').count()).toBe(0);
      await story.closeCard();
    }

    // Thursday: the pause ended on Wednesday at noon, and the client has not had a full day since.
    await story.nextWorkingDay();
    await story.stands(story.waiting, key);
    const isClosed = async () => (await tileIn(page, story.closed, key).count()) > 0;
    for (let day = 0; day < 4 && !(await isClosed()); day += 1) await story.nextWorkingDay();
    await story.stands(story.closed, key);
    await story.openCard(key);
    await outcomeIs(card, 'Нет ответа клиента');
    await said(await chatOf(card), 'Это повторный запрос').waitFor();
  });
});

async function writesInChat(card: Locator, words: string): Promise<void> {
  await card.getByRole('tab', { name: 'Чат' }).click();
  await card.getByLabel('Сообщение в чат').fill(words);
  await card.getByRole('button', { name: 'Клиент пишет' }).click();
  await card.locator('.bubble-client', { hasText: words }).waitFor();
}

async function writesLetter(card: Locator, words: string): Promise<void> {
  await card.getByRole('tab', { name: 'Письма' }).click();
  await card.getByLabel('Тема письма').fill('Re: обращение');
  await card.getByLabel('Текст письма').fill(words);
  await card.getByRole('button', { name: 'Письмо от клиента' }).click();
  await card.locator('.letter', { hasText: words }).waitFor();
}
