/**
 * When silence will close a ticket if nothing happens: the very decision of the timers, asked for the moments at which they
 * will ask it.
 */
import { decideSilence, isCountingDown, lacksHoldEnd } from './decide-silence.ts';
import type { ClosingPolicy } from './policy.ts';
import { silenceSchedule } from './silence-schedule.ts';
import type { TextWords } from './text-quality.ts';
import type { Instant, TicketSnapshot } from './ticket.ts';
import type { WorkingTime } from './working-time.ts';
import { nextWorkingMoment } from './working-time.ts';

/** A countdown's timer as it stands now; one that is due acts at once. */
export interface StandingTimer {
  readonly kind: 'send-request' | 'remind' | 'close' | 'hold-end';
  readonly dueAt: Instant;
}

export interface ForecastContext {
  readonly now: Instant;
  readonly time: WorkingTime;
  /** Those of this ticket and cycle; a put-off timer (blocked, undelivered) acts later than its schedule. */
  readonly timers: readonly StandingTimer[];
  readonly words?: TextWords | undefined;
}

/** Pause, reminder, closing: more turns than any ticket takes, so that no calendar ends in a loop. */
const MAX_TURNS = 8;

/** null when silence does not close it: nothing is waited for, something holds the closing back, or no working days are left. */
export function forecastSilentClosing(
  snapshot: TicketSnapshot,
  policy: ClosingPolicy,
  context: ForecastContext,
): Instant | null {
  if (policy.mode !== 'enforce' || !isCountingDown(snapshot, policy)) return null;
  const { time, words } = context;
  let { now } = context;
  let ticket = withPauseTakenBack(snapshot, context);
  let timers = context.timers.map(({ dueAt }) => dueAt);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const schedule = scheduleOf(ticket, policy, time);
    if (schedule === null) return null;
    const decision = decideSilence(ticket, policy, { now, schedule, words });
    switch (decision.kind) {
      case 'no-countdown':
      case 'blocked':
        return null;
      case 'held':
        now = decision.until;
        timers = [];
        break;
      case 'wait':
        now = actsAt(decision.until, timers);
        timers = [];
        break;
      case 'remind': {
        const sentAt = nextWorkingMoment(actsAt(now, timers), time);
        if (sentAt === null) return null;
        ticket = { ...ticket, record: { ...ticket.record, remindedAt: sentAt } };
        now = sentAt;
        timers = [];
        break;
      }
      case 'close':
        return actsAt(now, timers);
    }
  }
  return null;
}

function scheduleOf({ record }: TicketSnapshot, policy: ClosingPolicy, time: WorkingTime) {
  const { askedAt, remindedAt, holdUntil } = record;
  if (askedAt === null) return null;
  return silenceSchedule({ deliveredAt: askedAt, remindedAt, heldUntil: holdUntil }, policy, time);
}

/** An earlier timer looks, and is put off to the moment itself; without one the reconcile sets it there. */
function actsAt(due: Instant, timers: readonly Instant[]): Instant {
  return timers.length === 0 || timers.some((at) => at <= due) ? due : Math.min(...timers);
}

/** A pause cleared on the ticket while its timer still stands ends when that is noticed: now. */
function withPauseTakenBack(
  snapshot: TicketSnapshot,
  { now, timers }: ForecastContext,
): TicketSnapshot {
  const { record } = snapshot;
  const waits = timers.some(({ kind }) => kind === 'hold-end');
  if (!waits || record.holdUntil !== null || lacksHoldEnd(record)) return snapshot;
  return { ...snapshot, record: { ...record, holdUntil: now } };
}
