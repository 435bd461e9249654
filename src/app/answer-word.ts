/** What a client's answer leaves on the ticket, and in the journal. */
import type { ReplyDecision } from '../core/decide-reply.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { ticketLine } from './journal-lines.ts';
import { wallTime } from './message-context.ts';
import { once } from './once.ts';
import type { OneTicket } from './one-ticket.ts';
import type { PostedAnswer } from './ports/client.ts';

/** An agent's reading of a reply is counted apart from the client's own word; people read where it stands in words. */
export async function wordAs(ticket: OneTicket, answer: PostedAnswer, deps: ClientDeps) {
  const { readingOf, byRule = false, at } = answer;
  if (readingOf === undefined) return { confirmation: 'confirmed' } as const;
  const { policy } = ticket;
  const channel = readingOf.startsWith('chat:') ? 'chat' : 'email';
  const params = { channel, at: wallTime(at, await deps.workingTime(policy)) };
  const key = byRule ? 'client.evidence.rule' : 'client.evidence.read';
  const confirmationEvidence = deps.say(policy.language, key, params);
  return { confirmation: byRule ? 'confirmed' : 'by-agent', confirmationEvidence } as const;
}

export interface WorkedOff {
  readonly answer: PostedAnswer;
  /** The words say the opposite of the button. */
  readonly against: boolean;
  readonly decision: ReplyDecision;
}

/**
 * What was answered, which reply it was read from and what it led to; the words stand on the ticket alone.
 * @returns false for a repeat: it was worked on before, by a process that did not come to its end
 */
export async function noteAnswer(
  portalId: string,
  ticket: OneTicket,
  { answer, against, decision }: WorkedOff,
  deps: ClientDeps,
): Promise<boolean> {
  const { cycle, readingOf, at } = answer;
  const detail = {
    answer: answer.answer,
    answeredAt: at,
    contradicts: against ? 1 : 0,
    led: decision.kind,
    ...(readingOf === undefined ? {} : { source: readingOf }),
  };
  const line = ticketLine(ticket, 'client-answered', deps.clock.now(), detail);
  const mark = `answered@${refKey(ticket.snapshot.ref)}@${cycle}@${readingOf ?? 'page'}@${at}`;
  let first = false;
  await once(portalId, mark, deps, async () => {
    first = true;
    await deps.journal.append(portalId, [{ ...line, cycle }]);
  });
  return first;
}
