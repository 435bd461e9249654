/** The memory of letters that were answered as not sent: kept beside the other marks, until nobody can look for them. */
import type { Instant } from '../core/ticket.ts';
import type { GateDeps } from './gate-deps.ts';
import { remember } from './once.ts';
import { THIS_TRY } from './ports/client.ts';
import type { UnsentLetters } from './ports/client.ts';

/** @param claimedAt names the try: one claim sends once */
export function unsentLetters(
  portalId: string,
  key: string,
  claimedAt: Instant,
  deps: GateDeps,
): UnsentLetters {
  const markOf = (what: string): string =>
    what === THIS_TRY ? `unsent@${key}@${claimedAt}` : `unsent@${what}`;
  return {
    async note(what) {
      for (const one of what) await remember(portalId, markOf(one), deps);
    },
    async known(what) {
      const unseen = await deps.state.unseen(portalId, what.map(markOf));
      return new Set(what.filter((one) => !unseen.has(markOf(one))));
    },
  };
}
