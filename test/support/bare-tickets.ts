/** Tickets for a storm of premature closings, and what became of them. Free of jest: scripts that node runs use it, too. */
import type { Ref, Scene } from '../chaos/scene.ts';

const AGENT = 2;

/** A ticket at work that lacks everything: to be returned when it is closed. */
export function bare({ sandbox }: Scene): Ref {
  const { id } = sandbox.control.createTicket(
    {
      entityTypeId: 2,
      categoryId: 5,
      stageId: 'C5:PREPARATION',
      title: 'Не приходит код',
      assignedById: AGENT,
    },
    AGENT,
  );
  return { entityTypeId: 2, id };
}

/** How many of them are returned and explained. */
export const back = (scene: Scene, refs: readonly Ref[]): number =>
  refs.filter(
    (ref) =>
      scene.sandbox.control.ticket(ref).stageId === 'C5:PREPARATION' &&
      scene.comments(ref).length > 0,
  ).length;

/** How often each value comes. */
export function tally<T>(values: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
