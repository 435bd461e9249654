/** The gate's decision on one ticket that stands on a closing stage: pure, total, with its reasons as data. */
import { weighGaps } from './closing-exception.ts';
import { closingStamp } from './closing-stamp.ts';
import { ALL_CRITERIA } from './criteria/all-criteria.ts';
import type { Criterion } from './criteria/criterion.ts';
import type { ClosingDecision, CriterionResult, Gap } from './decision.ts';
import type { ClosingPolicy, StageRole } from './policy.ts';
import { stageOutcome, stageRole } from './stage-role.ts';
import { NO_WORDS } from './text-quality.ts';
import type { TextWords } from './text-quality.ts';
import type { Instant, Outcome, StagePlace, TicketSnapshot } from './ticket.ts';

export { gatedStages, stageRole } from './stage-role.ts';

export interface ClosingContext {
  /** Captured once per evaluation, portal clock. No criterion weighs waiting times yet, so nothing reads it. */
  readonly now: Instant;
  /** Returns of this ticket within the policy's `returnWindowMinutes`. */
  readonly recentReturns: number;
  /** The ticket left this pipeline straight into a success stage of a pipeline nobody mapped: judged as a closing. */
  readonly closedElsewhere?: boolean;
  /** Words that say nothing, of templates/quality; absent: texts are judged by their form alone. */
  readonly words?: TextWords | undefined;
}

/** Closes, returns, stops or leaves alone. Never closes on doubt and never returns without a known gap. */
export function decideClosing(
  snapshot: TicketSnapshot,
  policy: ClosingPolicy,
  context: ClosingContext,
): ClosingDecision {
  const role = context.closedElsewhere ? 'closed:confirmed' : stageRole(policy, snapshot.stageId);
  const outcomeOfStage = stageOutcome(role);
  if (outcomeOfStage === null) return { kind: 'not-gated', why: notGatedWhy(role) };
  if (snapshot.movedAt < policy.cutoff) return { kind: 'not-gated', why: 'before-cutoff' };

  const outcome = snapshot.record.outcome ?? outcomeOfStage;
  const look = { snapshot, outcome, policy, words: context.words ?? NO_WORDS };
  const results = ALL_CRITERIA.map((criterion) => judge(criterion, look));
  const blocking = results.filter(({ strictness }) => isBlocking(strictness));
  const { gaps, exception } = weighGaps(results, snapshot, policy);

  // A gap is certain even while another fact is unread, so it is told at once.
  if (gaps.length > 0) {
    if (context.recentReturns >= policy.maxReturns) {
      return { kind: 'stop', outcome, results, gaps, returns: context.recentReturns };
    }
    return { kind: 'return', outcome, results, ...returnOf(snapshot, policy, gaps) };
  }
  if (blocking.some(({ verdict }) => verdict.status === 'unknown')) {
    return { kind: 'undecided', results };
  }
  return {
    kind: 'pass',
    outcome,
    results,
    stamp: closingStamp(snapshot, outcome, policy),
    exception,
    moveTo: role === 'gate' ? closedPlace(policy, outcome) : null,
  };
}

/** Where to, and what to say there: a ticket that only waits for its client has nothing to mend. */
function returnOf(
  snapshot: TicketSnapshot,
  policy: ClosingPolicy,
  gaps: readonly Gap[],
): { readonly gaps: readonly Gap[]; readonly targets: readonly StagePlace[] } {
  const targets = returnTargets(snapshot, policy, gaps);
  const asking = askingPlace(snapshot, policy, gaps);
  const asks = asking !== null && targets[0]?.stageId === asking.stageId;
  return { gaps: asks ? WILL_BE_ASKED : gaps, targets };
}

const WILL_BE_ASKED: readonly Gap[] = [{ code: 'confirmation-will-be-asked', params: {} }];

function notGatedWhy(role: StageRole): 'work-stage' | 'awaiting-confirmation' | 'exempt' {
  return role === 'awaiting-confirmation' || role === 'exempt' ? role : 'work-stage';
}

/** An unread fact of a criterion that may hold a closing back leaves it undecided, whatever reason is written. */
function isBlocking(strictness: CriterionResult['strictness']): boolean {
  return strictness === 'block' || strictness === 'justify';
}

interface Look {
  readonly snapshot: TicketSnapshot;
  readonly outcome: Outcome;
  readonly policy: ClosingPolicy;
  readonly words: TextWords;
}

/** A criterion the policy does not name is off: the policy is older than it. */
function judge(criterion: Criterion, { snapshot, outcome, policy, words }: Look): CriterionResult {
  const { id } = criterion;
  const setting = policy.criteria.find((candidate) => candidate.id === id);
  const strictness = setting?.strictness ?? 'off';
  const clause = setting?.clause ?? criterion.clause;
  if (strictness === 'off' || !setting?.outcomes.includes(outcome)) {
    return { id, clause, strictness, verdict: { status: 'not-applicable' }, evidence: {} };
  }
  const finding = criterion.check(snapshot, outcome, policy, words);
  return {
    id,
    clause: finding.clause ?? clause,
    strictness,
    verdict: finding.verdict,
    evidence: finding.evidence,
  };
}

/**
 * Where the ticket came from, then the mapped work stage; never where it stands and never another judged stage. Stage ids
 * are unique across the pipelines of an entity type, so a place of another pipeline reads as work. Empty when the policy's
 * own return stage is none: the executor then leaves the ticket and tells the leads.
 */
function returnTargets(
  snapshot: TicketSnapshot,
  policy: ClosingPolicy,
  gaps: readonly Gap[],
): readonly StagePlace[] {
  const mapped = { categoryId: policy.pipeline.categoryId, stageId: policy.returnStage };
  const candidates = [askingPlace(snapshot, policy, gaps), snapshot.previous, mapped].filter(
    (place) => place !== null,
  );
  return candidates.filter(
    ({ stageId }, index) =>
      stageId !== '' &&
      stageId !== snapshot.stageId &&
      ['work', 'awaiting-confirmation'].includes(stageRole(policy, stageId)) &&
      candidates.findIndex((candidate) => candidate.stageId === stageId) === index,
  );
}

/** A ticket that lacks nothing but the client's word goes where the client is asked, if the policy wants that. */
function askingPlace(
  { record }: Pick<TicketSnapshot, 'record'>,
  policy: ClosingPolicy,
  gaps: readonly Gap[],
): StagePlace | null {
  const unheard = ['not-asked', 'asked'].includes(record.confirmation ?? 'not-asked');
  const onlyTheClient = gaps.every(
    ({ code }) =>
      code === 'confirmation-not-asked' ||
      code === 'confirmation-awaited' ||
      (code === 'product-update-unconfirmed' && unheard),
  );
  if (!policy.autoAsk || !onlyTheClient) return null;
  const stageId = Object.keys(policy.stages).find(
    (id) => policy.stages[id] === 'awaiting-confirmation',
  );
  return stageId === undefined ? null : { categoryId: policy.pipeline.categoryId, stageId };
}

/** The closed stage the app moves a ticket to; null when the policy maps none that fits. */
export function closedPlace(policy: ClosingPolicy, outcome: Outcome): StagePlace | null {
  const stageIds = Object.keys(policy.stages);
  const stageId =
    stageIds.find((id) => policy.stages[id] === `closed:${outcome}`) ??
    stageIds.find((id) => policy.stages[id] === 'closed:confirmed');
  return stageId === undefined ? null : { categoryId: policy.pipeline.categoryId, stageId };
}
