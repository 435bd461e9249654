import { describe, expect, test } from '@jest/globals';
import { duplicateLinked } from '../../../src/core/criteria/duplicate-linked.ts';
import { OUTCOMES } from '../../../src/core/ticket.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { foundBy } from '../found-by.ts';

describe('duplicate-linked (step-7)', () => {
  test.each(['760', '№ 760', 'https://portal.example/crm/deal/details/760/', '759, 760'])(
    'step 7 · met when another ticket is named: %s',
    (duplicateOf) => {
      expect(foundBy(duplicateLinked, aTicket({ record: { duplicateOf } }), 'duplicate')).toBe(
        'met',
      );
    },
  );

  test.each(['', '   ', 'see the other one', '759', '№ 759'])(
    'step 7 · missing when no other ticket is named: %j',
    (duplicateOf) => {
      expect(foundBy(duplicateLinked, aTicket({ record: { duplicateOf } }), 'duplicate')).toEqual([
        'duplicate-master-missing',
      ]);
    },
  );

  test.each(OUTCOMES.filter((outcome) => outcome !== 'duplicate'))(
    'step 7 · nothing is asked of the outcome %s',
    (outcome) => {
      expect(foundBy(duplicateLinked, aTicket(), outcome)).toBe('not-applicable');
    },
  );
});
