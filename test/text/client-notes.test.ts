import { describe, expect, test } from '@jest/globals';
import type { ClientNoteCode, ClientNoteParams } from '../../src/app/ports/client-notes.ts';
import { createClientNotes } from '../../src/text/client-notes.ts';
import { LANGUAGES } from '../support/a-client-message.ts';

const notes = createClientNotes();
const SENT = { channel: 'email', reference: '515', id: 12 } as const;
const LINK = 'https://portal.test/crm/deal/details/12/';

const SAMPLES: ClientNoteParams = {
  asked: SENT,
  reminded: SENT,
  'call-needed': {},
  undelivered: {},
  'no-solution': {},
  'to-do.title': { id: 12 },
  'to-do.text': { id: 12 },
  notice: { id: 12, link: LINK, text: 'words' },
  confirmed: {},
  'not-solved': { text: 'words' },
  question: { text: 'words' },
  contradiction: { text: 'words' },
  reply: { channel: 'chat' },
  'confirmed-but': { gaps: 'solution' },
  'silence-blocked': { reasons: 'open task' },
  held: { until: '9 June' },
  'closed-on-silence': { asked: '515', reminded: '516' },
  'notice-sent': { channel: 'chat' },
  reopened: { cycle: 2 },
  'mistake-asked': {},
  'new-ticket': { link: LINK },
};
/** `as` is safe: the keys are the closed list itself. */
const CODES = Object.keys(SAMPLES) as ClientNoteCode[];
const EVERY = LANGUAGES.flatMap((language) => CODES.map((code) => [language, code] as const));

describe('a note about the client', () => {
  test.each(EVERY)('is whole in %s: %s', (language, code) => {
    const text = notes.note(language, code, SAMPLES[code]);

    expect(text).toMatch(language === 'ru' ? /[а-яё]/iu : /^[^а-яё]+$/iu);
    expect(text).not.toMatch(/\{|\}|undefined| {2}|\( *\)|[:,]$/u);
    for (const value of Object.values(SAMPLES[code]).map(String)) {
      if (!['email', 'chat'].includes(value)) expect(text).toContain(value);
    }
  });

  test('marks a closing without the client’s confirmation, with both messages', () => {
    expect(notes.note('ru', 'closed-on-silence', { asked: '515', reminded: '516' })).toMatch(
      /^Закрыто без подтверждения клиента: .*515.*516/u,
    );
  });

  test('names the channel in words', () => {
    expect(notes.note('ru', 'notice-sent', { channel: 'email' })).toContain(': письмо');
    expect(notes.note('en', 'notice-sent', { channel: 'to-do' })).toContain(': to-do');
  });

  test.each(['not-solved', 'question', 'contradiction', 'notice'] as const)(
    'quotes the client in %s without the client’s markup, whole and line by line',
    (code) => {
      const words = `[url=https://evil.test]тут[/url]\r\n>> не работает\n\n\n\n${'ж'.repeat(4000)}`;
      const text = notes.note('ru', code, { id: 12, link: '', text: words });

      expect(text).toContain(
        `［url=https://evil.test］тут［/url］\n> > не работает\n\n${'ж'.repeat(4000)}`,
      );
      expect(text).not.toMatch(/[[\]]/u);
    },
  );

  test('says so where the client wrote nothing', () => {
    expect(notes.note('ru', 'not-solved', { text: ' \n' })).toBe(
      'Клиент ответил «Не решено»: без пояснения',
    );
  });

  test('leaves out a link that is not an address', () => {
    expect(notes.note('ru', 'notice', { id: 12, link: 'javascript:x', text: 'a' })).toBe(
      'Обращение № 12: a',
    );
  });
});
