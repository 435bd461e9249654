import { describe, expect, test } from '@jest/globals';
import { noticeText } from '../../src/core/notice-text.ts';
import type { TicketRecord } from '../../src/core/ticket.ts';
import { OUTCOMES } from '../../src/core/ticket.ts';
import { NOON, aTicket } from '../support/a-ticket.ts';

const recordWith = (record: Partial<TicketRecord>): TicketRecord => aTicket({ record }).record;

describe('step 6 · the text of the final notice', () => {
  test.each([
    ['confirmed', 'confirmed', { confirmation: 'confirmed' }],
    [
      'confirmed',
      'confirmed',
      { confirmation: 'by-agent', confirmationEvidence: 'by phone, 14:05' },
    ],
    ['confirmed', 'unconfirmed', { confirmation: 'asked' }],
    ['confirmed', 'unconfirmed', { confirmation: 'by-agent', confirmationEvidence: '' }],
    ['confirmed', 'unconfirmed', { confirmation: null }],
    ['no-answer', 'no-answer', { askedAt: NOON, remindedAt: NOON + 1 }],
    ['no-answer', 'unconfirmed', { askedAt: NOON, remindedAt: null }],
    ['no-answer', 'unconfirmed', { askedAt: null, remindedAt: null }],
  ] as const)('%s speaks as %s with %j', (outcome, text, record) => {
    expect(noticeText(outcome, recordWith(record))).toBe(text);
  });

  test.each(OUTCOMES.filter((outcome) => outcome !== 'confirmed' && outcome !== 'no-answer'))(
    '%s has a text of its own that claims nothing of the client',
    (outcome) => {
      expect(noticeText(outcome, recordWith({ confirmation: null }))).toBe(outcome);
    },
  );
});
