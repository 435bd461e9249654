/** A countdown's timer fired: the ticket was read again, and what silence leads to is decided again. */
import {
  asIfSilent,
  decideSilence,
  isCountingDown,
  isToBeAsked,
  lacksHoldEnd,
  wasReminded,
} from '../core/decide-silence.ts';
import type { SilenceBlocker, SilenceDecision } from '../core/decide-silence.ts';
import { closesOnSilence } from '../core/product-update.ts';
import { silenceSchedule } from '../core/silence-schedule.ts';
import type { SilenceSchedule } from '../core/silence-schedule.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { Instant } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { askClient, remindClient } from './ask-client.ts';
import { tellNoAnswer } from './automation/trigger-facts.ts';
import { changeTicket } from './change-ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { closeTicket } from './close-ticket.ts';
import { ticketLine } from './journal-lines.ts';
import { wallTime } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import type { Fate } from './ports/runs.ts';
import { readReplies } from './reply-arrived.ts';
import { withoutSuppressed } from './suppressed-newest.ts';
import { tellStaff } from './tell-staff.ts';

/** Blocked closings are looked at again after this long: most are an agent's to mend. */
const LOOK_AGAIN_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** A stored answer is worked off at once, and tried again within half a minute. */
const ANSWER_FIRST_MS = 5000;

