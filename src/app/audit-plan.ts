/** What an audit of the past looks at: which pipelines, by which rules, on which stages. */
import { policyForPast } from '../core/audit/blind-criteria.ts';
import { NO_FIELDS, NO_OPTIONS } from '../core/field-mapping.ts';
import { pipelineKey } from '../core/policy.ts';
import type { ClosingPolicy, PipelineRef } from '../core/policy.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { Instant } from '../core/ticket.ts';
import type { MovedQuery, PortalStage } from './ports/tickets.ts';
import { draftPolicy } from './setup-pipeline-draft.ts';
import type { SetupProblem } from './setup-pipeline-draft.ts';
import type { PipelineReadDeps } from './setup-pipeline.ts';
import { readPipelineFacts } from './setup-pipeline.ts';
import { ungatedSuccessStages } from './stage-directory.ts';

export interface AuditRequest {
  readonly days: number;
  /** null: every pipeline that is set up. */
  readonly pipeline: PipelineRef | null;
}

export type AuditProblem =
  | SetupProblem
  | { readonly code: 'nothing-set-up'; readonly params: Readonly<Record<never, never>> };

export interface AuditedPipeline {
  readonly policy: ClosingPolicy;
  readonly name: string;
  /** `preset`: nothing is set up yet; the regulation itself with guessed stage roles and no fields. */
  readonly source: 'stored' | 'preset';
}

export interface AuditPlan {
  readonly pipelines: readonly AuditedPipeline[];
  /** Every policy of these entity types as it judges the past: a ticket may have left another gated pipeline. */
  readonly policies: readonly ClosingPolicy[];
  readonly stages: readonly PortalStage[];
  readonly queries: readonly MovedQuery[];
  readonly since: Instant;
  readonly until: Instant;
}

export type AuditPlanResult =
  | { readonly ok: true; readonly plan: AuditPlan }
  | { readonly ok: false; readonly problems: readonly AuditProblem[] };

const DAY_MS = 24 * 60 * 60_000;

/** Throws portal and store faults. */
export async function planAudit(
  request: AuditRequest,
  deps: PipelineReadDeps,
): Promise<AuditPlanResult> {
  const stored = await deps.policies.list(deps.portalId);
  const chosen = await choosePolicies(request.pipeline, stored, deps);
  if (!chosen.ok) return chosen;
  const pipelines = await withNames(chosen.pipelines, deps);
  const types = [...new Set(pipelines.map(({ policy }) => policy.pipeline.entityTypeId))];
  const policies = [...chosen.pipelines.map(({ policy }) => policy), ...stored]
    .filter(isFirstOfItsPipeline)
    .filter(({ pipeline }) => types.includes(pipeline.entityTypeId))
    .map(policyForPast);
  const stages = await deps.setup.listStages(types);
  const until = await deps.setup.serverTime();
  const since = until - request.days * DAY_MS;
  const holes = ungatedSuccessStages(stages, policies);
  const queries = types.map((entityTypeId): MovedQuery => {
    const audited = pipelines.filter(({ policy }) => policy.pipeline.entityTypeId === entityTypeId);
    const ids = [
      ...audited.flatMap(({ policy }) => closingStages(policy, stages)),
      ...holes.filter((stage) => stage.entityTypeId === entityTypeId).map((s) => s.stageId),
    ];
    const own = policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId);
    return { entityTypeId, stageIds: [...new Set(ids)], since, alsoIds: [], policies: own };
  });
  return { ok: true, plan: { pipelines, policies, stages, queries, since, until } };
}

const isFirstOfItsPipeline = (
  policy: ClosingPolicy,
  index: number,
  all: readonly ClosingPolicy[],
): boolean =>
  all.findIndex((one) => pipelineKey(one.pipeline) === pipelineKey(policy.pipeline)) === index;

type Chosen = Omit<AuditedPipeline, 'name'>;

async function choosePolicies(
  pipeline: PipelineRef | null,
  stored: readonly ClosingPolicy[],
  deps: PipelineReadDeps,
): Promise<
  | { readonly ok: true; readonly pipelines: readonly Chosen[] }
  | { readonly ok: false; readonly problems: readonly AuditProblem[] }
> {
  const asStored = stored.map((policy) => ({ policy, source: 'stored' as const }));
  if (pipeline === null) {
    if (stored.length === 0) {
      return { ok: false, problems: [{ code: 'nothing-set-up', params: {} }] };
    }
    return { ok: true, pipelines: asStored };
  }
  const known = asStored.find(
    ({ policy }) => pipelineKey(policy.pipeline) === pipelineKey(pipeline),
  );
  if (known) return { ok: true, pipelines: [known] };
  const read = await readPipelineFacts(pipeline, deps);
  if (!read.ok) return read;
  const drafted = draftPolicy({ pipeline }, read.facts);
  if (!drafted.ok) return drafted;
  const { mapping: _own, ...draft } = drafted.draft;
  const policy: ClosingPolicy = {
    ...draft,
    version: 0,
    fields: NO_FIELDS,
    options: NO_OPTIONS,
  };
  return { ok: true, pipelines: [{ policy, source: 'preset' }] };
}

async function withNames(
  chosen: readonly Chosen[],
  { setup }: PipelineReadDeps,
): Promise<readonly AuditedPipeline[]> {
  const types = [...new Set(chosen.map(({ policy }) => policy.pipeline.entityTypeId))];
  const lists = await Promise.all(types.map((type) => setup.listPipelines(type)));
  const names = new Map(lists.flat().map((one) => [pipelineKey(one), one.name]));
  return chosen.map((one) => ({ ...one, name: names.get(pipelineKey(one.policy.pipeline)) ?? '' }));
}

/** Where a ticket of the pipeline is finished: stages the policy closes on, and every final one it leaves alone. */
function closingStages(policy: ClosingPolicy, stages: readonly PortalStage[]): readonly string[] {
  const { pipeline } = policy;
  const final = stages.filter(
    (stage) =>
      stage.semantics !== 'process' &&
      stage.entityTypeId === pipeline.entityTypeId &&
      stage.categoryId === pipeline.categoryId &&
      stageRole(policy, stage.stageId) !== 'gate',
  );
  const closed = Object.keys(policy.stages).filter((id) => isClosedRole(stageRole(policy, id)));
  return [...closed, ...final.map(({ stageId }) => stageId)];
}
