/** What an answer of the client leads to, by where the ticket stands (step 2, special cases 1 and 3, FAQ 2). */
import type { ClosingPolicy } from './policy.ts';
import { isClosedRole, stageRole } from './stage-role.ts';
import type { Instant, TicketSnapshot } from './ticket.ts';

export type ClientAnswerKind = 'solved' | 'not-solved' | 'question';

export interface ClientAnswerFacts {
  readonly answer: ClientAnswerKind;
  /** «Solved» beside a text that says otherwise. */
  readonly contradicts: boolean;
  /** The cycle the client was asked in. */
  readonly cycle: number;
  readonly now: Instant;
  /** End of the time in which a closed ticket is opened again; null when it is not closed. */
  readonly reopenUntil: Instant | null;
}

export type ReplyDecision =
  /** The client's word of an earlier cycle: kept on the ticket, changes nothing. */
  | { readonly kind: 'outdated' }
  /** «Solved» on a ticket that is already closed. */
  | { readonly kind: 'thanks' }
  | { readonly kind: 'confirm' }
  /** Confirmed while somebody works on it: noted, and the agent closes. */
  | { readonly kind: 'note-confirmed' }
  /** Countdown off, an agent reads and answers. */
  | { readonly kind: 'to-agent' }
  /** The ticket is closed or none of our business: an agent reads, nothing on it changes. */
  | { readonly kind: 'tell-agent' }
  | { readonly kind: 'back-to-work' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'new-ticket' };

export function decideReply(
  snapshot: TicketSnapshot,
  policy: ClosingPolicy,
  facts: ClientAnswerFacts,
): ReplyDecision {
  if (facts.cycle !== (snapshot.record.cycle ?? 1)) return { kind: 'outdated' };
  const role = stageRole(policy, snapshot.stageId);
  const content = facts.answer === 'solved' && !facts.contradicts;
  if (isClosedRole(role)) return afterClosing(content, facts);
  if (role === 'exempt') return { kind: content ? 'thanks' : 'tell-agent' };
  if (content) return { kind: role === 'work' ? 'note-confirmed' : 'confirm' };
  return facts.answer === 'not-solved' ? { kind: 'back-to-work' } : { kind: 'to-agent' };
}

function afterClosing(content: boolean, facts: ClientAnswerFacts): ReplyDecision {
  if (content) return { kind: 'thanks' };
  if (facts.answer !== 'not-solved') return { kind: 'tell-agent' };
  return facts.reopenUntil === null || facts.now <= facts.reopenUntil
    ? { kind: 'reopen' }
    : { kind: 'new-ticket' };
}
