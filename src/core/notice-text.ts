/** Which text the final notice speaks with (step 6): it never claims more than what the ticket can show. */
import { isClientConfirmed } from './client-confirmation.ts';
import { wasReminded } from './decide-silence.ts';
import type { Outcome, TicketRecord } from './ticket.ts';
import { OUTCOMES } from './ticket.ts';

/** One text per outcome, and `unconfirmed` for a closing that passed without what its outcome says. */
export const NOTICE_TEXTS = [...OUTCOMES, 'unconfirmed'] as const;
export type NoticeText = (typeof NOTICE_TEXTS)[number];

/**
 * Only a confirmed closing says that the problem is solved, and only after two requests that nobody answered. An override
 * or a criterion that merely warns lets a closing pass without them; its client hears no more than that it is closed.
 */
export function noticeText(outcome: Outcome, record: TicketRecord): NoticeText {
  if (outcome === 'confirmed') return isClientConfirmed(record) ? outcome : 'unconfirmed';
  if (outcome === 'no-answer') return wasReminded(record) ? outcome : 'unconfirmed';
  return outcome;
}
