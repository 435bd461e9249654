/**
 * A policy document of another pipeline, portal or day, in this portal's own stages, fields, items and people. What is the same by id
 * and name stays; else the name decides, then the part of an id that portals share. The rest is told as things to choose.
 */
import { mappingOf } from '../../core/field-mapping.ts';
import { guessReturnStage } from '../../core/guess-stage-roles.ts';
import type { ClosingPolicy, StageRole } from '../../core/policy.ts';
import { regulationPreset } from '../../core/regulation-preset.ts';
import type { PipelineLook, PolicyDocument } from '../ports/settings.ts';
import type { FieldSpec } from '../ports/setup.ts';
import type { Finding } from './check-policy.ts';
import { isChoiceKey } from './field-fits.ts';
import { resolveDiagnostics, resolveField, resolveItems } from './resolve-fields.ts';

export interface ResolvedAgainst {
  readonly look: PipelineLook;
  /** What the form would show without the document: for whatever the document does not say. */
  readonly base: ClosingPolicy;
  readonly specs: readonly FieldSpec[];
  /** Id in the document → id here; null: the portal does not let the app look, and ids are taken as they are. */
  readonly people: ReadonlyMap<number, number> | null;
}

export interface Resolved {
  readonly policy: ClosingPolicy;
  /** Codes `settings.choose.<code>`. */
  readonly toChoose: readonly Finding[];
}

export function resolveDocument(document: PolicyDocument, against: ResolvedAgainst): Resolved {
  const toChoose: Finding[] = [];
  const { policy } = document;
  const { look, base } = against;
  const stages = resolveStages(document, against, toChoose);
  const fields = resolveFields(document, against, toChoose);
  const people = (path: 'leads' | 'overriders'): readonly number[] =>
    resolvePeople(path, document, against.people, toChoose);
  return {
    policy: {
      ...policy,
      version: base.version,
      pipeline: { entityTypeId: look.pipeline.entityTypeId, categoryId: look.pipeline.categoryId },
      stages,
      returnStage: resolveReturn(document, against, stages, toChoose),
      ...fields,
      criteria: regulationPreset().criteria.map((preset) => ({
        ...preset,
        ...policy.criteria.find(({ id }) => id === preset.id),
        clause: preset.clause,
      })),
      diagnostics: resolveDiagnostics(document, against, toChoose),
      leads: people('leads'),
      overriders: people('overriders'),
    },
    toChoose,
  };
}

const plain = (text: string): string => text.trim().toLowerCase();

/** Final stages of deals and of smart processes have different codes for the same thing. */
const TWINS: Readonly<Record<string, string>> = {
  WON: 'SUCCESS',
  SUCCESS: 'WON',
  LOSE: 'FAIL',
  FAIL: 'LOSE',
};

const codeOf = (stageId: string): string => stageId.slice(stageId.lastIndexOf(':') + 1);

/** The stage of this pipeline that the document's stage is; null when there is none. */
function stageHere(
  stageId: string,
  { names }: PolicyDocument,
  { stages }: PipelineLook,
): string | null {
  const name = names?.stages[stageId];
  const same = stages.find((one) => one.stageId === stageId);
  if (same && (name === undefined || plain(name) === plain(same.name))) return stageId;
  const called = stages.filter((one) => name !== undefined && plain(one.name) === plain(name));
  const [only] = called;
  if (called.length === 1 && only) return only.stageId;
  if (same) return stageId;
  const code = codeOf(stageId);
  const byCode =
    stages.find((one) => codeOf(one.stageId) === code) ??
    stages.find((one) => codeOf(one.stageId) === TWINS[code]);
  return byCode?.stageId ?? null;
}

/** Stages the document does not know keep the role they have, or would be given at a first look. */
function resolveStages(
  document: PolicyDocument,
  { look, base }: ResolvedAgainst,
  toChoose: Finding[],
): Readonly<Record<string, StageRole>> {
  const roles = new Map(Object.entries(base.stages));
  for (const [stageId, role] of Object.entries(document.policy.stages)) {
    const here = stageHere(stageId, document, look);
    if (here !== null) roles.set(here, role);
    else if (role !== 'work') {
      const stage = document.names?.stages[stageId] ?? stageId;
      toChoose.push({ path: `stages.${stageId}`, code: 'stage', params: { role, stage } });
    }
  }
  return Object.fromEntries(roles);
}

function resolveReturn(
  document: PolicyDocument,
  { look, base }: ResolvedAgainst,
  stages: Readonly<Record<string, StageRole>>,
  toChoose: Finding[],
): string {
  const { returnStage } = document.policy;
  const here = stageHere(returnStage, document, look);
  if (here !== null && stages[here] === 'work') return here;
  const chosen =
    stages[base.returnStage] === 'work' ? base.returnStage : guessReturnStage(look.stages, stages);
  const name = (stageId: string): string =>
    look.stages.find((one) => one.stageId === stageId)?.name ?? stageId;
  const stage = document.names?.stages[returnStage] ?? returnStage;
  const params = { stage, chosen: name(chosen) };
  toChoose.push({ path: 'returnStage', code: 'return-stage', params });
  return chosen;
}

/** Keys of the app's own fields keep the names these have here. */
function resolveFields(
  document: PolicyDocument,
  { base, specs, look }: ResolvedAgainst,
  toChoose: Finding[],
): Pick<ClosingPolicy, 'fields' | 'options'> {
  const wanted = mappingOf(document.policy).fields;
  const standing = mappingOf(base).fields;
  const fields = { ...base.fields };
  const options = { ...base.options };
  for (const spec of specs) {
    const { key } = spec;
    const from = wanted[key];
    const field = from === undefined ? null : resolveField(spec, from, document, look);
    if (from !== undefined && field !== null) {
      fields[key] = field.name;
      if (isChoiceKey(key)) {
        options[key] = resolveItems({ spec, key, from }, field, document, toChoose);
      }
      continue;
    }
    if (from !== undefined) {
      toChoose.push({ path: `fields.${key}`, code: 'field', params: { key, field: from } });
    }
    if (standing[key] === undefined) continue;
    fields[key] = '';
    if (isChoiceKey(key)) options[key] = {};
  }
  return { fields, options };
}

function resolvePeople(
  path: 'leads' | 'overriders',
  { policy, names }: PolicyDocument,
  here: ReadonlyMap<number, number> | null,
  toChoose: Finding[],
): readonly number[] {
  if (here === null) return policy[path];
  const found: number[] = [];
  for (const id of policy[path]) {
    const known = here.get(id);
    if (known !== undefined) found.push(known);
    else {
      const person = names?.people[String(id)] ?? '';
      toChoose.push({ path, code: 'person', params: { title: path, person: person || id } });
    }
  }
  return [...new Set(found)];
}
