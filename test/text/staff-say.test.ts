import { describe, expect, test } from '@jest/globals';
import { sayToStaff } from '../../src/text/staff-say.ts';
import { LANGUAGES } from '../support/a-client-message.ts';

const LINK = 'https://portal.test/crm/deal/details/12/';
type Params = Readonly<Record<string, string | number>>;

/** Key → params, each of which must stand in the sentence. */
const SAMPLES: readonly (readonly [string, Params])[] = [
  ['client.asked', { at: '9 June', id: 12 }],
  ['client.reminded', { at: '9 June', id: 12 }],
  ['client.evidence.read', { at: '9 June' }],
  ['client.evidence.rule', { at: '9 June' }],
  ['client.undone', {}],
  ['client.loop-hold', {}],
  ['client.robots-silent', { until: '9 June' }],
  ['client.notice-silent', {}],
  ['client.hold-without-end', {}],
  ['silence.hold-without-end', {}],
  ['client.call-needed', {}],
  ['client.undelivered', {}],
  ['client.no-solution', {}],
  ['client.to-do.title', { id: 12 }],
  ['client.to-do.text', { id: 12 }],
  ['client.notice', { id: 12, link: LINK, text: 'words' }],
  ['client.confirmed', {}],
  ['client.confirmed', { text: 'words' }],
  ['client.not-solved', { text: 'words' }],
  ['client.question', { text: 'words' }],
  ['client.contradiction', { text: 'words' }],
  ['client.reply', {}],
  ['client.reply-after-closing', { link: LINK }],
  ['client.confirmed-but', { gaps: 'solution' }],
  ['client.silence-blocked', { reasons: 'open task' }],
  ['client.held', { until: '9 June' }],
  ['client.closed-on-silence', { asked: '515', reminded: '516' }],
  ['client.notice-sent', {}],
  ['client.reopened', { cycle: 2 }],
  ['client.mistake-asked', {}],
  ['client.new-ticket', { link: LINK }],
  ['client.new-ticket-title', { id: 12 }],
  ['silence.product-update', {}],
  ['silence.unread-fact', {}],
];
const EVERY = LANGUAGES.flatMap((language) =>
  SAMPLES.map(([key, params]) => [language, key, params] as const),
);

describe('a sentence about the client', () => {
  test.each(EVERY)('is whole in %s: %s', (language, key, params) => {
    const text = sayToStaff(language, key, { channel: 'chat', ...params });

    expect(text).toMatch(language === 'ru' ? /[а-яё]/iu : /^[^а-яё]+$/iu);
    expect(text).not.toMatch(/\{|\}|undefined| {2}|\( *\)|[:,]$/u);
    for (const value of Object.values(params)) expect(text).toContain(String(value));
  });

  test('marks a closing without the client’s confirmation, with both messages', () => {
    expect(sayToStaff('ru', 'client.closed-on-silence', { asked: 515, reminded: 516 })).toMatch(
      /^Закрыто без подтверждения клиента: .*515.*516/u,
    );
  });

  test('leads to the chat where it has an address, and never shows a reference', () => {
    const chat = 'https://portal.test/online/?IM_DIALOG=chat1764';
    const params = { id: 12, channel: 'chat', at: '9 June', chat, reference: 'chat:1764:85823' };
    const text = sayToStaff('en', 'client.asked', params);
    expect(text).toContain(`[url=${chat}]chat[/url]`);
    expect(text).not.toContain('85823');
  });

  test('names the channel in words', () => {
    const sent = (channel: string) => sayToStaff('ru', 'client.notice-sent', { channel });

    expect(sent('email')).toContain(': письмо');
    expect(sent('to-do')).toContain(': дело');
    expect(sent('[b]pigeon')).toContain(': ［b］pigeon');
  });

  test.each(['not-solved', 'question', 'contradiction', 'confirmed', 'notice'])(
    'quotes the client in %s without the client’s markup, whole and line by line',
    (code) => {
      const words = `[url=https://evil.test]тут[/url]\r\n>> не работает\n\n\n\n${'ж'.repeat(4000)}`;
      const text = sayToStaff('ru', `client.${code}`, { id: 12, link: '', text: words });

      expect(text).toContain(
        `［url=https://evil.test］тут［/url］\n> > не работает\n\n${'ж'.repeat(4000)}`,
      );
      expect(text).not.toMatch(/[[\]]/u);
    },
  );

  test('cuts a quote without end', () => {
    const text = sayToStaff('ru', 'client.question', { text: 'слово\n'.repeat(20_000) });

    expect(text.length).toBeLessThan(12_100);
    expect(text.endsWith('…')).toBe(true);
  });

  test('says so where the client wrote nothing', () => {
    expect(sayToStaff('ru', 'client.not-solved', { text: ' \n' })).toBe(
      'Клиент ответил «Не решено»: без пояснения',
    );
    expect(sayToStaff('ru', 'client.confirmed', { text: '' })).toBe(
      'Клиент подтвердил: проблема решена',
    );
  });

  test('leaves out a link that is not an address', () => {
    expect(sayToStaff('ru', 'client.notice', { id: 12, link: 'javascript:x', text: 'a' })).toBe(
      'Обращение № 12: a',
    );
  });

  test('refuses a key that nobody wrote', () => {
    expect(() => sayToStaff('ru', 'client.nothing')).toThrow('Add the text "client.nothing"');
  });
});
