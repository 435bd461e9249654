/**
 * special-product-update while the release is not out: the client is told once that the solution comes with an update and
 * that we write when it is there. Nothing is asked and no countdown runs; the ticket waits for its release.
 */
import { hasText } from '../core/evidence-text.ts';
import { refKey } from '../core/ticket.ts';
import { addWorkingDays, isWorkingMoment, nextWorkingMoment } from '../core/working-time.ts';
import { writtenChannelsOf } from './channels-of.ts';
import type { ClientDeps } from './client-deps.ts';
import { noteMessage } from './journal-lines.ts';
import { messageContext } from './message-context.ts';
import { once } from './once.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import type { Delivery, OutgoingMessage } from './ports/client.ts';
import type { Fate } from './ports/runs.ts';
import { messageHeldBack, sendOnce } from './send-once.ts';
import { tellStaff } from './tell-staff.ts';

/** Told later than this after the move, it may be a repeat whose mark was lost with the store. */
const LATE_MS = 5 * 60_000;

/** The caller holds the ticket's lock. */
export async function tellUpdatePending(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Fate> {
  const { snapshot } = ticket;
  if (await knowsOfUpdate(portalId, ticket, deps)) return 'up-to-date';
  if (!hasText(snapshot.record.productVersion)) {
    // Told nevertheless: the client need not wait for a number. The release finds its tickets by it.
    await tellStaff(portalId, ticket, { key: 'client.no-product-version', params: {} }, deps);
  }
  const now = deps.clock.now();
  const time = await deps.workingTime(ticket.policy);
  if (!isWorkingMoment(now, time)) {
    await tellLater(portalId, ticket, nextWorkingMoment(now, time), deps);
    return 'outside-hours';
  }
  const message = await buildMessage(ticket, deps);
  const result = await sendOnce(portalId, message, deps, now > snapshot.movedAt + LATE_MS);
  if (result.kind !== 'sent') {
    return messageHeldBack(portalId, ticket, { held: result, kind: 'send-request' }, deps);
  }
  const { delivery } = result;
  if (delivery.kind !== 'delivered') {
    await tellStaff(portalId, ticket, { key: 'client.update-undelivered', params: {} }, deps);
    await tellLater(portalId, ticket, addWorkingDays(now, 1, time), deps);
    return 'undelivered';
  }
  await noteTold(portalId, ticket, delivery, deps);
  return 'sent';
}

/** The client of this cycle has been told: there is nothing to do until the release. */
export async function knowsOfUpdate(
  portalId: string,
  ticket: Pick<OneTicket, 'snapshot'>,
  deps: Pick<ClientDeps, 'state'>,
): Promise<boolean> {
  const mark = toldMark(ticket);
  return !(await deps.state.unseen(portalId, [mark])).has(mark);
}

function toldMark({ snapshot }: Pick<OneTicket, 'snapshot'>): string {
  return `journal@update-pending@${refKey(snapshot.ref)}@${cycleOf({ snapshot })}`;
}

async function tellLater(
  portalId: string,
  ticket: OneTicket,
  dueAt: number | null,
  deps: ClientDeps,
): Promise<void> {
  if (dueAt === null) return;
  const { ref } = ticket.snapshot;
  const cycle = cycleOf(ticket);
  await deps.timers.set(portalId, { ref, cycle, kind: 'send-request', dueAt });
}

async function buildMessage(ticket: OneTicket, deps: ClientDeps): Promise<OutgoingMessage> {
  const { snapshot, policy, head } = ticket;
  const { context, language } = await messageContext(ticket, deps, { link: '', closeBy: '' });
  const message = deps.clientTexts.render('update-pending', language, context);
  if (!message) throw new TypeError('the word about an update always has a text');
  return {
    key: `closegate:${refKey(snapshot.ref)}:${cycleOf(ticket)}:update-pending`,
    head,
    message,
    marker: '',
    channels: writtenChannelsOf(policy),
    toDo: { title: '', text: '' },
  };
}

async function noteTold(
  portalId: string,
  ticket: OneTicket,
  delivery: Extract<Delivery, { kind: 'delivered' }>,
  deps: ClientDeps,
): Promise<void> {
  const version = ticket.snapshot.record.productVersion.trim();
  const params = { channel: delivery.channel, version };
  await tellStaff(portalId, ticket, { key: 'client.update-pending', params, quietly: true }, deps);
  await once(portalId, toldMark(ticket), deps, () =>
    noteMessage(portalId, ticket, { kind: 'update-pending', delivery, at: deps.clock.now() }, deps),
  );
}
