import { describe, expect, test } from '@jest/globals';
import type { ClientMessageContext, RenderedMessage } from '../../src/app/ports/client.ts';
import { OUTCOMES } from '../../src/core/ticket.ts';
import { createClientTexts, MAX_MESSAGE } from '../../src/text/client-texts.ts';
import type { MessageCase } from '../support/a-client-message.ts';
import { aClientMessage, EVERY_MESSAGE, LANGUAGES } from '../support/a-client-message.ts';

const texts = createClientTexts();

function rendered(
  { kind, outcome, language }: MessageCase,
  change: Partial<ClientMessageContext> = {},
): RenderedMessage {
  const message = texts.render(kind, language, aClientMessage({ ...change, outcome }));
  if (!message) throw new Error('nothing was rendered');
  return message;
}

const REQUEST: MessageCase = { kind: 'request', outcome: null, language: 'ru' };
const CONFIRMED: MessageCase = { kind: 'notice', outcome: 'confirmed', language: 'ru' };
const NOTICES = EVERY_MESSAGE.filter(({ kind }) => kind === 'notice');

/** Only what a message cannot do without. */
const BARE: Partial<ClientMessageContext> = {
  clientName: '',
  specialistName: '',
  recommendations: '',
  productVersion: '',
  productInstruction: '',
  reopenUntil: '',
};

describe('every message, in every language', () => {
  test.each(EVERY_MESSAGE)('$language $kind $outcome is filled in, in each form', (one) => {
    const { subject, plain, html, bb } = rendered(one);

    expect(subject).toContain('759');
    expect(html).toContain(`<html lang="${one.language}">`);
    for (const text of [subject, plain, html, bb]) {
      expect(text).not.toMatch(/\{\{|\}\}|undefined|null|[\uE000-\uF8FF]/u);
    }
    expect(plain).toContain('759');
    expect(plain).not.toMatch(/[[\]<>]|\n{3}|[ \t]\n/u);
    expect(bb.replaceAll(/\[url\]https:\/\/gate\.test\/c\/token\[\/url\]/gu, '')).not.toMatch(
      /[[\]]/u,
    );
  });

  test.each(EVERY_MESSAGE)('$language $kind $outcome has no hole where little is known', (one) => {
    const bare = one.kind === 'notice' ? { ...BARE, link: '', closeBy: '', solution: '' } : BARE;
    const { subject, plain, html, bb } = rendered(one, bare);

    expect(plain.split('\n')[0]).toMatch(/^(Здравствуйте!|Hello,)$/u);
    for (const text of [subject, plain, bb]) {
      expect(text).not.toMatch(/\n{3}|[ \t]$|:\s*\n\n|: *\.| {2}| [,.!]|, *[.!]|\( *\)/mu);
    }
    expect(html).not.toMatch(/<p>\s*<\/p>|<br>\s*<br>|<a href="">/u);
  });

  test.each(EVERY_MESSAGE)('$language $kind $outcome says who signs it', (one) => {
    expect(rendered(one).plain).toContain('\nИгорь Смирнов\n');
    expect(rendered(one).plain).toContain('PASS24.online');
  });

  test.each(EVERY_MESSAGE)('$language $kind $outcome is in its own language', (one) => {
    const { subject, plain } = rendered(one, {
      ...BARE,
      solution: '-1-',
      closeBy: '17:30',
      link: 'https://gate.test/c/1',
    });

    if (one.language === 'en') expect(subject + plain).not.toMatch(/[а-яё]/iu);
    else
      expect((subject + plain).replaceAll(/https:\S+|PASS24\.online/gu, '')).not.toMatch(/[a-z]/iu);
  });
});

