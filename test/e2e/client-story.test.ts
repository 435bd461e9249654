/** The client's side in a real browser: the client is asked, reminded, answers or is silent, and what follows. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { dragTile, tile, tileIn } from '../support/board-page.ts';
import { describeWithBrowser, PHONE } from '../support/browser.ts';
import { chatOf, inTimeline, linkIn, outcomeIs, said, Story } from '../support/story.ts';
import { completeCard } from '../support/ticket-card.ts';

describeWithBrowser("the client's side", (browser) => {
  let story: Story;
  let page: Page;

  beforeEach(async () => {
    story = await Story.begin(browser());
    ({ page } = story);
  });
  afterEach(async () => {
    expect(await story.end()).toEqual([]);
  });

  it('asks, reminds, closes on silence with the mark and says so to the client', async () => {
    const ticket = story.state.tickets.find(
      (one) => one.title === 'Гостевой пропуск не приходит в СМС',
    );
    const key = `2:${ticket?.id}`;
    await completeCard(await story.openCard(key));
    await story.closeCard();

    await dragTile(page, key, story.closed);

    const tag = tileIn(page, story.waiting, key).getByRole('button', { name: 'ждём клиента' });
    await tag.waitFor();
    await page.getByRole('dialog', { name: `Обращение № ${ticket?.id}: ждём клиента` }).waitFor();
    expect(await tile(page, key).getByRole('button', { name: 'возвращено' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Понятно' }).click();
    const card = await story.openCard(key);
    const chat = await chatOf(card);
    await said(chat, 'Номер убран из стоп-листа').waitFor();
    await linkIn(chat);
    await inTimeline(card, 'Запрос подтверждения');
    await screenshot(page, 'ask-client', card);
    await story.closeCard();

    await story.nextWorkingDay();
    await story.openCard(key);
    await chatOf(card);
    await said(chat, 'Это повторный запрос').waitFor();
    await inTimeline(card, 'Повторный запрос');
    await story.closeCard();

    await story.nextWorkingDay();
    await story.stands(story.closed, key);
    await story.openCard(key);
    await inTimeline(card, 'Закрыто без подтверждения клиента');
    await outcomeIs(card, 'Нет ответа клиента');
    await story.closeCard();

    await story.nextWorkingDay();
    await story.openCard(key);
    await chatOf(card);
    await said(chat, 'не получили ответа').waitFor();
    await inTimeline(card, 'Финальное уведомление отправлено');
    expect(await said(chat, 'Проблема решена').count()).toBe(0);
    await story.stands(story.closed, key);
  });

  it('takes «Не решено» from a phone back to work with the words of the client', async () => {
    const { key, link } = await story.asked('Не открывается калитка');
    const phone = await story.open(link, PHONE);
    await phone.getByRole('button', { name: 'Не решено' }).waitFor();
    await screenshot(phone, 'client-page');
    await phone.close();

    await story.clientSays(link, 'Не решено', 'Код приходит, но калитка закрыта');

    await story.stands(story.work, key);
    const card = await story.openCard(key);
    await inTimeline(card, 'Код приходит, но калитка закрыта');
    await story.closeCard();
    await page.getByRole('button', { name: /^Уведомления/ }).click();
    await page
      .getByRole('region', { name: 'Уведомления' })
      .getByText('Код приходит, но калитка закрыта')
      .waitFor();
  });

  it('closes the ticket by itself when the client presses «Решено», and tells so after the undo window', async () => {
    const { key, link } = await story.asked('Не приходит код');

    await story.clientSays(link, 'Решено');

    await story.stands(story.closed, key);
    const card = await story.openCard(key);
    await outcomeIs(card, 'Подтверждено клиентом');
    await story.settled();
    const chat = await chatOf(card);
    expect(await said(chat, 'Проблема решена').count()).toBe(0);
    await story.closeCard();

    await story.nextWorkingDay();
    await story.openCard(key);
    await chatOf(card);
    await said(chat, 'Проблема решена').waitFor();
  });

  it('changes nothing however often the link is only opened', async () => {
    const { ref, link } = await story.asked('Сканер почты открывает ссылку');
    const before = await story.ticketAsShown(ref.id);

    for (let round = 0; round < 50; round += 1) {
      for (const method of ['GET', 'HEAD']) {
        const { status } = await fetch(link, { method });
        expect(status).toBe(200);
      }
    }

    await story.settled();
    expect(JSON.stringify(before)).toMatch(/"UF_CRM_CG_ASKED_AT"[^}]*"value":"/);
    expect(await story.ticketAsShown(ref.id)).toEqual(before);
  });

  it('reopens a closed ticket by a late «Не решено» as its second cycle', async () => {
    const { key, link } = await story.asked('Ворота снова не открываются');
    await story.clientSays(link, 'Решено');
    await story.stands(story.closed, key);
    await story.nextWorkingDay();
    const card = await story.openCard(key);
    const chat = await chatOf(card);
    await said(chat, 'Проблема решена').waitFor();
    await inTimeline(card, 'Финальное уведомление отправлено');
    await story.closeCard();

    const phone = await story.open(link, PHONE);
    await phone.getByText('Всё-таки не решено?').click();
    await phone.getByRole('textbox').fill('Утром снова не открылись');
    await phone.getByRole('button', { name: 'Не решено', exact: true }).click();
    await phone.getByText('Ваш ответ: «Не решено»').waitFor();

    await story.stands(story.work, key);
    await story.openCard(key);
    await inTimeline(card, 'цикл закрытия 2');
    await inTimeline(card, 'Утром снова не открылись');
    await chatOf(card);
    await said(chat, 'продолжаем').waitFor();
  });

  it('sends nothing to the client when the agent takes a closing back within the undo window', async () => {
    const undone = await story.asked('Закрыли рано');
    const stands = await story.asked('Закрыли верно');
    for (const { key, link } of [undone, stands]) {
      await story.clientSays(link, 'Решено');
      await story.stands(story.closed, key);
    }
    const card = await story.openCard(undone.key);
    await outcomeIs(card, 'Подтверждено клиентом');
    await story.closeCard();
    await story.settled();
    const messages = () => story.demo.sandbox.control.chats(undone.ref)[0]?.messages.length;
    const sent = messages();

    await dragTile(page, undone.key, story.work);
    await story.openCard(undone.key);
    await outcomeIs(card, '— не выбрано —');
    await story.closeCard();

    await story.nextWorkingDay();
    await story.openCard(stands.key);
    await said(await chatOf(card), 'Проблема решена').waitFor();
    expect(messages()).toBe(sent);
  });
});

async function screenshot(page: Page, name: string, card?: Locator): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  if (dir === undefined) return;
  if (card) {
    await page.setViewportSize({ width: 1366, height: 900 });
    await chatOf(card);
  }
  await page.screenshot({ path: `${dir}/${name}.png` });
}
