import { describe, expect, test } from '@jest/globals';
import { productUpdateConfirmed } from '../../../src/core/criteria/product-update-confirmed.ts';
import type { TicketRecord } from '../../../src/core/ticket.ts';
import { OUTCOMES } from '../../../src/core/ticket.ts';
import { aPolicy } from '../../support/a-policy.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { foundBy } from '../found-by.ts';

const UPDATED: Partial<TicketRecord> = {
  productVersion: '4.12',
  productInstruction: 'Обновить приложение из магазина',
  confirmation: 'confirmed',
};

describe('product-update-confirmed (special-product-update)', () => {
  test.each<readonly [string, Partial<TicketRecord>, string | readonly string[]]>([
    ['met with version, instruction and confirmation', {}, 'met'],
    [
      'met when the agent wrote down the confirmation',
      { confirmation: 'by-agent', confirmationEvidence: 'Звонок' },
      'met',
    ],
    [
      'returned when the agent ticked without evidence',
      { confirmation: 'by-agent' },
      ['product-update-unconfirmed'],
    ],
    [
      'returned while the client is being asked',
      { confirmation: 'asked' },
      ['product-update-unconfirmed'],
    ],
    [
      'returned when the update did not help',
      { confirmation: 'rejected' },
      ['product-update-unconfirmed'],
    ],
    ['returned when nobody asked', { confirmation: null }, ['product-update-unconfirmed']],
    ['returned without the version', { productVersion: '' }, ['product-version-missing']],
    [
      'returned without the instruction',
      { productInstruction: ' ' },
      ['product-instruction-missing'],
    ],
    [
      'returned with every gap at once',
      { productVersion: '', productInstruction: '', confirmation: 'no-answer' },
      ['product-version-missing', 'product-instruction-missing', 'product-update-unconfirmed'],
    ],
  ])('product update · %s', (_title, record, found) => {
    const ticket = aTicket({ record: { ...UPDATED, ...record } });

    expect(foundBy(productUpdateConfirmed, ticket, 'product-update')).toEqual(found);
  });

  test.each(OUTCOMES.filter((outcome) => outcome !== 'product-update'))(
    'product update · not applicable to the outcome %s',
    (outcome) => {
      const ticket = aTicket({ record: { confirmation: null } });

      expect(productUpdateConfirmed.check(ticket, outcome, aPolicy())).toEqual({
        verdict: { status: 'not-applicable' },
        evidence: { confirmation: 'not-asked' },
      });
    },
  );

  test('product update · the journal keeps the state of the confirmation', () => {
    const ticket = aTicket({ record: UPDATED });

    expect(productUpdateConfirmed.check(ticket, 'product-update', aPolicy()).evidence).toEqual({
      confirmation: 'confirmed',
    });
  });
});
