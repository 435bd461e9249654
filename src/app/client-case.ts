/** What the client page shows of a ticket, from the ticket itself. */
import type { Instant } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import type { ClientCase } from './ports/client.ts';

export async function caseOf(
  { head, snapshot, policy }: OneTicket,
  answerUntil: Instant | null,
  deps: ClientDeps,
): Promise<ClientCase> {
  const contact = await deps.channels.contact(head);
  return {
    ref: snapshot.ref,
    cycle: cycleOf({ snapshot }),
    language: contact.language ?? policy.language,
    timeZone: policy.timeZone,
    summary: snapshot.record.solution,
    answerUntil,
    state: 'open',
    answer: null,
    answeredAt: null,
    closedAt: null,
  };
}
