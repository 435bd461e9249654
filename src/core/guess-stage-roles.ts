/** First guess of a stage map, for the setup to show and a person to correct. */
import type { StageRole } from './policy.ts';
import { stageRole } from './stage-role.ts';

export interface StageToMap {
  readonly stageId: string;
  readonly name: string;
  readonly semantics: 'process' | 'success' | 'failure';
  readonly sort: number;
}

/** Parts of lower-case stage names that hint at a role; the words themselves come from the locale files. */
export interface RoleHint {
  readonly role: StageRole;
  readonly patterns: readonly string[];
}

/** Success closes as confirmed and failure is left alone; of the others, the first hint that fits a name wins, else work. */
export function guessStageRoles(
  stages: readonly StageToMap[],
  nameHints: readonly RoleHint[],
): Readonly<Record<string, StageRole>> {
  return Object.fromEntries(stages.map((stage) => [stage.stageId, guessRole(stage, nameHints)]));
}

function guessRole({ name, semantics }: StageToMap, nameHints: readonly RoleHint[]): StageRole {
  if (semantics === 'success') return 'closed:confirmed';
  if (semantics === 'failure') return 'exempt';
  const lowerName = name.toLowerCase();
  const hint = nameHints.find(({ patterns }) =>
    patterns.some((pattern) => lowerName.includes(pattern)),
  );
  return hint?.role ?? 'work';
}

/** The last work stage before the board turns to confirmation and closing, else the first work stage; '' when there is none. */
export function guessReturnStage(
  stages: readonly StageToMap[],
  roles: Readonly<Record<string, StageRole>>,
): string {
  const ordered = [...stages]
    .sort((left, right) => left.sort - right.sort)
    .map(({ stageId }) => ({ stageId, role: stageRole({ stages: roles }, stageId) }));
  const end = ordered.findIndex(({ role }) => role !== 'work' && role !== 'exempt');
  const isWork = ({ role }: { readonly role: StageRole }): boolean => role === 'work';
  const before = ordered.slice(0, end === -1 ? ordered.length : end);
  return (before.findLast(isWork) ?? ordered.find(isWork))?.stageId ?? '';
}
