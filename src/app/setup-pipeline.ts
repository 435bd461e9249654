/** Sets a pipeline up: reads the portal, drafts the policy, creates the app's own fields, stores a new version. */
import { CHOICE_FIELDS, pipelineKey } from '../core/policy.ts';
import type { ClosingPolicy, FieldKey, PipelineRef } from '../core/policy.ts';
import type { RoleHint } from '../core/guess-stage-roles.ts';
import { AppError } from '../errors.ts';
import { policyLine } from './journal-lines.ts';
import type { Clock } from './ports/runtime.ts';
import type { FieldSetReport, FieldSpec, SetupGateway } from './ports/setup.ts';
import type { Journal, PolicyStore } from './ports/state.ts';
import type {
  PipelineFacts,
  PolicyDraft,
  SetupProblem,
  SetupRequest,
  SetupWarning,
} from './setup-pipeline-draft.ts';
import { draftPolicy } from './setup-pipeline-draft.ts';

export interface SetupDeps {
  readonly portalId: string;
  readonly setup: SetupGateway;
  readonly policies: PolicyStore;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly fieldSpecs: readonly FieldSpec[];
  readonly roleHints: readonly RoleHint[];
  /** The person who saves; left out: the user the app works as. */
  readonly savedBy?: number;
  /** A first policy must not follow one that somebody else saved meanwhile. */
  readonly first?: boolean;
}

/** What reading a pipeline needs: nothing that writes. */
export interface PipelineReadDeps extends Pick<SetupDeps, 'portalId' | 'roleHints'> {
  /** Left out where nothing is to be saved: the portal's fields are then not asked for. */
  readonly fieldSpecs?: readonly FieldSpec[];
  readonly setup: Omit<SetupGateway, 'ensureFields'>;
  readonly policies: Pick<PolicyStore, 'list' | 'find'>;
}

export type Progress = (done: number, total: number) => void;

export interface SetupReport {
  readonly policy: ClosingPolicy;
  readonly changed: boolean;
  readonly created: readonly FieldKey[];
  readonly warnings: readonly SetupWarning[];
}

export type FactsResult =
  | { readonly ok: true; readonly facts: PipelineFacts }
  | { readonly ok: false; readonly problems: readonly SetupProblem[] };

export type SetupResult =
  | ({ readonly ok: true } & SetupReport)
  | { readonly ok: false; readonly problems: readonly SetupProblem[] };

/** A stored policy that can no longer be read is set up anew instead of blocking its own repair. */
async function previousPolicy(
  pipeline: PipelineRef,
  { policies, portalId }: Pick<PipelineReadDeps, 'policies' | 'portalId'>,
): Promise<ClosingPolicy | null> {
  try {
    return await policies.find(portalId, pipeline);
  } catch (error) {
    if (error instanceof AppError && error.code === 'policy-invalid') return null;
    throw error;
  }
}

/** Reads the pipeline; a problem lists the pipelines there are. Throws portal faults. */
export async function readPipelineFacts(
  pipeline: PipelineRef,
  deps: PipelineReadDeps,
): Promise<FactsResult> {
  const pipelines = await deps.setup.listPipelines(pipeline.entityTypeId);
  const found = pipelines.find(({ categoryId }) => categoryId === pipeline.categoryId);
  if (!found) {
    const available = pipelines.map((one) => `${pipelineKey(one)} (${one.name})`).join(', ');
    const code = pipelines.length > 0 ? 'pipeline-unknown' : 'no-pipelines';
    return {
      ok: false,
      problems: [{ code, params: { pipeline: pipelineKey(pipeline), available } }],
    };
  }
  const all = await deps.setup.listStages([pipeline.entityTypeId]);
  const stages = all
    .filter(
      (stage) =>
        stage.entityTypeId === pipeline.entityTypeId && stage.categoryId === pipeline.categoryId,
    )
    .toSorted((left, right) => left.sort - right.sort);
  return {
    ok: true,
    facts: {
      pipeline: found,
      stages,
      tickets: await deps.setup.countTickets(pipeline),
      serverTime: await deps.setup.serverTime(),
      appUserId: await deps.setup.appUserId(),
      previous: await previousPolicy(pipeline, deps),
      roleHints: deps.roleHints,
      fields: deps.fieldSpecs ? await deps.setup.listFields(pipeline.entityTypeId) : [],
      fieldSpecs: deps.fieldSpecs ?? [],
    },
  };
}

function optionsOf(report: FieldSetReport): ClosingPolicy['options'] {
  const [kbDecision, confirmation, closeReason, outcome, mistakeCause] = CHOICE_FIELDS.map(
    (key) => report.options[key] ?? {},
  );
  return {
    kbDecision: kbDecision ?? {},
    confirmation: confirmation ?? {},
    closeReason: closeReason ?? {},
    outcome: outcome ?? {},
    mistakeCause: mistakeCause ?? {},
  };
}

/** Same content whatever the order of keys; versions aside. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([key]) => key !== 'version')
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, inner]) => [key, canonical(inner)]);
}

/** Of policies: their versions aside. */
export function sameContent(left: object, right: object): boolean {
  return JSON.stringify(canonical(left)) === JSON.stringify(canonical(right));
}

/** Creates the missing fields and stores the policy when something changed; throws portal and store faults. */
export async function savePolicyDraft(
  { mapping, ...draft }: PolicyDraft,
  previous: ClosingPolicy | null,
  deps: SetupDeps,
  progress: Progress,
): Promise<Omit<SetupReport, 'warnings'>> {
  const fieldSet = await deps.setup.ensureFields(
    draft.pipeline.entityTypeId,
    deps.fieldSpecs.filter(({ key }) => mapping.fields[key] === undefined),
    progress,
  );
  const policy: ClosingPolicy = {
    ...draft,
    version: previous?.version ?? 0,
    fields: { ...fieldSet.fields, ...mapping.fields },
    options: { ...optionsOf(fieldSet), ...mapping.options },
  };
  if (previous && sameContent(previous, policy)) {
    return { policy: previous, changed: false, created: fieldSet.created };
  }
  // An attempt made before this moment keeps the version it was made under.
  const savedAt = await deps.setup.serverTime();
  const savedBy = deps.savedBy ?? (await deps.setup.appUserId());
  const saving = { savedAt, savedBy, first: deps.first ?? false };
  const stored = await deps.policies.save(deps.portalId, policy, saving);
  const line = policyLine(previous, stored, { at: deps.clock.now(), savedBy });
  await deps.journal.append(deps.portalId, [line]);
  return { policy: stored, changed: true, created: fieldSet.created };
}

/** Sets the pipeline up without asking anybody. */
export async function setupPipeline(
  request: SetupRequest,
  deps: SetupDeps,
  progress: Progress = () => undefined,
): Promise<SetupResult> {
  const read = await readPipelineFacts(request.pipeline, deps);
  if (!read.ok) return read;
  const drafted = draftPolicy(request, read.facts);
  if (!drafted.ok) return drafted;
  const saved = await savePolicyDraft(drafted.draft, read.facts.previous, deps, progress);
  return { ok: true, ...saved, warnings: drafted.warnings };
}
