/** criterion-4: every question of the client was answered: our answer is later than the client's last message. */
import type { Conversation } from '../ticket.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const questionsAnswered: Criterion = {
  id: 'questions-answered',
  clause: 'criterion-4',
  check({ conversation }) {
    if (!conversation.known) {
      return conversation.why === 'unreadable'
        ? { verdict: { status: 'unknown', fact: 'conversation' }, evidence: {} }
        : { verdict: { status: 'not-applicable' }, evidence: { unavailable: true } };
    }
    const { lastClientMessageAt, lastOurAnswerAt } = conversation.value;
    return {
      verdict: verdictOf(isUnanswered(conversation.value) ? [gap('question-unanswered')] : []),
      evidence: {
        clientWrote: lastClientMessageAt !== null,
        weAnswered: lastOurAnswerAt !== null,
      },
    };
  },
};

/** Equal instants count as unanswered: the portal's times are whole seconds, and on doubt a ticket stays open. */
function isUnanswered({ lastClientMessageAt, lastOurAnswerAt }: Conversation): boolean {
  if (lastClientMessageAt === null) return false;
  return lastOurAnswerAt === null || lastOurAnswerAt <= lastClientMessageAt;
}
