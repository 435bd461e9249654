/** The settings of one pipeline: opened, checked, saved. */
import type {
  PipelineSettings,
  PolicyCheck,
  SettingNote,
  SwitchConsequences,
} from '../../core/admin/settings-state.ts';
import { mappingOf } from '../../core/field-mapping.ts';
import type { ClosingPolicy, PipelineRef } from '../../core/policy.ts';
import { pipelineKey } from '../../core/policy.ts';
import { regulationPreset } from '../../core/regulation-preset.ts';
import { AppError } from '../../errors.ts';
import type { DocumentReading } from '../ports/settings.ts';
import type { Language } from '../ports/texts.ts';
import type { SetupReport } from '../setup-pipeline.ts';
import { sameContent, savePolicyDraft } from '../setup-pipeline.ts';
import type { PolicyDraft } from '../setup-pipeline-draft.ts';
import { lookAtPolicy } from './look-at-policy.ts';
import { settingsBook } from './settings-book.ts';
import type { SettingsDeps, SettingsScene, Speak } from './settings-deps.ts';
import { proposedPolicy, readScene, speakIn } from './settings-deps.ts';
import { standingWishes, switchConsequences } from './switch-consequences.ts';

/** Who looks or saves. */
export interface SettingsUser {
  readonly id: number;
  readonly language: Language;
}

/** null: the portal has no such pipeline. Throws portal and store faults. */
export async function openPipeline(
  pipeline: PipelineRef,
  user: SettingsUser,
  deps: SettingsDeps,
): Promise<PipelineSettings | null> {
  const scene = await readScene(pipeline, deps);
  return scene && showPipeline(scene, user, deps);
}

async function showPipeline(
  scene: SettingsScene,
  user: SettingsUser,
  deps: SettingsDeps,
): Promise<PipelineSettings> {
  const { look, previous } = scene;
  const speak = speakIn(user.language, deps);
  const stageIds = look.stages.map(({ stageId }) => stageId);
  const guessed = proposedPolicy(scene, deps, { ...aboutOf(user), tickets: 0 });
  const counts = await deps.tools.settings.standing(
    look.pipeline,
    standingWishes(guessed, stageIds),
  );
  const tickets = (counts[0] ?? 0) + (counts[2] ?? 0);
  const policy = proposedPolicy(scene, deps, { ...aboutOf(user), tickets });
  const looked = await lookAtPolicy(policy, scene, deps, speak);
  return {
    pipeline: pipelineKey(look.pipeline),
    typeName: look.typeName,
    name: look.pipeline.name,
    version: previous?.version ?? 0,
    policy,
    book: settingsBook(look, deps.tools.fieldSpecs, { language: user.language, speak }),
    check: looked.check,
    switching: switchConsequences(policy, counts, speak),
    people: looked.people,
    peopleBy: looked.peopleBy,
  };
}

const aboutOf = ({ id, language }: SettingsUser) => ({ userId: id, language });

export type CheckAnswer =
  | {
      readonly kind: 'checked';
      readonly check: PolicyCheck;
      /** Only where the policy would switch the pipeline from observing to enforcing. */
      readonly switching: SwitchConsequences | null;
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'invalid'; readonly problems: readonly SettingNote[] };

/** Saves nothing. Throws portal faults. */
export async function checkPipeline(
  pipeline: PipelineRef,
  document: unknown,
  user: SettingsUser,
  deps: SettingsDeps,
): Promise<CheckAnswer> {
  const speak = speakIn(user.language, deps);
  const reading = deps.tools.readDocument(document);
  if (!reading.ok) return { kind: 'invalid', problems: shapeNotes(reading, speak) };
  const scene = await readScene(pipeline, deps);
  if (!scene) return { kind: 'unknown' };
  const { check } = await lookAtPolicy(reading.policy, scene, deps, speak);
  const switches = reading.policy.mode === 'enforce' && scene.previous?.mode !== 'enforce';
  const switching = switches ? await consequences(reading.policy, scene, deps, speak) : null;
  return { kind: 'checked', check, switching };
}

async function consequences(
  policy: ClosingPolicy,
  { look }: Pick<SettingsScene, 'look'>,
  { tools }: SettingsDeps,
  speak: Speak,
): Promise<SwitchConsequences> {
  const stageIds = look.stages.map(({ stageId }) => stageId);
  const wishes = standingWishes(policy, stageIds);
  return switchConsequences(policy, await tools.settings.standing(look.pipeline, wishes), speak);
}

