import { expect, test } from '@jest/globals';
import { FIELD_KEYS, pipelineKey } from '../../src/core/policy.ts';
import { refKey } from '../../src/core/ticket.ts';

test('a ticket’s identity is spelled entity type, then id', () => {
  expect(refKey({ entityTypeId: 2, id: 759 })).toBe('2:759');
});

test('a pipeline’s identity is spelled entity type, then category', () => {
  expect(pipelineKey({ entityTypeId: 128, categoryId: 10 })).toBe('128:10');
});

test('every field of the field map is listed once', () => {
  const issue =
    'checkedHow problem cause solution recommendations diagnostics kbNote confirmationEvidence resolution ' +
    'mistakeMeasure productVersion productInstruction holdReason policyVersion timeSpent cycle returns resources ' +
    'closedAt askedAt remindedAt holdUntil kbDecision confirmation closeReason outcome mistakeCause ' +
    // For exceptions and duplicates (ADR 11).
    'exceptionReason duplicateOf';

  expect([...FIELD_KEYS].sort()).toEqual(issue.split(' ').sort());
});
