/** What a lead looks at in the morning: which tickets wait, what holds closings back, and what is overdue. */
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
import { hasText } from './evidence-text.ts';
import type { LocalDate } from './local-date.ts';
import { dateOfDay, dayNumber } from './local-date.ts';
import type { ClosingPolicy } from './policy.ts';
import { waitsForRelease } from './product-update.ts';
import type { StandingTimer } from './silence-forecast.ts';
import { forecastSilentClosing } from './silence-forecast.ts';
import { silenceSchedule } from './silence-schedule.ts';
import { isClosedRole, stageRole } from './stage-role.ts';
import type { TextWords } from './text-quality.ts';
import type { Instant, MistakeCause, TicketSnapshot } from './ticket.ts';
import type { WorkingTime } from './working-time.ts';
import { addWorkingDays, nextWorkingMoment } from './working-time.ts';

/** In the order in which they are shown; words of the command line, never renamed. */
export const LIST_NAMES = [
  'waiting',
  'blocked',
  'close-tomorrow',
  'came-back',
  'wait-for-release',
  'overdue-reviews',
] as const;
export type ListName = (typeof LIST_NAMES)[number];

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

export interface WaitingRow {
  readonly ticket: ListedTicket;
  readonly askedAt: Instant | null;
  readonly remindedAt: Instant | null;
  /** Due while it has not been sent; null afterwards and where nothing is counted. */
  readonly remindAt: Instant | null;
  /** By the schedule; what holds it back stands in `blocked`. */
  readonly closeAt: Instant | null;
}

export interface BlockedRow {
  readonly ticket: ListedTicket;
  readonly blockers: readonly ListBlocker[];
}

export interface ClosingRow {
  readonly ticket: ListedTicket;
  readonly closeAt: Instant;
}

export interface CameBackRow {
  readonly ticket: ListedTicket;
  readonly cycle: number;
  /** Closings that the gate returned. */
  readonly returns: number;
  /** null: nobody has named it, or the ticket never was closed. */
  readonly cause: MistakeCause | null;
  readonly hasMeasure: boolean;
}

export interface ReleaseRow {
  readonly ticket: ListedTicket;
  readonly productVersion: string;
}

export interface ReviewRow {
  readonly ticket: ListedTicket;
  readonly dueAt: Instant;
  readonly cause: MistakeCause | null;
  readonly hasMeasure: boolean;
}

export interface TicketLists {
  readonly waiting: readonly WaitingRow[];
  readonly blocked: readonly BlockedRow[];
  readonly 'close-tomorrow': readonly ClosingRow[];
  readonly 'came-back': readonly CameBackRow[];
  readonly 'wait-for-release': readonly ReleaseRow[];
  readonly 'overdue-reviews': readonly ReviewRow[];
}

interface Now {
  readonly now: Instant;
  readonly words?: TextWords | undefined;
}

/** Longer than a run's share of messages or a stopped outbox puts a message off; an undelivered one waits a working day. */
const PUT_OFF_MS = 20 * 60_000;
/** After every instant. */
const NEVER = Number.MAX_SAFE_INTEGER;

export function ticketLists(tickets: readonly ListedTicket[], at: Now): TicketLists {
  const { now } = at;
  const open = tickets.filter(isOpen);
  // In observe mode nobody is asked and nothing is closed.
  const awaiting = open.filter(
    ({ snapshot, policy }) =>
      policy.mode === 'enforce' && stageRole(policy, snapshot.stageId) === 'awaiting-confirmation',
  );
  return {
    waiting: awaiting.flatMap(waitingRow).toSorted(by(({ closeAt }) => closeAt ?? NEVER)),
    blocked: awaiting.flatMap((ticket) => {
      const blockers = blockersOf(ticket, at);
      return blockers.length === 0 ? [] : [{ ticket, blockers }];
    }),
    'close-tomorrow': awaiting
      .flatMap((ticket) => closingTomorrow(ticket, at))
      .toSorted(by(({ closeAt }) => closeAt)),
    'came-back': open.flatMap(cameBackRow),
    'wait-for-release': open.flatMap(releaseRow),
    'overdue-reviews': tickets
      .flatMap((ticket) => reviewRow(ticket, now))
      .toSorted(by(({ dueAt }) => dueAt)),
  };
}

/** The first day after today on which the pipeline works; null when none comes. */
export function nextWorkingDay(now: Instant, time: WorkingTime): LocalDate | null {
  const { zone } = time;
  const tomorrow = dateOfDay(dayNumber(zone.localOf(now)) + 1);
  const opens = nextWorkingMoment(zone.instantOf({ ...tomorrow, minuteOfDay: 0 }), time);
  return opens === null ? null : zone.localOf(opens);
}

/** Whether silence counts for this ticket, or the client's yes waits to be carried out: facts are read for these only. */
export function needsFacts({
  snapshot,
  policy,
}: Pick<ListedTicket, 'snapshot' | 'policy'>): boolean {
  if (policy.mode !== 'enforce') return false;
  if (isCountingDown(snapshot, policy)) return true;
  const awaiting = stageRole(policy, snapshot.stageId) === 'awaiting-confirmation';
  return awaiting && snapshot.record.confirmation === 'confirmed';
}

const by =
  <T>(key: (row: T) => number) =>
  (a: T, b: T): number =>
    key(a) - key(b);