export async function silenceElapsed(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Fate> {
  const first = await currentSilence(ticket, deps);
  if (first === null) return 'not-due';
  if (!isDue(first)) return putOff(portalId, ticket, first, deps);
  await answersFirst(portalId, ticket, deps);
  // What the schedule has not read yet is read now: a client who wrote a minute ago is not silent.
  if (await readReplies(portalId, ticket, deps)) return 'client-wrote';
  const heard = await withoutSuppressed(portalId, ticket, deps);
  const decision = await currentSilence(heard, deps);
  switch (decision?.kind) {
    case undefined:
      return 'not-due';
    case 'remind':
      return remindClient(portalId, heard, deps);
    case 'blocked':
      return blocked(portalId, heard, decision.blockers, deps);
    case 'close':
      return closeOnSilence(portalId, heard, decision, deps);
    case 'held':
    case 'wait':
    case 'no-countdown':
      return putOff(portalId, heard, decision, deps);
  }
}

/**
 * After an outage the answer of a client and the timers of his silence wait side by side: who has answered is not silent.
 * @throws AppError to be tried again when the answer has been worked off
 */
async function answersFirst(
  portalId: string,
  { snapshot: { ref } }: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const waiting = await deps.answers.waiting(portalId);
  if (!waiting.some((answer) => refKey(answer.ref) === refKey(ref))) return;
  throw new AppError('portal-rate-limited', 'The client has answered: that comes first.', {
    retry: 'after',
    retryAfterMs: ANSWER_FIRST_MS,
    detail: 'ANSWER',
  });
}

/**
 * A pause ended, or was taken back early. The latter leaves no end on the ticket, so that it is written there: the last
 * wait is counted from it, also after the store was emptied.
 */
export async function holdEnded(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Fate> {
  const { snapshot, policy } = ticket;
  if (isToBeAsked(snapshot, policy)) return askClient(portalId, ticket, deps);
  const { record } = snapshot;
  const takenBack = record.holdUntil === null && !lacksHoldEnd(record);
  if (!takenBack || !isCountingDown(snapshot, policy))
    return silenceElapsed(portalId, ticket, deps);
  const changes = { holdUntil: deps.clock.now() };
  await changeTicket(portalId, ticket, { changes, moveTo: null }, deps);
  const ended = { ...ticket, snapshot: { ...snapshot, record: { ...record, ...changes } } };
  return silenceElapsed(portalId, ended, deps);
}

type Due = Extract<SilenceDecision, { readonly kind: 'remind' | 'blocked' | 'close' }>;

const isDue = (decision: SilenceDecision): decision is Due =>
  decision.kind === 'remind' || decision.kind === 'blocked' || decision.kind === 'close';

async function putOff(
  portalId: string,
  ticket: OneTicket,
  decision: SilenceDecision,
  deps: ClientDeps,
): Promise<Fate> {
  const { ref } = ticket.snapshot;
  const cycle = cycleOf(ticket);
  if (decision.kind === 'held') {
    await held(portalId, ticket, decision.until, deps);
    return 'on-hold';
  }
  if (decision.kind === 'wait') {
    await deps.timers.set(portalId, { ref, cycle, kind: decision.next, dueAt: decision.until });
    await promiseAnew(portalId, ticket, deps);
    return 'not-due';
  }
  await deps.timers.cancel(portalId, ref, ['remind', 'close', 'hold-end']);
  if (!wasBrokenOff(ticket)) return 'not-wanted';
  await markClosedOnSilence(portalId, ticket, deps);
  return 'done';
}

/** Nothing is sent or closed until the pause ends; the ticket says so once for each end. */
async function held(
  portalId: string,
  ticket: OneTicket,
  until: Instant,
  deps: ClientDeps,
): Promise<void> {
  const { ref } = ticket.snapshot;
  await deps.timers.set(portalId, { ref, cycle: cycleOf(ticket), kind: 'hold-end', dueAt: until });
  await promiseAnew(portalId, ticket, deps);
  const params = { until: wallTime(until, await deps.workingTime(ticket.policy)) };
  await tellStaff(portalId, ticket, { key: 'client.held', params, quietly: true }, deps);
}

/** null when the calendar has no working days left: nothing may be sent or closed. */
export async function currentSilence(
  { snapshot, policy }: Pick<OneTicket, 'snapshot' | 'policy'>,
  deps: ClientDeps,
): Promise<SilenceDecision | null> {
  if (snapshot.record.askedAt === null) return { kind: 'no-countdown' };
  const schedule = await scheduleOf({ snapshot, policy }, deps);
  if (schedule === null) return null;
  return decideSilence(snapshot, policy, { now: deps.clock.now(), schedule, words: deps.words });
}

async function scheduleOf(
  { snapshot, policy }: Pick<OneTicket, 'snapshot' | 'policy'>,
  deps: ClientDeps,
): Promise<SilenceSchedule | null> {
  const { askedAt, remindedAt, holdUntil } = snapshot.record;
  if (askedAt === null) return null;
  const time = await deps.workingTime(policy);
  const request = { deliveredAt: askedAt, remindedAt, heldUntil: holdUntil };
  return silenceSchedule(request, policy, time);
}

/** The client page tells when silence closes the ticket: a pause moves that. */
export async function promiseAnew(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const known = await deps.cases.find(portalId, ticket.snapshot.ref);
  if (known?.state !== 'open' || known.cycle !== cycleOf(ticket)) return;
  const closes = closesOnSilence(ticket.snapshot.record);
  const answerUntil = closes ? ((await scheduleOf(ticket, deps))?.closeAt ?? null) : null;
  if (known.answerUntil === answerUntil) return;
  await deps.cases.save(portalId, { ...known, answerUntil });
}

async function blocked(
  portalId: string,
  ticket: OneTicket,
  blockers: readonly SilenceBlocker[],
  deps: ClientDeps,
): Promise<Fate> {
  const { policy } = ticket;
  const reasons = blockers.map((blocker) =>
    blocker.kind === 'gap'
      ? deps.texts.gap(policy.language, { code: blocker.code, params: {} })
      : deps.say(policy.language, `silence.${blocker.kind}`),
  );
  const codes = blockers.map((one) => (one.kind === 'gap' ? one.code : one.kind));
  const detail = { blockers: [...new Set(codes)].join(',') };
  const line = ticketLine(ticket, 'held-back', deps.clock.now(), detail);
  await deps.journal.append(portalId, [{ ...line, closedBy: 'silence' }]);
  const params = { reasons: [...new Set(reasons)].join('; ') };
  await tellStaff(portalId, ticket, { key: 'client.silence-blocked', params }, deps);
  await lookAgain(portalId, ticket, deps);
  return 'blocked';
}

async function lookAgain(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<void> {
  const { snapshot } = ticket;
  const waits = wasReminded(snapshot.record) ? 'close' : 'remind';
  await deps.timers.set(portalId, {
    ref: snapshot.ref,
    cycle: cycleOf(ticket),
    // A pause without an end is one until somebody takes it back.
    kind: lacksHoldEnd(snapshot.record) ? 'hold-end' : waits,
    // An update waits for a person's word as long as it takes.
    dueAt: deps.clock.now() + (closesOnSilence(snapshot.record) ? LOOK_AGAIN_MS : DAY_MS),
  });
}

async function closeOnSilence(
  portalId: string,
  ticket: OneTicket,
  { place }: Extract<SilenceDecision, { kind: 'close' }>,
  deps: ClientDeps,
): Promise<Fate> {
  const as = asIfSilent(ticket.snapshot, deps.clock.now(), place);
  const attempt = await closeTicket(portalId, ticket, { as, place, closedBy: 'silence' }, deps);
  if (attempt.kind === 'closed') {
    await markClosedOnSilence(portalId, ticket, deps);
    return 'done';
  }
  await lookAgain(portalId, ticket, deps);
  return 'blocked';
}

/** Closed by this hand, and then the process died: the mark is still missing. */
function wasBrokenOff({ snapshot, policy }: OneTicket): boolean {
  const { outcome, confirmation } = snapshot.record;
  const closed = isClosedRole(stageRole(policy, snapshot.stageId));
  return closed && outcome === 'no-answer' && confirmation === 'asked';
}

/** «Closed without the client's confirmation»: the mark, and the answer that never came. */
async function markClosedOnSilence(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const { askedAt, remindedAt } = ticket.snapshot.record;
  const time = await deps.workingTime(ticket.policy);
  const said = (at: Instant | null): string => (at === null ? '' : wallTime(at, time));
  const params = { asked: said(askedAt), reminded: said(remindedAt) };
  const word = { key: 'client.closed-on-silence', params, quietly: true };
  await tellStaff(portalId, ticket, word, deps);
  // Before the mark: without it, all of this is done again after a crash.
  await tellNoAnswer(portalId, ticket, deps);
  const changes = { confirmation: 'no-answer' } as const;
  await changeTicket(portalId, ticket, { changes, moveTo: null }, deps);
}
