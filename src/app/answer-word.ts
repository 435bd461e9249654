/** What a client's answer leaves on the ticket, and in the journal. */
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { plainLine } from './journal-lines.ts';
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

/** Which reply was read, for whoever looks into the journal. */
export async function noteReading(
  portalId: string,
  ticket: OneTicket,
  { readingOf, answer, at }: PostedAnswer,
  deps: ClientDeps,
): Promise<void> {
  if (readingOf === undefined) return;
  const { ref } = ticket.snapshot;
  await once(portalId, `reading@${refKey(ref)}@${readingOf}@${at}`, deps, () =>
    deps.journal.append(portalId, [
      {
        ...plainLine(deps.clock.now(), 'client-answered', { answer, source: readingOf }, ref),
        pipeline: ticket.policy.pipeline,
        policyVersion: ticket.policy.version,
      },
    ]),
  );
}
