/** Activities known to be no letter of a client: the app's own letters, and what was read once. Their later rings cost nothing. */
import type { GateDeps } from './gate-deps.ts';

/** Rings of one activity come close together; forgotten, it is read once more. */
const KNOWN_MS = 24 * 60 * 60_000;

const markOf = (reference: string): string => `no-letter@${reference}`;
const referenceOf = (id: number): string => `activity:${id}`;

/** @param references `activity:15`; others are left out */
export async function knowActivities(
  portalId: string,
  references: readonly string[],
  deps: GateDeps,
): Promise<void> {
  const movedAt = deps.clock.now() + KNOWN_MS;
  const own = references.filter((reference) => reference.startsWith('activity:'));
  if (own.length === 0) return;
  const marks = own.map((reference) => ({ mark: markOf(reference), movedAt }));
  await deps.state.markSeen(portalId, marks, 0);
}

export async function unknownActivities(
  portalId: string,
  ids: readonly number[],
  deps: GateDeps,
): Promise<readonly number[]> {
  const unseen = await deps.state.unseen(
    portalId,
    ids.map((id) => markOf(referenceOf(id))),
  );
  return ids.filter((id) => unseen.has(markOf(referenceOf(id))));
}

export const activityReferences = (ids: readonly number[]): readonly string[] =>
  ids.map(referenceOf);
