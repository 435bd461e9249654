/** Things that are done once and remembered: a repeat after a crash must not journal or tell the same again. */
import type { GateDeps } from './gate-deps.ts';

/** Longer than any ticket's cycle lives. */
const REMEMBER_MS = 400 * 24 * 60 * 60_000;

/** Runs `work` unless it was done under this mark; a crash right between the two repeats it. */
export async function once(
  portalId: string,
  mark: string,
  deps: GateDeps,
  work: () => Promise<unknown>,
): Promise<void> {
  const unseen = await deps.state.unseen(portalId, [mark]);
  if (!unseen.has(mark)) return;
  await work();
  await remember(portalId, mark, deps);
}

export async function remember(portalId: string, mark: string, deps: GateDeps): Promise<void> {
  // Marks are dropped by age, so that this one carries the time until which it is wanted.
  const movedAt = deps.clock.now() + REMEMBER_MS;
  await deps.state.markSeen(portalId, [{ mark, movedAt }], 0);
}
