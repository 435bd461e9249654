import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSlidingWindow } from '../../src/http/sliding-window.ts';
import { NOW, aCase, aClientPage } from '../support/a-client-page.ts';
import type { TestClientPage } from '../support/a-client-page.ts';

const DAY = 24 * 3600_000;
const WORDS = 'Отчёт открывается, но печать — нет & "кнопка" <серая>';

interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

describe('the client page', () => {
  let page: TestClientPage;

  beforeEach(async () => {
    page = await aClientPage();
    page.save(aCase());
  });
  afterEach(() => page.close());

  const get = async (path: string, init: RequestInit = {}): Promise<Shown> => {
    const response = await fetch(`${page.url}${path}`, { redirect: 'manual', ...init });
    return { status: response.status, headers: response.headers, html: await response.text() };
  };
  /** Posts what a browser would: the hidden fields of the page and what the client chose. */
  const post = async (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Shown> => {
    const hidden = hiddenFields((await get(path)).html);
    const body = new URLSearchParams({ ...hidden, ...fields });
    return get(path, { method: 'POST', body, headers: { ...headers } });
  };
  const keptText = (html: string): string =>
    unescape(/<textarea[^>]*>\n?([\s\S]*?)<\/textarea>/.exec(html)?.[1] ?? '');

  test('shows number, summary and the last moment to answer with its zone, and nothing to load', async () => {
    const { status, headers, html } = await get(page.path());

    expect(status).toBe(200);
    expect(html).toContain('<html lang="ru">');
    expect(html).toContain('Обращение № 759');
    expect(html).toContain('Ответить можно до 24 ноября 2026 г. в 14:21 (Москва, GMT+3)');
    expect(html).toContain('Выдали доступ к разделу «Отчёты».\nПроверьте печать.');
    expect(html).not.toMatch(/<script|<link|<img|\son\w+=/i);
    expect(html.length).toBeLessThan(8000);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; frame-ancestors 'none'/,
    );
  });

  test('tells moments in the time zone of the ticket’s pipeline', async () => {
    page.save(aCase({ timeZone: 'Asia/Yekaterinburg' }));

    const { html } = await get(page.path());
    expect(html).toMatch(/Ответить можно до 24 ноября 2026 г\. в 16:21 \(.*GMT\+5\)/);
  });

  test('speaks the language of the ticket, and the other one on request', async () => {
    page.save(aCase({ language: 'en' }));
    const english = await get(page.path());
    expect(english.html).toContain('<html lang="en">');
    expect(english.html).toContain(
      'You can answer until 24 November 2026 at 14:21 (Moscow Time, GMT+3)',
    );
    expect(english.html).toMatch(/<a[^>]*href="\?lang=ru"[^>]*lang="ru"/);

    expect((await get(`${page.path()}?lang=ru`)).html).toContain('Проблема решена?');
  });

  test('opened a hundred times by GET and HEAD, changes nothing', async () => {
    for (let n = 0; n < 50; n += 1) {
      expect((await get(page.path())).status).toBe(200);
      expect(await get(`${page.path()}?answer=solved`, { method: 'HEAD' })).toMatchObject({
        status: 200,
        html: '',
      });
    }

    expect(page.accepted).toEqual([]);
    expect((await get(`${page.path()}?done=1`)).html).toContain('Проблема решена?');
  });

  test('takes an answer and leads to a page that thanks and tells it', async () => {
    const taken = await post(page.path(), { answer: 'solved', comment: '' });
    expect(taken.status).toBe(303);
    expect(taken.headers.get('location')).toBe(`${page.path()}?done=1&lang=ru`);
    expect(page.accepted).toEqual([
      { ref: { entityTypeId: 2, id: 759 }, cycle: 1, answer: 'solved', comment: '', at: NOW },
    ]);

    const thanks = await get(taken.headers.get('location') ?? '');
    expect(thanks.html).toContain('Спасибо! Ответ получен');
    expect(thanks.html).toContain(
      'Ваш ответ: «Решено», 20 ноября 2026 г. в 14:21 (Москва, GMT+3).',
    );
  });

  test('keeps the words of the client exactly, line breaks made one kind', async () => {
    const taken = await post(page.path(), {
      answer: 'not-solved',
      comment: `\r\n${WORDS}\r\nи ещё`,
    });

    expect(taken.status).toBe(303);
    expect(page.accepted[0]?.comment).toBe(`\n${WORDS}\nи ещё`);
  });

  test('the same answer again thanks again and is one answer', async () => {
    for (let n = 0; n < 5; n += 1)
      expect((await post(page.path(), { answer: 'question', comment: WORDS })).status).toBe(303);

    expect(page.accepted).toHaveLength(1);
  });

  test.each([
    ['not-solved', 'Что именно не решено?'],
    ['question', 'Какой у вас вопрос?'],
  ])('%s without words asks for them and takes nothing', async (answer, label) => {
    const { status, html } = await post(page.path(), { answer, comment: ' \n ' });

    expect(status).toBe(422);
    expect(html).toContain(label);
    expect(html).toContain('<title>Ошибка: ');
    expect(html).toMatch(/role="alert"[\s\S]*<a href="#comment"/);
    expect(html).toMatch(
      /<textarea[^>]*aria-describedby="hint comment-error"[^>]*aria-invalid="true"/,
    );
    expect(page.accepted).toEqual([]);
  });

  test('a text over the limit comes back whole, one at the limit is taken', async () => {
    const long = 'Ж'.repeat(4001);
    const { status, html } = await post(page.path(), { answer: 'question', comment: long });
    expect(status).toBe(422);
    expect(keptText(html)).toBe(long);
    expect(html).toContain('в нём 4001 знаков');

    expect(
      (await post(page.path(), { answer: 'question', comment: 'Ж'.repeat(4000) })).status,
    ).toBe(303);
  });

  test('a body beyond reading is refused with a page that says what to do', async () => {
    const { status, html } = await post(page.path(), {
      answer: 'question',
      comment: 'Ж'.repeat(20_000),
    });

    expect(status).toBe(413);
    expect(html).toContain('сократите текст');
  });

  test('no button pressed asks for one and keeps the text', async () => {
    const { status, html } = await post(page.path(), { comment: WORDS });

    expect(status).toBe(422);
    expect(html).toContain('нажмите одну из кнопок');
    expect(keptText(html)).toBe(WORDS);
  });

  test.each([
    ['no form token', { form: '' }],
    ['a made-up form token', { form: 'mdq0abc.AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s is refused, the text kept, and the form given out anew works', async (_, fields) => {
    const refused = await post(page.path(), { answer: 'not-solved', comment: WORDS, ...fields });
    expect(refused.status).toBe(403);
    expect(keptText(refused.html)).toBe(WORDS);
    expect(page.accepted).toEqual([]);

    const body = new URLSearchParams({
      ...hiddenFields(refused.html),
      answer: 'not-solved',
      comment: keptText(refused.html),
    });
    expect((await get(page.path(), { method: 'POST', body })).status).toBe(303);
  });

  test("another ticket's form, an old form and another site's form are refused", async () => {
    const other = page.path({ ref: { entityTypeId: 2, id: 760 } });
    page.save(aCase({ ref: { entityTypeId: 2, id: 760 } }));
    const foreign = hiddenFields((await get(other)).html);
    expect((await post(page.path(), { ...foreign, answer: 'solved' })).status).toBe(403);

    const crossSite = { 'sec-fetch-site': 'cross-site' };
    expect((await post(page.path(), { answer: 'solved' }, crossSite)).status).toBe(403);

    const old = hiddenFields((await get(page.path())).html);
    page.shift(2 * DAY);
    expect((await post(page.path(), { ...old, answer: 'solved' })).status).toBe(403);
    expect(page.accepted).toEqual([]);
  });

  test('after "solved" offers to say that it is not solved after all', async () => {
    page.save(aCase({ state: 'closed', answer: 'solved', answeredAt: NOW, closedAt: NOW }));
    const { html } = await get(page.path());
    expect(html).toContain('Вы уже ответили');
    expect(html).toContain('Всё-таки не решено?');
    expect(html).not.toContain('value="solved"');

    expect((await post(page.path(), { answer: 'not-solved', comment: WORDS })).status).toBe(303);
    expect(page.accepted).toMatchObject([{ answer: 'not-solved', comment: WORDS }]);
  });

  test('a ticket closed on silence says when and still takes "not solved"', async () => {
    page.save(aCase({ state: 'closed', closedAt: NOW - DAY }));

    const { status, html } = await get(page.path());

    expect(status).toBe(200);
    expect(html).toContain('Мы закрыли обращение 19 ноября 2026 г. в 14:21');
    expect((await post(page.path(), { answer: 'not-solved', comment: WORDS })).status).toBe(303);
  });

  test.each<[string, () => string, string]>([
    ['expired', () => page.path({ expiresAt: NOW - 1 * DAY }), 'Срок ответа по этой ссылке истёк'],
    ['of an earlier cycle', () => page.path({ cycle: 0 }), 'Ссылка устарела'],
    [
      'of a ticket nobody remembers',
      () => page.path({ ref: { entityTypeId: 2, id: 1 } }),
      'больше не действует',
    ],
  ])('a link %s is gone, kindly, and a posted text can be copied', async (_, path, heading) => {
    const shown = await get(path());
    expect(shown.status).toBe(410);
    expect(shown.html).toContain(heading);
    expect(shown.html).toMatch(/напишите в поддержку/);

    const body = new URLSearchParams({ answer: 'not-solved', comment: WORDS });
    const posted = await get(path(), { method: 'POST', body });
    expect(posted.status).toBe(410);
    expect(keptText(posted.html)).toBe(WORDS);
    expect(page.accepted).toEqual([]);
  });

  test('the next cycle revokes the links of the one before', async () => {
    page.save(aCase({ cycle: 2 }));

    expect((await get(page.path())).status).toBe(410);
    expect((await get(page.path({ cycle: 2 }))).status).toBe(200);
  });

  test('a link with any character changed is unknown', async () => {
    const token = page.path().slice('/c/'.length);
    for (let at = 0; at < token.length; at += 1) {
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      expect((await get(`/c/${changed}`)).status).toBe(404);
    }
  });

  test.each(['/c/x', '/c/%3Cscript%3E', `/c/${'A'.repeat(2000)}`, '/c/%E0%A4%A'])(
    'the unknown link %s shows a kind page without what was asked for',
    async (path) => {
      const { status, html } = await get(path);

      expect([404, 400]).toContain(status);
      expect(html).toContain('<html lang="ru">');
      expect(html).toContain('напишите в поддержку');
      expect(html).not.toContain('script');
    },
  );

  test('in an outage says so, keeps the text in the form and takes it afterwards', async () => {
    page.away({ answers: true });
    const failed = await post(page.path(), { answer: 'not-solved', comment: WORDS });
    expect(failed.status).toBe(503);
    expect(failed.html).toContain('Ответ не сохранён, попробуйте ещё раз');
    expect(keptText(failed.html)).toBe(WORDS);

    page.away({ answers: true, cases: true });
    expect((await get(page.path())).status).toBe(503);
    const again = new URLSearchParams({
      ...hiddenFields(failed.html),
      answer: 'not-solved',
      comment: keptText(failed.html),
    });
    const blind = await get(page.path(), { method: 'POST', body: again });
    expect(blind.status).toBe(503);
    expect(keptText(blind.html)).toBe(WORDS);

    page.away({});
    expect((await get(page.path(), { method: 'POST', body: again })).status).toBe(303);
    expect(page.accepted).toMatchObject([{ comment: WORDS }]);
  });

  test('an agent reads a reply by one press; opening the link changes nothing', async () => {
    const path = page.path({ purpose: 'reading', readingOf: 'activity:15' });
    const { html } = await get(path);
    expect(html).toContain('Как понять ответ клиента?');
    expect(html).not.toContain('textarea id');
    expect(page.accepted).toEqual([]);

    const taken = await post(path, { answer: 'confirmed' });
    expect(taken.status).toBe(303);
    expect((await get(taken.headers.get('location') ?? '')).html).toContain('Отмечено');
    expect(page.accepted).toMatchObject([{ answer: 'solved', readingOf: 'activity:15' }]);
    expect((await post(page.path(), { answer: 'confirmed' })).status).toBe(422);
  });

  test('other methods and other bodies are refused with a page', async () => {
    expect((await get(page.path(), { method: 'PUT' })).status).toBe(405);
    const headers = { 'content-type': 'application/json' };
    const json = await get(page.path(), { method: 'POST', headers, body: '{"answer":"solved"}' });
    expect(json.status).toBe(403);
    expect(page.accepted).toEqual([]);
  });

  test('neither the words of the client nor links reach the log', async () => {
    await post(page.path(), { answer: 'not-solved', comment: WORDS });
    page.away({ answers: true, cases: true });
    await post(page.path(), { answer: 'question', comment: WORDS });

    const lines = JSON.stringify(page.log.lines);
    expect(page.log.lines.length).toBeGreaterThan(1);
    expect(lines).not.toContain('печать');
    expect(lines).not.toContain(page.path().slice(3, 20));
  });
});

describe('too many answers in a row', () => {
  test('are put off with the text kept; opening the page stays free', async () => {
    let now = 0;
    const page = await aClientPage({ perTicket: createSlidingWindow(2, 60_000, () => now) });
    page.save(aCase());
    const send = () =>
      fetch(`${page.url}${page.path()}`, {
        method: 'POST',
        body: new URLSearchParams({ answer: 'question', comment: WORDS }),
      });
    expect([(await send()).status, (await send()).status]).toEqual([403, 403]);

    const busy = await send();
    expect(busy.status).toBe(429);
    expect(busy.headers.get('retry-after')).toBe('60');
    expect(await busy.text()).toContain('печать — нет');
    expect((await fetch(`${page.url}${page.path()}`)).status).toBe(200);
    now += 60_001;
    expect((await send()).status).toBe(403);
    await page.close();
  });
});

function hiddenFields(html: string): Record<string, string> {
  const fields = html.matchAll(/<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"/g);
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]));
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
