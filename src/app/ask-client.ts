/**
 * Asks the client to confirm the solution (step 2), and repeats it (special case "the client did not confirm").
 * The countdown starts only with a delivered request: a to-do for a person, or nothing at all, is not silence.
 */
import { holdEnd, isToBeAsked, lacksHoldEnd } from '../core/decide-silence.ts';
import { waitsForRelease } from '../core/product-update.ts';
import { silenceSchedule } from '../core/silence-schedule.ts';
import type { Instant } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { addWorkingDays, isWorkingMoment, nextWorkingMoment } from '../core/working-time.ts';
import type { WorkingTime } from '../core/working-time.ts';
import { changeTicket } from './change-ticket.ts';
import { channelsOf } from './channels-of.ts';
import type { ClientDeps } from './client-deps.ts';
import { noteMessage } from './journal-lines.ts';
import { closeByText, messageContext, wallTime } from './message-context.ts';
import { messageWords } from './message-words.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import { once } from './once.ts';
import type { Delivery, PostedAnswer } from './ports/client.ts';
import type { Fate } from './ports/runs.ts';
import { messageHeldBack, sendOnce } from './send-once.ts';
import type { SendResult } from './send-once.ts';
import { openPage, setCountdown } from './silence-countdown.ts';
import { beginWord, tellStaff } from './tell-staff.ts';
import type { StaffWord } from './tell-staff.ts';
import { tellUpdatePending } from './update-pending.ts';

/** What keeps a request from leaving is mostly an agent's to mend. */
const LOOK_AGAIN_MS = 60 * 60_000;