describe('the request', () => {
  test.each(LANGUAGES)('in %s says what was done, where to answer, and until when', (language) => {
    const { plain } = rendered({ ...REQUEST, language });

    expect(plain).toContain('Перевыпустили пропуск');
    expect(plain).toContain('https://gate.test/c/token');
    expect(plain).toContain('2 июня 2026 г., 17:30 (Москва)');
    expect(plain).toMatch(/закроем обращение без вашего подтверждения|close the ticket without/u);
  });

  test('tells how to update where the solution needs it', () => {
    expect(rendered(REQUEST).plain).toContain('обновите продукт до версии 4.12');
    expect(rendered(REQUEST, BARE).plain).not.toContain('обновите продукт');
  });

  test.each(LANGUAGES)('the second time says in %s that it is the second', (language) => {
    const { subject, plain } = rendered({ kind: 'reminder', outcome: null, language });

    expect(`${subject} ${plain}`).toMatch(/повторный запрос|second request/u);
  });

  test.each([
    ['solution', { solution: ' ' }],
    ['solution', { solution: '—' }],
    ['solution', { solution: '\u200b\u200d' }],
    ['link', { link: '' }],
    ['link', { link: 'javascript:alert(1)' }],
    ['closeBy', { closeBy: '' }],
    ['ticketId', { ticketId: Number.NaN }],
    ['ticketId', { ticketId: 0 }],
  ])('does not leave without %s', (variable, change) => {
    expect(() => rendered(REQUEST, change)).toThrow(
      expect.objectContaining({
        code: 'template-failed',
        detail: variable,
        message: `client/ru/request.hbs: fill in "${variable}", it is empty.`,
      }),
    );
  });
});

describe('the final notice', () => {
  test('is the regulation’s template word for word', () => {
    const { plain } = rendered(CONFIRMED, { link: '' });

    expect(plain).toBe(
      `Здравствуйте, Анна Орлова!

Обращение 759 закрыто.

Проблема решена: Перевыпустили пропуск

Обновите приложение

Если у вас возникнут дополнительные вопросы или проблемы, пожалуйста, создайте новое обращение или свяжитесь с нами.

Спасибо за обращение!

С уважением,
Игорь Смирнов
Служба технической поддержки PASS24.online`,
    );
  });

  test('adds one paragraph to it while the ticket can be reopened', () => {
    const paragraphs = rendered(CONFIRMED).plain.split('\n\n');
    const plain = rendered(CONFIRMED, { link: '' }).plain.split('\n\n');
    const added = paragraphs.filter((paragraph) => !plain.includes(paragraph));

    expect(paragraphs.filter((paragraph) => plain.includes(paragraph))).toEqual(plain);
    expect(added).toEqual([
      'Если эта проблема вернётся до 9 июня 2026 г., 17:30 (Москва), ответьте на это сообщение или нажмите «Не решено» по ссылке — мы вернёмся к обращению.\nОткрыть обращение: https://gate.test/c/token',
    ]);
  });

  test.each(NOTICES)('$language $outcome promises a return only while it is kept', (one) => {
    const reopen = /вернёмся к обращению|return to the ticket/u;

    expect(rendered(one).plain).toMatch(reopen);
    expect(rendered(one, { link: '' }).plain).not.toMatch(reopen);
    for (const change of [{}, { link: '' }]) {
      expect(rendered(one, change).plain).toMatch(/создайте новое обращение|create a new ticket/u);
    }
  });

  test.each(NOTICES)('$language $outcome says "solved" only when the client confirmed', (one) => {
    const { plain, subject } = rendered(one);

    expect(/Проблема решена|problem is solved/iu.test(subject + plain)).toBe(
      one.outcome === 'confirmed',
    );
  });

  test.each(LANGUAGES)('has a text of its own for each outcome in %s', (language) => {
    const plain = NOTICES.filter((one) => one.language === language).map(
      (one) => rendered(one).plain,
    );

    expect(new Set(plain).size).toBe(OUTCOMES.length - 1);
  });

  test('after silence says that no answer came, and how to come back', () => {
    const { plain } = rendered({ ...CONFIRMED, outcome: 'no-answer' });

    expect(plain).toContain('не получили ответа');
    expect(plain).toContain('Если проблема осталась');
    expect(plain).toContain('https://gate.test/c/token');
  });

  test.each(LANGUAGES)('says nothing to spam in %s', (language) => {
    expect(texts.render('notice', language, aClientMessage({ outcome: 'spam' }))).toBeNull();
  });

  test('needs an outcome', () => {
    expect(() => texts.render('notice', 'ru', aClientMessage())).toThrow(
      'Give the notice an outcome',
    );
  });

  test.each(['', ' - ', 'Не нужны.', 'НЕТ', 'не требуются', 'Not needed'])(
    'has no recommendations where the agent wrote "%s"',
    (recommendations) => {
      expect(rendered(CONFIRMED, { recommendations, link: '' }).plain.split('\n\n')).toHaveLength(
        6,
      );
    },
  );
});

