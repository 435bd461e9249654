/** One closing of the past with what the gate would have said about it. */
import type { ClosingDecision, CriterionResult, Gap } from '../decision.ts';
import type { ClosingPolicy, CriterionId, PipelineRef } from '../policy.ts';
import type { Instant, Outcome, TicketRef, TicketSnapshot } from '../ticket.ts';
import { blindCriteria, readsOwnFields } from './blind-criteria.ts';

/** `unclear`: a fact could not be read and nothing else speaks against it; `ungated`: no rule asks anything of it. */
export type PastVerdict = 'passes' | 'fails' | 'unclear' | 'ungated';

export interface PastClosing {
  readonly ref: TicketRef;
  readonly title: string;
  /** Of the policy that judged it: the pipeline the ticket left, when it was closed elsewhere. */
  readonly pipeline: PipelineRef;
  readonly stageId: string;
  readonly closedAt: Instant;
  /** 0 when no person moved it. */
  readonly moverId: number;
  readonly assigneeId: number;
  readonly verdict: PastVerdict;
  /** Why nothing is asked of an ungated one; '' otherwise. */
  readonly ungatedWhy: '' | 'exempt' | 'not-a-closing-stage';
  readonly outcome: Outcome | null;
  /** Of blocking criteria, in the regulation's order. */
  readonly gaps: readonly Gap[];
  readonly results: readonly CriterionResult[];
  /** Criteria left out because the portal has no such field. */
  readonly blind: readonly CriterionId[];
  /** It fails only for fields that were added to the card after it was closed. */
  readonly beforeFields: boolean;
}

/** @param policy as it stands, before `policyForPast` */
export function pastClosing(
  snapshot: TicketSnapshot,
  policy: ClosingPolicy,
  decision: ClosingDecision,
): PastClosing {
  const results = decision.kind === 'not-gated' ? [] : decision.results;
  const failed = decision.kind === 'return' || decision.kind === 'stop';
  const missed = failed ? results.filter(isMissed) : [];
  return {
    ref: snapshot.ref,
    title: snapshot.title,
    pipeline: policy.pipeline,
    stageId: snapshot.stageId,
    closedAt: snapshot.movedAt,
    moverId: snapshot.movedBy,
    assigneeId: snapshot.assigneeId,
    verdict: verdictOf(decision),
    ungatedWhy: ungatedWhy(decision),
    outcome: 'outcome' in decision ? decision.outcome : null,
    gaps: missed.flatMap(({ verdict }) => (verdict.status === 'unmet' ? verdict.gaps : [])),
    results,
    blind: blindCriteria(policy),
    beforeFields:
      failed && snapshot.movedAt < policy.cutoff && missed.every(({ id }) => readsOwnFields(id)),
  };
}

/** The verdict stands in the way of the closing. */
export function isMissed({ strictness, verdict }: CriterionResult): boolean {
  return verdict.status === 'unmet' && strictness !== 'warn' && strictness !== 'off';
}

function verdictOf({ kind }: ClosingDecision): PastVerdict {
  if (kind === 'not-gated') return 'ungated';
  if (kind === 'undecided') return 'unclear';
  return kind === 'pass' ? 'passes' : 'fails';
}

function ungatedWhy(decision: ClosingDecision): PastClosing['ungatedWhy'] {
  if (decision.kind !== 'not-gated') return '';
  return decision.why === 'exempt' ? 'exempt' : 'not-a-closing-stage';
}
