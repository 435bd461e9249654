/** Every version of a pipeline's policy: when, who, what changed. */
import type { PolicyVersions } from '../../core/admin/settings-state.ts';
import type { PipelineRef } from '../../core/policy.ts';
import { pipelineKey } from '../../core/policy.ts';
import type { SettingsUser } from './pipeline-settings.ts';
import { changesInWords } from './policy-document.ts';
import type { SettingsDeps } from './settings-deps.ts';
import { speakIn } from './settings-deps.ts';

/** Newest first. Throws portal and store faults. */
export async function policyVersions(
  pipeline: PipelineRef,
  user: SettingsUser,
  deps: SettingsDeps,
): Promise<PolicyVersions> {
  const { tools } = deps;
  const speak = speakIn(user.language, deps);
  const stored = (await tools.policyArchive.versions(tools.portalId)).filter(
    ({ policy }) => pipelineKey(policy.pipeline) === pipelineKey(pipeline),
  );
  const ids = stored.flatMap(({ policy, savedBy }) => [
    savedBy,
    ...policy.leads,
    ...policy.overriders,
  ]);
  const [look, staff] = await Promise.all([
    tools.settings.look(pipeline),
    tools.settings.staff([...new Set(ids)].filter((id) => id > 0)),
  ]);
  const people = new Map(staff?.map(({ id, name }) => [id, name]));
  const names = { look: look ?? { stages: [], fields: [] }, people };
  const lines = stored.map(({ policy, savedAt, savedBy }, index) => {
    const before = stored[index - 1];
    return {
      version: policy.version,
      savedAt,
      by: savedBy === 0 ? '' : people.get(savedBy) || speak('settings.user', { id: savedBy }),
      changes: before ? changesInWords(before.policy, policy, names, speak) : [],
    };
  });
  return { versions: lines.toReversed() };
}
