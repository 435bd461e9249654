/** Which of the chosen tickets a mass closing may judge, and how they are read. */
import { closedPlace } from '../core/decide-closing.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { StagePlace, TicketRef } from '../core/ticket.ts';
import type { TicketHead } from './ports/tickets.ts';
import { policyOf } from './policy-of.ts';

export interface Candidate {
  readonly kind: 'candidate';
  readonly ref: TicketRef;
  readonly head: TicketHead;
  readonly policy: ClosingPolicy;
  readonly place: StagePlace;
}

export type Considered =
  | Candidate
  | {
      readonly kind: 'not-found' | 'no-gate' | 'observed' | 'already-closed' | 'no-closed-stage';
      readonly ref: TicketRef;
      readonly head: TicketHead | undefined;
    };

export function candidateOf(
  ref: TicketRef,
  head: TicketHead | undefined,
  policies: readonly ClosingPolicy[],
): Considered {
  if (!head) return { kind: 'not-found', ref, head };
  const policy = policyOf(head, policies);
  if (!policy) return { kind: 'no-gate', ref, head };
  const role = stageRole(policy, head.stageId);
  if (role === 'exempt') return { kind: 'no-gate', ref, head };
  if (isClosedRole(role)) return { kind: 'already-closed', ref, head };
  if (policy.mode === 'observe') return { kind: 'observed', ref, head };
  const place = closedPlace(policy, head.record.outcome ?? 'confirmed');
  if (place === null) return { kind: 'no-closed-stage', ref, head };
  return { kind: 'candidate', ref, head, policy, place };
}

/** The ticket as it would stand once closed. Nobody's hand: a command line is no person who may override. */
export function asIfClosed({ head, place }: Candidate, now: number): TicketHead {
  return { ...head, stageId: place.stageId, movedAt: now, movedBy: 0 };
}
