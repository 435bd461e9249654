import { describe, expect, test } from '@jest/globals';
import { questionsAnswered } from '../../../src/core/criteria/questions-answered.ts';
import { aPolicy } from '../../support/a-policy.ts';
import { NOON, UNAVAILABLE, UNREADABLE, aConversation, aTicket } from '../../support/a-ticket.ts';

const MET = { status: 'met' };
const UNANSWERED = { status: 'unmet', gaps: [{ code: 'question-unanswered', params: {} }] };

describe('questions-answered (criterion-4)', () => {
  test.each([
    {
      title: 'met when our answer is later than the client’s message',
      conversation: aConversation(NOON, NOON + 1),
      finding: { verdict: MET, evidence: { clientWrote: true, weAnswered: true } },
    },
    {
      title: 'returned when the client wrote after our answer',
      conversation: aConversation(NOON + 1, NOON),
      finding: { verdict: UNANSWERED, evidence: { clientWrote: true, weAnswered: true } },
    },
    {
      title: 'returned when question and answer have the same instant',
      conversation: aConversation(NOON, NOON),
      finding: { verdict: UNANSWERED, evidence: { clientWrote: true, weAnswered: true } },
    },
    {
      title: 'returned when nobody answered at all',
      conversation: aConversation(NOON, null),
      finding: { verdict: UNANSWERED, evidence: { clientWrote: true, weAnswered: false } },
    },
    {
      title: 'met when the client never wrote',
      conversation: aConversation(null, NOON),
      finding: { verdict: MET, evidence: { clientWrote: false, weAnswered: true } },
    },
    {
      title: 'met when nobody wrote anything',
      conversation: aConversation(null, null),
      finding: { verdict: MET, evidence: { clientWrote: false, weAnswered: false } },
    },
    {
      title: 'unknown when the conversation could not be read',
      conversation: UNREADABLE,
      finding: { verdict: { status: 'unknown', fact: 'conversation' }, evidence: {} },
    },
    {
      title: 'not applicable when the portal has no conversation to read',
      conversation: UNAVAILABLE,
      finding: { verdict: { status: 'not-applicable' }, evidence: { unavailable: true } },
    },
  ])('criterion 4 · $title', ({ conversation, finding }) => {
    expect(questionsAnswered.check(aTicket({ conversation }), 'confirmed', aPolicy())).toEqual(
      finding,
    );
  });
});
