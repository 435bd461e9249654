import { describe, expect, test } from '@jest/globals';
import { ALL_CRITERIA } from '../../src/core/criteria/all-criteria.ts';
import { CRITERION_IDS } from '../../src/core/policy.ts';
import { regulationPreset } from '../../src/core/regulation-preset.ts';
import { OUTCOMES } from '../../src/core/ticket.ts';

const SOLVED = ['confirmed', 'no-answer', 'product-update'];

describe('the criteria of the regulation', () => {
  test('stand in the regulation’s order, each once', () => {
    expect(ALL_CRITERIA.map(({ id }) => id)).toEqual(CRITERION_IDS);
  });

  test('name their clauses, strictness and outcomes', () => {
    const rows = regulationPreset().criteria.map(({ id, clause, strictness, outcomes }) => [
      id,
      clause,
      strictness,
      outcomes,
    ]);

    expect(rows).toEqual([
      ['problem-solved', 'step-1', 'block', SOLVED],
      ['related-work-closed', 'step-1', 'block', SOLVED],
      ['client-confirmed', 'step-2', 'block', ['confirmed', 'no-answer']],
      ['questions-answered', 'criterion-4', 'block', [...SOLVED, 'out-of-scope']],
      ['solution-documented', 'step-3', 'block', SOLVED],
      ['documentation-extras', 'step-3', 'warn', SOLVED],
      ['text-quality', 'step-3', 'warn', SOLVED],
      ['information-complete', 'step-4', 'block', SOLVED],
      ['knowledge-base-decided', 'step-5', 'block', SOLVED],
      ['knowledge-base-linked', 'step-5', 'warn', SOLVED],
      ['product-update-confirmed', 'special-product-update', 'block', ['product-update']],
      ['close-reason-given', 'step-7', 'block', OUTCOMES],
      ['duplicate-linked', 'step-7', 'warn', ['duplicate']],
    ]);
  });

  test('come with the regulation’s numbers', () => {
    const { criteria: _criteria, ...numbers } = regulationPreset();

    expect(numbers).toEqual({
      firstWaitDays: 1,
      secondWaitDays: 1,
      undoMinutes: 10,
      reopenWindowDays: 5,
      maxReturns: 2,
      returnWindowMinutes: 10,
      autoAsk: true,
      channels: ['chat', 'mail', 'call'],
      thanksConfirms: false,
      digest: true,
      timeZone: 'Europe/Moscow',
      daysOff: [],
      workDays: [],
    });
  });
});