describe('a value', () => {
  const HOSTILE = '<b>&"\' [url=https://evil.test]x[/url]\n>> quote\n[USER=1]';

  test('is text in the letter', () => {
    const { html } = rendered(REQUEST, { solution: HOSTILE });

    expect(html).toContain('&lt;b&gt;&amp;&quot;&#39; [url=https://evil.test]x[/url]<br>');
    expect(html).not.toContain('<b>');
  });

  test('is text in the chat', () => {
    const { bb } = rendered(REQUEST, { solution: HOSTILE });

    expect(bb).toContain('［url=https://evil.test］x［/url］\n> > quote\n［USER=1］');
  });

  test('stays as it is in plain text', () => {
    expect(rendered(REQUEST, { solution: HOSTILE }).plain).toContain(HOSTILE);
  });

  test('of one line stays on one line', () => {
    const { plain, subject } = rendered(REQUEST, { clientName: 'Анна\r\nBcc: all\u2028x\u202e' });

    expect(plain.split('\n')[0]).toBe('Здравствуйте, Анна Bcc: all x!');
    expect(subject).not.toContain('\n');
  });

  test('keeps its lines, without empty ones in a row', () => {
    const { plain, html } = rendered(REQUEST, { solution: 'one  \r\n\r\n\r\n\r\ntwo' });

    expect(plain).toContain('\none\n\ntwo\n');
    expect(html).toContain('one<br>\n<br>\ntwo</p>');
  });

  test('in the address of the link is escaped too', () => {
    expect(rendered(REQUEST, { link: 'https://gate.test/c/a?b=1&c=2' }).html).toContain(
      '<a href="https://gate.test/c/a?b=1&amp;c=2">Ответить по ссылке</a>',
    );
  });

  test.each([
    'написали {{clientName}}',
    'см. }}',
    '[краткое описание решения]',
    'итог: [ Краткое  описание решения ]',
    '[ID]',
    '[object Object]',
  ])('that is an unfilled placeholder keeps the message at home: %s', (solution) => {
    expect(() => rendered(CONFIRMED, { solution })).toThrow(
      'client/ru/notice-confirmed.hbs: fill in "solution", it still holds a placeholder.',
    );
  });

  test('may speak of buttons in square brackets', () => {
    expect(rendered(CONFIRMED, { solution: 'Нажмите [OK]' }).plain).toContain('Нажмите [OK]');
  });

  test.each(['x', '"', '😀', '\n'])(
    'of enormous length is cut, the markup stays whole: %j',
    (char) => {
      const long = `a${char.repeat(60_000)}b`;
      const message = rendered(REQUEST, {
        solution: long,
        recommendations: long,
        productInstruction: long,
        clientName: long,
      });

      for (const text of [message.plain, message.html, message.bb]) {
        expect(text.length).toBeLessThanOrEqual(MAX_MESSAGE);
        expect(text).not.toMatch(/\p{Cs}/u);
        expect(text).toContain('https://gate.test/c/token');
      }
      expect(message.html.endsWith('</html>')).toBe(true);
      expect(message.html.replaceAll(/&(?:amp|lt|gt|quot|#39);/gu, '')).not.toContain('&');
    },
  );
});
