/**
 * The portal's stages, remembered for a while: the sweep needs them to see a ticket that left its pipeline
 * straight into a closed stage elsewhere, and to notice that a mapped stage was deleted.
 */
import type { ClosingPolicy } from '../core/policy.ts';
import { stageRole } from '../core/stage-role.ts';
import type { Instant } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { Log } from './ports/runtime.ts';
import type { PortalStage } from './ports/tickets.ts';

/** Stages change by an administrator's hand, rarely; ten minutes old is fresh enough and costs nothing at rest. */
const FRESH_MS = 10 * 60_000;

export interface StageDirectory {
  /** All stages of these entity types; at most ten minutes old. `renewed` is true when the portal was asked just now. */
  stages(
    entityTypeIds: readonly number[],
    now: Instant,
  ): Promise<{ readonly stages: readonly PortalStage[]; readonly renewed: boolean }>;
}

/** @param load reads the stages from the portal (TicketGateway.listStages) */
export function createStageDirectory(
  load: (entityTypeIds: readonly number[]) => Promise<readonly PortalStage[]>,
  log: Log,
): StageDirectory {
  let cached: { key: string; at: Instant; stages: readonly PortalStage[] } | null = null;
  return {
    async stages(entityTypeIds, now) {
      const key = entityTypeIds.toSorted((a, b) => a - b).join(',');
      if (cached && cached.key === key && Math.abs(now - cached.at) < FRESH_MS) {
        return { stages: cached.stages, renewed: false };
      }
      try {
        const stages = await load(entityTypeIds);
        cached = { key, at: now, stages };
        return { stages, renewed: true };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // The gate needs only the policies' own stages; what the directory adds can wait for the next sweep.
        log.warn({ code: error.code, detail: error.detail }, 'The stages could not be read');
        return { stages: cached?.key === key ? cached.stages : [], renewed: false };
      }
    },
  };
}

/** Success stages of pipelines that no policy maps: the way round the gate. */
export function ungatedSuccessStages(
  stages: readonly PortalStage[],
  policies: readonly ClosingPolicy[],
): readonly PortalStage[] {
  return stages.filter(
    (stage) =>
      stage.semantics === 'success' &&
      !policies.some(
        (policy) =>
          policy.pipeline.entityTypeId === stage.entityTypeId &&
          policy.pipeline.categoryId === stage.categoryId,
      ),
  );
}

/** Stages that end a ticket although these policies exempt them: closings the gate has no say in, but the report shows. */
export function exemptFinalStages(
  stages: readonly PortalStage[],
  policies: readonly ClosingPolicy[],
): readonly string[] {
  const final = finalStages(stages);
  return policies.flatMap((policy) =>
    Object.keys(policy.stages).filter(
      (id) =>
        stageRole(policy, id) === 'exempt' && final.has(`${policy.pipeline.entityTypeId}:${id}`),
    ),
  );
}

/** `type:stage` of every stage on which the portal itself takes a ticket for finished, well or not. */
export function finalStages(stages: readonly PortalStage[]): ReadonlySet<string> {
  const final = stages.filter(({ semantics }) => semantics !== 'process');
  return new Set(final.map(({ entityTypeId, stageId }) => `${entityTypeId}:${stageId}`));
}

/** Mapped stage ids (and the return stage) that the portal no longer has, per policy. */
export function deletedStages(
  stages: readonly PortalStage[],
  policy: ClosingPolicy,
): readonly string[] {
  const alive = new Set(
    stages
      .filter(
        (stage) =>
          stage.entityTypeId === policy.pipeline.entityTypeId &&
          stage.categoryId === policy.pipeline.categoryId,
      )
      .map((stage) => stage.stageId),
  );
  const mapped = new Set([...Object.keys(policy.stages), policy.returnStage]);
  return [...mapped].filter((stageId) => stageId !== '' && !alive.has(stageId));
}
