import { describe, expect, test } from '@jest/globals';
import type { RoleHint, StageToMap } from '../../src/core/guess-stage-roles.ts';
import { guessReturnStage, guessStageRoles } from '../../src/core/guess-stage-roles.ts';
import type { StageRole } from '../../src/core/policy.ts';

const HINTS: readonly RoleHint[] = [
  { role: 'awaiting-confirmation', patterns: ['проверка решения', 'ожидает подтвержд'] },
  { role: 'gate', patterns: ['на закрытие', 'подтвержд'] },
];

function stage(
  stageId: string,
  name: string,
  semantics: StageToMap['semantics'] = 'process',
  sort = 10,
): StageToMap {
  return { stageId, name, semantics, sort };
}

describe('guessStageRoles', () => {
  test.each<readonly [string, StageToMap, StageRole]>([
    ['success closes as confirmed', stage('S', 'Закрыто', 'success'), 'closed:confirmed'],
    ['success beats a hint', stage('S', 'На закрытие', 'success'), 'closed:confirmed'],
    ['failure is left alone', stage('F', 'Спам', 'failure'), 'exempt'],
    ['failure beats a hint', stage('F', 'Проверка решения', 'failure'), 'exempt'],
    ['a hint fits any case of letters', stage('P', 'ПРОВЕРКА РЕШЕНИЯ'), 'awaiting-confirmation'],
    ['a hint fits inside a name', stage('P', '4. На закрытие!'), 'gate'],
    [
      'the first of two fitting hints wins',
      stage('P', 'Ожидает подтверждения'),
      'awaiting-confirmation',
    ],
    ['a hint’s later pattern fits too', stage('P', 'Подтверждено'), 'gate'],
    ['anything else is work', stage('P', 'В работе'), 'work'],
  ])('%s', (_title, given, role) => {
    expect(guessStageRoles([given], HINTS)).toEqual({ [given.stageId]: role });
  });

  test('names every stage', () => {
    const roles = guessStageRoles([stage('A', 'Новое'), stage('B', 'Закрыто', 'success')], []);

    expect(roles).toEqual({ A: 'work', B: 'closed:confirmed' });
  });
});

describe('guessReturnStage', () => {
  const W = 'work';

  test.each<readonly [string, readonly (readonly [string, StageRole, number])[], string]>([
    [
      'the last work stage before asking the client',
      [
        ['A', W, 1],
        ['B', W, 2],
        ['C', 'awaiting-confirmation', 3],
        ['D', W, 4],
      ],
      'B',
    ],
    [
      'the last work stage before the gate',
      [
        ['A', W, 1],
        ['B', 'gate', 2],
        ['C', W, 3],
      ],
      'A',
    ],
    [
      'the last work stage before a closed stage',
      [
        ['A', W, 1],
        ['B', W, 2],
        ['C', 'closed:spam', 3],
      ],
      'B',
    ],
    [
      'by sort and not by the order given',
      [
        ['C', 'gate', 30],
        ['B', W, 20],
        ['A', W, 10],
        ['D', W, 40],
      ],
      'B',
    ],
    [
      'an exempt stage ends nothing',
      [
        ['A', W, 1],
        ['X', 'exempt', 2],
        ['B', W, 3],
        ['C', 'gate', 4],
      ],
      'B',
    ],
    [
      'an exempt stage is no work',
      [
        ['A', W, 1],
        ['X', 'exempt', 2],
        ['C', 'gate', 3],
      ],
      'A',
    ],
    [
      'the last of all when nothing closes',
      [
        ['A', W, 1],
        ['B', W, 2],
      ],
      'B',
    ],
    [
      'the first work stage when none comes before',
      [
        ['C', 'gate', 1],
        ['A', W, 2],
        ['B', W, 3],
      ],
      'A',
    ],
    [
      'none when there is no work stage',
      [
        ['C', 'gate', 1],
        ['X', 'exempt', 2],
      ],
      '',
    ],
    ['none without stages', [], ''],
  ])('is %s', (_title, rows, expected) => {
    const stages = rows.map(([id, , sort]) => stage(id, id, 'process', sort));
    const roles = Object.fromEntries(rows.map(([id, role]) => [id, role]));

    expect(guessReturnStage(stages, roles)).toBe(expected);
  });

  test('takes a stage without a role for work and leaves the given list as it was', () => {
    const stages = [stage('B', 'B', 'process', 2), stage('A', 'A', 'process', 1)];

    expect(guessReturnStage(stages, {})).toBe('B');
    expect(stages.map(({ stageId }) => stageId)).toEqual(['B', 'A']);
  });
});
