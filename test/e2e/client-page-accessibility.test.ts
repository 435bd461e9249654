/** Every state of the client page by WCAG AA, in both languages and themes, on a phone and a desktop; keys, zoom, no script. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { PostLimits } from '../../src/http/client-page.ts';
import { aCase, aClientPage, NOW } from '../support/a-client-page.ts';
import type { TestClientPage } from '../support/a-client-page.ts';
import { colourFaults, wcagFaults } from '../support/axe.ts';
import { describeWithBrowser, DESKTOP, openPage, PHONE } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';

type Language = 'ru' | 'en';
type Choice = 'solved' | 'not-solved' | 'question';

const DAY = 24 * 3600_000;
const BUSY: Partial<PostLimits> = { perTicket: { take: () => false } };
const SUMMARY =
  'Выдали доступ к разделу «Отчёты».\nhttps://support.example/a-very-long-address-without-any-place-to-break-it?with=parameters&and=more-of-them';

interface State {
  readonly name: string;
  /** The heading the client reads then. */
  readonly heading: Readonly<Record<Language, string>>;
  readonly limits?: Partial<PostLimits>;
  readonly reach: (client: Client) => Promise<unknown>;
}

/** A client with a link. */
class Client {
  readonly server: TestClientPage;
  readonly page: Page;
  readonly #language: Language;

  constructor(server: TestClientPage, page: Page, language: Language) {
    this.server = server;
    this.page = page;
    this.#language = language;
  }

  open(path = this.server.path()): Promise<unknown> {
    return this.page.goto(`${this.server.url}${path}?lang=${this.#language}`);
  }

  async press(choice: Choice, words = ''): Promise<void> {
    if (words !== '') await this.page.getByRole('textbox').fill(words);
    await this.page.locator(`button[value="${choice}"]`).click();
  }

  async unfold(): Promise<void> {
    await this.page.locator('summary').click();
  }
}

const OPEN = { ru: 'Проблема решена?', en: 'Is the problem solved?' };
const THANKS = { ru: 'Спасибо! Ответ получен', en: 'Thank you! We have your answer' };
const USED = { ru: 'Вы уже ответили', en: 'You have answered already' };
const EXPIRED = { ru: 'Срок ответа по этой ссылке истёк', en: 'This link has expired' };
const CLOSED = { ru: 'Обращение закрыто', en: 'The ticket is closed' };

