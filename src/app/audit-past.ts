/**
 * The audit of the past: closings of the last days judged by the gate's own decision, so that a lead sees what would
 * have come back before anything is switched on. Reads only: it is given nothing that writes.
 */
import { foldAudit } from '../core/audit/fold-audit.ts';
import type { AuditSums } from '../core/audit/fold-audit.ts';
import { pastClosing } from '../core/audit/past-closing.ts';
import type { PastClosing } from '../core/audit/past-closing.ts';
import { pipelineKey } from '../core/policy.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { TextWords } from '../core/text-quality.ts';
import type { Instant } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { planAudit } from './audit-plan.ts';
import type { AuditedPipeline, AuditPlan, AuditProblem, AuditRequest } from './audit-plan.ts';
import { judge } from './judge.ts';
import type { JudgeDeps } from './judge.ts';
import type { Judged } from './judged.ts';
import type { PastPortal } from './ports/past.ts';
import type { TicketHead } from './ports/tickets.ts';
import { policyOf } from './policy-of.ts';
import type { PipelineReadDeps } from './setup-pipeline.ts';

export type AuditStep =
  | { readonly kind: 'listing' }
  | { readonly kind: 'reading'; readonly done: number; readonly total: number }
  /** The portal's request budget is used up for now. */
  | { readonly kind: 'waiting'; readonly seconds: number };

export interface AuditDeps extends PipelineReadDeps {
  readonly past: PastPortal;
  readonly words: TextWords;
  readonly pause: (ms: number) => Promise<void>;
  readonly progress: (step: AuditStep) => void;
}

export interface PastAudit {
  readonly days: number;
  readonly since: Instant;
  readonly until: Instant;
  readonly timeZone: string;
  readonly pipelines: readonly AuditedPipeline[];
  readonly sums: AuditSums;
  /** Newest first. */
  readonly closings: readonly PastClosing[];
  /** By user id; a user without a name is left out. */
  readonly names: ReadonlyMap<number, string>;
}

export type AuditResult =
  | { readonly ok: true; readonly audit: PastAudit }
  | { readonly ok: false; readonly problems: readonly AuditProblem[] };

/** Tickets judged in one go. Their chats are read one by one, so that a hundred are about five requests. */
const CHUNK = 100;
/** Without chats a request holds far more. */
const CHEAP_CHUNK = 500;
/** Waits for the budget in a row before it is given up: another program uses all of it. */
const MAX_WAITS = 20;

/** Throws portal and store faults. */
export async function auditPast(request: AuditRequest, deps: AuditDeps): Promise<AuditResult> {
  deps.progress({ kind: 'listing' });
  const planned = await planAudit(request, deps);
  if (!planned.ok) return planned;
  const { plan } = planned;
  const heads = await patiently(() => deps.past.listMoved(plan.queries, 'bulk'), deps);
  const closings = (await readClosings(heads, plan, deps)).toSorted(
    (a, b) => b.closedAt - a.closedAt || b.ref.id - a.ref.id,
  );
  const people = closings.flatMap(({ moverId, assigneeId }) => [moverId, assigneeId]);
  const names = await patiently(() => deps.past.staffNames(people), deps);
  const timeZone = plan.pipelines[0]?.policy.timeZone ?? 'UTC';
  const { since, until } = plan;
  const sums = foldAudit(closings, datesOf(since, until, timeZone));
  const { days } = request;
  return {
    ok: true,
    audit: { days, since, until, timeZone, pipelines: plan.pipelines, sums, closings, names },
  };
}

async function readClosings(
  heads: readonly TicketHead[],
  plan: AuditPlan,
  deps: AuditDeps,
): Promise<readonly PastClosing[]> {
  const gated = heads.filter((head) => isGated(head, plan));
  const others = heads.filter((head) => !isGated(head, plan));
  let done = 0;
  deps.progress({ kind: 'reading', done, total: heads.length });
  const read = async (
    some: readonly TicketHead[],
    size: number,
    chats: boolean,
  ): Promise<readonly Judged[]> => {
    const judged: Judged[] = [];
    for (let from = 0; from < some.length; from += size) {
      const chunk = some.slice(from, from + size);
      const reading = { chatsUpTo: chats ? Infinity : 0, asOf: 'last-move' } as const;
      const judgeDeps = judgeOf(plan, deps, reading);
      const all = await patiently(
        async () => (await judge(deps.portalId, chunk, plan.policies, judgeDeps)).all,
        deps,
      );
      judged.push(...all);
      done = Math.min(heads.length, done + chunk.length);
      deps.progress({ kind: 'reading', done, total: heads.length });
    }
    return judged;
  };
  const first = [...(await read(gated, CHUNK, true)), ...(await read(others, CHEAP_CHUNK, false))];
  // Closed round the gate: found without chats, judged with them.
  const gatedKeys = new Set(gated.map((head) => refKey(head.ref)));
  const roundabout = new Set(
    first
      .filter(({ snapshot, decision }) => {
        return decision.kind !== 'not-gated' && !gatedKeys.has(refKey(snapshot.ref));
      })
      .map(({ snapshot }) => refKey(snapshot.ref)),
  );
  const again = await read(
    others.filter((head) => roundabout.has(refKey(head.ref))),
    CHUNK,
    true,
  );
  const judged = first.filter(({ snapshot }) => !roundabout.has(refKey(snapshot.ref)));
  return [...judged, ...again].flatMap((one) => closingOf(one, plan));
}

/** The ticket stands where its own pipeline's policy judges. */
function isGated(head: TicketHead, plan: AuditPlan): boolean {
  const own = policyOf(head, plan.policies);
  return own !== undefined && isClosedRole(stageRole(own, head.stageId));
}

/** Returns of the past do not count: every closing is asked as if it were the first. */
function judgeOf(
  plan: AuditPlan,
  deps: AuditDeps,
  reading: Pick<NonNullable<JudgeDeps['reading']>, 'chatsUpTo' | 'asOf'>,
): JudgeDeps {
  return {
    tickets: deps.past,
    stages: { stages: async () => ({ stages: plan.stages, renewed: false }) },
    clock: { now: () => plan.until },
    state: { recentReturns: async () => new Map() },
    reading: { priority: 'bulk', ...reading },
    words: deps.words,
  };
}

/** None for a ticket of a pipeline that is not audited. */
function closingOf({ snapshot, policy, decision }: Judged, plan: AuditPlan): PastClosing[] {
  const key = pipelineKey(policy.pipeline);
  const audited = plan.pipelines.find((one) => pipelineKey(one.policy.pipeline) === key);
  return audited ? [pastClosing(snapshot, audited.policy, decision)] : [];
}

/** Waits as long as the budget says and goes on; other faults are thrown. */
async function patiently<T>(work: () => Promise<T>, deps: AuditDeps): Promise<T> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.retry !== 'after' || waits >= MAX_WAITS)
        throw error;
      const ms = Math.max(1000, error.retryAfterMs);
      deps.progress({ kind: 'waiting', seconds: Math.ceil(ms / 1000) });
      await deps.pause(ms);
    }
  }
}

const HALF_DAY_MS = 12 * 60 * 60_000;

function datesOf(since: Instant, until: Instant, timeZone: string) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const dateOf = (at: Instant): string => format.format(at);
  const dates = new Set<string>();
  // Half a day at a time: a day that a change of clocks made shorter is not jumped over.
  for (let at = since; at < until; at += HALF_DAY_MS) dates.add(dateOf(at));
  dates.add(dateOf(until));
  return { dates: [...dates], dateOf };
}
