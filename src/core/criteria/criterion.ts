/** One criterion of the closing regulation: what every file of this folder exports. */
import type { CriterionVerdict, Gap, GapCode } from '../decision.ts';
import type { ClauseId, ClosingPolicy, CriterionId } from '../policy.ts';
import type { TextWords } from '../text-quality.ts';
import type { Outcome, TicketSnapshot } from '../ticket.ts';

export interface Finding {
  readonly verdict: CriterionVerdict;
  /** Codes, counts and instants for the journal; never what somebody typed. */
  readonly evidence: Readonly<Record<string, string | number | boolean>>;
  /** Set when another clause than the criterion's own was applied. */
  readonly clause?: ClauseId;
}

export interface Criterion {
  readonly id: CriterionId;
  readonly clause: ClauseId;
  /** Total and pure: looks at the snapshot only, never throws. Without words, texts are judged by their form alone. */
  check(
    snapshot: TicketSnapshot,
    outcome: Outcome,
    policy: ClosingPolicy,
    words?: TextWords,
  ): Finding;
}

export function gap(code: GapCode, params: Gap['params'] = {}): Gap {
  return { code, params };
}

/** Met when nothing is missing. */
export function verdictOf(gaps: readonly Gap[]): CriterionVerdict {
  return gaps.length === 0 ? { status: 'met' } : { status: 'unmet', gaps };
}
