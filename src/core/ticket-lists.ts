/** What a lead looks at in the morning: which tickets wait, what holds closings back, and what is overdue. */
import { isCountingDown, isToBeAsked, wasReminded } from './decide-silence.ts';
import { hasText } from './evidence-text.ts';
import { blockersOf } from './list-blockers.ts';
import type { ListBlocker, ListContext, ListedTicket } from './list-blockers.ts';
import type { LocalDate } from './local-date.ts';
import { dateOfDay, dayNumber } from './local-date.ts';
import { waitsForRelease } from './product-update.ts';
import { forecastSilentClosing } from './silence-forecast.ts';
import { silenceSchedule } from './silence-schedule.ts';
import { isClosedRole, stageRole } from './stage-role.ts';
import type { Instant, MistakeCause } from './ticket.ts';
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

/** After every instant. */
const NEVER = Number.MAX_SAFE_INTEGER;

export function ticketLists(tickets: readonly ListedTicket[], at: ListContext): TicketLists {
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

function closingTomorrow(ticket: ListedTicket, { now, words }: ListContext): readonly ClosingRow[] {
  const { snapshot, policy, time, timers } = ticket;
  const day = nextWorkingDay(now, time);
  const closeAt = forecastSilentClosing(snapshot, policy, { now, time, timers, words });
  if (day === null || closeAt === null) return [];
  return dayNumber(time.zone.localOf(closeAt)) === dayNumber(day) ? [{ ticket, closeAt }] : [];
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
