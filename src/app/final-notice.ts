/** The final notice (step 6): after the undo window, once per cycle, with the text of the outcome, logged on the ticket. */
import { noticeText } from '../core/notice-text.ts';
import { isClosedRole, stageOutcome, stageRole } from '../core/stage-role.ts';
import { refKey } from '../core/ticket.ts';
import { isWorkingMoment, nextWorkingMoment } from '../core/working-time.ts';
import { writtenChannelsOf } from './channels-of.ts';
import type { ClientDeps } from './client-deps.ts';
import { noteMessage } from './journal-lines.ts';
import { messageContext, reopenUntil, wallTime } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import { once } from './once.ts';
import type { Delivery, OutgoingMessage } from './ports/client.ts';
import type { Fate } from './ports/runs.ts';
import { loopSilence } from './loop-silence.ts';
import { messageHeldBack, sendOnce } from './send-once.ts';
import { tellStaff } from './tell-staff.ts';

const MINUTE_MS = 60_000;

export async function sendFinalNotice(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Fate> {
  const { snapshot, policy } = ticket;
  // Undone within the window: the ticket is not closed any more, and the client gets nothing.
  if (!isClosedRole(stageRole(policy, snapshot.stageId))) return 'not-wanted';
  // Not later either: a week after the closing it would tell nobody anything.
  if ((await loopSilence(portalId, ticket, deps)) !== null) {
    await tellStaff(portalId, ticket, { key: 'client.notice-silent', params: {} }, deps);
    return 'on-hold';
  }
  const now = deps.clock.now();
  const time = await deps.workingTime(policy);
  if (!isWorkingMoment(now, time)) {
    const dueAt = nextWorkingMoment(now, time);
    const { ref } = snapshot;
    const cycle = cycleOf(ticket);
    if (dueAt !== null)
      await deps.timers.set(portalId, { ref, cycle, kind: 'final-notice', dueAt });
    return 'outside-hours';
  }
  const message = await buildNotice(ticket, deps);
  if (!message) return 'no-text';
  // One that comes late may be rebuilt after its mark was lost.
  const dueAt = (snapshot.record.closedAt ?? now) + policy.undoMinutes * MINUTE_MS;
  const result = await sendOnce(portalId, message, deps, now > dueAt + MINUTE_MS);
  if (result.kind !== 'sent') {
    return messageHeldBack(portalId, ticket, { held: result, kind: 'final-notice' }, deps);
  }
  await logNotice(portalId, ticket, result.delivery, deps);
  return result.delivery.kind === 'delivered' ? 'sent' : 'undelivered';
}

/** Seen once the notice of this cycle has reached the client. */
export function noticeMark(ticket: OneTicket): string {
  return `journal@notice@${refKey(ticket.snapshot.ref)}@${cycleOf(ticket)}`;
}

async function buildNotice(ticket: OneTicket, deps: ClientDeps): Promise<OutgoingMessage | null> {
  const { snapshot, policy } = ticket;
  const outcome = snapshot.record.outcome ?? stageOutcome(stageRole(policy, snapshot.stageId));
  const cycle = cycleOf(ticket);
  const until = await reopenUntil(ticket, deps);
  // The promise of the text and what really happens agree: no link once nothing can be reopened.
  const open = until !== null && until > deps.clock.now();
  // Its ending tells it from the request, which has the same link, when a crash makes the app look for it.
  const since = snapshot.record.closedAt ?? snapshot.movedAt;
  const link = open ? `${deps.clientLink(snapshot.ref, cycle, since)}?3` : '';
  const { context, language } = await messageContext(ticket, deps, { link, closeBy: '' });
  const time = await deps.workingTime(policy);
  const message = deps.clientTexts.render('notice', language, {
    ...context,
    outcome: outcome && noticeText(outcome, snapshot.record),
    reopenUntil: open ? wallTime(until, time) : '',
  });
  if (!message) return null;
  return {
    key: `closegate:${refKey(snapshot.ref)}:${cycle}:notice`,
    head: ticket.head,
    message,
    marker: link,
    channels: writtenChannelsOf(policy),
    toDo: { title: '', text: '' },
  };
}

async function logNotice(
  portalId: string,
  ticket: OneTicket,
  delivery: Delivery,
  deps: ClientDeps,
): Promise<void> {
  if (delivery.kind !== 'delivered') {
    return tellStaff(portalId, ticket, { key: 'client.notice-undelivered', params: {} }, deps);
  }
  await once(portalId, noticeMark(ticket), deps, () =>
    noteMessage(portalId, ticket, { kind: 'notice', delivery, at: deps.clock.now() }, deps),
  );
  const { channel } = delivery;
  const word = { key: 'client.notice-sent', params: { channel }, quietly: true };
  await tellStaff(portalId, ticket, word, deps);
}