function isOpen({ snapshot, policy }: ListedTicket): boolean {
  const role = stageRole(policy, snapshot.stageId);
  return !isClosedRole(role) && role !== 'exempt';
}

function waitingRow(ticket: ListedTicket): readonly WaitingRow[] {
  const { snapshot, policy, time } = ticket;
  const { askedAt, remindedAt, holdUntil } = snapshot.record;
  if (isToBeAsked(snapshot, policy)) {
    return [{ ticket, askedAt: null, remindedAt: null, remindAt: null, closeAt: null }];
  }
  if (askedAt === null || !isCountingDown(snapshot, policy)) return [];
  const request = { deliveredAt: askedAt, remindedAt, heldUntil: holdUntil };
  const schedule = silenceSchedule(request, policy, time);
  const reminded = wasReminded(snapshot.record);
  return [
    {
      ticket,
      askedAt,
      remindedAt: reminded ? remindedAt : null,
      remindAt: reminded ? null : (schedule?.remindAt ?? null),
      closeAt: schedule?.closeAt ?? null,
    },
  ];
}

function closingTomorrow(ticket: ListedTicket, { now, words }: Now): readonly ClosingRow[] {
  const { snapshot, policy, time, timers } = ticket;
  const day = nextWorkingDay(now, time);
  const closeAt = forecastSilentClosing(snapshot, policy, { now, time, timers, words });
  if (day === null || closeAt === null) return [];
  return dayNumber(time.zone.localOf(closeAt)) === dayNumber(day) ? [{ ticket, closeAt }] : [];
}

function blockersOf(ticket: ListedTicket, at: Now): readonly ListBlocker[] {
  const { snapshot, policy } = ticket;
  const { record } = snapshot;
  if (isCountingDown(snapshot, policy)) return countdownBlockers(ticket, at);
  if (isToBeAsked(snapshot, policy)) return askingBlockers(ticket, at);
  if (record.confirmation === 'confirmed') return confirmedBlockers(ticket, at);
  return record.confirmation === 'by-agent' ? [] : [{ kind: 'client-wrote' }];
}

function countdownBlockers(ticket: ListedTicket, at: Now): readonly ListBlocker[] {
  const { snapshot, policy } = ticket;
  const place = silencePlace(policy);
  const own: ListBlocker[] = [...pauseBlockers(ticket, at.now)];
  if (isReminderPutOff(ticket, at.now)) own.push({ kind: 'undelivered' });
  if (place === null) own.push({ kind: 'no-closed-stage' });
  if (snapshot.record.outcome === 'product-update') return [...own, { kind: 'product-update' }];
  return [...own, ...gapsOf(asIfSilent(snapshot, at.now, place), policy, at)];
}

/** The client said yes and the closing does not pass: as the client's answer is carried out. */
function confirmedBlockers({ snapshot, policy }: ListedTicket, at: Now): readonly ListBlocker[] {
  const place = closedPlace(policy, snapshot.record.outcome ?? 'confirmed');
  if (place === null) return [{ kind: 'no-closed-stage' }];
  return gapsOf({ ...snapshot, stageId: place.stageId, movedAt: at.now }, policy, at);
}

function askingBlockers(ticket: ListedTicket, { now }: Now): readonly ListBlocker[] {
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
  const [row] = waitingRow(ticket);
  const due = row?.remindAt ?? null;
  return due !== null && due < now && isPutOff(ticket, now, 'remind');
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

function gapsOf(
  as: TicketSnapshot,
  policy: ClosingPolicy,
  { now, words }: Now,
): readonly ListBlocker[] {
  const decision = decideClosing(as, policy, { now, recentReturns: 0, words });
  if (decision.kind === 'undecided') return [{ kind: 'unread-fact' }];
  return decision.kind === 'return' || decision.kind === 'stop'
    ? decision.gaps.map((gap) => ({ kind: 'gap' as const, gap }))
    : [];
}

function cameBackRow(ticket: ListedTicket): readonly CameBackRow[] {
  const { cycle, returns, mistakeCause, mistakeMeasure } = ticket.snapshot.record;
  if ((cycle ?? 1) <= 1 && (returns ?? 0) <= 0) return [];
  const hasMeasure = hasText(mistakeMeasure);
  return [{ ticket, cycle: cycle ?? 1, returns: returns ?? 0, cause: mistakeCause, hasMeasure }];
}

/** Special case 2: the fix comes with a release, and nobody can say yet how to update. */
function releaseRow(ticket: ListedTicket): readonly ReleaseRow[] {
  const { record } = ticket.snapshot;
  const confirmed = record.confirmation === 'confirmed' || record.confirmation === 'by-agent';
  return waitsForRelease(record) && !confirmed
    ? [{ ticket, productVersion: record.productVersion }]
    : [];
}

/** Every cycle but the first began with a reopening; its review is due one working day later (special-mistake). */
function reviewRow(ticket: ListedTicket, now: Instant): readonly ReviewRow[] {
  const { record, movedAt } = ticket.snapshot;
  const { mistakeCause: cause, mistakeMeasure } = record;
  const hasMeasure = hasText(mistakeMeasure);
  if ((record.cycle ?? 1) <= 1 || (cause !== null && hasMeasure)) return [];
  const dueAt = addWorkingDays(ticket.reopenedAt ?? movedAt, 1, ticket.time);
  return dueAt === null || dueAt > now ? [] : [{ ticket, dueAt, cause, hasMeasure }];
}
