/** A countdown's timer fired: the ticket was read again, and what silence leads to is decided again. */
import { asIfSilent, decideSilence } from '../core/decide-silence.ts';
import type { SilenceBlocker, SilenceDecision } from '../core/decide-silence.ts';
import { silenceSchedule } from '../core/silence-schedule.ts';
import type { Instant } from '../core/ticket.ts';
import { cycleOf, remindClient } from './ask-client.ts';
import type { ClientDeps } from './client-deps.ts';
import { closeTicket } from './close-ticket.ts';
import { wallTime } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { tellStaff } from './tell-staff.ts';

/** Blocked closings are looked at again after this long: most are an agent's to mend. */
const LOOK_AGAIN_MS = 60 * 60_000;

export async function silenceElapsed(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const decision = await currentSilence(ticket, deps);
  if (decision === null) return;
  const { ref } = ticket.snapshot;
  const cycle = cycleOf(ticket);
  switch (decision.kind) {
    case 'no-countdown':
      return deps.timers.cancel(portalId, ref, ['remind', 'close', 'hold-end']);
    case 'held':
      return deps.timers.set(portalId, { ref, cycle, kind: 'hold-end', dueAt: decision.until });
    case 'wait':
      return deps.timers.set(portalId, { ref, cycle, kind: decision.next, dueAt: decision.until });
    case 'remind':
      return remindClient(portalId, ticket, deps);
    case 'blocked':
      return blocked(portalId, ticket, decision.blockers, deps);
    case 'close':
      return closeOnSilence(portalId, ticket, decision, deps);
  }
}

/** null when the calendar has no working days left: nothing may be sent or closed. */
export async function currentSilence(
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<SilenceDecision | null> {
  const { snapshot, policy } = ticket;
  const { askedAt, remindedAt } = snapshot.record;
  if (askedAt === null) return { kind: 'no-countdown' };
  const time = await deps.workingTime(policy);
  const schedule = silenceSchedule({ deliveredAt: askedAt, remindedAt }, policy, time);
  if (schedule === null) return null;
  return decideSilence(snapshot, policy, { now: deps.clock.now(), schedule });
}

async function blocked(
  portalId: string,
  ticket: OneTicket,
  blockers: readonly SilenceBlocker[],
  deps: ClientDeps,
): Promise<void> {
  const { policy, snapshot } = ticket;
  const reasons = blockers.map((blocker) =>
    blocker.kind === 'gap'
      ? deps.texts.gap(policy.language, { code: blocker.code, params: {} })
      : deps.say(policy.language, `silence.${blocker.kind}`),
  );
  await tellStaff(
    ticket,
    { key: 'client.silence-blocked', params: { reasons: reasons.join('; ') } },
    deps,
  );
  await deps.timers.set(portalId, {
    ref: snapshot.ref,
    cycle: cycleOf(ticket),
    kind: 'close',
    dueAt: deps.clock.now() + LOOK_AGAIN_MS,
  });
}

async function closeOnSilence(
  portalId: string,
  ticket: OneTicket,
  { place }: Extract<SilenceDecision, { kind: 'close' }>,
  deps: ClientDeps,
): Promise<void> {
  const as = asIfSilent(ticket.snapshot, deps.clock.now(), place);
  const attempt = await closeTicket(portalId, ticket, { as, place }, deps);
  if (attempt.kind !== 'closed') return;
  await deps.writer.change([
    {
      ref: ticket.snapshot.ref,
      policy: ticket.policy,
      changes: { confirmation: 'no-answer' },
      moveTo: null,
    },
  ]);
  const { askedAt, remindedAt } = ticket.snapshot.record;
  const time = await deps.workingTime(ticket.policy);
  const said = (at: Instant | null): string => (at === null ? '' : wallTime(at, time));
  await tellStaff(
    ticket,
    {
      key: 'client.closed-on-silence',
      params: { asked: said(askedAt), reminded: said(remindedAt) },
      quietly: true,
    },
    deps,
  );
}
