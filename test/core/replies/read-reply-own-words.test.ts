import { describe, expect, test } from '@jest/globals';
import { MAX_READ_CHARACTERS, ownWords } from '../../../src/core/replies/own-words.ts';
import { bundledReplyRules } from '../../../src/text/reply-rules.ts';

const rules = bundledReplyRules();
const PLAIN = { sentTexts: [], isForwarded: false };

function bodyOf(text: string): string {
  return ownWords(text, rules, PLAIN).body;
}

describe('ownWords', () => {
  test.each([
    ['a mail program header and quote marks', 'да\n\n12.01.2026 10:11, Анна пишет:\n> ошибка'],
    ['an author line with an address', 'да\n\nпн, 12 янв., Анна <a@b.ru>:\n> ошибка'],
    ['an English author line', 'да\n\nOn Mon, Jan 12, 2026 at 10:11 Ann wrote:\n> error'],
    ['a separator line', 'да\n\n-----Original Message-----\nошибка'],
    ['a block of mail headers', 'да\n\nОт: Анна\nКому: Иван\nТема: ошибка\n\nошибка'],
    ['a chat quote between fences', `${'-'.repeat(54)}\nАнна\nошибка\n${'-'.repeat(54)}\nда`],
    ['an HTML quote', '<div>да</div><blockquote>ошибка<blockquote>x</blockquote></blockquote>'],
    ['a phone signature', 'да\nОтправлено с iPhone'],
    ['a legal notice', 'да\nИнформация является конфиденциальной'],
  ])('leaves out %s', (_what, text) => {
    expect(bodyOf(text)).toBe('да');
  });

  test('keeps what is written below a marked quote', () => {
    expect(bodyOf('12.01.2026 10:11, Анна пишет:\n> всё ли хорошо?\n\nне работает')).toBe(
      'не работает',
    );
  });

  test('keeps what a client forwards', () => {
    const text = 'см.\n---- Пересылаемое сообщение ----\nОт: Анна\nТема: КПП\n\nне работает';
    expect(bodyOf(text)).toContain('не работает');
    const outlook = 'От: Анна\nТема: КПП\n\nне работает';
    expect(ownWords(outlook, rules, { ...PLAIN, isForwarded: true }).body).toContain('не работает');
  });

  test('keeps a sentence that merely ends in a colon', () => {
    expect(bodyOf('Вот что приложение пишет:\nнет доступа')).toContain('нет доступа');
  });

  test('reads on after an element that is never closed', () => {
    expect(bodyOf('<p>да</p><blockquote>не работает')).toContain('не работает');
  });

  test('puts a signature apart, unlost', () => {
    const { body, tail } = ownWords('да\n--\nИван', rules, PLAIN);
    expect({ body, tail }).toEqual({ body: 'да', tail: 'Иван' });
  });

  test('drops our own lines wherever they stand', () => {
    const sentTexts = ['Если проблема не решена, ответьте.'];
    const { body, isOnlyOurs, hasOurs } = ownWords(
      'всё ок\nЕсли проблема не решена, ответьте.',
      rules,
      { sentTexts, isForwarded: false },
    );
    expect({ body, isOnlyOurs, hasOurs }).toEqual({
      body: 'всё ок',
      isOnlyOurs: false,
      hasOurs: true,
    });
  });

  test('does not take an empty answer above our quoted text for our text', () => {
    const sentTexts = ['Если проблема не решена, ответьте.'];
    const options = { sentTexts, isForwarded: false };
    expect(ownWords(`> ${sentTexts[0]}`, rules, options).isOnlyOurs).toBe(false);
    expect(ownWords(`${sentTexts[0]}`, rules, options).isOnlyOurs).toBe(true);
  });

  test('says when something stood beyond the length it reads', () => {
    const long = 'а '.repeat(MAX_READ_CHARACTERS);
    expect(ownWords(long, rules, PLAIN).isCut).toBe(true);
    expect(ownWords(`да\n-----Original Message-----\n${long}`, rules, PLAIN).isCut).toBe(false);
  });
});
