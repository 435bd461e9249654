/** Journal lines: a plain return, and any line there may be. */
import fc from 'fast-check';
import type { CriterionResult } from '../../src/core/decision.ts';
import type { JournalEntry } from '../../src/core/journal-entry.ts';
import { CLOSED_BY, JOURNAL_KINDS } from '../../src/core/journal-entry.ts';
import { CRITERION_IDS } from '../../src/core/policy.ts';
import { CONFIRMATIONS, KB_DECISIONS, MISTAKE_CAUSES, OUTCOMES } from '../../src/core/ticket.ts';

/** 2026-11-22 12:00 UTC */
const AT = Date.UTC(2026, 10, 22, 12);

export function aJournalEntry(over: Partial<JournalEntry> = {}): JournalEntry {
  return {
    at: AT,
    kind: 'returned',
    ref: { entityTypeId: 2, id: 759 },
    pipeline: { entityTypeId: 2, categoryId: 5 },
    movedBy: 7,
    movedAt: AT - 1000,
    assigneeId: 12,
    outcome: 'confirmed',
    policyVersion: 3,
    from: 'C5:WON',
    to: 'C5:EXECUTING',
    results: [],
    detail: {},
    ...over,
  };
}

export function aResult(over: Partial<CriterionResult> = {}): CriterionResult {
  return {
    id: 'solution-documented',
    clause: 'step-3',
    strictness: 'block',
    verdict: { status: 'met' },
    evidence: {},
    ...over,
  };
}

const anyResult: fc.Arbitrary<CriterionResult> = fc.record({
  id: fc.constantFrom(...CRITERION_IDS),
  clause: fc.constant('step-5' as const),
  strictness: fc.constantFrom('off', 'warn', 'justify', 'block'),
  verdict: fc.constantFrom<CriterionResult['verdict']>(
    { status: 'met' },
    { status: 'unmet', gaps: [{ code: 'kb-decision-missing', params: {} }] },
    { status: 'not-applicable' },
    { status: 'unknown', fact: 'conversation' },
  ),
  evidence: fc.oneof(
    fc.constant({}),
    fc.record({ kbDecision: fc.constantFrom('none', ...KB_DECISIONS) }),
  ),
});

const minutes = fc.option(fc.nat(100_000));

/** Few tickets and moves, so that lines about the same move are common. */
export const anyJournalEntry: fc.Arbitrary<JournalEntry> = fc.record(
  {
    at: fc.integer({ min: AT, max: AT + 3 * 24 * 60 * 60_000 }),
    kind: fc.constantFrom(...JOURNAL_KINDS),
    ref: fc.option(fc.record({ entityTypeId: fc.constant(2), id: fc.integer({ min: 1, max: 4 }) })),
    pipeline: fc.option(fc.record({ entityTypeId: fc.constant(2), categoryId: fc.nat(2) })),
    movedBy: fc.nat(3),
    movedAt: fc.option(fc.nat(3)),
    assigneeId: fc.nat(3),
    outcome: fc.option(fc.constantFrom(...OUTCOMES)),
    policyVersion: fc.nat(3),
    from: fc.constant('C5:WON'),
    to: fc.constant(''),
    results: fc.array(anyResult, { maxLength: 3 }),
    detail: fc.record(
      {
        reference: fc.constantFrom('a', 'b'),
        kind: fc.constantFrom('request', 'bounce'),
        channel: fc.constantFrom('chat', 'email'),
        cause: fc.constantFrom(...MISTAKE_CAUSES),
        measure: fc.nat(1),
        byClient: fc.nat(1),
        unheard: fc.constant(1),
        reason: fc.string(),
      },
      { requiredKeys: [] },
    ),
    local: fc.constantFrom('2026-11-22T01:00:00+03:00', '2026-11-23T23:59:59+03:00'),
    cycle: fc.integer({ min: 1, max: 2 }),
    confirmation: fc.constantFrom(...CONFIRMATIONS),
    closedBy: fc.constantFrom(...CLOSED_BY),
    times: fc.record({
      toAnswer: minutes,
      toSolve: minutes,
      toClose: minutes,
      waitingClient: minutes,
    }),
  },
  {
    requiredKeys: [
      'at',
      'kind',
      'ref',
      'pipeline',
      'movedBy',
      'movedAt',
      'assigneeId',
      'outcome',
      'policyVersion',
      'from',
      'to',
      'results',
      'detail',
    ],
  },
);
