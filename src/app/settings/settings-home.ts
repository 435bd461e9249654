/** Every pipeline of the portal with the state of its gate. */
import type { PipelineLine, SettingsHome } from '../../core/admin/settings-state.ts';
import type { ClosingPolicy, PipelineRef } from '../../core/policy.ts';
import { pipelineKey } from '../../core/policy.ts';
import { AppError } from '../../errors.ts';
import type { TicketType } from '../ports/settings.ts';
import type { PortalPipeline } from '../ports/setup.ts';
import type { Language } from '../ports/texts.ts';
import type { SettingsDeps } from './settings-deps.ts';
import { speakIn, storedPolicy } from './settings-deps.ts';

type Stored = ClosingPolicy | 'broken' | null;

/** Two requests to the portal, however many pipelines. Throws portal and store faults. */
export async function settingsHome(language: Language, deps: SettingsDeps): Promise<SettingsHome> {
  const { tools } = deps;
  const { types, complete } = await tools.settings.types();
  const pipelines = await tools.settings.pipelines(types.map(({ entityTypeId }) => entityTypeId));
  const saved = await savedPolicies(pipelines, deps);
  const lines = pipelines.map((pipeline) => lineOf(pipeline, types, saved(pipeline)));
  const shown = new Set(lines.map((line) => line.pipeline));
  const gone = saved.all.filter(({ pipeline }) => !shown.has(pipelineKey(pipeline)));
  const speak = speakIn(language, deps);
  return {
    pipelines: [...lines, ...gone.map(goneLine)],
    notices: [
      ...(complete ? [] : [speak('settings.notice.types')]),
      ...(lines.some(({ state }) => state === 'broken') ? [speak('settings.notice.broken')] : []),
    ],
  };
}

function lineOf(
  { entityTypeId, categoryId, name }: PortalPipeline,
  types: readonly TicketType[],
  stored: Stored,
): PipelineLine {
  const typeName = types.find((type) => type.entityTypeId === entityTypeId)?.name ?? '';
  const state = stored === null ? 'off' : stored === 'broken' ? 'broken' : stored.mode;
  return {
    pipeline: pipelineKey({ entityTypeId, categoryId }),
    typeName,
    name,
    state,
    version: stored === null || stored === 'broken' ? 0 : stored.version,
  };
}

function goneLine({ pipeline, version }: ClosingPolicy): PipelineLine {
  const key = pipelineKey(pipeline);
  return { pipeline: key, typeName: '', name: key, state: 'gone', version };
}

interface Saved {
  (pipeline: PipelineRef): Stored;
  readonly all: readonly ClosingPolicy[];
}

/** One that cannot be read fails the whole list: then each is asked for by itself. */
async function savedPolicies(
  pipelines: readonly PipelineRef[],
  { tools, portalId }: SettingsDeps,
): Promise<Saved> {
  const byKey = new Map<string, Stored>();
  try {
    for (const policy of await tools.policies.list(portalId)) {
      byKey.set(pipelineKey(policy.pipeline), policy);
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    for (const pipeline of pipelines) {
      byKey.set(pipelineKey(pipeline), await storedPolicy(pipeline, tools));
    }
  }
  const all = [...byKey.values()].filter((one) => one !== null && one !== 'broken');
  return Object.assign((one: PipelineRef) => byKey.get(pipelineKey(one)) ?? null, { all });
}

const isUnreadable = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'policy-invalid';
