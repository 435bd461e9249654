/**
 * Where the gate meets the client's side: what a sweep reports (a ticket waits for the client, was closed, left the closed
 * stage), what a timer leads to, and which timers each of them sets. A gate without it works as before.
 */
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { TicketRef, TicketSnapshot } from '../core/ticket.ts';
import { alertLeads } from './alert-leads.ts';
import { askClient } from './ask-client.ts';
import type { ClientDeps } from './client-deps.ts';
import { documentClosing } from './document-closing.ts';
import type { ClientSide } from './gate-deps.ts';
import { sendFinalNotice } from './final-notice.ts';
import { mistakeLine } from './journal-lines.ts';
import { linkDuplicate } from './link-duplicate.ts';
import type { Judged } from './judged.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf, readTicket } from './one-ticket.ts';
import type { Timer } from './ports/client.ts';
import type { Fate } from './ports/runs.ts';
import { AppError } from '../errors.ts';
import { remember } from './once.ts';
import { reviewMark } from './reopened-timers.ts';
import { activitiesArrived } from './reply-arrived.ts';
import { isOpenAgain, isStampLeft, leftClosedNow } from './left-closed.ts';
import { sendWorkGoesOn } from './work-goes-on.ts';
import { holdEnded, silenceElapsed } from './silence-elapsed.ts';
import { ticketLock } from './ticket-lock.ts';

const MINUTE_MS = 60_000;

/** The client's side as the sweep knows it. */
export function createClientSide(deps: ClientDeps): ClientSide {
  return {
    awaiting: (portalId, items) => ticketsAwaiting(portalId, items, deps),
    closed: (portalId, judged) => ticketClosed(portalId, judged, deps),
    heard: (portalId, judged) => heardSolved(portalId, judged, deps),
    closedAmong: (portalId, keys) => closedAmong(portalId, keys, deps),
    activities: (portalId, ids) => activitiesArrived(portalId, ids, deps),
    left: (portalId, judged) => leftClosed(portalId, judged, deps),
  };
}

/** Tickets that came to wait: whether the client is asked is decided when the timer has read the ticket again. */
async function ticketsAwaiting(
  portalId: string,
  items: readonly Pick<Judged, 'snapshot' | 'policy'>[],
  deps: ClientDeps,
): Promise<void> {
  for (const { snapshot, policy } of items) {
    const { confirmation, cycle } = snapshot.record;
    const settled = confirmation === 'confirmed' || confirmation === 'by-agent';
    if (policy.mode !== 'enforce' || settled || confirmation === 'asked') continue;
    await deps.timers.set(portalId, {
      ref: snapshot.ref,
      cycle: cycle ?? 1,
      kind: 'send-request',
      dueAt: deps.clock.now(),
    });
  }
}

/** A verified closing: countdowns end, the final notice waits for the undo window, the case stays for late answers. */
async function ticketClosed(
  portalId: string,
  { snapshot, policy }: Pick<Judged, 'snapshot' | 'policy'>,
  deps: ClientDeps,
): Promise<void> {
  const cycle = snapshot.record.cycle ?? 1;
  const { ref } = snapshot;
  const now = deps.clock.now();
  await deps.timers.cancel(portalId, ref, ['send-request', 'remind', 'close', 'hold-end']);
  const dueAt = now + policy.undoMinutes * MINUTE_MS;
  await deps.timers.set(portalId, { ref, cycle, kind: 'final-notice', dueAt });
  await deps.timers.set(portalId, { ref, cycle, kind: 'document', dueAt: now });
  const known = await deps.cases.find(portalId, ref);
  await deps.cases.save(portalId, {
    answerUntil: null,
    answer: null,
    answeredAt: null,
    // What was answered in an earlier cycle says nothing about this one.
    ...(known?.cycle === cycle ? known : {}),
    language: known?.language ?? policy.language,
    timeZone: policy.timeZone,
    ref,
    cycle,
    summary: snapshot.record.solution,
    state: 'closed',
    closedAt: now,
  });
}

async function heardSolved(
  portalId: string,
  { snapshot }: Pick<Judged, 'snapshot'>,
  deps: ClientDeps,
): Promise<boolean> {
  const known = await deps.cases.find(portalId, snapshot.ref);
  return known?.cycle === (snapshot.record.cycle ?? 1) && known.answer === 'solved';
}

