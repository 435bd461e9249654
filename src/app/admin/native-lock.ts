/**
 * How a portal's own stage rights leave the closing stages to the app. REST documents no method that reads or sets roles, so the page
 * leads an administrator through the portal's settings by their real names, and says what can be checked.
 */
import type { NativeLock } from '../../core/admin/doctor-state.ts';
import { pipelineKey } from '../../core/policy.ts';
import type { ClosingPolicy, PipelineRef } from '../../core/policy.ts';
import { gatedStages } from '../../core/stage-role.ts';
import { AppError } from '../../errors.ts';
import type { AdminDeps } from './admin-deps.ts';

/** null: the portal has no such pipeline. Throws portal and store faults. */
export async function nativeLock(
  pipeline: PipelineRef,
  { portalId, origin, tools, client }: AdminDeps,
): Promise<NativeLock | null> {
  const { setup, probe } = tools;
  const pipelines = await setup.listPipelines(pipeline.entityTypeId);
  const found = pipelines.find(({ categoryId }) => categoryId === pipeline.categoryId);
  if (!found) return null;
  const [all, policy, profile, rights] = await Promise.all([
    setup.listStages([pipeline.entityTypeId]),
    policyOf(portalId, pipeline, tools.policies),
    probe.profile(),
    probe.rights(pipeline),
  ]);
  const mine = all
    .filter(
      ({ entityTypeId, categoryId }) =>
        pipelineKey({ entityTypeId, categoryId }) === pipelineKey(pipeline),
    )
    .toSorted((left, right) => left.sort - right.sort);
  // The gate stage is a place agents move to: closing from there is the app's.
  const gated = policy === null ? [] : gatedStages(policy);
  const closing = mine.filter(({ stageId, semantics }) =>
    policy === null
      ? semantics !== 'process'
      : gated.includes(stageId) && policy.stages[stageId] !== 'gate',
  );
  const shown = (stages: typeof mine) => stages.map(({ stageId, name }) => ({ stageId, name }));
  return {
    pipeline: pipelineKey(pipeline),
    pipelineName: found.name,
    typeName: '',
    stages: shown(closing),
    open: shown(mine.filter((stage) => !closing.includes(stage))),
    account: {
      id: profile.id,
      name: await client.channels.staffName(profile.id),
      admin: profile.admin,
      rights,
    },
    rightsUrl: `${origin}/crm/perms/`,
    mode: policy?.mode ?? 'off',
  };
}

async function policyOf(
  portalId: string,
  pipeline: PipelineRef,
  policies: AdminDeps['tools']['policies'],
): Promise<ClosingPolicy | null> {
  try {
    return await policies.find(portalId, pipeline);
  } catch (error) {
    if (error instanceof AppError && error.code === 'policy-invalid') return null;
    throw error;
  }
}
