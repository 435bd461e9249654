/** What a policy would be: facts of the portal, the last policy and the given overrides put together. Reads nothing. */
import { guessReturnStage, guessStageRoles } from '../core/guess-stage-roles.ts';
import type { RoleHint } from '../core/guess-stage-roles.ts';
import type { FieldMapping } from '../core/field-mapping.ts';
import { mappingOf, OWN_FIELDS_ONLY } from '../core/field-mapping.ts';
import type { ClosingPolicy, PipelineRef, StageRole } from '../core/policy.ts';
import { CHOICE_FIELDS } from '../core/policy.ts';
import { regulationPreset } from '../core/regulation-preset.ts';
import type { Instant } from '../core/ticket.ts';
import { OUTCOMES } from '../core/ticket.ts';
import type { CrmField, FieldSpec, PortalPipeline } from './ports/setup.ts';
import type { Language } from './ports/texts.ts';
import type { PortalStage } from './ports/tickets.ts';
import type { FieldProblem } from './settings/field-fits.ts';
import { itemsByLabel, mappingProblems } from './settings/field-fits.ts';
import type { KeyValue, PolicySettings, SettingProblem } from './setup-pipeline-settings.ts';
import { applySettings } from './setup-pipeline-settings.ts';

export interface SetupRequest {
  readonly pipeline: PipelineRef;
  /** Stage id and role as given; checked here. */
  readonly stages?: readonly KeyValue[];
  readonly settings?: readonly KeyValue[];
  readonly mode?: ClosingPolicy['mode'] | null;
  /** Language of the texts people of this pipeline read; null keeps the last one, at first Russian. */
  readonly language?: Language | null;
}

/** What setup has read about a pipeline. */
export interface PipelineFacts {
  readonly pipeline: PortalPipeline;
  /** In the board's order. */
  readonly stages: readonly PortalStage[];
  readonly tickets: number;
  readonly serverTime: Instant;
  /** The webhook's user: the lead until another is named, so that no alert is lost. */
  readonly appUserId: number;
  readonly previous: ClosingPolicy | null;
  readonly roleHints: readonly RoleHint[];
  /** Custom fields there are, and the keys they may serve. */
  readonly fields: readonly CrmField[];
  readonly fieldSpecs: readonly FieldSpec[];
}

/** Everything of a policy but what saving adds: the app's own fields with their items, and the version. */
export type PolicyDraft = Omit<ClosingPolicy, 'version' | 'fields' | 'options'> & {
  readonly mapping: FieldMapping;
};

export type SetupProblem =
  | SettingProblem
  | FieldProblem
  | {
      readonly code:
        | 'pipeline-unknown'
        | 'no-pipelines'
        | 'stage-unknown'
        | 'role-unknown'
        | 'no-closed-stage'
        | 'no-return-stage'
        | 'return-stage-not-work';
      readonly params: Readonly<Record<string, string>>;
    };

export type SetupWarning =
  | { readonly code: 'no-awaiting-stage' | 'no-leads' | 'observe-mode' }
  | { readonly code: 'stage-gone'; readonly stages: string };

export type DraftResult =
  | {
      readonly ok: true;
      readonly draft: PolicyDraft;
      readonly warnings: readonly SetupWarning[];
    }
  | { readonly ok: false; readonly problems: readonly SetupProblem[] };

export const STAGE_ROLES: readonly StageRole[] = [
  'work',
  'awaiting-confirmation',
  'gate',
  'exempt',
  ...OUTCOMES.map((outcome) => `closed:${outcome}` as const),
];

export function isStageRole(value: string): value is StageRole {
  return STAGE_ROLES.some((role) => role === value);
}

const listed = (values: readonly string[]): string => values.join(', ');

/** `C5:WON (Closed)`: how messages name the stages there are. */
function stageNames(stages: readonly PortalStage[]): string {
  return listed(stages.map(({ stageId, name }) => `${stageId} (${name})`));
}

function mapStages(
  request: SetupRequest,
  facts: PipelineFacts,
): {
  readonly roles: Readonly<Record<string, StageRole>>;
  readonly problems: readonly SetupProblem[];
} {
  const roles = new Map(Object.entries(guessStageRoles(facts.stages, facts.roleHints)));
  for (const [stageId, role] of Object.entries(facts.previous?.stages ?? {})) {
    if (roles.has(stageId)) roles.set(stageId, role);
  }
  const problems: SetupProblem[] = [];
  for (const { key: stage, value: role } of request.stages ?? []) {
    if (!roles.has(stage)) {
      problems.push({
        code: 'stage-unknown',
        params: { stage, available: stageNames(facts.stages) },
      });
    } else if (isStageRole(role)) {
      roles.set(stage, role);
    } else {
      problems.push({ code: 'role-unknown', params: { role, available: listed(STAGE_ROLES) } });
    }
  }
  return { roles: Object.fromEntries(roles), problems };
}