/** Sends the request of this round if it is still wanted. */
export async function askClient(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Fate> {
  const { snapshot, policy } = ticket;
  if (!isToBeAsked(snapshot, policy)) return 'not-wanted';
  if (await isPaused(portalId, ticket, deps)) return 'on-hold';
  if (waitsForRelease(snapshot.record)) return tellUpdatePending(portalId, ticket, deps);
  if (snapshot.record.solution.trim() === '') {
    await tellStaff(portalId, ticket, { key: 'client.no-solution', params: {} }, deps);
    const dueAt = deps.clock.now() + LOOK_AGAIN_MS;
    const { ref } = snapshot;
    const cycle = cycleOf(ticket);
    await deps.timers.set(portalId, { ref, cycle, kind: 'send-request', dueAt });
    return 'no-solution';
  }
  return sendWithinHours(portalId, ticket, { kind: 'request', timer: 'send-request' }, deps);
}

/** On hold nobody is asked: the request leaves when the pause ends. */
async function isPaused(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<boolean> {
  const { record, ref } = ticket.snapshot;
  const now = deps.clock.now();
  const until = holdEnd(record, now);
  if (until === null && !lacksHoldEnd(record)) return false;
  const dueAt = until ?? now + LOOK_AGAIN_MS;
  await deps.timers.set(portalId, { ref, cycle: cycleOf(ticket), kind: 'hold-end', dueAt });
  const word =
    until === null
      ? { key: 'client.hold-without-end', params: {} }
      : {
          key: 'client.held',
          params: { until: wallTime(until, await deps.workingTime(ticket.policy)) },
          quietly: true,
        };
  await tellStaff(portalId, ticket, word, deps);
  return true;
}

/** Sends the repeat request; called when silence has lasted the first wait. */
export async function remindClient(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Fate> {
  return sendWithinHours(portalId, ticket, { kind: 'reminder', timer: 'remind' }, deps);
}

type Round =
  | { readonly kind: 'request'; readonly timer: 'send-request' }
  | { readonly kind: 'reminder'; readonly timer: 'remind' };

async function sendWithinHours(
  portalId: string,
  ticket: OneTicket,
  round: Round,
  deps: ClientDeps,
): Promise<Fate> {
  const now = deps.clock.now();
  const time = await deps.workingTime(ticket.policy);
  const cycle = cycleOf(ticket);
  const { ref } = ticket.snapshot;
  if (!isWorkingMoment(now, time)) {
    const dueAt = nextWorkingMoment(now, time);
    if (dueAt === null) return 'outside-hours';
    await deps.timers.set(portalId, { ref, cycle, kind: round.timer, dueAt });
    const params = { at: wallTime(dueAt, time) };
    await tellStaff(portalId, ticket, { key: 'client.scheduled', params, quietly: true }, deps);
    return 'outside-hours';
  }
  // Before the message: a quick client opens the link while we still note that it was sent.
  if (round.kind === 'request') {
    await openPage(portalId, ticket, { first: true, schedule: null, at: now }, deps);
  }
  const result = await sendOnce(portalId, await buildMessage(ticket, round, time, deps), deps);
  if (result.kind !== 'sent') {
    return messageHeldBack(portalId, ticket, { held: result, kind: round.timer }, deps);
  }
  if (result.delivery.kind !== 'delivered') {
    return notDelivered(portalId, ticket, { round, delivery: result.delivery, time }, deps);
  }
  await afterDelivery(
    portalId,
    ticket,
    { ...result, delivery: result.delivery, round, time },
    deps,
  );
  return 'sent';
}

/** A request that is asked again in the same cycle (after a client's question) needs a key of its own. */
function messageKey({ snapshot }: OneTicket, kind: Round['kind']): string {
  const { ref, record } = snapshot;
  return `closegate:${refKey(ref)}:${cycleOf({ snapshot })}:${kind}:${record.askedAt ?? 0}`;
}

async function buildMessage(
  ticket: OneTicket,
  { kind }: Round,
  time: WorkingTime,
  deps: ClientDeps,
) {
  const { snapshot, policy, head } = ticket;
  // Both stand on the ticket before the message does: the same when it is looked for after a crash.
  const since = (kind === 'reminder' ? snapshot.record.askedAt : null) ?? snapshot.movedAt;
  const page = deps.clientLink(snapshot.ref, cycleOf(ticket), since);
  // The reminder's link tells it apart: found by the request's own after a crash, it would never be sent.
  const link = kind === 'reminder' ? `${page}?2` : page;
  const { context, language } = await messageContext(ticket, deps, {
    link,
    closeBy: closeByText(ticket, kind, deps.clock.now(), time),
  });
  const rendered = deps.clientTexts.render(kind, language, context);
  if (!rendered) throw new TypeError('a request always has a text');
  const { id } = snapshot.ref;
  return {
    key: messageKey(ticket, kind),
    head,
    message: rendered,
    marker: link,
    channels: channelsOf(policy),
    toDo: {
      title: deps.say(policy.language, 'client.to-do.title', { id }),
      text: deps.say(policy.language, 'client.to-do.text', { id }),
    },
  };
}

/** Not silence: no countdown. Tried again next working day, or when the ticket enters the stage again. */
async function notDelivered(
  portalId: string,
  ticket: OneTicket,
  sent: { readonly round: Round; readonly delivery: Delivery; readonly time: WorkingTime },
  deps: ClientDeps,
): Promise<Fate> {
  const toCall = sent.delivery.kind === 'to-do';
  const key = toCall ? 'client.call-needed' : 'client.undelivered';
  await tellStaff(portalId, ticket, { key, params: {} }, deps);
  const dueAt = addWorkingDays(deps.clock.now(), 1, sent.time);
  const fate = toCall ? 'call-needed' : 'undelivered';
  if (dueAt === null) return fate;
  const { ref } = ticket.snapshot;
  const cycle = cycleOf(ticket);
  await deps.timers.set(portalId, { ref, cycle, kind: sent.round.timer, dueAt });
  return fate;
}

type Sent = Extract<SendResult, { kind: 'sent' }> & {
  readonly delivery: Extract<Delivery, { kind: 'delivered' }>;
  readonly round: Round;
  readonly time: WorkingTime;
};

/** The field on the ticket is written last: until it stands, a repeat after a crash does all of this again. */
async function afterDelivery(
  portalId: string,
  ticket: OneTicket,
  sent: Sent,
  deps: ClientDeps,
): Promise<void> {
  const { snapshot, policy } = ticket;
  const { at, word } = await noteSent(portalId, ticket, sent, deps);
  const first = sent.round.kind === 'request';
  const askedAt = first ? at : (snapshot.record.askedAt ?? at);
  const heldUntil = snapshot.record.holdUntil;
  const delivered = { deliveredAt: askedAt, remindedAt: first ? null : at, heldUntil };
  const schedule = silenceSchedule(delivered, policy, sent.time);
  await setCountdown(portalId, ticket, { first, schedule, at }, deps);
  const changes = first
    ? ({ confirmation: 'asked', askedAt, remindedAt: null, cycle: cycleOf(ticket) } as const)
    : { remindedAt: at };
  const { comment, said } = await beginWord(portalId, ticket, word, deps);
  await changeTicket(portalId, ticket, { changes, moveTo: null, saying: comment }, deps);
  await said();
}

/** @returns since when the message counts, and what is still to be told to the ticket's people */
async function noteSent(
  portalId: string,
  ticket: OneTicket,
  { round, delivery, at: sentAt, time }: Sent,
  deps: ClientDeps,
): Promise<{ readonly at: Instant; readonly word: StaffWord }> {
  const { snapshot } = ticket;
  const first = round.kind === 'request';
  // Never before the move that led to it, whatever the clocks say: a later move is what asks anew.
  const at = Math.max(sentAt, snapshot.movedAt);
  await once(portalId, `journal@${messageKey(ticket, round.kind)}`, deps, () =>
    noteMessage(portalId, ticket, { kind: round.kind, delivery, at }, deps),
  );
  const asked = { cycle: cycleOf(ticket), kind: 'asked', at } as const;
  if (first) await deps.moments.note(portalId, snapshot.ref, asked);
  const key = first ? 'client.asked' : 'client.reminded';
  const params = messageWords(ticket, { ...delivery, at }, time, deps);
  return { at, word: { key, params, quietly: true } };
}

/**
 * A process died between the request and its mark, and the client was quicker than its successor: what is left out is noted, and who
 * has answered is not waited for. The caller holds the ticket's lock.
 * @returns the mark to be written beside the answer
 */
export async function markLeftOut(
  portalId: string,
  ticket: OneTicket,
  { readingOf, at: answeredAt }: Pick<PostedAnswer, 'readingOf' | 'at'>,
  deps: ClientDeps,
): Promise<{ readonly askedAt?: Instant }> {
  const onPage = readingOf === undefined && answeredAt >= ticket.snapshot.movedAt;
  if (!onPage || !isToBeAsked(ticket.snapshot, ticket.policy)) return {};
  const round = { kind: 'request', timer: 'send-request' } as const;
  const key = messageKey(ticket, round.kind);
  const state = await deps.outbox.claim(portalId, key, deps.clock.now());
  if (state.kind === 'new') {
    // An earlier request was answered: this one has not left.
    await deps.outbox.release(portalId, key);
    return {};
  }
  const time = await deps.workingTime(ticket.policy);
  const result = await sendOnce(portalId, await buildMessage(ticket, round, time, deps), deps);
  if (result.kind !== 'sent' || result.delivery.kind !== 'delivered') return {};
  const sent = { ...result, delivery: result.delivery, round, time };
  const { at, word } = await noteSent(portalId, ticket, sent, deps);
  await tellStaff(portalId, ticket, word, deps);
  return { askedAt: at };
}
