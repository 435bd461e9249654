/**
 * Where the gate meets the client's side: what a sweep reports (a ticket waits for the client, was closed, left the closed
 * stage), what a timer leads to, and which timers each of them sets. A gate without it works as before.
 */
import { stageOutcome, stageRole } from '../core/stage-role.ts';
import type { TicketRef, TicketSnapshot } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { alertLeads } from './alert-leads.ts';
import { askClient, cycleOf } from './ask-client.ts';
import type { ClientDeps } from './client-deps.ts';
import type { ClientSide } from './gate-deps.ts';
import { sendFinalNotice } from './final-notice.ts';
import { plainLine } from './journal-lines.ts';
import type { Judged } from './judged.ts';
import type { OneTicket } from './one-ticket.ts';
import { readTicket } from './one-ticket.ts';
import type { Timer } from './ports/client.ts';
import { AppError } from '../errors.ts';
import { activitiesArrived } from './reply-arrived.ts';
import { reopenByAgent } from './reopen-ticket.ts';
import { silenceElapsed } from './silence-elapsed.ts';

const MINUTE_MS = 60_000;

/** The client's side as the sweep knows it. */
export function createClientSide(deps: ClientDeps): ClientSide {
  return {
    awaiting: (portalId, items) => ticketsAwaiting(portalId, items, deps),
    closed: (portalId, judged) => ticketClosed(portalId, judged, deps),
    closedAmong: (portalId, keys) => closedAmong(portalId, keys, deps),
    activities: (portalId, ids) => activitiesArrived(portalId, ids, deps),
    left: (portalId, judged) => leftClosed(portalId, judged, deps),
  };
}

/** Tickets seen on the awaiting stage: the client is asked unless that was done in this round. */
async function ticketsAwaiting(
  portalId: string,
  items: readonly Judged[],
  deps: ClientDeps,
): Promise<void> {
  for (const { snapshot } of items) {
    const { confirmation, cycle } = snapshot.record;
    if (confirmation === 'asked' || confirmation === 'confirmed' || confirmation === 'by-agent') {
      continue;
    }
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
  const known = await deps.cases.find(portalId, ref);
  await deps.cases.save(portalId, {
    language: policy.language,
    answerUntil: null,
    answer: null,
    answeredAt: null,
    ...known,
    ref,
    cycle,
    summary: snapshot.record.solution,
    state: 'closed',
    closedAt: now,
  });
}

/** Of these changed tickets, the ones that were closed and may have been dragged back. */
async function closedAmong(
  portalId: string,
  keys: ReadonlySet<string>,
  deps: ClientDeps,
): Promise<readonly TicketRef[]> {
  if (keys.size === 0) return [];
  const cases = await deps.cases.list(portalId);
  return cases.filter((c) => c.state === 'closed' && keys.has(refKey(c.ref))).map((c) => c.ref);
}

/** A ticket known as closed that stands elsewhere now: undone within the window, else reopened by an agent. */
async function leftClosed(
  portalId: string,
  { snapshot, policy }: Pick<Judged, 'snapshot' | 'policy'>,
  deps: ClientDeps,
): Promise<void> {
  const known = await deps.cases.find(portalId, snapshot.ref);
  const stillClosed = stageOutcome(stageRole(policy, snapshot.stageId)) !== null;
  if (known?.state !== 'closed' || stillClosed) return;
  await underLock(snapshot.ref, deps, async () => {
    const ticket = await readTicket(portalId, snapshot.ref, deps);
    if (!ticket) return;
    const undoUntil = (known.closedAt ?? 0) + policy.undoMinutes * MINUTE_MS;
    if (deps.clock.now() <= undoUntil) await undo(portalId, ticket, deps);
    else await reopenByAgent(portalId, ticket, deps);
  });
}

/** Nothing reached the client yet, so the closing is taken back as if it had not been. */
async function undo(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<void> {
  const { snapshot, policy } = ticket;
  await deps.timers.cancel(portalId, snapshot.ref, ['final-notice']);
  await deps.cases.remove(portalId, snapshot.ref);
  await deps.writer.change([
    {
      ref: snapshot.ref,
      policy,
      changes: { outcome: null, closeReason: null, closedAt: null },
      moveTo: null,
    },
  ]);
  await deps.journal.append(portalId, [
    {
      ...plainLine(deps.clock.now(), 'undone', { cycle: cycleOf(ticket) }, snapshot.ref),
      pipeline: policy.pipeline,
      movedBy: snapshot.movedBy,
      policyVersion: policy.version,
    },
  ]);
}

/** A timer is due: the ticket is read again and everything is decided again. Throws to be tried again later. */
export async function timerFired(portalId: string, timer: Timer, deps: ClientDeps): Promise<void> {
  await underLock(timer.ref, deps, async () => {
    const ticket = await readTicket(portalId, timer.ref, deps);
    // Gone, hidden, or a timer of an earlier cycle: nothing to do.
    if (!ticket || cycleOf(ticket) !== timer.cycle || ticket.policy.mode !== 'enforce') return;
    await dispatch(portalId, ticket, timer, deps);
  });
}

async function dispatch(
  portalId: string,
  ticket: OneTicket,
  timer: Timer,
  deps: ClientDeps,
): Promise<void> {
  switch (timer.kind) {
    case 'send-request':
      return askClient(portalId, ticket, deps);
    case 'remind':
    case 'close':
    case 'hold-end':
      return silenceElapsed(portalId, ticket, deps);
    case 'final-notice':
      return sendFinalNotice(portalId, ticket, deps);
    case 'mistake-review':
      return mistakeReview(portalId, ticket, deps);
  }
}

async function mistakeReview(
  portalId: string,
  { snapshot, policy }: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const { mistakeCause, mistakeMeasure } = snapshot.record;
  if (mistakeCause !== null && mistakeMeasure.trim() !== '') return;
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
}

async function underLock(
  ref: TicketSnapshot['ref'],
  deps: ClientDeps,
  work: () => Promise<void>,
): Promise<void> {
  const done = await deps.lock.exclusively(`ticket:${refKey(ref)}`, async () => {
    await work();
    return true;
  });
  if (done === null) {
    throw new AppError('portal-rate-limited', 'The ticket is being worked on: try again shortly.', {
      retry: 'after',
      retryAfterMs: 1000,
    });
  }
}