/** Settings before the overrides: the last policy's where there is one, else the regulation's. */
function baseSettings(
  request: SetupRequest,
  facts: PipelineFacts,
  roles: Readonly<Record<string, StageRole>>,
): PolicySettings {
  const preset = regulationPreset();
  const { previous } = facts;
  const kept = previous?.returnStage ?? '';
  return {
    ...preset,
    diagnostics: null,
    leads: [facts.appUserId],
    // Nobody overrides until somebody is named.
    overriders: [],
    cutoff: null,
    ...previous,
    mapping: previous === null ? OWN_FIELDS_ONLY : mappingOf(previous),
    // Clauses follow the program; strictness and outcomes are the settings' own.
    criteria: preset.criteria.map((criterion) => ({
      ...criterion,
      ...previous?.criteria.find(({ id }) => id === criterion.id),
      clause: criterion.clause,
    })),
    language: request.language ?? previous?.language ?? 'ru',
    returnStage: roles[kept] === 'work' ? kept : guessReturnStage(facts.stages, roles),
  };
}

/** Lists whose items nobody named are matched by their labels. */
function withItems(mapping: FieldMapping, { fields, fieldSpecs }: PipelineFacts): FieldMapping {
  const options = CHOICE_FIELDS.flatMap((key) => {
    const spec = fieldSpecs.find((one) => one.key === key);
    const field = fields.find(({ name }) => name === mapping.fields[key]);
    const chosen = mapping.options[key] ?? {};
    return spec && field ? [[key, itemsByLabel(spec, field, chosen)] as const] : [];
  });
  return { ...mapping, options: Object.fromEntries(options) };
}

function stageMapProblems(
  roles: Readonly<Record<string, StageRole>>,
  returnStage: string,
  stages: readonly PortalStage[],
): readonly SetupProblem[] {
  const problems: SetupProblem[] = [];
  if (!Object.values(roles).some((role) => role.startsWith('closed:'))) {
    problems.push({ code: 'no-closed-stage', params: { available: stageNames(stages) } });
  }
  if (returnStage === '') {
    problems.push({ code: 'no-return-stage', params: { available: stageNames(stages) } });
  } else if (!Object.hasOwn(roles, returnStage) || roles[returnStage] !== 'work') {
    const workStages = stages.filter(({ stageId }) => roles[stageId] === 'work');
    problems.push({
      code: 'return-stage-not-work',
      params: { stage: returnStage, available: stageNames(workStages) },
    });
  }
  return problems;
}

function warningsOf(draft: PolicyDraft, facts: PipelineFacts): readonly SetupWarning[] {
  const alive = new Set(facts.stages.map(({ stageId }) => stageId));
  const gone = Object.keys(facts.previous?.stages ?? {}).filter((stageId) => !alive.has(stageId));
  const warnings: SetupWarning[] = [];
  if (gone.length > 0) warnings.push({ code: 'stage-gone', stages: listed(gone) });
  if (!Object.values(draft.stages).includes('awaiting-confirmation')) {
    warnings.push({ code: 'no-awaiting-stage' });
  }
  if (draft.leads.length === 0) warnings.push({ code: 'no-leads' });
  if (draft.mode === 'observe') warnings.push({ code: 'observe-mode' });
  return warnings;
}

/** The mode of a first setup: a pipeline that already has tickets is only observed until somebody says otherwise. */
function modeOf(
  request: SetupRequest,
  { previous, tickets }: PipelineFacts,
): ClosingPolicy['mode'] {
  return request.mode ?? previous?.mode ?? (tickets > 0 ? 'observe' : 'enforce');
}

/** The draft as far as the request allows, and what of the request cannot be done. */
export function composeDraft(
  request: SetupRequest,
  facts: PipelineFacts,
): { readonly draft: PolicyDraft; readonly problems: readonly SetupProblem[] } {
  const { roles, problems: stageProblems } = mapStages(request, facts);
  const { settings, problems: settingProblems } = applySettings(
    baseSettings(request, facts, roles),
    request.settings ?? [],
  );
  const mapping = withItems(settings.mapping, facts);
  const fieldProblems = mappingProblems(mapping, facts.fieldSpecs, facts.fields);
  const draft: PolicyDraft = {
    schema: 1,
    pipeline: {
      entityTypeId: facts.pipeline.entityTypeId,
      categoryId: facts.pipeline.categoryId,
    },
    mode: modeOf(request, facts),
    language: settings.language,
    cutoff: settings.cutoff ?? facts.serverTime,
    stages: roles,
    returnStage: settings.returnStage,
    criteria: settings.criteria,
    firstWaitDays: settings.firstWaitDays,
    secondWaitDays: settings.secondWaitDays,
    undoMinutes: settings.undoMinutes,
    reopenWindowDays: settings.reopenWindowDays,
    maxReturns: settings.maxReturns,
    returnWindowMinutes: settings.returnWindowMinutes,
    autoAsk: settings.autoAsk,
    channels: settings.channels,
    thanksConfirms: settings.thanksConfirms,
    digest: settings.digest,
    timeZone: settings.timeZone,
    daysOff: settings.daysOff,
    workDays: settings.workDays,
    diagnostics: settings.diagnostics,
    leads: settings.leads,
    overriders: settings.overriders,
    mapping,
  };
  return { draft, problems: [...stageProblems, ...settingProblems, ...fieldProblems] };
}

/** Puts a policy together, or reports every problem of the request at once. */
export function draftPolicy(request: SetupRequest, facts: PipelineFacts): DraftResult {
  const { draft, problems: given } = composeDraft(request, facts);
  const problems =
    given.length > 0 ? given : stageMapProblems(draft.stages, draft.returnStage, facts.stages);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, draft, warnings: warningsOf(draft, facts) };
}
