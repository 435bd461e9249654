/** Alerts the leads once when a stage that the policy maps was deleted on the portal. A renamed stage changes nothing. */
import type { ClosingPolicy } from '../core/policy.ts';
import { pipelineKey } from '../core/policy.ts';
import { alertLeads } from './alert-leads.ts';
import type { GateDeps } from './gate-deps.ts';
import { deletedStages } from './stage-directory.ts';

export async function watchStages(
  portalId: string,
  policies: readonly ClosingPolicy[],
  deps: GateDeps,
): Promise<void> {
  const types = [...new Set(policies.map((policy) => policy.pipeline.entityTypeId))];
  const { stages, renewed } = await deps.stages.stages(types, deps.clock.now());
  if (!renewed) return;
  for (const policy of policies) {
    for (const stageId of deletedStages(stages, policy)) {
      await alertOnce(portalId, policy, stageId, deps);
    }
  }
}

async function alertOnce(
  portalId: string,
  policy: ClosingPolicy,
  stageId: string,
  deps: GateDeps,
): Promise<void> {
  const pipeline = pipelineKey(policy.pipeline);
  // One alert per policy version: saving the policy again without mending it deserves another word.
  const mark = `stage-deleted@${pipeline}@${stageId}@${policy.version}`;
  const unseen = await deps.state.unseen(portalId, [mark]);
  if (!unseen.has(mark)) return;
  await alertLeads(
    portalId,
    {
      code: 'stage-deleted',
      ref: null,
      userIds: policy.leads,
      params: { pipeline, stageId },
      language: policy.language,
    },
    deps,
  );
  // Never forgotten: marks are dropped by age, and this one has none.
  await deps.state.markSeen(portalId, [{ mark, movedAt: Number.MAX_SAFE_INTEGER }], 0);
}
