/** The ticket as it would stand if this person closed it now: what the panel shows and what its button does are one. */
import { closedPlace } from '../../core/decide-closing.ts';
import { isClosedRole, stageOutcome, stageRole } from '../../core/stage-role.ts';
import type { Instant, Outcome, StagePlace, TicketSnapshot } from '../../core/ticket.ts';
import type { OneTicket } from '../one-ticket.ts';

export interface ClosingWish {
  readonly userId: number;
  /** null: the ticket's own, else a confirmed one. */
  readonly outcome: Outcome | null;
  readonly now: Instant;
  /** A reason written right now, beside what stands on the ticket. */
  readonly exceptionReason?: string;
}

export interface AsIfClosed {
  readonly as: TicketSnapshot;
  readonly outcome: Outcome;
  /** null when no closed stage is mapped for the outcome. */
  readonly place: StagePlace | null;
}

/** A ticket that stands closed is taken as it stands. */
export function asIfClosed(
  { snapshot, policy }: Pick<OneTicket, 'snapshot' | 'policy'>,
  wish: ClosingWish,
): AsIfClosed {
  const { record } = snapshot;
  const role = stageRole(policy, snapshot.stageId);
  const closed = isClosedRole(role);
  const own = record.outcome ?? (closed ? stageOutcome(role) : null) ?? 'confirmed';
  const outcome = closed ? own : (wish.outcome ?? own);
  const place = closedPlace(policy, outcome);
  const exceptionReason = wish.exceptionReason ?? record.exceptionReason;
  return {
    outcome,
    place,
    as: {
      ...snapshot,
      stageId: closed ? snapshot.stageId : (place?.stageId ?? snapshot.stageId),
      movedAt: wish.now,
      movedBy: closed ? snapshot.movedBy : wish.userId,
      record: { ...record, outcome, exceptionReason },
    },
  };
}
