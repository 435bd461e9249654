/** Gathers the facts about moved tickets in two steps and lets the core decide. Reads only; nothing is written here. */
import { decideClosing, gatedStages, stageRole } from '../core/decide-closing.ts';
import { stageOutcome } from '../core/stage-role.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import type { TextWords } from '../core/text-quality.ts';
import type { Conversation, Fact, StagePlace, TicketRef, TicketSnapshot } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { GateDeps } from './gate-deps.ts';
import type { Judged } from './judged.ts';
import { policiesAtMove } from './policies-at-move.ts';
import type { Priority } from './ports/runtime.ts';
import type { PolicyStore } from './ports/state.ts';
import type { FactsAsOf, TicketFacts, TicketHead } from './ports/tickets.ts';
import { policyOf } from './policy-of.ts';
import { finalStages } from './stage-directory.ts';

export interface Judgement {
  readonly all: readonly Judged[];
  readonly undecided: readonly TicketRef[];
}

/**
 * Up to this many tickets the chat history is read at once with the other facts, so that the mover hears every gap
 * together; in a storm it is read only for tickets that nothing else holds back.
 */
const READ_CHATS_AT_ONCE = 15;

/** How the facts are gathered: the live gate's way, or the audit's. */
export interface FactReading {
  readonly priority: Priority;
  /** Up to this many tickets the chats are read at once. */
  readonly chatsUpTo: number;
  readonly asOf: FactsAsOf;
}

export const LIVE: FactReading = { priority: 'live', chatsUpTo: READ_CHATS_AT_ONCE, asOf: 'now' };

export interface JudgeDeps extends Pick<GateDeps, 'stages' | 'clock'> {
  readonly tickets: Pick<GateDeps['tickets'], 'loadFacts' | 'loadConversations'>;
  readonly state: Pick<GateDeps['state'], 'recentReturns'>;
  /** Absent: live. */
  readonly reading?: FactReading;
  readonly words?: TextWords | undefined;
  /** Where the versions of the moves' own moments are found; absent: the policies as they are given. */
  readonly policies?: Pick<PolicyStore, 'inForceSince'>;
}

export async function judge(
  portalId: string,
  heads: readonly TicketHead[],
  policies: readonly ClosingPolicy[],
  deps: JudgeDeps,
): Promise<Judgement> {
  if (heads.length === 0) return { all: [], undecided: [] };
  const { priority, chatsUpTo, asOf } = deps.reading ?? LIVE;
  const policiesOf = deps.policies
    ? await policiesAtMove(portalId, heads, policies, deps.policies)
    : () => policies;
  const judgeable = heads.filter((head) => isJudged(head, policiesOf(head)));
  const chatsAtOnce = judgeable.length <= chatsUpTo;
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const { stages } = await deps.stages.stages(types, deps.clock.now());
  const what = { conversations: chatsAtOnce, finalStages: finalStages(stages), asOf };
  const facts: ReadonlyMap<string, TicketFacts> =
    judgeable.length === 0 ? new Map() : await deps.tickets.loadFacts(judgeable, what, priority);
  const returns = await recentReturns(portalId, heads, policies, deps);
  const decide = (head: TicketHead, conversation?: Fact<Conversation>): Judged | null =>
    decideOne(head, facts.get(refKey(head.ref)), policiesOf(head), {
      now: deps.clock.now(),
      recentReturns: returns.get(refKey(head.ref)) ?? 0,
      words: deps.words,
      ...(conversation ? { conversation } : {}),
    });

  let all = heads.map((head) => decide(head)).filter((item) => item !== null);
  const open = all.filter((item) => item.decision.kind === 'undecided').map((i) => i.snapshot.ref);
  if (!chatsAtOnce && open.length > 0) {
    const keys = new Set(open.map(refKey));
    const chats = await deps.tickets.loadConversations(
      heads.filter((head) => keys.has(refKey(head.ref))),
      priority,
      asOf,
    );
    all = heads
      .map((head) => decide(head, chats.get(refKey(head.ref))))
      .filter((item) => item !== null);
  }
  return {
    all,
    undecided: all.filter((i) => i.decision.kind === 'undecided').map((i) => i.snapshot.ref),
  };
}

/** Where a ticket of ours only waits for its client or lies in an exempt stage, no fact changes the decision. */
function isJudged(head: TicketHead, policies: readonly ClosingPolicy[]) {
  const own = policyOf(head, policies);
  // In a strange pipeline the stage it came from tells whether it is anybody's business.
  return own === undefined || stageOutcome(stageRole(own, head.stageId)) !== null;
}

async function recentReturns(
  portalId: string,
  heads: readonly TicketHead[],
  policies: readonly ClosingPolicy[],
  deps: JudgeDeps,
): Promise<ReadonlyMap<string, number>> {
  const minutes = Math.max(...policies.map((policy) => policy.returnWindowMinutes));
  return deps.state.recentReturns(
    portalId,
    heads.map((head) => head.ref),
    deps.clock.now() - minutes * 60_000,
  );
}

interface DecideContext {
  readonly now: number;
  readonly recentReturns: number;
  readonly conversation?: Fact<Conversation>;
  readonly words: TextWords | undefined;
}

function decideOne(
  head: TicketHead,
  facts: TicketFacts | undefined,
  policies: readonly ClosingPolicy[],
  context: DecideContext,
): Judged | null {
  const { previousStageId: _listed, ...ticket } = head;
  const snapshot: TicketSnapshot = {
    ...ticket,
    previous: returnable(head, facts?.previous ?? null, policies),
    openWork: facts?.openWork ?? { known: false, why: 'unreadable' },
    conversation: context.conversation ??
      facts?.conversation ?? { known: false, why: 'unreadable' },
  };
  const found = policyFor(snapshot, policies);
  if (!found) return null;
  const decision = decideClosing(snapshot, found.policy, {
    now: context.now,
    recentReturns: context.recentReturns,
    words: context.words,
    closedElsewhere: found.closedElsewhere,
  });
  return { snapshot, policy: found.policy, decision };
}

/** A place that another pipeline's policy judges is no place to return to: the ticket would be judged there at once. */
function returnable(
  head: TicketHead,
  previous: StagePlace | null,
  policies: readonly ClosingPolicy[],
): StagePlace | null {
  const gated = policies.some(
    (policy) =>
      previous !== null &&
      previous.categoryId !== head.categoryId &&
      policy.pipeline.entityTypeId === head.ref.entityTypeId &&
      policy.pipeline.categoryId === previous.categoryId &&
      gatedStages(policy).includes(previous.stageId),
  );
  return gated ? null : previous;
}

/**
 * The policy of the ticket's pipeline; or, for a ticket that jumped from a gated pipeline straight into a success
 * stage of a pipeline nobody mapped, the policy of the pipeline it left.
 */
function policyFor(
  snapshot: TicketSnapshot,
  policies: readonly ClosingPolicy[],
): { readonly policy: ClosingPolicy; readonly closedElsewhere: boolean } | null {
  const of = (categoryId: number): ClosingPolicy | undefined =>
    policyOf({ ref: snapshot.ref, categoryId }, policies);
  const own = of(snapshot.categoryId);
  if (own) return { policy: own, closedElsewhere: false };
  const origin = snapshot.previous ? of(snapshot.previous.categoryId) : undefined;
  if (!origin || !snapshot.previous) return null;
  const role = stageRole(origin, snapshot.previous.stageId);
  // From a closed stage it had passed the gate already; exempt stages are nobody's business.
  return role === 'work' || role === 'awaiting-confirmation'
    ? { policy: origin, closedElsewhere: true }
    : null;
}
