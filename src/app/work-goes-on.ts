/** The word to the client that work on a reopened ticket goes on (special-mistake). */
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import { refKey } from '../core/ticket.ts';
import { isWorkingMoment, nextWorkingMoment } from '../core/working-time.ts';
import { writtenChannelsOf } from './channels-of.ts';
import type { ClientDeps } from './client-deps.ts';
import { noteMessage } from './journal-lines.ts';
import { messageContext } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import { once, remember } from './once.ts';
import type { Fate } from './ports/runs.ts';
import { messageHeldBack, sendOnce } from './send-once.ts';
import { tellStaff } from './tell-staff.ts';

/** Seen once the client was told that work goes on, or was not to be told. */
export function goesOnMark(ticket: Pick<OneTicket, 'snapshot'>): string {
  return `told-goes-on@${refKey(ticket.snapshot.ref)}@${cycleOf(ticket)}`;
}

/** Tells the client that work goes on, once per cycle and in working hours. */
export async function sendWorkGoesOn(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Fate> {
  const { ref } = ticket.snapshot;
  const cycle = cycleOf(ticket);
  const now = deps.clock.now();
  const time = await deps.workingTime(ticket.policy);
  if (!isWorkingMoment(now, time)) {
    const dueAt = nextWorkingMoment(now, time);
    if (dueAt !== null)
      await deps.timers.set(portalId, { ref, cycle, kind: 'work-goes-on', dueAt });
    return 'outside-hours';
  }
  // The reopening itself is forgotten: rebuilt after the store was emptied, and perhaps told long ago.
  const reopened = `reopened@${refKey(ref)}@${cycle}`;
  const forgotten = (await deps.state.unseen(portalId, [reopened])).has(reopened);
  if (forgotten && !cameFromClosing(ticket)) return 'not-wanted';
  const { context, language } = await messageContext(ticket, deps, { link: '', closeBy: '' });
  const message = deps.clientTexts.render('work-goes-on', language, context);
  if (!message) return 'no-text';
  const key = `closegate:${refKey(ref)}:${cycle}:work-goes-on`;
  const toDo = { title: '', text: '' };
  const channels = writtenChannelsOf(ticket.policy);
  const out = { key, head: ticket.head, message, marker: '', channels, toDo };
  const result = await sendOnce(portalId, out, deps, forgotten);
  if (result.kind !== 'sent') {
    return messageHeldBack(portalId, ticket, { held: result, kind: 'work-goes-on' }, deps);
  }
  await remember(portalId, goesOnMark(ticket), deps);
  const { delivery, at } = result;
  if (delivery.kind !== 'delivered') {
    await tellStaff(portalId, ticket, { key: 'client.goes-on-undelivered', params: {} }, deps);
    return 'undelivered';
  }
  await once(portalId, `journal@${key}`, deps, () =>
    noteMessage(portalId, ticket, { kind: 'work-goes-on', delivery, at }, deps),
  );
  return 'sent';
}

/** Its last move was the reopening: a word sent since then can be looked for, an older one could not be found. */
function cameFromClosing({ snapshot, policy }: OneTicket): boolean {
  const { previous } = snapshot;
  return previous !== null && isClosedRole(stageRole(policy, previous.stageId));
}
