/** Tickets of one portal: the TicketGateway of the use cases, put together from its parts. */
import type { Log } from '../app/ports/runtime.ts';
import type { StaffComment, StaffNotice, StageMove, TicketGateway } from '../app/ports/tickets.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { readProfile, readServerTime } from './account.ts';
import { ParentLinks } from './child-tickets.ts';
import { loadConversations } from './conversations.ts';
import { listMoved } from './moved-tickets.ts';
import { KnownCards } from './known-cards.ts';
import { lookAt } from './one-look.ts';
import type { Known } from './one-look.ts';
import { listStages } from './pipelines.ts';
import type { PortalClient } from './portal-client.ts';
import {
  addComments,
  commentCommand,
  findComments,
  noticeCommand,
  notify,
  readComments,
} from './staff-messages.ts';
import { cardPath } from './stage-places.ts';
import { loadFacts } from './ticket-facts.ts';
import { keyOf, lookAgain, moveCommand, moveOutcome, moveTickets } from './ticket-moves.ts';
import { stampTickets } from './ticket-stamps.ts';
import { createWriteBatches } from './write-batches.ts';

/** @param known what is known of the portal's types, and of tickets' clients; shared with whoever gave it */
export function createTicketGateway(
  client: PortalClient,
  log: Log,
  known: Partial<Known> = {},
): TicketGateway {
  const { links = new ParentLinks(), cards = new KnownCards() } = known;
  const batches = createWriteBatches(client, log);
  let userId: Promise<number> | null = null;
  return {
    listMoved: (queries, priority) => listMoved(client, queries, priority, links),
    loadFacts: (heads, what, priority) => loadFacts(client, heads, { ...what, links }, priority),
    lookAt: (look) => lookAt(client, look, { links, cards }),
    loadConversations: (heads, priority, asOf) => loadConversations(client, heads, priority, asOf),
    moveTickets: (moves, priority) => moveTickets(client, batches, moves, priority),
    returnOne: (move, comment, notices) => returnOne(client, move, { comment, notices }),
    stampTickets: (commands, priority) => stampTickets(client, batches, commands, priority),
    addComments: (comments, priority) => addComments(client, batches, comments, priority),
    findComments: (comments) => findComments(client, comments),
    readComments: (ref) => readComments(client, ref),
    notify: (notices, priority) => notify(batches, notices, priority, log),
    listStages: (entityTypeIds) => listStages(client, entityTypeIds),
    async appUserId() {
      userId ??= readProfile(client).then(({ id }) => id);
      try {
        return await userId;
      } catch (error) {
        userId = null;
        throw error;
      }
    },
    ticketLink: (ref) => `${client.origin()}${cardPath(ref)}`,
    serverTime: () => readServerTime(client),
  };
}

interface Explanation {
  readonly comment: StaffComment;
  readonly notices: readonly StaffNotice[];
}

/** One request: a refused move stops the rest, so that nobody is told of a return that was not made. */
async function returnOne(
  client: PortalClient,
  move: StageMove,
  { comment, notices }: Explanation,
): ReturnType<TicketGateway['returnOne']> {
  const commands = [
    moveCommand(move),
    commentCommand('comment', comment),
    ...notices.map((notice, index) => noticeCommand(`n${index}`, notice)),
  ];
  try {
    const options = { priority: 'live', write: true, halt: true } as const;
    const answers = await client.batch(commands, options);
    const outcome = moveOutcome(answers.get(keyOf(move.ref)), move.to.stageId);
    return {
      move: outcome ?? (await seenAgain(client, move)),
      explained: answers.get('comment')?.ok === true,
      notified: notices.every((_, index) => answers.get(`n${index}`)?.ok === true),
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'portal-outcome-unknown') throw error;
    const outcome = await seenAgain(client, move);
    const explained = outcome.ok && (await findComments(client, [comment])).size > 0;
    return { move: outcome, explained, notified: false };
  }
}

async function seenAgain(client: PortalClient, move: StageMove) {
  const outcomes = await lookAgain(client, [move], 'live');
  return outcomes.get(refKey(move.ref)) ?? ({ ok: false, why: 'unknown', detail: '' } as const);
}
