import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { similarIndex } from '../../../src/core/similar/rank-similar.ts';
import { searchWords } from '../../../src/core/similar/search-words.ts';
import { bundledSearchRules } from '../../../src/text/search-words.ts';

interface Labelled {
  readonly documents: readonly {
    readonly id: string;
    readonly title: string;
    readonly problem: string;
    readonly solution: string;
  }[];
  readonly queries: readonly { readonly text: string; readonly wanted: string }[];
  readonly unrelated: readonly string[];
}

const set = JSON.parse(readFileSync('test/fixtures/similar/support.ru.json', 'utf8')) as Labelled;
const rules = bundledSearchRules();
const index = similarIndex(
  set.documents.map(({ id, title, problem, solution }) => ({
    id,
    fields: [
      { text: title, weight: 2 },
      { text: problem, weight: 1.5 },
      { text: solution, weight: 1 },
    ],
  })),
  rules,
);
const found = (text: string): readonly string[] =>
  index.rank([{ text, weight: 1 }], { limit: 3 }).map(({ id }) => id);

describe('the ranking of similar texts', () => {
  test('has the wanted one among its first three for at least nine of ten labelled questions', () => {
    const missed = set.queries.filter(({ text, wanted }) => !found(text).includes(wanted));
    const hits = set.queries.length - missed.length;

    expect(set.queries.length).toBeGreaterThanOrEqual(40);
    expect({ rate: hits / set.queries.length >= 0.9, missed: missed.slice(0, 4) }).toEqual({
      rate: true,
      missed,
    });
  });

  test('has it first for at least eight of ten', () => {
    const first = set.queries.filter(({ text, wanted }) => found(text)[0] === wanted).length;

    expect(first / set.queries.length).toBeGreaterThanOrEqual(0.8);
  });

  test.each(set.unrelated)('finds nothing for “%s”', (text) => {
    expect(found(text)).toEqual([]);
  });

  test('weighs a title above the body', () => {
    const two = similarIndex(
      [
        { id: 'body', fields: [{ text: 'домофон', weight: 1 }] },
        { id: 'title', fields: [{ text: 'домофон', weight: 2 }] },
        { id: 'other', fields: [{ text: 'турникет', weight: 1 }] },
      ],
      rules,
    );

    expect(two.rank([{ text: 'домофоны', weight: 1 }]).map(({ id }) => id)).toEqual([
      'title',
      'body',
    ]);
  });

  test('is empty for an empty index and for a question of stop words', () => {
    expect(similarIndex([], rules).rank([{ text: 'домофон', weight: 1 }])).toEqual([]);
    expect(found('и как же это')).toEqual([]);
  });
});

describe('the words of the search', () => {
  test.each([
    ['шлагбаумы шлагбаумом шлагбаума', 1],
    ['пропуск пропуска пропусками', 1],
    ['уведомление уведомления уведомлениях', 1],
    ['открывается открываются', 1],
    ['отчёт отчет отчёты', 1],
    ['карта картой картами', 1],
    ['домофон турникет', 2],
    ['камера калитка', 2],
  ])('“%s” are %i different', (text, count) => {
    expect(new Set(searchWords(text, rules)).size).toBe(count);
  });

  test('keep numbers and versions whole', () => {
    expect(searchWords('версия 4.12, ошибка 500', rules)).toEqual(
      expect.arrayContaining(['4.12', '500']),
    );
  });
});
