import { describe, expect, test } from '@jest/globals';
import { textQualityHinted } from '../../../src/core/criteria/text-quality.ts';
import { decideClosing } from '../../../src/core/decide-closing.ts';
import type { TicketRecord } from '../../../src/core/ticket.ts';
import { bundledQualityWords } from '../../../src/text/quality-words.ts';
import { aPolicy, criteriaWith } from '../../support/a-policy.ts';
import { aTicket, NOON } from '../../support/a-ticket.ts';
import { foundBy } from '../found-by.ts';

type Row = readonly [string, Partial<TicketRecord>, string | readonly string[]];

describe('text-quality (step-3)', () => {
  test.each<Row>([
    [
      'met by a short solution that names what was done',
      { solution: 'Перезагрузил службу печати' },
      'met',
    ],
    ['met by one word and a number', { solution: 'Выдан порт 587' }, 'met'],
    [
      'met by the English of it',
      { cause: 'Expired certificate', solution: 'Renewed the certificate' },
      'met',
    ],
    ['hinted at «ок»', { solution: 'ок' }, ['solution-says-nothing']],
    ['hinted at «сделал»', { solution: 'Сделал!' }, ['solution-says-nothing']],
    ['hinted at "done"', { solution: 'Done, it works' }, ['solution-says-nothing']],
    ['hinted at a solution of one word', { solution: 'Перезагрузил' }, ['solution-too-short']],
    [
      'hinted at a copy of the problem',
      { solution: 'Не открывается шлагбаум по заявке' },
      ['solution-copies-question'],
    ],
    [
      'hinted at a copy of the title',
      { problem: 'Заявка 7', solution: 'Шлагбаум не открывается' },
      ['solution-copies-question'],
    ],
    ['hinted at «см. переписку»', { solution: 'См. переписку' }, ['refers-to-correspondence']],
    [
      'met by a reference beside the point itself',
      { solution: 'По номеру из переписки нашли договор, перевыпустили сертификат контроллера' },
      'met',
    ],
    ['hinted at a cause of empty words', { cause: 'Технический сбой' }, ['cause-is-empty-words']],
    ['hinted at a cause of one word', { cause: 'Контроллер' }, ['cause-too-short']],
    [
      'hinted at a cause that repeats the problem',
      { cause: 'Шлагбаум не открывается по заявке' },
      ['cause-repeats-problem'],
    ],
    [
      'hinted at a placeholder',
      { cause: '[Причина]', solution: 'ааааа' },
      ['placeholder-text', 'placeholder-text'],
    ],
    [
      'silent on empty fields: another criterion misses them',
      { problem: '', cause: '', solution: '' },
      'met',
    ],
  ])('step 3 · %s', (_title, record, found) => {
    expect(foundBy(textQualityHinted, aTicket({ record }))).toEqual(found);
  });

  test('step 3 · a hint names its field and never what was typed', () => {
    const ticket = aTicket({ record: { cause: 'См. чат', solution: 'ок' } });

    expect(textQualityHinted.check(ticket, 'confirmed', aPolicy(), bundledQualityWords())).toEqual({
      verdict: {
        status: 'unmet',
        gaps: [
          { code: 'refers-to-correspondence', params: { field: 'cause' } },
          { code: 'solution-says-nothing', params: { field: 'solution' } },
        ],
      },
      evidence: { hints: 2 },
    });
  });

  test.each([
    ['warns by default', aPolicy(), 'pass'],
    [
      'holds a closing back where a pipeline blocks on it',
      aPolicy({ criteria: criteriaWith('text-quality', { strictness: 'block' }) }),
      'return',
    ],
    [
      'is off for a policy saved before there were hints',
      aPolicy({ criteria: aPolicy().criteria.filter(({ id }) => id !== 'text-quality') }),
      'pass',
    ],
  ])('step 3 · it %s', (_title, policy, kind) => {
    const ticket = aTicket({ record: { solution: 'ок' } });
    const words = bundledQualityWords();

    expect(decideClosing(ticket, policy, { now: NOON, recentReturns: 0, words }).kind).toBe(kind);
  });

  test('step 3 · it is judged for solved tickets only', () => {
    const ticket = aTicket({ record: { solution: 'ок', outcome: 'spam' } });
    const decision = decideClosing(ticket, aPolicy(), {
      now: NOON,
      recentReturns: 0,
      words: bundledQualityWords(),
    });

    expect(
      decision.kind === 'pass'
        ? decision.results.find(({ id }) => id === 'text-quality')?.verdict
        : null,
    ).toEqual({ status: 'not-applicable' });
  });
});
