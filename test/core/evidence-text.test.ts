import { describe, expect, test } from '@jest/globals';
import { hasText, isBareTick, isBlank } from '../../src/core/evidence-text.ts';

describe('isBlank', () => {
  test.each(['', ' ', '\n\t', '+', '--', '…', '✅', '👍🏻'])('finds nothing said in «%s»', (text) => {
    expect(isBlank(text)).toBe(true);
  });

  test.each(['я', '7', ' a ', '+1', '通'])('finds something said in «%s»', (text) => {
    expect(isBlank(text)).toBe(false);
  });
});

describe('hasText', () => {
  test.each(['ок', '42', 'a b', '- я, ты -'])('accepts two letters or digits: «%s»', (text) => {
    expect(hasText(text)).toBe(true);
  });

  test.each(['', '-', 'x', ' 5 ', 'e\u0301'])('refuses fewer: «%s»', (text) => {
    expect(hasText(text)).toBe(false);
  });
});

describe('isBareTick', () => {
  test.each([
    ['one short word', 'ок'],
    ['one short word in English', 'done'],
    ['one digit', '1'],
    ['one long word', 'протестировано'],
    ['two words of nine characters', 'всё готов1'],
    ['one word many times', 'тест тест ТЕСТ'],
    ['two short words many times', 'да ок да ок да ок'],
    ['nine letters with a stress mark in two words', 'све\u0301т горит'],
  ])('takes %s for a tick: «%s»', (_what, text) => {
    expect(isBareTick(text)).toBe(true);
  });

  test.each([
    ['two words of ten characters', 'вход открыт'],
    ['ten characters with digits', 'заявка 1234'],
    ['words parted by punctuation', 'вход,оплата'],
    ['a sentence', 'Проверили вход с телефона клиента'],
    ['a sentence in English', 'Logged in as the client'],
  ])('takes %s for evidence: «%s»', (_what, text) => {
    expect(isBareTick(text)).toBe(false);
  });

  test.each(['', ' + '])('leaves the blank «%s» to isBlank', (text) => {
    expect(isBareTick(text)).toBe(false);
  });
});
