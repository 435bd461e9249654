import type { ClosingPolicy, StageRole } from './policy.ts';
import type { Outcome } from './ticket.ts';
import { OUTCOMES } from './ticket.ts';

/** The part of a policy that says what its stages mean. */
export type StageMap = Pick<ClosingPolicy, 'stages'>;

/** What the stage means to this policy; a stage the map does not name is a work stage. */
export function stageRole({ stages }: StageMap, stageId: string): StageRole {
  // hasOwn: stage ids come from outside, and a plain lookup would find `constructor`.
  return (Object.hasOwn(stages, stageId) ? stages[stageId] : undefined) ?? 'work';
}

/** The outcome a gated stage closes with, unless the ticket names its own; null for a stage where nothing is judged. */
export function stageOutcome(role: StageRole): Outcome | null {
  if (role === 'gate') return 'confirmed';
  return OUTCOMES.find((outcome) => role === `closed:${outcome}`) ?? null;
}

/** The ticket stands closed. On the gate stage it is only about to be. */
export function isClosedRole(role: StageRole): boolean {
  return role !== 'gate' && stageOutcome(role) !== null;
}

/** Stage ids where a ticket is judged: the gate stage and every closed stage. */
export function gatedStages(map: StageMap): readonly string[] {
  return Object.keys(map.stages).filter((id) => stageOutcome(stageRole(map, id)) !== null);
}
