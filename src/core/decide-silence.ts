/**
 * What a client's silence leads to, decided anew each time a timer fires (special case "the client did not confirm").
 * The clock starts with the delivered request and is deaf to internal edits: only what is named here can stop it.
 */
import { decideClosing } from './decide-closing.ts';
import type { GapCode } from './decision.ts';
import { hasText } from './evidence-text.ts';
import type { ClosingPolicy } from './policy.ts';
import type { SilenceSchedule } from './silence-schedule.ts';
import { stageRole } from './stage-role.ts';
import type { TextWords } from './text-quality.ts';
import type { Instant, StagePlace, TicketRecord, TicketSnapshot } from './ticket.ts';

/** Why a ticket is not closed on silence. */
export type SilenceBlocker =
  | { readonly kind: 'product-update' }
  /** A reason for a pause without its end: on doubt nothing is sent or closed. */
  | { readonly kind: 'hold-without-end' }
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
  /** Computed from the delivered request, the reminder once it was sent, and the end of a pause. */
  readonly schedule: SilenceSchedule;
  /** As in ClosingContext. */
  readonly words?: TextWords | undefined;
}

export function decideSilence(
  snapshot: TicketSnapshot,
  policy: ClosingPolicy,
  { now, schedule, words }: SilenceContext,
): SilenceDecision {
  const { record } = snapshot;
  if (!isCountingDown(snapshot, policy)) return { kind: 'no-countdown' };
  const heldUntil = holdEnd(record, now);
  if (heldUntil !== null) return { kind: 'held', until: heldUntil };
  const reminded = wasReminded(record);
  const due = reminded ? schedule.closeAt : schedule.remindAt;
  if (now < due) return { kind: 'wait', until: due, next: reminded ? 'close' : 'remind' };
  const place = silencePlace(policy);
  const blockers = silenceBlockers(snapshot, policy, { now, words }, place);
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

/**
 * When the pause ends that an agent wrote on the ticket; null when it is not on hold. The end alone counts: a pause without
 * a reason holds too, one whose end has passed holds nothing any more.
 */
export function holdEnd(
  { holdUntil }: Pick<TicketRecord, 'holdUntil'>,
  now: Instant,
): Instant | null {
  return holdUntil !== null && now < holdUntil ? holdUntil : null;
}

/** Meant as a pause, but nobody said until when. */
export function lacksHoldEnd({
  holdReason,
  holdUntil,
}: Pick<TicketRecord, 'holdReason' | 'holdUntil'>): boolean {
  return holdUntil === null && hasText(holdReason);
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
  blocker.kind === 'hold-without-end' ||
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
  { now, words }: Pick<SilenceContext, 'now' | 'words'>,
  place: StagePlace | null,
): readonly SilenceBlocker[] {
  const { record } = snapshot;
  if (lacksHoldEnd(record)) return [{ kind: 'hold-without-end' }];
  if (record.outcome === 'product-update') return [{ kind: 'product-update' }];
  const closed = decideClosing(asIfSilent(snapshot, now, place), policy, {
    now,
    recentReturns: 0,
    closedElsewhere: place === null,
    words,
  });
  if (closed.kind === 'undecided') return [{ kind: 'unread-fact' }];
  return closed.kind === 'return' || closed.kind === 'stop'
    ? closed.gaps.map(({ code }) => ({ kind: 'gap' as const, code }))
    : [];
}

/** The ticket as it would stand after closing on silence: nobody's hand, so nobody's exception either. */
export function asIfSilent(
  snapshot: TicketSnapshot,
  now: Instant,
  place: StagePlace | null,
): TicketSnapshot {
  return {
    ...snapshot,
    stageId: place?.stageId ?? snapshot.stageId,
    movedAt: now,
    movedBy: 0,
    record: {
      ...snapshot.record,
      exceptionReason: '',
      outcome: 'no-answer',
      closeReason: 'no-answer',
      remindedAt: snapshot.record.remindedAt ?? now,
    },
  };
}