/** Of these changed tickets, the ones that were closed and may have been dragged back. */
async function closedAmong(
  portalId: string,
  keys: ReadonlySet<string>,
  deps: ClientDeps,
): Promise<readonly TicketRef[]> {
  const cases = await deps.cases.among(portalId, [...keys]);
  return cases.filter(({ state }) => state === 'closed').map(({ ref }) => ref);
}

/** A ticket known as closed that is worked on now: undone within the window, else reopened by an agent. */
export async function leftClosed(
  portalId: string,
  { snapshot, policy }: Pick<Judged, 'snapshot' | 'policy'>,
  deps: ClientDeps,
): Promise<void> {
  if (!isOpenAgain({ snapshot, policy })) return;
  const standing = await deps.cases.find(portalId, snapshot.ref);
  if (standing?.state !== 'closed' && !isStampLeft(snapshot)) return;
  await underLock({ portalId, ref: snapshot.ref }, deps, async () => {
    // Read again under the lock: the app itself may just have reopened it.
    const ticket = await readTicket(portalId, snapshot.ref, deps);
    if (ticket) await leftClosedNow(portalId, ticket, deps);
  });
}

/** Timers that mostly end in a message to the client. */
const WRITES: ReadonlySet<Timer['kind']> = new Set([
  'send-request',
  'remind',
  'final-notice',
  'work-goes-on',
]);

/** A timer is due: the ticket is read again and everything is decided again. Throws to be tried again later. */
export async function timerFired(portalId: string, timer: Timer, deps: ClientDeps): Promise<Fate> {
  return underLock({ portalId, ref: timer.ref }, deps, async () => {
    const ticket = await readTicket(portalId, timer.ref, deps, WRITES.has(timer.kind));
    // Gone, hidden, or a timer of an earlier cycle: nothing to do.
    if (!ticket || cycleOf(ticket) !== timer.cycle || ticket.policy.mode !== 'enforce') {
      return 'not-wanted';
    }
    return dispatch(portalId, ticket, timer, deps);
  });
}

async function dispatch(
  portalId: string,
  ticket: OneTicket,
  timer: Timer,
  deps: ClientDeps,
): Promise<Fate> {
  switch (timer.kind) {
    case 'send-request':
      return askClient(portalId, ticket, deps);
    case 'remind':
    case 'close':
      return silenceElapsed(portalId, ticket, deps);
    case 'hold-end':
      return holdEnded(portalId, ticket, deps);
    case 'document':
      return afterClosing(portalId, ticket, deps);
    case 'final-notice':
      return sendFinalNotice(portalId, ticket, deps);
    case 'mistake-review':
      return mistakeReview(portalId, ticket, deps);
    case 'work-goes-on':
      return sendWorkGoesOn(portalId, ticket, deps);
  }
}

/** What a verified closing writes to timelines. */
async function afterClosing(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<Fate> {
  const { snapshot, policy } = ticket;
  const closed = isClosedRole(stageRole(policy, snapshot.stageId));
  if (closed && snapshot.record.closedAt !== null) await linkDuplicate(portalId, ticket, deps);
  return documentClosing(portalId, ticket, deps);
}

async function mistakeReview(
  portalId: string,
  { snapshot, policy }: OneTicket,
  deps: ClientDeps,
): Promise<Fate> {
  const mark = reviewMark({ snapshot });
  const { mistakeCause, mistakeMeasure } = snapshot.record;
  if (mistakeCause !== null && mistakeMeasure.trim() !== '') {
    const at = deps.clock.now();
    await deps.journal.append(
      portalId,
      mistakeLine({ snapshot, policy }, cycleOf({ snapshot }) - 1, at),
    );
    await remember(portalId, mark, deps);
    return 'not-wanted';
  }
  await alertLeads(
    portalId,
    {
      code: 'mistake-overdue',
      ref: snapshot.ref,
      userIds: policy.leads,
      params: { id: snapshot.ref.id },
      language: policy.language,
    },
    deps,
  );
  await remember(portalId, mark, deps);
  return 'done';
}

/** Throws to be tried again when somebody else is at work on the ticket. */
export async function underLock<T>(
  { portalId, ref }: { readonly portalId: string; readonly ref: TicketSnapshot['ref'] },
  deps: ClientDeps,
  work: () => Promise<T>,
): Promise<T> {
  const done = await deps.lock.exclusively(ticketLock(portalId, ref), async () => ({
    result: await work(),
  }));
  if (done === null) {
    throw new AppError('portal-rate-limited', 'The ticket is being worked on: try again shortly.', {
      retry: 'after',
      retryAfterMs: 1000,
    });
  }
  return done.result;
}
