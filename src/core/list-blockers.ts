/** What keeps a waiting ticket from being closed, in codes: "the list says which". */
import { closedPlace, decideClosing } from './decide-closing.ts';
import {
  asIfSilent,
  holdEnd,
  isCountingDown,
  isToBeAsked,
  lacksHoldEnd,
  silencePlace,
  wasReminded,
} from './decide-silence.ts';
import type { Gap } from './decision.ts';
import type { ClosingPolicy } from './policy.ts';
import { waitsForRelease } from './product-update.ts';
import type { StandingTimer } from './silence-forecast.ts';
import { silenceSchedule } from './silence-schedule.ts';
import type { TextWords } from './text-quality.ts';
import type { Instant, TicketSnapshot } from './ticket.ts';
import type { WorkingTime } from './working-time.ts';
import { nextWorkingMoment } from './working-time.ts';

/** What holds a closing back, or keeps silence from being counted at all. */
export type ListBlocker =
  | { readonly kind: 'gap'; readonly gap: Gap }
  | { readonly kind: 'held'; readonly until: Instant }
  | { readonly kind: 'hold-without-end' | 'product-update' | 'unread-fact' }
  /** The client wrote and nobody asked anew. */
  | { readonly kind: 'client-wrote' }
  /** The request or its repetition has not reached the client: no silence is counted. */
  | { readonly kind: 'undelivered' }
  | { readonly kind: 'no-closed-stage' };

export interface ListedTicket {
  readonly snapshot: TicketSnapshot;
  readonly policy: ClosingPolicy;
  readonly time: WorkingTime;
  readonly timers: readonly StandingTimer[];
  /** When it was last reopened; null where nobody remembers. */
  readonly reopenedAt: Instant | null;
  /** The way by which this cycle's last request left; null where nobody remembers. */
  readonly channel: 'chat' | 'email' | null;
}

export interface ListContext {
  readonly now: Instant;
  readonly words?: TextWords | undefined;
}

/** Longer than a run's share of messages or a stopped outbox puts a message off; an undelivered one waits a working day. */
const PUT_OFF_MS = 20 * 60_000;
export function blockersOf(ticket: ListedTicket, at: ListContext): readonly ListBlocker[] {
  const { snapshot, policy } = ticket;
  const { record } = snapshot;
  if (isCountingDown(snapshot, policy)) return countdownBlockers(ticket, at);
  if (isToBeAsked(snapshot, policy)) return askingBlockers(ticket, at);
  if (record.confirmation === 'confirmed') return confirmedBlockers(ticket, at);
  return record.confirmation === 'by-agent' ? [] : [{ kind: 'client-wrote' }];
}

function countdownBlockers(ticket: ListedTicket, at: ListContext): readonly ListBlocker[] {
  const { snapshot, policy } = ticket;
  const place = silencePlace(policy);
  const own: ListBlocker[] = [...pauseBlockers(ticket, at.now)];
  if (isReminderPutOff(ticket, at.now)) own.push({ kind: 'undelivered' });
  if (place === null) own.push({ kind: 'no-closed-stage' });
  if (snapshot.record.outcome === 'product-update') return [...own, { kind: 'product-update' }];
  const gaps = gapsOf(asIfSilent(snapshot, at.now, place), policy, at);
  // The reminder is sent when it is due.
  return [...own, ...gaps.filter((b) => !isGap(b, 'silence-reminder-missing'))];
}

/** The client said yes and the closing does not pass: as the client's answer is carried out. */
function confirmedBlockers(
  { snapshot, policy }: ListedTicket,
  at: ListContext,
): readonly ListBlocker[] {
  const place = closedPlace(policy, snapshot.record.outcome ?? 'confirmed');
  if (place === null) return [{ kind: 'no-closed-stage' }];
  return gapsOf({ ...snapshot, stageId: place.stageId, movedAt: at.now }, policy, at);
}

function askingBlockers(ticket: ListedTicket, { now }: ListContext): readonly ListBlocker[] {
  const { record, movedAt } = ticket.snapshot;
  const paused = pauseBlockers(ticket, now);
  if (paused.length > 0) return paused;
  if (waitsForRelease(record)) return [{ kind: 'product-update' }];
  if (record.solution.trim() === '') {
    return [{ kind: 'gap', gap: { code: 'solution-missing', params: {} } }];
  }
  return isPutOff(ticket, Math.max(now, movedAt), 'send-request') ? [{ kind: 'undelivered' }] : [];
}

function pauseBlockers({ snapshot }: ListedTicket, now: Instant): readonly ListBlocker[] {
  const until = holdEnd(snapshot.record, now);
  if (until !== null) return [{ kind: 'held', until }];
  return lacksHoldEnd(snapshot.record) ? [{ kind: 'hold-without-end' }] : [];
}

function isReminderPutOff(ticket: ListedTicket, now: Instant): boolean {
  const { snapshot, policy, time } = ticket;
  const { askedAt, remindedAt, holdUntil } = snapshot.record;
  if (askedAt === null || wasReminded(snapshot.record)) return false;
  const request = { deliveredAt: askedAt, remindedAt, heldUntil: holdUntil };
  const due = silenceSchedule(request, policy, time)?.remindAt ?? now;
  return due < now && isPutOff(ticket, now, 'remind');
}

/** Its timer waits far beyond the next moment at which a message may leave: a try did not reach the client. */
function isPutOff(
  { timers, time }: ListedTicket,
  from: Instant,
  kind: StandingTimer['kind'],
): boolean {
  const may = nextWorkingMoment(from, time);
  const timer = timers.find((one) => one.kind === kind);
  return may !== null && timer !== undefined && timer.dueAt > may + PUT_OFF_MS;
}

const isGap = (blocker: ListBlocker, code: Gap['code']): boolean =>
  blocker.kind === 'gap' && blocker.gap.code === code;

function gapsOf(
  as: TicketSnapshot,
  policy: ClosingPolicy,
  { now, words }: ListContext,
): readonly ListBlocker[] {
  const decision = decideClosing(as, policy, { now, recentReturns: 0, words });
  if (decision.kind === 'undecided') return [{ kind: 'unread-fact' }];
  return decision.kind === 'return' || decision.kind === 'stop'
    ? decision.gaps.map((gap) => ({ kind: 'gap' as const, gap }))
    : [];
}
