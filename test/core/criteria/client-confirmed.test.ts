import { describe, expect, test } from '@jest/globals';
import { clientConfirmed } from '../../../src/core/criteria/client-confirmed.ts';
import type { TicketRecord } from '../../../src/core/ticket.ts';
import { OUTCOMES } from '../../../src/core/ticket.ts';
import { aPolicy } from '../../support/a-policy.ts';
import { MINUTE, NOON, aTicket } from '../../support/a-ticket.ts';
import { foundBy } from '../found-by.ts';

type Row = readonly [string, Partial<TicketRecord>, string | readonly string[]];

describe('client-confirmed (step-2)', () => {
  test.each<Row>([
    ['met when the client confirmed', { confirmation: 'confirmed' }, 'met'],
    [
      'met when the agent wrote down how the client confirmed',
      { confirmation: 'by-agent', confirmationEvidence: 'Звонок 11.03' },
      'met',
    ],
    [
      'returned when the agent ticked for the client without evidence',
      { confirmation: 'by-agent', confirmationEvidence: ' + ' },
      ['confirmation-evidence-missing'],
    ],
    [
      'returned when the client was asked and has not answered yet',
      { confirmation: 'asked' },
      ['confirmation-awaited'],
    ],
    [
      'returned when the client said that it is not solved',
      { confirmation: 'rejected' },
      ['confirmation-rejected'],
    ],
    [
      'returned when the client was never asked',
      { confirmation: 'not-asked' },
      ['confirmation-not-asked'],
    ],
    ['returned when the field is empty', { confirmation: null }, ['confirmation-not-asked']],
    [
      'returned when silence is passed off as a confirmation',
      { confirmation: 'no-answer' },
      ['confirmation-not-asked'],
    ],
    [
      'returned when there is evidence but nobody says confirmed',
      { confirmation: 'asked', confirmationEvidence: 'Звонок 11.03' },
      ['confirmation-awaited'],
    ],
  ])('step 2 · %s', (_title, record, found) => {
    expect(foundBy(clientConfirmed, aTicket({ record }), 'confirmed')).toEqual(found);
  });

  test('step 2 · the journal tells that nobody asked', () => {
    const { evidence } = clientConfirmed.check(aTicket(), 'confirmed', aPolicy());

    expect(evidence).toEqual({ confirmation: 'confirmed', asked: false, reminded: false });
  });

  test('step 2 · the journal keeps the state of the confirmation', () => {
    const ticket = aTicket({ record: { confirmation: null, askedAt: NOON } });

    expect(clientConfirmed.check(ticket, 'confirmed', aPolicy())).toMatchObject({
      evidence: { confirmation: 'not-asked', asked: true, reminded: false },
    });
  });
});

describe('client-confirmed (special-no-confirmation)', () => {
  const ASKED = NOON - 100 * MINUTE;

  test.each<Row>([
    [
      'met when a request and then a reminder stayed without an answer',
      { confirmation: 'asked', askedAt: ASKED, remindedAt: ASKED + 1 },
      'met',
    ],
    [
      'returned when the client was never asked',
      { askedAt: null, remindedAt: null },
      ['silence-request-missing', 'silence-reminder-missing'],
    ],
    [
      'returned when the client was not reminded',
      { askedAt: ASKED, remindedAt: null },
      ['silence-reminder-missing'],
    ],
    [
      'returned when the reminder is not later than the request',
      { askedAt: ASKED, remindedAt: ASKED },
      ['silence-reminder-missing'],
    ],
    [
      'returned when there is a reminder of no request',
      { askedAt: null, remindedAt: ASKED },
      ['silence-request-missing', 'silence-reminder-missing'],
    ],
    [
      'returned when the client did answer: not solved',
      { confirmation: 'rejected', askedAt: ASKED, remindedAt: ASKED + 1 },
      ['confirmation-rejected'],
    ],
  ])('no confirmation · %s', (_title, record, found) => {
    expect(foundBy(clientConfirmed, aTicket({ record }), 'no-answer')).toEqual(found);
  });

  test('no confirmation · the verdict names the clause of the special case', () => {
    const ticket = aTicket({ record: { askedAt: ASKED, remindedAt: ASKED + 1 } });

    expect(clientConfirmed.check(ticket, 'no-answer', aPolicy())).toEqual({
      verdict: { status: 'met' },
      evidence: { confirmation: 'confirmed', asked: true, reminded: true },
      clause: 'special-no-confirmation',
    });
  });

  test.each(OUTCOMES.filter((outcome) => outcome !== 'confirmed' && outcome !== 'no-answer'))(
    'step 2 · not applicable to the outcome %s',
    (outcome) => {
      const ticket = aTicket({ record: { confirmation: null } });

      expect(foundBy(clientConfirmed, ticket, outcome)).toBe('not-applicable');
    },
  );
});
