/** The page behind a digest's link: opening it changes nothing, a press sets the pause, a forged link does nothing. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeClientToken } from '../../src/app/client-token.ts';
import type { HoldRequest } from '../../src/app/hold-ticket.ts';
import { HOLD_LINK_MS, readHoldToken, writeHoldToken } from '../../src/app/hold-token.ts';
import { AppError } from '../../src/errors.ts';
import { createTokenSigner } from '../../src/http/token-signer.ts';
import { aHoldPage } from '../support/a-hold-page.ts';
import type { TestHoldPage } from '../support/a-hold-page.ts';
import { NOW, PORTAL, REF, SECRET } from '../support/a-client-page.ts';

const GOOD = { do: 'set', reason: 'Клиент в отпуске', until: '2026-12-01' };
let page: TestHoldPage;

beforeEach(async () => {
  page = await aHoldPage();
});
afterEach(() => page.close());

async function post(fields: Readonly<Record<string, string>>, path = page.path()) {
  const shown = await (await fetch(`${page.url}${path}?lang=ru`)).text();
  const form = /name="form" value="([^"]+)"/.exec(shown)?.[1] ?? '';
  const response = await fetch(`${page.url}${path}?lang=ru`, {
    method: 'POST',
    body: new URLSearchParams({ form, lang: 'ru', ...fields }),
  });
  return { status: response.status, text: await response.text() };
}

describe('the pause page', () => {
  test('opening it asks in both languages and changes nothing', async () => {
    for (const [language, heading] of [
      ['ru', 'Поставить обращение на паузу?'],
      ['en', 'Put the ticket on hold?'],
    ]) {
      const response = await fetch(`${page.url}${page.path()}?lang=${language}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(heading);
    }
    expect(page.requests).toEqual([]);
  });

  test('a press hands over ticket, cycle, end and reason, and says what became of it', async () => {
    const { status, text } = await post(GOOD);
    expect([status, text]).toEqual([200, expect.stringContaining('Обращение на паузе')]);
    const request: HoldRequest = { kind: 'hold', reason: GOOD.reason, until: GOOD.until };
    expect(page.requests).toMatchObject([{ portalId: PORTAL, ref: REF, cycle: 1, request }]);

    page.answer = { kind: 'ended' };
    expect((await post({ do: 'off' })).text).toContain('Пауза снята');
    expect(page.requests.at(-1)?.request).toEqual({ kind: 'off' });
  });

  test('what is wrong is said at its field, and the words are kept', async () => {
    page.answer = { kind: 'refused', problems: ['reason-short', 'until-past'] };
    const { status, text } = await post({ ...GOOD, reason: 'ок <b>' });
    expect(status).toBe(422);
    expect(text).toContain('Напишите причину паузы');
    expect(text).toContain('id="until-error"');
    expect(text).toContain('ок &lt;b&gt;');
  });

  test.each([
    ['superseded', 410],
    ['closed', 409],
    ['unknown', 404],
    ['not-written', 502],
    ['not-held', 200],
  ] as const)('%s is told with status %i', async (kind, status) => {
    page.answer = { kind };
    expect((await post(GOOD)).status).toBe(status);
  });

  test('a portal or ticket that is away keeps the form', async () => {
    page.fault = new AppError('portal-unreachable', 'away', { retry: 'backoff' });
    expect(await post(GOOD)).toMatchObject({
      status: 503,
      text: expect.stringContaining('Клиент в отпуске'),
    });
    page.fault = new AppError('portal-rate-limited', 'busy', { retry: 'after', retryAfterMs: 1 });
    expect((await post(GOOD)).text).toContain('обрабатывается');
  });

  test('a form of another page, another site, or without a token does nothing', async () => {
    expect((await post({ ...GOOD, form: 'x' })).status).toBe(403);
    expect(page.requests).toEqual([]);
  });
});

describe('the link', () => {
  const signer = createTokenSigner(SECRET);
  const link = { portalId: PORTAL, ref: REF, cycle: 1, expiresAt: NOW + HOLD_LINK_MS };

  test('says what it was made for, and no other link opens the page', async () => {
    expect(readHoldToken(signer, writeHoldToken(signer, link))).toMatchObject({
      ref: REF,
      cycle: 1,
    });
    const client = writeClientToken(signer, { ...link, purpose: 'answer', readingOf: '' });
    const forged = writeHoldToken(createTokenSigner('another-secret-0123456789'), link);
    for (const token of [client, forged, 'x']) {
      const response = await fetch(`${page.url}/h/${token}`);
      expect(response.status).toBe(404);
    }
    const asClient = await fetch(`${page.url}/c/${writeHoldToken(signer, link)}`);
    expect(asClient.status).toBe(404);
  });

  test('ends after a week', async () => {
    page.shift(HOLD_LINK_MS + 60_000);
    const response = await fetch(`${page.url}${page.path()}`);
    expect(response.status).toBe(410);
    expect((await post(GOOD)).status).toBe(410);
    expect(page.requests).toEqual([]);
  });
});