/** What the schema of a document says, beside its places. */
export function shapeNotes(
  { problems }: Extract<DocumentReading, { ok: false }>,
  speak: Speak,
): readonly SettingNote[] {
  return problems.map(({ path, message }) => ({
    path,
    code: 'shape',
    text: speak('settings.note.shape', { path, message }),
  }));
}

export type SaveAnswer =
  | { readonly kind: 'saved'; readonly settings: PipelineSettings }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly version: number }
  | { readonly kind: 'invalid'; readonly problems: readonly SettingNote[] };

/**
 * Checks everything first and writes only what has no problem: fields, then the policy, then the journal in the name of the user.
 * Throws portal and store faults; repeating a save does no harm.
 */
export async function savePipeline(
  pipeline: PipelineRef,
  wish: { readonly document: unknown; readonly version: number },
  user: SettingsUser,
  deps: SettingsDeps,
): Promise<SaveAnswer> {
  const speak = speakIn(user.language, deps);
  const reading = deps.tools.readDocument(wish.document);
  if (!reading.ok) return { kind: 'invalid', problems: shapeNotes(reading, speak) };
  const scene = await readScene(pipeline, deps);
  if (!scene) return { kind: 'unknown' };
  const version = scene.previous?.version ?? 0;
  const draft = draftOf(reading.policy, scene);
  if (version !== wish.version) {
    if (!standsAlready(draft, scene)) return { kind: 'changed', version };
    const settings = await showPipeline(scene, user, deps);
    return { kind: 'saved', settings: { ...settings, saved: { changed: false, created: [] } } };
  }
  const looked = await lookAtPolicy(reading.policy, scene, deps, speak);
  if (looked.problems.length > 0) return { kind: 'invalid', problems: looked.check.problems };
  const saved = await store(draft, scene, user, deps);
  if (saved === null) return { kind: 'changed', version };
  const { policy, changed, created } = saved;
  // Fields that were just created belong to what there is to choose from.
  const fresh = created.length > 0 ? await deps.tools.settings.look(pipeline) : null;
  const after = { look: fresh ?? scene.look, previous: policy, broken: false };
  const settings = await showPipeline(after, user, deps);
  return { kind: 'saved', settings: { ...settings, saved: { changed, created } } };
}

/** Stages nobody named are work stages, clauses follow the program, dates stand in order. */
export function draftOf(policy: ClosingPolicy, { look }: Pick<SettingsScene, 'look'>): PolicyDraft {
  const { version: _version, fields: _fields, options: _options, ...settings } = policy;
  const dates = (list: readonly string[]) => [...new Set(list)].toSorted();
  const { entityTypeId, categoryId } = look.pipeline;
  return {
    ...settings,
    pipeline: { entityTypeId, categoryId },
    stages: Object.fromEntries(
      look.stages.map(({ stageId }) => [stageId, policy.stages[stageId] ?? 'work']),
    ),
    criteria: regulationPreset().criteria.map((preset) => ({
      ...preset,
      ...policy.criteria.find(({ id }) => id === preset.id),
      clause: preset.clause,
    })),
    daysOff: dates(policy.daysOff),
    workDays: dates(policy.workDays),
    leads: [...new Set(policy.leads)],
    overriders: [...new Set(policy.overriders)],
    mapping: mappingOf(policy),
  };
}

/** The answer to a save may get lost: the same save once more is no conflict. */
function standsAlready({ mapping, ...draft }: PolicyDraft, { previous }: SettingsScene): boolean {
  if (previous === null) return false;
  const { fields, options } = previous;
  return (
    sameContent({ ...draft, fields, options }, previous) &&
    sameContent(mapping, mappingOf(previous))
  );
}

/** null: somebody else saved meanwhile. */
async function store(
  draft: PolicyDraft,
  { previous, broken }: SettingsScene,
  user: SettingsUser,
  { tools }: SettingsDeps,
): Promise<Omit<SetupReport, 'warnings'> | null> {
  const deps = { ...tools, savedBy: user.id, first: previous === null && !broken };
  try {
    return await savePolicyDraft(draft, previous, deps, () => undefined);
  } catch (error) {
    if (error instanceof AppError && error.code === 'policy-invalid') return null;
    throw error;
  }
}
