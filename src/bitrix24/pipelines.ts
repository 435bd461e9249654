/** Pipelines and their stages (PORTAL 3.8). */
import type { PortalPipeline } from '../app/ports/setup.ts';
import type { PortalStage } from '../app/ports/tickets.ts';
import type { PipelineRef } from '../core/policy.ts';
import type { BatchCommand } from './batch-command.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { stageDirectoryId } from './stage-places.ts';
import { valueOf } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

/** Pipelines of these entity types that the app may read; a type that is gone has none. */
export async function listPipelines(
  client: PortalClient,
  entityTypeIds: readonly number[],
): Promise<readonly PortalPipeline[]> {
  const types = [...new Set(entityTypeIds)];
  const answers = await readBatch(client, types.map(pipelinesCommand), 'live');
  return types.flatMap((entityTypeId) =>
    pipelinesIn(entityTypeId, answers.get(pipelinesCommand(entityTypeId).key)),
  );
}

export function pipelinesCommand(entityTypeId: number): BatchCommand {
  return { key: `cat${entityTypeId}`, method: 'crm.category.list', params: { entityTypeId } };
}

/** @param answer to `pipelinesCommand` */
export function pipelinesIn(
  entityTypeId: number,
  answer: CommandResult | undefined,
): readonly PortalPipeline[] {
  const gone =
    answer?.ok === false && ['NOT_FOUND', 'ENTITY_TYPE_NOT_SUPPORTED'].includes(answer.code);
  if (gone) return [];
  const value = valueOf('crm.category.list', answer ?? NO_ANSWER);
  return rowsOf(recordOf(value)['categories']).flatMap((row) => {
    const categoryId = integerOf(row['id']);
    return categoryId === null ? [] : [{ entityTypeId, categoryId, name: textOf(row['name']) }];
  });
}

const NO_ANSWER: CommandResult = { ok: false, code: 'NO_ANSWER', httpStatus: 0 };

/** Every stage of every readable pipeline, in board order. */
export async function listStages(
  client: PortalClient,
  entityTypeIds: readonly number[],
): Promise<readonly PortalStage[]> {
  const pipelines = await listPipelines(client, entityTypeIds);
  const answers = await readBatch(client, pipelines.map(stagesCommand), 'live');
  return pipelines.flatMap((pipeline) => {
    const value = valueOf('crm.status.list', answers.get(stagesCommand(pipeline).key) ?? NO_ANSWER);
    return stagesIn(pipeline, value);
  });
}

export function stagesCommand({ entityTypeId, categoryId }: PipelineRef): BatchCommand {
  return {
    key: `st${entityTypeId}c${categoryId}`,
    method: 'crm.status.list',
    params: {
      filter: { ENTITY_ID: stageDirectoryId(entityTypeId, categoryId) },
      order: { SORT: 'ASC' },
    },
  };
}

/** @param value what `stagesCommand` answered */
export function stagesIn(pipeline: PipelineRef, value: unknown): readonly PortalStage[] {
  return rowsOf(value).flatMap((row) => stageOf(row, pipeline));
}

function stageOf(row: Json, { entityTypeId, categoryId }: PipelineRef): readonly PortalStage[] {
  const stageId = textOf(row['STATUS_ID']);
  if (stageId === '' || textOf(row['ENTITY_ID']) !== stageDirectoryId(entityTypeId, categoryId)) {
    return [];
  }
  const sort = integerOf(row['SORT']) ?? 0;
  const name = textOf(row['NAME']);
  return [{ entityTypeId, categoryId, stageId, name, sort, semantics: semanticsOf(row) }];
}

/** SEMANTICS only: EXTRA.SEMANTICS does not exist for smart processes (trap 15). */
function semanticsOf(row: Json): PortalStage['semantics'] {
  const semantics = textOf(row['SEMANTICS']).toUpperCase();
  if (semantics === 'S') return 'success';
  return semantics === 'F' ? 'failure' : 'process';
}
