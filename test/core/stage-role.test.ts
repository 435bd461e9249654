import { describe, expect, test } from '@jest/globals';
import { gatedStages, stageRole } from '../../src/core/decide-closing.ts';
import { stageOutcome } from '../../src/core/stage-role.ts';
import { OUTCOMES } from '../../src/core/ticket.ts';
import { aPolicy } from '../support/a-policy.ts';

describe('stageRole', () => {
  test('reads the map', () => {
    expect(stageRole(aPolicy(), 'C5:SILENT')).toBe('closed:no-answer');
  });

  test.each(['C5:UNKNOWN', '', 'constructor', '__proto__', 'toString'])(
    'takes the unmapped stage «%s» for work',
    (stageId) => {
      expect(stageRole(aPolicy(), stageId)).toBe('work');
    },
  );
});

describe('stageOutcome', () => {
  test.each(OUTCOMES)('closed:%s closes with that outcome', (outcome) => {
    expect(stageOutcome(`closed:${outcome}`)).toBe(outcome);
  });

  test('the gate stage closes as confirmed', () => {
    expect(stageOutcome('gate')).toBe('confirmed');
  });

  test.each(['work', 'awaiting-confirmation', 'exempt'] as const)('%s closes nothing', (role) => {
    expect(stageOutcome(role)).toBeNull();
  });
});

describe('gatedStages', () => {
  test('names the gate stage and every closed stage, and no other', () => {
    expect(gatedStages(aPolicy())).toEqual([
      'C5:GATE',
      'C5:WON',
      'C5:SILENT',
      'C5:UPDATED',
      'C5:SPAM',
    ]);
  });

  test('is empty without a map', () => {
    expect(gatedStages(aPolicy({ stages: {} }))).toEqual([]);
  });
});
