/** The client page as a client meets it: on a phone, in a real browser, in both themes. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { aCase, aClientPage } from '../support/a-client-page.ts';
import type { TestClientPage } from '../support/a-client-page.ts';
import { describeWithBrowser, openPage, PHONE } from '../support/browser.ts';
import type { WatchedPage } from '../support/browser.ts';

describeWithBrowser('the client page on a phone', (browser) => {
  let server: TestClientPage;
  let opened: WatchedPage;

  beforeEach(async () => {
    server = await aClientPage();
    server.save(aCase());
    opened = await openPage(browser(), `${server.url}${server.path()}`, PHONE);
  });
  afterEach(async () => {
    await opened.close();
    await server.close();
  });
  /** An answer that is refused is itself a line in the console. */
  const noProblems = (): void =>
    expect(opened.problems.filter((line) => !line.includes('422'))).toEqual([]);

  test('one press on "solved" is enough, and "not solved after all" stays open', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Решено', exact: true }).click();
    await page.getByRole('heading', { name: 'Спасибо! Ответ получен' }).waitFor();
    expect(server.accepted).toMatchObject([{ answer: 'solved' }]);
    await screenshot(page, 'done');

    await page.getByText('Всё-таки не решено?').click();
    await page.getByLabel('Что именно не решено или').fill('Печать не работает');
    await page.getByRole('button', { name: 'Не решено' }).click();
    await page.getByText('Ваш ответ: «Не решено»').waitFor();
    expect(server.accepted[1]).toMatchObject({
      answer: 'not-solved',
      comment: 'Печать не работает',
    });
    noProblems();
  });

  test('"not solved" asks what exactly, with the field in focus, and takes the words', async () => {
    const { page } = opened;
    await screenshot(page, 'open');
    await page.getByRole('button', { name: 'Не решено' }).click();
    const field = page.getByLabel('Что именно не решено?');
    // The page is shown first, the focus comes a moment later.
    await page.locator('textarea:focus').waitFor();
    await field.waitFor();
    await screenshot(page, 'asked');

    await field.fill('\nОтчёт <пуст> & "всё"');
    await page.getByRole('button', { name: 'Не решено' }).click();
    await page.getByRole('heading', { name: 'Спасибо! Ответ получен' }).waitFor();
    expect(server.accepted[0]?.comment).toBe('\nОтчёт <пуст> & "всё"');
    noProblems();
  });

  test('an answer that could not be saved is sent again from the same page', async () => {
    const { page } = opened;
    server.away({ answers: true });
    await page.getByRole('textbox').fill('Как открыть отчёт?');
    await page.getByRole('button', { name: 'Есть вопрос' }).click();
    await page.getByText('Ответ не сохранён, попробуйте ещё раз').waitFor();
    expect(await page.getByRole('textbox').inputValue()).toBe('Как открыть отчёт?');

    server.away({});
    await page.getByRole('button', { name: 'Есть вопрос' }).click();
    await page.getByRole('heading', { name: 'Спасибо! Ответ получен' }).waitFor();
    expect(server.accepted).toMatchObject([{ comment: 'Как открыть отчёт?' }]);
  });

  test('a late click shows a kind page', async () => {
    server.save(aCase({ cycle: 2 }));
    await opened.page.reload();

    await opened.page.getByRole('heading', { level: 1, name: 'Ссылка устарела' }).waitFor();
    await screenshot(opened.page, 'superseded');
  });

  test.each(['light', 'dark'] as const)(
    'every text can be read and every target hit (%s)',
    async (colorScheme) => {
      const { page } = opened;
      await page.emulateMedia({ colorScheme });
      const states: (readonly [string, string, () => Promise<unknown>])[] = [
        ['open', 'Проблема решена?', () => Promise.resolve()],
        [
          'asked',
          'Какой у вас вопрос?',
          () => page.getByRole('button', { name: 'Есть вопрос' }).click(),
        ],
        [
          'english',
          'Is the problem solved?',
          () => page.goto(`${server.url}${server.path()}?lang=en`),
        ],
      ];
      for (const [name, words, reach] of states) {
        await reach();
        await page.locator('main', { hasText: words }).waitFor();
        await screenshot(page, `${name}-${colorScheme}`);
        const found: Found = await page.evaluate(FINDINGS);
        expect(found.texts).toBeGreaterThan(6);
        expect(found.faults).toEqual([]);
      }
      noProblems();
    },
  );
});

interface Found {
  readonly texts: number;
  readonly faults: readonly string[];
}

async function screenshot(page: Page, name: string): Promise<void> {
  const dir = process.env['SCREENSHOT_DIR'];
  if (dir !== undefined)
    await page.screenshot({ path: `${dir}/client-page-${name}.png`, fullPage: true });
}

/** Runs in the page: contrast of every text (4.5) and border (3), heights of targets (44), labels, no sideways scroll. */
const FINDINGS = `(() => {
  const faults = [];
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (color) => {
    const [r, g, b] = channels(color).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const paper = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      const alpha = channels(color)[3];
      if (alpha === undefined || alpha === 1) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  let texts = 0;
  for (const node of document.querySelectorAll('main, main *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim() !== '');
    const style = getComputedStyle(node);
    if (own) {
      texts += 1;
      const contrast = ratio(style.color, paper(node));
      if (contrast < 4.5) faults.push('contrast ' + contrast.toFixed(2) + ' of ' + node.textContent.trim().slice(0, 40));
    }
    if (node.matches('button, textarea')) {
      const edge = Math.max(ratio(style.borderTopColor, paper(node.parentElement)), ratio(style.backgroundColor, paper(node.parentElement)));
      if (edge < 3) faults.push('edge ' + edge.toFixed(2) + ' of ' + node.outerHTML.slice(0, 60));
    }
    if (node.matches('button, a, textarea, summary')) {
      const { height } = node.getBoundingClientRect();
      if (height < 44) faults.push('height ' + height + ' of ' + node.outerHTML.slice(0, 60));
    }
    if (node.matches('textarea') && node.labels.length !== 1) faults.push('no label');
    for (const id of (node.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean))
      if (document.getElementById(id) === null) faults.push('nothing is called ' + id);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push('scrolls sideways');
  if (document.documentElement.lang === '') faults.push('no language');
  if (getComputedStyle(document.querySelector('main')).maxWidth === 'none') faults.push('no style');
  return { texts, faults };
})()`;
