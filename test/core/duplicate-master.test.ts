import { describe, expect, test } from '@jest/globals';
import { duplicateMaster } from '../../src/core/duplicate-master.ts';
import { refKey } from '../../src/core/ticket.ts';

const OWN = { entityTypeId: 2, id: 759 };
const named = (text: string, own = OWN) => {
  const master = duplicateMaster(text, own);
  return master === null ? null : refKey(master);
};

describe('the master of a duplicate', () => {
  test.each([
    ['760', '2:760'],
    ['№ 760', '2:760'],
    ['759, 760', '2:760'],
    ['2:760', '2:760'],
    ['1034:12', '1034:12'],
    ['https://b24-77.example/crm/deal/details/760/', '2:760'],
    ['см. https://b24-77.example/crm/type/1034/details/12/', '1034:12'],
    ['https://b24.example/page/support/tickets/type/1034/details/12/', '1034:12'],
    ['760 (https://b24-77.example/chat/55)', '2:760'],
  ])('%s is %s', (text, key) => {
    expect(named(text)).toBe(key);
  });

  test.each([
    '',
    'тот же вопрос',
    '759',
    '2:759',
    '0',
    'https://b24-77.example/crm/deal/details/759/',
    'https://b24-77.example/chat/55',
  ])('%j names none', (text) => {
    expect(named(text)).toBeNull();
  });

  test('a bare number is of the duplicate’s own type', () => {
    expect(named('12', { entityTypeId: 1034, id: 9 })).toBe('1034:12');
  });
});
