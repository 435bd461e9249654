/**
 * A client wrote by e-mail or chat after the request: the countdown stops and an agent says how it is to be read. Auto-replies
 * and bounces are no answer; each stands in a ledger. Learnt from activity events and from a scheduled read, never from
 * open-channel events.
 */
import { readReply, SUPPRESSED_KINDS } from '../core/replies/read-reply.ts';
import type { ReplyKind } from '../core/replies/read-reply.ts';
import { isCountingDown } from '../core/decide-silence.ts';
import { refKey } from '../core/ticket.ts';
import { cycleOf } from './ask-client.ts';
import type { ClientDeps } from './client-deps.ts';
import type { OneTicket } from './one-ticket.ts';
import { readTicket } from './one-ticket.ts';
import type { IncomingMessage, SuppressedReply } from './ports/client.ts';
import type { TicketHead } from './ports/tickets.ts';
import { tellStaff } from './tell-staff.ts';

/** Letters among the activities that rang. */
export async function activitiesArrived(
  portalId: string,
  activityIds: readonly number[],
  deps: ClientDeps,
): Promise<void> {
  const waiting = await waitingHeads(portalId, deps);
  if (waiting.length === 0) return;
  await handleAll(portalId, await deps.incoming.fromActivities(activityIds, waiting), deps);
}

/** The scheduled read of everything that clients of waiting tickets wrote since their request. */
export async function scanReplies(portalId: string, deps: ClientDeps): Promise<void> {
  const waiting = await waitingHeads(portalId, deps);
  if (waiting.length === 0) return;
  const since = Math.min(...waiting.map(({ record }) => record.askedAt ?? deps.clock.now()));
  await handleAll(portalId, await deps.incoming.since(waiting, since), deps);
}

/** Tickets whose client was asked, as the cases remember them. */
async function waitingHeads(portalId: string, deps: ClientDeps): Promise<readonly TicketHead[]> {
  const open = (await deps.cases.list(portalId)).filter(({ state }) => state === 'open');
  if (open.length === 0) return [];
  const policies = await deps.policies.list(portalId);
  const types = [...new Set(open.map(({ ref }) => ref.entityTypeId))];
  const heads = await deps.tickets.listMoved(
    types.map((entityTypeId) => ({
      entityTypeId,
      stageIds: [],
      since: 0,
      alsoIds: open.filter((c) => c.ref.entityTypeId === entityTypeId).map((c) => c.ref.id),
      policies: policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId),
    })),
    'bulk',
  );
  return heads.filter((head) => head.record.confirmation === 'asked');
}

async function handleAll(
  portalId: string,
  messages: readonly IncomingMessage[],
  deps: ClientDeps,
): Promise<void> {
  const marks = messages.map(markOf);
  const unseen = await deps.state.unseen(portalId, marks);
  for (const message of messages) {
    const mark = markOf(message);
    if (!unseen.has(mark)) continue;
    const done = await deps.lock.exclusively(`ticket:${refKey(message.ref)}`, async () => {
      const ticket = await readTicket(portalId, message.ref, deps);
      if (ticket && isCountingDown(ticket.snapshot, ticket.policy)) {
        await handle(portalId, ticket, message, deps);
      }
      return true;
    });
    // Kept for good: the next scan must not suppress or announce the same words again.
    if (done) {
      await deps.state.markSeen(portalId, [{ mark, movedAt: Number.MAX_SAFE_INTEGER }], 0);
    }
  }
}

const markOf = (message: IncomingMessage): string =>
  `reply@${message.source}@${refKey(message.ref)}`;

async function handle(
  portalId: string,
  ticket: OneTicket,
  message: IncomingMessage,
  deps: ClientDeps,
): Promise<void> {
  const { record, ref } = ticket.snapshot;
  if (record.askedAt !== null && message.at < record.askedAt) return;
  const { kind, why } = readReply(message, deps.replyRules);
  if (isSuppressed(kind)) {
    await deps.suppressed.add(portalId, {
      id: markOf(message),
      ref,
      cycle: cycleOf(ticket),
      at: message.at,
      kind,
      rule: why,
      source: message.source,
    });
    return;
  }
  await deps.timers.cancel(portalId, ref, ['remind', 'close']);
  await deps.writer.change([
    { ref, policy: ticket.policy, changes: { confirmation: 'not-asked' }, moveTo: null },
  ]);
  const link = deps.readingLink(ref, cycleOf(ticket), message.source);
  const key = kind === 'thanks-confirms' ? 'client.reply-thanks' : 'client.reply';
  await tellStaff(ticket, { key, params: { channel: message.channel, link } }, deps);
}

function isSuppressed(kind: ReplyKind): kind is SuppressedReply['kind'] {
  return SUPPRESSED_KINDS.has(kind);
}
