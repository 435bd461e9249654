/** The loop guard (special-mistake): a ticket reopened three times in a week is a person's, and robots fall silent. */
import type { Instant } from './ticket.ts';

export const LOOP_REOPENS = 3;
const LOOP_MS = 7 * 24 * 60 * 60_000;

/**
 * Until when robots are silent: a week after the oldest of the newest three reopenings; null when these took longer than a
 * week, or when that week has passed.
 */
export function robotsSilentUntil(reopenedAt: readonly Instant[], now: Instant): Instant | null {
  const [oldest, , newest] = reopenedAt.toSorted((a, b) => a - b).slice(-LOOP_REOPENS);
  if (oldest === undefined || newest === undefined) return null;
  const until = oldest + LOOP_MS;
  return newest < until && now < until ? until : null;
}
