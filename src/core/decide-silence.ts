/**
 * What a client's silence leads to, decided anew each time a timer fires (special case "the client did not confirm").
 * The clock starts with the delivered request and is deaf to internal edits: only what is named here can stop it.
 */
import { decideClosing } from './decide-closing.ts';
import type { GapCode } from './decision.ts';
import type { ClosingPolicy } from './policy.ts';
import type { SilenceSchedule } from './silence-schedule.ts';
import { stageRole } from './stage-role.ts';
import type { Instant, StagePlace, TicketRecord, TicketSnapshot } from './ticket.ts';

/** Why a ticket is not closed on silence. */
export type SilenceBlocker =
  | { readonly kind: 'product-update' }
  | { readonly kind: 'gap'; readonly code: GapCode }
  /** A fact could not be read; on doubt nothing is closed. */
  | { readonly kind: 'unread-fact' };

export type SilenceDecision =
  /** Nothing is being waited for: not asked, answered, moved on, or never delivered. */
  | { readonly kind: 'no-countdown' }
  | { readonly kind: 'held'; readonly until: Instant }
  | { readonly kind: 'wait'; readonly until: Instant; readonly next: 'remind' | 'close' }
  | { readonly kind: 'remind' }
  | { readonly kind: 'blocked'; readonly blockers: readonly SilenceBlocker[] }
  | { readonly kind: 'close'; readonly place: StagePlace };

export interface SilenceContext {
  readonly now: Instant;
  /** Computed from the delivered request and, once sent, the reminder. */
  readonly schedule: SilenceSchedule;
}

export function decideSilence(
  snapshot: TicketSnapshot,
  policy: ClosingPolicy,
  { now, schedule }: SilenceContext,
): SilenceDecision {
  const { record } = snapshot;
  if (!isCountingDown(snapshot, policy)) return { kind: 'no-countdown' };
  if (record.holdUntil !== null && now < record.holdUntil) {
    return { kind: 'held', until: record.holdUntil };
  }
  const reminded = wasReminded(record);
  const due = reminded ? schedule.closeAt : schedule.remindAt;
  if (now < due) return { kind: 'wait', until: due, next: reminded ? 'close' : 'remind' };
  const place = silencePlace(policy);
  const blockers = silenceBlockers(snapshot, policy, now, place);
  if (reminded) {
    return blockers.length > 0 || place === null
      ? { kind: 'blocked', blockers }
      : { kind: 'close', place };
  }
  // A client who wrote is not silent and is not reminded; gaps of the agent's own hold back the closing only.
  return blockers.some(speaks) ? { kind: 'blocked', blockers } : { kind: 'remind' };
}

/** The client was asked in this round and the ticket still stands where it waits. */
export function isCountingDown(
  { record, stageId }: TicketSnapshot,
  policy: ClosingPolicy,
): boolean {
  return (
    stageRole(policy, stageId) === 'awaiting-confirmation' &&
    record.confirmation === 'asked' &&
    record.askedAt !== null
  );
}

/**
 * The client is to be asked by the app itself: the ticket waits for a word nobody has asked for since it came here. After a
 * client's question it stays unasked until an agent brings it here again: a move later than the last request.
 */
export function isToBeAsked(
  { record, stageId, movedAt }: Pick<TicketSnapshot, 'record' | 'stageId' | 'movedAt'>,
  policy: ClosingPolicy,
): boolean {
  if (stageRole(policy, stageId) !== 'awaiting-confirmation') return false;
  const { confirmation, askedAt } = record;
  if (confirmation === 'asked' || confirmation === 'confirmed' || confirmation === 'by-agent') {
    return false;
  }
  // "Not solved" takes the ticket back to work: here again, it was worked on.
  return confirmation === 'rejected' || askedAt === null || movedAt > askedAt;
}

/** A reminder older than the request belongs to an earlier round. */
export function wasReminded({
  askedAt,
  remindedAt,
}: Pick<TicketRecord, 'askedAt' | 'remindedAt'>): boolean {
  return askedAt !== null && remindedAt !== null && remindedAt >= askedAt;
}

const speaks = (blocker: SilenceBlocker): boolean =>
  blocker.kind === 'unread-fact' ||
  (blocker.kind === 'gap' && blocker.code === 'question-unanswered');

/** The stage a silent closing goes to: the one mapped to no-answer, else the confirmed one (the ticket's outcome tells). */
export function silencePlace(policy: ClosingPolicy): StagePlace | null {
  const ids = Object.keys(policy.stages);
  const stageId =
    ids.find((id) => policy.stages[id] === 'closed:no-answer') ??
    ids.find((id) => policy.stages[id] === 'closed:confirmed');
  return stageId === undefined ? null : { categoryId: policy.pipeline.categoryId, stageId };
}

/** Judges the closing that silence would make with the gate's own criteria: one set of rules for every way to close. */
function silenceBlockers(
  snapshot: TicketSnapshot,
  policy: ClosingPolicy,
  now: Instant,
  place: StagePlace | null,
): readonly SilenceBlocker[] {
  const { record } = snapshot;
  if (record.outcome === 'product-update') return [{ kind: 'product-update' }];
  const closed = decideClosing(asIfSilent(snapshot, now, place), policy, {
    now,
    recentReturns: 0,
    closedElsewhere: place === null,
  });
  if (closed.kind === 'undecided') return [{ kind: 'unread-fact' }];
  return closed.kind === 'return' || closed.kind === 'stop'
    ? closed.gaps.map(({ code }) => ({ kind: 'gap' as const, code }))
    : [];
}

/** The ticket as it would stand after closing on silence. */
export function asIfSilent(
  snapshot: TicketSnapshot,
  now: Instant,
  place: StagePlace | null,
): TicketSnapshot {
  return {
    ...snapshot,
    stageId: place?.stageId ?? snapshot.stageId,
    movedAt: now,
    record: {
      ...snapshot.record,
      outcome: 'no-answer',
      closeReason: 'no-answer',
      remindedAt: snapshot.record.remindedAt ?? now,
    },
  };
}
