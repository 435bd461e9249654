/**
 * What a client's silence leads to, decided anew each time a timer fires (special case "the client did not confirm").
 * The clock starts with the delivered request and is deaf to internal edits: only what is named here can stop it.
 */
import { decideClosing } from './decide-closing.ts';
import type { GapCode } from './decision.ts';
import type { ClosingPolicy } from './policy.ts';
import type { SilenceSchedule } from './silence-schedule.ts';
import { stageRole } from './stage-role.ts';
import type { Instant, StagePlace, TicketSnapshot } from './ticket.ts';

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
  const waiting = stageRole(policy, snapshot.stageId) === 'awaiting-confirmation';
  if (!waiting || record.confirmation !== 'asked' || record.askedAt === null) {
    return { kind: 'no-countdown' };
  }
  if (record.holdUntil !== null && now < record.holdUntil) {
    return { kind: 'held', until: record.holdUntil };
  }
  const reminded = record.remindedAt !== null && record.remindedAt >= record.askedAt;
  const due = reminded ? schedule.closeAt : schedule.remindAt;
  if (now < due) return { kind: 'wait', until: due, next: reminded ? 'close' : 'remind' };
  const place = silencePlace(policy);
  const blockers = silenceBlockers(snapshot, policy, now, place);
  // A client who wrote is not silent: neither reminded nor closed. Gaps of the agent's own hold the closing only.
  const spoke = blockers.some((b) => b.kind === 'gap' && b.code === 'question-unanswered');
  if (!reminded) return spoke ? { kind: 'blocked', blockers } : { kind: 'remind' };
  return blockers.length > 0 || place === null
    ? { kind: 'blocked', blockers }
    : { kind: 'close', place };
}

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
  const closed = decideClosing(
    {
      ...snapshot,
      stageId: place?.stageId ?? snapshot.stageId,
      movedAt: now,
      record: {
        ...record,
        outcome: 'no-answer',
        closeReason: 'no-answer',
        remindedAt: record.remindedAt ?? now,
      },
    },
    policy,
    { now, recentReturns: 0, closedElsewhere: place === null },
  );
  if (closed.kind === 'undecided') return [{ kind: 'unread-fact' }];
  return closed.kind === 'return' || closed.kind === 'stop'
    ? closed.gaps.map(({ code }) => ({ kind: 'gap' as const, code }))
    : [];
}
