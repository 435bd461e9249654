/** Which of the listed moves are news. */
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { GateDeps } from './gate-deps.ts';
import type { TicketHead } from './ports/tickets.ts';

export const markOf = (head: TicketHead): string =>
  `${refKey(head.ref)}@${head.movedAt}@${head.stageId}`;

/** Moves not judged yet, without the app's own. Pending tickets are always looked at again. */
export async function unjudged(
  portalId: string,
  heads: readonly TicketHead[],
  pending: readonly TicketRef[],
  deps: GateDeps,
): Promise<readonly TicketHead[]> {
  if (heads.length === 0) return [];
  const waiting = new Set(pending.map(refKey));
  const unseen = await deps.state.unseen(portalId, heads.map(markOf));
  const candidates = heads.filter((h) => unseen.has(markOf(h)) || waiting.has(refKey(h.ref)));
  if (candidates.length === 0) return [];
  const appUser = await deps.tickets.appUserId();
  // Only a move that is both by the app's user and one the app announced is its own:
  // the webhook's owner may be a person who drags cards too.
  const own = await deps.state.ownMoves(
    portalId,
    candidates
      .filter((head) => head.movedBy === appUser)
      .map(({ ref, stageId, movedAt }) => ({ ref, stageId, movedAt })),
  );
  return candidates.filter((head) => !(head.movedBy === appUser && own.has(refKey(head.ref))));
}
