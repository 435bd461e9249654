import { describe, expect, test } from '@jest/globals';
import { problemSolved } from '../../../src/core/criteria/problem-solved.ts';
import { aPolicy } from '../../support/a-policy.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { foundBy } from '../found-by.ts';

describe('problem-solved (step-1)', () => {
  test.each([
    ['step 1 · met when «checkedHow» says what was checked', 'Вход с телефона открыт', 'met'],
    ['step 1 · returned when «checkedHow» is empty', '', ['checked-how-missing']],
    ['step 1 · returned when «checkedHow» is a plus', ' + ', ['checked-how-missing']],
    ['step 1 · returned when «checkedHow» is a bare tick', 'проверено', ['checked-how-bare-tick']],
    ['step 1 · returned when «checkedHow» is «ок»', 'ок', ['checked-how-bare-tick']],
  ])('%s', (_title, checkedHow, found) => {
    expect(foundBy(problemSolved, aTicket({ record: { checkedHow } }))).toEqual(found);
  });

  test('step 1 · the journal keeps the length of «checkedHow» and not its words', () => {
    const ticket = aTicket({ record: { checkedHow: 'вход открыт' } });

    expect(problemSolved.check(ticket, 'confirmed', aPolicy()).evidence).toEqual({
      characters: 11,
    });
  });
});
