import { describe, expect, test } from '@jest/globals';
import { derivedCloseReason } from '../../../src/core/close-reason.ts';
import { closeReasonGiven } from '../../../src/core/criteria/close-reason-given.ts';
import type { CloseReason, Outcome } from '../../../src/core/ticket.ts';
import { CLOSE_REASONS, OUTCOMES } from '../../../src/core/ticket.ts';
import { aPolicy } from '../../support/a-policy.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { foundBy } from '../found-by.ts';

/** Spelled out here and not taken from the source: this is the table the support head signs. */
const COMPATIBLE: readonly (readonly [Outcome, readonly CloseReason[], CloseReason])[] = [
  ['confirmed', ['solved', 'solved-by-update', 'consultation'], 'solved'],
  ['no-answer', ['no-answer'], 'no-answer'],
  ['product-update', ['solved-by-update'], 'solved-by-update'],
  ['duplicate', ['duplicate'], 'duplicate'],
  ['out-of-scope', ['out-of-scope'], 'out-of-scope'],
  ['withdrawn', ['withdrawn'], 'withdrawn'],
  ['spam', ['spam'], 'spam'],
];

describe('close-reason-given (step-7)', () => {
  test.each(COMPATIBLE)(
    'step 7 · the outcome %s goes with %j only, and implies %s',
    (outcome, reasons, derived) => {
      const accepted = CLOSE_REASONS.filter(
        (closeReason) =>
          foundBy(closeReasonGiven, aTicket({ record: { closeReason } }), outcome) === 'met',
      );

      expect(accepted).toEqual(reasons);
      expect(derivedCloseReason(outcome)).toBe(derived);
    },
  );

  test('step 7 · returned with both words when the reason contradicts the outcome', () => {
    const ticket = aTicket({ record: { closeReason: 'spam' } });

    expect(closeReasonGiven.check(ticket, 'confirmed', aPolicy())).toEqual({
      verdict: {
        status: 'unmet',
        gaps: [
          { code: 'close-reason-mismatch', params: { closeReason: 'spam', outcome: 'confirmed' } },
        ],
      },
      evidence: { closeReason: 'spam', outcome: 'confirmed' },
    });
  });

  test.each(OUTCOMES)('step 7 · met for %s when no reason is chosen yet', (outcome) => {
    expect(closeReasonGiven.check(aTicket(), outcome, aPolicy())).toEqual({
      verdict: { status: 'met' },
      evidence: { closeReason: 'none', outcome },
    });
  });
});
