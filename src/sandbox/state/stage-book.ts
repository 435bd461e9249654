import type { Pipeline, Semantics, SmartProcess, Stage } from './records.ts';
import { RelationBook } from './relations.ts';

export interface NewStage {
  readonly code: string;
  readonly name: string;
  readonly color: string;
  readonly semantics: Semantics;
}

/** Pipelines, their stages and the smart processes: what crm.category, crm.status and crm.type tell. */
export class StageBook {
  readonly pipelines: Pipeline[] = [];
  readonly processes: SmartProcess[] = [];
  readonly relations = new RelationBook();
  readonly #stages = new Map<string, Stage>();
  #nextStatusId = 101;

  addPipeline(pipeline: Pipeline, stages: readonly NewStage[]): void {
    this.pipelines.push(pipeline);
    stages.forEach((stage, index) => {
      this.addStage(pipeline, stage, (index + 1) * 10);
    });
  }

  addStage(pipeline: Pipeline, stage: NewStage, sort: number): Stage {
    const { entityTypeId, categoryId } = pipeline;
    const prefix = stagePrefix(entityTypeId, categoryId);
    const added: Stage = {
      id: this.#nextStatusId,
      entityTypeId,
      categoryId,
      stageId: prefix === '' ? stage.code : `${prefix}:${stage.code}`,
      name: stage.name,
      color: stage.color,
      semantics: stage.semantics,
      sort,
      system: stage.semantics !== null || sort === 10,
      required: [],
      movers: null,
    };
    this.#nextStatusId += 2;
    this.#stages.set(stageKey(entityTypeId, added.stageId), added);
    return added;
  }

  stage(entityTypeId: number, stageId: string): Stage | undefined {
    return this.#stages.get(stageKey(entityTypeId, stageId));
  }

  stagesOf(entityTypeId: number, categoryId: number): Stage[] {
    return [...this.#stages.values()]
      .filter((s) => s.entityTypeId === entityTypeId && s.categoryId === categoryId)
      .sort((a, b) => a.sort - b.sort);
  }

  all(): Iterable<Stage> {
    return this.#stages.values();
  }

  pipeline(entityTypeId: number, categoryId: number): Pipeline | undefined {
    return this.pipelines.find(
      (p) => p.entityTypeId === entityTypeId && p.categoryId === categoryId,
    );
  }

  /** The first stage whose STATUS_ID is this, in whichever pipeline. */
  findByStatusId(stageId: string): Stage | undefined {
    return [...this.#stages.values()].find((s) => s.stageId === stageId);
  }

  delete(stage: Stage): void {
    this.#stages.delete(stageKey(stage.entityTypeId, stage.stageId));
  }

  /** P, S or F; a stage that no longer exists counts as in progress. */
  semanticOf(entityTypeId: number, stageId: string): 'P' | 'S' | 'F' {
    return this.stage(entityTypeId, stageId)?.semantics ?? 'P';
  }
}

/** ENTITY_ID of a pipeline's stage directory, as crm.status.list filters by it. */
export function directoryId(entityTypeId: number, categoryId: number): string {
  if (entityTypeId !== 2) return `DYNAMIC_${entityTypeId}_STAGE_${categoryId}`;
  return categoryId === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${categoryId}`;
}

export function stagePrefix(entityTypeId: number, categoryId: number): string {
  if (entityTypeId !== 2) return `DT${entityTypeId}_${categoryId}`;
  return categoryId === 0 ? '' : `C${categoryId}`;
}

function stageKey(entityTypeId: number, stageId: string): string {
  return `${entityTypeId}:${stageId}`;
}
