/** An answer of a client to a ticket the app cannot read: deleted, hidden from it, or moved where no policy looks. */
import { refKey } from '../core/ticket.ts';
import { alertLeads } from './alert-leads.ts';
import type { ClientDeps } from './client-deps.ts';
import { once } from './once.ts';
import type { PostedAnswer } from './ports/client.ts';

/** Rights are given back and pipelines mapped within days; words for a deleted ticket are not kept for good. */
const KEEP_MS = 14 * 24 * 60 * 60_000;

/**
 * The words are written onto the ticket all the same if the portal lets us: then the answer is done with. Otherwise it
 * waits for two weeks, and the leads are told once.
 * @returns whether the answer is done with
 */
export async function ticketUnseen(
  portalId: string,
  answer: PostedAnswer,
  deps: ClientDeps,
): Promise<boolean> {
  const { ref } = answer;
  const policies = (await deps.policies.list(portalId)).filter(
    ({ pipeline }) => pipeline.entityTypeId === ref.entityTypeId,
  );
  const language = policies[0]?.language ?? 'ru';
  const text = answer.comment.trim();
  const comment = { ref, text: deps.say(language, WORDS[answer.answer], { id: ref.id, text }) };
  const present = await deps.tickets.findComments([comment]);
  const written = present.size > 0 ? present : await deps.tickets.addComments([comment], 'live');
  if (written.has(refKey(ref))) return true;
  await once(portalId, `unseen@${refKey(ref)}@${answer.cycle}`, deps, () =>
    alertLeads(
      portalId,
      {
        code: 'ticket-hidden',
        ref,
        userIds: [...new Set(policies.flatMap(({ leads }) => leads))],
        params: { id: ref.id },
        language,
      },
      deps,
    ),
  );
  if (deps.clock.now() - answer.at <= KEEP_MS) return false;
  deps.log.error(
    { portalId, ticket: refKey(ref) },
    'an answer was given up: its ticket was not seen for weeks',
  );
  return true;
}

const WORDS = {
  solved: 'client.confirmed',
  'not-solved': 'client.not-solved',
  question: 'client.question',
} as const;