const STATES: readonly State[] = [
  { name: 'open', heading: OPEN, reach: (client) => client.open() },
  {
    name: 'not-solved-asked',
    heading: OPEN,
    reach: async (client) => {
      await client.open();
      await client.press('not-solved');
      await client.page.locator('#comment-error').waitFor();
    },
  },
  {
    name: 'question-asked',
    heading: OPEN,
    reach: async (client) => {
      await client.open();
      await client.press('question');
      await client.page.locator('#comment-error').waitFor();
    },
  },
  {
    name: 'too-long',
    heading: OPEN,
    reach: async (client) => {
      await client.open();
      await client.press('question', 'слово '.repeat(700));
      await client.page.locator('#comment-error').waitFor();
    },
  },
  {
    name: 'no-answer',
    heading: OPEN,
    reach: async (client) => {
      await client.open();
      await client.page.evaluate('document.forms[0].submit()');
      await client.page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'forged',
    heading: OPEN,
    reach: async (client) => {
      await client.open();
      await client.page.evaluate('document.forms[0].elements.form.value = "another"');
      await client.press('question', 'Как открыть отчёт?');
      await client.page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'rate-limited',
    heading: OPEN,
    limits: BUSY,
    reach: async (client) => {
      await client.open();
      await client.press('question', 'Как открыть отчёт?');
      await client.page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'not-saved',
    heading: OPEN,
    reach: async (client) => {
      await client.open();
      client.server.away({ answers: true });
      await client.press('not-solved', 'Отчёт пуст');
      await client.page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'thanks-solved',
    heading: THANKS,
    reach: async (client) => {
      await client.open();
      await client.press('solved');
      await client.page.locator('summary').waitFor();
      await client.unfold();
    },
  },
  {
    name: 'thanks-not-solved',
    heading: THANKS,
    reach: async (client) => {
      await client.open();
      await client.press('not-solved', 'Отчёт пуст');
      await client.page.locator('summary').waitFor();
    },
  },
  {
    name: 'used',
    heading: USED,
    reach: async (client) => {
      const answered = { answer: 'question', answeredAt: NOW } as const;
      client.server.save(aCase({ state: 'answered', ...answered, summary: SUMMARY }));
      await client.open();
      await client.unfold();
    },
  },
  {
    name: 'closed',
    heading: CLOSED,
    reach: (client) => {
      client.server.save(aCase({ state: 'closed', closedAt: NOW }));
      return client.open();
    },
  },
  {
    name: 'closed-asked',
    heading: CLOSED,
    reach: async (client) => {
      client.server.save(aCase({ state: 'closed' }));
      await client.open();
      await client.press('not-solved');
      await client.page.locator('#comment-error').waitFor();
    },
  },
  {
    name: 'expired',
    heading: EXPIRED,
    reach: (client) => {
      client.server.shift(31 * DAY);
      return client.open();
    },
  },
  {
    name: 'expired-with-words',
    heading: EXPIRED,
    reach: async (client) => {
      await client.open();
      client.server.shift(31 * DAY);
      await client.press('question', 'Как открыть отчёт?');
      await client.page.locator('textarea[readonly]').waitFor();
    },
  },
  {
    name: 'superseded',
    heading: { ru: 'Ссылка устарела', en: 'This link is out of date' },
    reach: (client) => {
      client.server.save(aCase({ cycle: 2 }));
      return client.open();
    },
  },
  {
    name: 'gone',
    heading: { ru: 'Ссылка больше не действует', en: 'This link no longer works' },
    reach: (client) => {
      client.server.forget();
      return client.open();
    },
  },
  {
    name: 'foreign',
    heading: { ru: 'Такой ссылки нет', en: 'There is no such link' },
    reach: (client) => client.open('/c/somebody-elses'),
  },
  {
    name: 'away',
    heading: { ru: 'Страница сейчас недоступна', en: 'The page is not available now' },
    reach: (client) => {
      client.server.away({ cases: true });
      return client.open();
    },
  },
  {
    name: 'too-large',
    heading: { ru: 'Текст слишком длинный', en: 'The text is too long' },
    reach: async (client) => {
      await client.open();
      await client.press('question', 'слово '.repeat(4000));
    },
  },
  {
    name: 'refused',
    heading: { ru: 'Ответ не прочитан', en: 'The answer could not be read' },
    reach: async (client) => {
      await client.page.route('**/c/**', (route) => route.continue({ method: 'PUT' }));
      await client.open();
    },
  },
  {
    name: 'reading',
    heading: { ru: 'Как понять ответ клиента?', en: "What does the client's reply mean?" },
    reach: (client) => client.open(client.server.path({ purpose: 'reading', readingOf: 'a:1' })),
  },
  {
    name: 'reading-done',
    heading: { ru: 'Отмечено', en: 'Noted' },
    reach: async (client) => {
      await client.open(client.server.path({ purpose: 'reading', readingOf: 'a:1' }));
      await client.press('question');
    },
  },
];

describeWithBrowser('the client page for everybody', (browser) => {
  let server: TestClientPage;
  let opened: WatchedPage;

  /** Opens a blank page of a fresh server. */
  async function aClient(
    device: BrowserContextOptions,
    language: Language = 'ru',
    limits: Partial<PostLimits> = {},
  ): Promise<Client> {
    server = await aClientPage(limits);
    server.save(aCase({ summary: SUMMARY }));
    opened = await openPage(browser(), `${server.url}/healthz`, device);
    return new Client(server, opened.page, language);
  }
  afterEach(async () => {
    await opened.close();
    await server.close();
  });
  async function inState(
    state: State,
    device: BrowserContextOptions,
    language: Language = 'ru',
  ): Promise<Page> {
    const client = await aClient(device, language, state.limits);
    await state.reach(client);
    const name = state.heading[language];
    await opened.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    return opened.page;
  }

  describe.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('on a %s', (deviceName, device) => {
    describe.each(['ru', 'en'] as const)('in %s', (language) => {
      test.each(STATES)('$name has no WCAG AA violation in light and dark', async (state) => {
        const page = await inState(state, device, language);

        const faults = [...(await wcagFaults(page))];
        const shot = `${state.name}-${language}-${deviceName}`;
        await screenshot(page, `${shot}-light`);
        await page.emulateMedia({ colorScheme: 'dark' });
        await screenshot(page, `${shot}-dark`);
        faults.push(...(await colourFaults(page)).map((fault) => `dark: ${fault}`));

        expect(faults).toEqual([]);
      });
    });
  });

  describe('on narrow and enlarged screens', () => {
    test.each(STATES)('$name fits 320 px and text of 200 %', async (state) => {
      const page = await inState(state, { viewport: { width: 320, height: 568 } });
      const narrow: unknown = await page.evaluate(CUT_OFF);
      await screenshot(page, `${state.name}-320`);
      await page.setViewportSize({ width: 390, height: 844 });
      await page.evaluate('document.documentElement.style.fontSize = "200%"');
      const enlarged: unknown = await page.evaluate(CUT_OFF);
      await screenshot(page, `${state.name}-200`);

      expect({ narrow, enlarged }).toEqual({ narrow: [], enlarged: [] });
    });
  });

  describe('without a mouse', () => {
    let client: Client;
    let page: Page;
    beforeEach(async () => {
      client = await aClient(DESKTOP);
      ({ page } = client);
      await client.open();
    });

    test('the keys come to every control in reading order, and each shows its focus', async () => {
      const seen: unknown[] = [];
      for (let step = 0; step < 5; step += 1) {
        await page.keyboard.press('Tab');
        seen.push(await page.evaluate(FOCUS));
      }

      const ring = '3px solid';
      expect(seen).toEqual([
        { at: 'Решено', ring },
        { at: 'comment', ring },
        { at: 'Не решено', ring },
        { at: 'Есть вопрос', ring },
        { at: 'English', ring },
      ]);
    });

    test('"not solved" is said with the keys alone, past the error that asks what exactly', async () => {
      for (let step = 0; step < 3; step += 1) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.locator('textarea:focus').waitFor();
      await page.getByRole('alert').getByRole('link').focus();
      await page.keyboard.press('Enter');
      await page.locator('textarea:focus').waitFor();
      await page.keyboard.type('Отчёт пуст');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await page.getByRole('heading', { name: THANKS.ru }).waitFor();

      expect(server.accepted).toMatchObject([{ answer: 'not-solved', comment: 'Отчёт пуст' }]);
    });

    test('"solved" is one key, and the fold with the way back opens with another', async () => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: THANKS.ru }).waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('textbox').waitFor();

      expect(server.accepted).toMatchObject([{ answer: 'solved' }]);
    });
  });

  test('everything works without JavaScript', async () => {
    const client = await aClient({ ...PHONE, javaScriptEnabled: false });
    await client.open();
    await client.press('solved');
    await client.page.getByRole('heading', { name: THANKS.ru }).waitFor();
    await client.unfold();
    await client.press('not-solved');
    await client.page.locator('#comment-error').waitFor();
    await client.press('not-solved', 'Отчёт пуст');
    await client.page.getByText('Ваш ответ: «Не решено»').waitFor();

    expect(server.accepted).toMatchObject([{ answer: 'solved' }, { comment: 'Отчёт пуст' }]);
  });
});

/** Runs in the page: what does not fit its box or the window. */
const CUT_OFF = `(() => {
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth) faults.push('scrolls sideways: ' + document.documentElement.scrollWidth);
  for (const node of document.querySelectorAll('main, main *:not(option)')) {
    const { left, right, width } = node.getBoundingClientRect();
    if (width > 0 && (left < 0 || right > innerWidth + 0.5)) faults.push('beyond the window: ' + node.outerHTML.slice(0, 80));
    if (node.matches('button, h1, h2, p, a, summary, label') && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0)
      faults.push('cut off: ' + node.outerHTML.slice(0, 80));
  }
  return faults;
})()`;

/** Runs in the page: what has the focus and the ring around it. */
const FOCUS = `(() => {
  const node = document.activeElement;
  const { outlineWidth, outlineStyle } = getComputedStyle(node);
  return { at: node.id || node.textContent.trim(), ring: outlineWidth + ' ' + outlineStyle };
})()`;

async function screenshot(page: Page, name: string): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  if (dir !== undefined) await page.screenshot({ path: `${dir}/a11y-${name}.png`, fullPage: true });
}
