import { describe, expect, test } from '@jest/globals';
import { closingStamp } from '../../src/core/closing-stamp.ts';
import type { Outcome, TicketRecord } from '../../src/core/ticket.ts';
import { aPolicy } from '../support/a-policy.ts';
import { NOON, aTicket } from '../support/a-ticket.ts';

function stampOf(record: Partial<TicketRecord>, outcome: Outcome = 'confirmed') {
  return closingStamp(aTicket({ record }), outcome, aPolicy());
}

describe('closingStamp (step-7)', () => {
  test('step 7 · outcome, reason, result, time of the move, cycle and policy version are given', () => {
    expect(stampOf({})).toEqual({
      outcome: 'confirmed',
      closeReason: 'solved',
      resolution: 'Выпустили новый сертификат',
      closedAt: NOON,
      cycle: 1,
      policyVersion: '2:5@3',
    });
  });

  test('step 7 · the ticket’s own reason and cycle are kept', () => {
    expect(stampOf({ closeReason: 'consultation', cycle: 2 })).toMatchObject({
      closeReason: 'consultation',
      cycle: 2,
    });
  });

  test('step 7 · an empty reason is derived from the outcome', () => {
    expect(stampOf({}, 'duplicate')).toMatchObject({
      outcome: 'duplicate',
      closeReason: 'duplicate',
    });
  });

  test.each<readonly [string, Partial<TicketRecord>, string]>([
    ['the ticket’s own is left as it is', { resolution: 'Решено' }, ''],
    ['a dash is not a resolution', { resolution: '-', solution: 'Заменили' }, 'Заменили'],
    [
      'blank lines before the solution are skipped',
      { solution: '\r\n - \n  Заменили \rx' },
      'Заменили',
    ],
    ['there is none without a solution', { solution: '' }, ''],
    ['255 characters stay', { solution: 'ы'.repeat(255) }, 'ы'.repeat(255)],
    ['256 characters are cut', { solution: 'ы'.repeat(256) }, 'ы'.repeat(255)],
    ['a cut leaves no half of a character', { solution: `${'ы'.repeat(254)}👍!` }, 'ы'.repeat(254)],
    [
      'a character that ends at the cut stays whole',
      { solution: `${'ы'.repeat(253)}👍!` },
      `${'ы'.repeat(253)}👍`,
    ],
  ])('step 7 · resolution: %s', (_title, record, resolution) => {
    expect(stampOf(record).resolution).toBe(resolution);
  });
});
