/** What the settings use cases work with, and what every one of them reads first. */
import { NO_FIELDS, NO_OPTIONS } from '../../core/field-mapping.ts';
import type { ClosingPolicy, PipelineRef } from '../../core/policy.ts';
import { AppError } from '../../errors.ts';
import type { PipelineLook } from '../ports/settings.ts';
import type { Language } from '../ports/texts.ts';
import type { PortalTools, Say } from '../ports/tools.ts';
import { composeDraft } from '../setup-pipeline-draft.ts';

export interface SettingsDeps {
  readonly portalId: string;
  readonly tools: Pick<
    PortalTools,
    | 'archive'
    | 'clock'
    | 'fieldSpecs'
    | 'journal'
    | 'lookAtCalendar'
    | 'policies'
    | 'policyArchive'
    | 'portalId'
    | 'readDocument'
    | 'roleHints'
    | 'settings'
    | 'setup'
  >;
  readonly say: Say;
}

/** A pipeline of the portal with what is saved for it. */
export interface SettingsScene {
  readonly look: PipelineLook;
  /** null also for a stored policy that can no longer be read. */
  readonly previous: ClosingPolicy | null;
  /** What is stored can no longer be read; a save replaces it. */
  readonly broken: boolean;
}

/** Words in the reader's language. */
export type Speak = (key: string, params?: Readonly<Record<string, string | number>>) => string;

export const speakIn =
  (language: Language, { say }: Pick<SettingsDeps, 'say'>): Speak =>
  (key, params) =>
    say(language, key, params);

/** null: the portal has no such pipeline. Throws portal and store faults. */
export async function readScene(
  pipeline: PipelineRef,
  { tools }: SettingsDeps,
): Promise<SettingsScene | null> {
  const [look, stored] = await Promise.all([
    tools.settings.look(pipeline),
    storedPolicy(pipeline, tools),
  ]);
  if (look === null) return null;
  const broken = stored === 'broken';
  return { look, broken, previous: broken ? null : stored };
}

/** null: nothing is saved for the pipeline. */
export async function storedPolicy(
  pipeline: PipelineRef,
  { policies, portalId }: Pick<SettingsDeps['tools'], 'policies' | 'portalId'>,
): Promise<ClosingPolicy | 'broken' | null> {
  try {
    return await policies.find(portalId, pipeline);
  } catch (error) {
    if (error instanceof AppError && error.code === 'policy-invalid') return 'broken';
    throw error;
  }
}

/**
 * What the form starts with: the saved policy without stages that are gone and with the criteria of this version of the app, or
 * the regulation for a pipeline without one.
 * @param about `tickets` in the pipeline: one with tickets begins by observing; `userId` leads until another is named
 */
export function proposedPolicy(
  { look, previous }: SettingsScene,
  { tools }: Pick<SettingsDeps, 'tools'>,
  {
    tickets,
    language,
    userId,
  }: { readonly tickets: number; readonly language: Language; readonly userId: number },
): ClosingPolicy {
  const facts = {
    pipeline: look.pipeline,
    stages: look.stages,
    tickets,
    serverTime: look.serverTime,
    appUserId: look.appUserId,
    previous,
    roleHints: tools.roleHints,
    // What no longer fits is shown as a problem of the form, not left out.
    fields: [],
    fieldSpecs: [],
  };
  const request = { pipeline: look.pipeline, language: previous ? null : language };
  const { draft } = composeDraft(request, facts);
  const { mapping: _own, ...settings } = draft;
  return {
    ...settings,
    leads: previous ? draft.leads : [userId],
    version: previous?.version ?? 0,
    fields: previous?.fields ?? NO_FIELDS,
    options: previous?.options ?? NO_OPTIONS,
  };
}
