/** What the app sends to clients, as the sandbox's ticket page shows it, in a real browser. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { describeWithBrowser, openPage } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';

const LINK = 'https://support.example/c/token-1';

describeWithBrowser('the talk on the ticket page', (browser) => {
  let sandbox: Sandbox;
  let opened: WatchedPage;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, seed: 'support', limits: 'off' });
  });
  afterAll(() => sandbox.close());
  afterEach(async () => {
    await opened.close();
    expect(opened.problems).toEqual([]);
  });

  async function call(method: string, params: object): Promise<void> {
    await fetch(`${sandbox.webhookUrl}${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    });
  }

  function sendLetter(id: number, description: string): Promise<void> {
    const [contactId] = sandbox.control.ticket({ entityTypeId: 2, id }).contactIds;
    const fields = {
      OWNER_TYPE_ID: 2,
      OWNER_ID: id,
      TYPE_ID: 4,
      DIRECTION: 2,
      COMPLETED: 'Y',
      SUBJECT: 'Is it solved?',
      DESCRIPTION: description,
      DESCRIPTION_TYPE: 3,
      RESPONSIBLE_ID: 2,
      COMMUNICATIONS: [{ VALUE: 'a@client.example', ENTITY_ID: contactId, ENTITY_TYPE_ID: 3 }],
    };
    return call('crm.activity.add', { fields });
  }

  async function openTab(id: number, name: string): Promise<Page> {
    const url = `${sandbox.url}/crm/deal/details/${id}/`;
    opened = await openPage(browser(), url);
    const { page } = opened;
    await page.locator('.tile').first().waitFor();
    await page.getByRole('tab', { name }).click();
    return page;
  }

  it('shows an HTML letter by its words and links, and runs nothing of it', async () => {
    const { id } = sandbox.control.createTicket({
      entityTypeId: 2,
      categoryId: 5,
      title: 'Letter',
      contactIds: [101],
    });
    const trap = '<script>document.title = "caught"</script><img src="x" onerror="alert(1)">';
    const words = `<style>p{color:red}</style><p style="color:red" onclick="alert(1)">Is it <b>solved</b>?</p>`;
    const evil = '<a href="javascript:alert(1)">Evil</a>';
    await sendLetter(id, `${trap}${words}<a href="${LINK}">Answer</a>${evil}`);
    const page = await openTab(id, 'Письма');
    const letter = page.locator('.letter').first();
    await letter.getByRole('link', { name: 'Answer' }).waitFor();
    expect(await letter.getByRole('link').count()).toBe(1);
    expect(await letter.getByRole('link').getAttribute('href')).toBe(LINK);
    expect(await letter.locator('.rich').innerHTML()).toContain('<p>Is it <b>solved</b>?</p>');
    expect(await letter.locator('script, style, img').count()).toBe(0);
    expect(await page.title()).not.toBe('caught');
    expect(await letter.textContent()).toContain('Кому: a@client.example');
  });

  it('says of a letter that failed that it was not sent', async () => {
    const { id } = sandbox.control.createTicket({
      entityTypeId: 2,
      categoryId: 5,
      title: 'Failed letter',
      contactIds: [101],
    });
    sandbox.faults.failLetters = 1;
    await sendLetter(id, '<p>Words</p>');
    const page = await openTab(id, 'Письма');
    await page.locator('.letter', { hasText: 'Не отправлено' }).waitFor();
  });

  it('shows a chat message of the app among the others', async () => {
    const ref = sandbox.control.createTicket({
      entityTypeId: 2,
      categoryId: 5,
      title: 'Chat',
      contactIds: [101],
    });
    sandbox.control.clientWrites(ref, 'It does not open');
    const chat = { CRM_ENTITY_TYPE: 'deal', CRM_ENTITY: ref.id, USER_ID: 2 };
    const CHAT_ID = sandbox.control.chats(ref)[0]?.id;
    await call('imopenlines.crm.chat.user.add', { ...chat, CHAT_ID });
    await call('imopenlines.crm.message.add', {
      ...chat,
      CHAT_ID,
      MESSAGE: `Solved? [url=${LINK}]Answer[/url]`,
    });
    const page = await openTab(ref.id, 'Чат');
    const said = page.locator('.bubble-operator').last();
    expect(await said.getByRole('link', { name: 'Answer' }).getAttribute('href')).toBe(LINK);
  });
});
