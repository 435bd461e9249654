import { describe, expect, test } from '@jest/globals';
import { TYPICAL, typicalProblems } from '../../../src/core/similar/typical-problems.ts';
import type { SolvedProblem } from '../../../src/core/similar/typical-problems.ts';
import { bundledSearchRules } from '../../../src/text/search-words.ts';

const DAY = 24 * 60 * 60_000;
const NOW = Date.UTC(2026, 2, 11, 9);
const rules = bundledSearchRules();

const solved = (
  id: number,
  title: string,
  over: Partial<SolvedProblem<number>> = {},
): SolvedProblem<number> => ({
  id,
  title,
  problem: title,
  solution: 'Перезапустили вызывную панель домофона',
  closedAt: NOW - id * DAY,
  hasArticle: false,
  ...over,
});

const THREE = [
  solved(1, 'Домофон не отвечает'),
  solved(2, 'Не отвечает домофон в корпусе'),
  solved(3, 'Домофон молчит, не отвечает панель'),
];
const OTHERS = [
  solved(4, 'Отчёт о проездах не выгружается', { solution: 'Разбили период на недели' }),
  solved(5, 'Карта не открывает калитку', { solution: 'Записали карту заново' }),
  solved(6, 'Сменить телефон администратора', { solution: 'Сменили номер' }),
];
const typical = (list: readonly SolvedProblem<number>[]) =>
  typicalProblems(list, rules, { ...TYPICAL, now: NOW });

describe('typical problems (importance of documenting)', () => {
  test('are three alike solutions within thirty days without an article', () => {
    const [only, ...rest] = typical([...OTHERS, ...THREE]);

    expect(rest).toEqual([]);
    expect(only?.ids.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(only?.title).toMatch(/домофон/i);
  });

  test.each([
    ['two are not enough', [...OTHERS, ...THREE.slice(1)]],
    [
      'an older one does not count',
      [
        ...OTHERS,
        ...THREE.slice(1),
        solved(1, 'Домофон не отвечает', { closedAt: NOW - 31 * DAY }),
      ],
    ],
    [
      'one with an article documents them all',
      [...OTHERS, ...THREE.slice(1), solved(1, 'Домофон не отвечает', { hasArticle: true })],
    ],
    ['different ones are no group', OTHERS],
    ['nothing solved, nothing typical', []],
  ])('%s', (_title, list) => {
    expect(typical(list)).toEqual([]);
  });
});
