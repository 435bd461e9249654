/**
 * Asks the client to confirm the solution (step 2), and repeats it (special case "the client did not confirm").
 * The countdown starts only with a delivered request: a to-do for a person, or nothing at all, is not silence.
 */
import { stageRole } from '../core/stage-role.ts';
import { silenceSchedule } from '../core/silence-schedule.ts';
import type { SilenceSchedule } from '../core/silence-schedule.ts';
import type { Instant, TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { isWorkingMoment, nextWorkingMoment } from '../core/working-time.ts';
import type { WorkingTime } from '../core/working-time.ts';
import { alertLeads } from './alert-leads.ts';
import type { ClientDeps } from './client-deps.ts';
import { plainLine } from './journal-lines.ts';
import { closeByText, messageContext, wallTime } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import type { ClientMessageKind, Delivery } from './ports/client.ts';
import { sendOnce } from './send-once.ts';
import { tellStaff } from './tell-staff.ts';

const CHANNELS = ['chat', 'email', 'to-do'] as const;

/** Sends the first request of this cycle if it is still wanted. */
export async function askClient(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const { record } = ticket.snapshot;
  const waiting = stageRole(ticket.policy, ticket.snapshot.stageId) === 'awaiting-confirmation';
  const settled = record.confirmation === 'confirmed' || record.confirmation === 'by-agent';
  if (!waiting || settled || record.confirmation === 'asked') return;
  if (record.solution.trim() === '') {
    await tellStaff(ticket, { key: 'client.no-solution', params: {} }, deps);
    return;
  }
  await sendWithinHours(portalId, ticket, { kind: 'request', timer: 'send-request' }, deps);
}

/** Sends the repeat request; called when silence has lasted the first wait. */
export async function remindClient(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  await sendWithinHours(portalId, ticket, { kind: 'reminder', timer: 'remind' }, deps);
}

interface Round {
  readonly kind: Extract<ClientMessageKind, 'request' | 'reminder'>;
  readonly timer: 'send-request' | 'remind';
}

async function sendWithinHours(
  portalId: string,
  ticket: OneTicket,
  round: Round,
  deps: ClientDeps,
): Promise<void> {
  const now = deps.clock.now();
  const time = await deps.workingTime(ticket.policy);
  const cycle = cycleOf(ticket);
  const { ref } = ticket.snapshot;
  if (!isWorkingMoment(now, time)) {
    const dueAt = nextWorkingMoment(now, time);
    if (dueAt === null) return;
    await deps.timers.set(portalId, { ref, cycle, kind: round.timer, dueAt });
    const at = wallTime(dueAt, time);
    await tellStaff(ticket, { key: 'client.scheduled', params: { at }, quietly: true }, deps);
    return;
  }
  const message = await buildMessage(ticket, round.kind, time, deps);
  const result = await sendOnce(portalId, message, deps);
  if (result.kind === 'stopped') {
    await alertLeads(portalId, breakerAlert(ticket), deps);
    return;
  }
  await afterSend(portalId, ticket, { round, delivery: result.delivery, now, time }, deps);
}

/** A request that is asked again in the same cycle (after a client's question) needs a key of its own. */
function messageKey(ref: TicketRef, cycle: number, kind: string, asked: Instant | null): string {
  return `closegate:${refKey(ref)}:${cycle}:${kind}:${asked ?? 0}`;
}

async function buildMessage(
  ticket: OneTicket,
  kind: Round['kind'],
  time: WorkingTime,
  deps: ClientDeps,
) {
  const { snapshot, policy, head } = ticket;
  const cycle = cycleOf(ticket);
  const link = deps.clientLink(snapshot.ref, cycle);
  const { context, language } = await messageContext(ticket, deps, {
    link,
    closeBy: closeByText(ticket, kind, deps.clock.now(), time),
  });
  const rendered = deps.clientTexts.render(kind, language, context);
  if (!rendered) throw new TypeError('a request always has a text');
  return {
    key: messageKey(snapshot.ref, cycle, kind, snapshot.record.askedAt),
    head,
    message: rendered,
    marker: link,
    channels: CHANNELS,
    toDo: {
      title: deps.say(policy.language, 'client.to-do.title', { id: snapshot.ref.id }),
      text: deps.say(policy.language, 'client.to-do.text', { id: snapshot.ref.id }),
    },
  };
}

interface Sent {
  readonly round: Round;
  readonly delivery: Delivery;
  readonly now: Instant;
  readonly time: WorkingTime;
}

async function afterSend(
  portalId: string,
  ticket: OneTicket,
  { round, delivery, now, time }: Sent,
  deps: ClientDeps,
): Promise<void> {
  if (delivery.kind !== 'delivered') {
    const key = delivery.kind === 'to-do' ? 'client.call-needed' : 'client.undelivered';
    await tellStaff(ticket, { key, params: {} }, deps);
    return;
  }
  const { snapshot, policy } = ticket;
  const cycle = cycleOf(ticket);
  const first = round.kind === 'request';
  const askedAt = first ? now : (snapshot.record.askedAt ?? now);
  await deps.writer.change([
    {
      ref: snapshot.ref,
      policy,
      changes: first
        ? { confirmation: 'asked', askedAt: now, remindedAt: null, cycle }
        : { remindedAt: now },
      moveTo: null,
    },
  ]);
  const delivered = { deliveredAt: askedAt, remindedAt: first ? null : now };
  const schedule = silenceSchedule(delivered, policy, time);
  await setCountdown(portalId, ticket, { first, schedule }, deps);
  await deps.journal.append(portalId, [messageLine(ticket, round.kind, delivery, now)]);
  await tellStaff(
    ticket,
    {
      key: first ? 'client.asked' : 'client.reminded',
      params: { channel: delivery.channel, reference: delivery.reference },
      quietly: true,
    },
    deps,
  );
}

async function setCountdown(
  portalId: string,
  ticket: OneTicket,
  { first, schedule }: { readonly first: boolean; readonly schedule: SilenceSchedule | null },
  deps: ClientDeps,
): Promise<void> {
  if (schedule) {
    await deps.timers.set(portalId, {
      ref: ticket.snapshot.ref,
      cycle: cycleOf(ticket),
      kind: first ? 'remind' : 'close',
      dueAt: first ? schedule.remindAt : schedule.closeAt,
    });
  }
  await rememberCase(portalId, ticket, schedule?.closeAt ?? null, deps);
}

/** Both references of a closing on silence are found in the journal by ticket and cycle. */
function messageLine(
  ticket: OneTicket,
  kind: Round['kind'],
  { channel, reference }: Extract<Delivery, { kind: 'delivered' }>,
  at: Instant,
) {
  const detail = { kind, channel, reference, cycle: cycleOf(ticket) };
  return {
    ...plainLine(at, 'client-message', detail, ticket.snapshot.ref),
    pipeline: ticket.policy.pipeline,
    assigneeId: ticket.snapshot.assigneeId,
    policyVersion: ticket.policy.version,
  };
}

async function rememberCase(
  portalId: string,
  ticket: OneTicket,
  answerUntil: Instant | null,
  deps: ClientDeps,
): Promise<void> {
  const contact = await deps.channels.contact(ticket.head);
  await deps.cases.save(portalId, {
    ref: ticket.snapshot.ref,
    cycle: cycleOf(ticket),
    language: contact.language ?? ticket.policy.language,
    summary: ticket.snapshot.record.solution,
    answerUntil,
    state: 'open',
    answer: null,
    answeredAt: null,
    closedAt: null,
  });
}

/** The first closing of a ticket is cycle 1. */
export function cycleOf({ snapshot }: OneTicket): number {
  return snapshot.record.cycle ?? 1;
}

function breakerAlert({ snapshot, policy }: OneTicket) {
  return {
    code: 'messages-stopped' as const,
    ref: snapshot.ref,
    userIds: policy.leads,
    params: {},
    language: policy.language,
  };
}
