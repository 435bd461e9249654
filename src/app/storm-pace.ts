/**
 * A storm's writes, so that nobody waits for its end: they go out in portions, between which single moves that rang meanwhile are judged,
 * and where they do not fit the portal's burst they leave room in the bucket for those (PORTAL 10.1).
 */
import type { Priority } from './ports/runtime.ts';
import type { TicketHead } from './ports/tickets.ts';

/** As many as travel in one request. */
const PORTION = 50;
/** A storm up to this size fits the burst together with what is read for it; a larger one leaves room from its first write on. */
const FITS_BURST = 1000;

/** Runs between two portions; absent: nothing else can be waiting. */
export type Between = () => Promise<void>;

export const stormPriority = (tickets: number): Priority =>
  tickets <= FITS_BURST ? 'live' : 'bulk';

export async function inPortions<Item>(
  items: readonly Item[],
  between: Between | undefined,
  write: (portion: readonly Item[], priority: Priority) => Promise<void>,
): Promise<void> {
  const priority = stormPriority(items.length);
  for (let from = 0; from < items.length; from += PORTION) {
    if (from > 0) await between?.();
    await write(items.slice(from, from + PORTION), priority);
  }
}

/** Pipelines with few moves go before those with many: a single closing that a sweep found beside a storm is not its last. */
export function smallFirst<Head extends Pick<TicketHead, 'ref' | 'categoryId'>>(
  heads: readonly Head[],
): readonly Head[] {
  const keyOf = ({ ref: { entityTypeId }, categoryId }: Head): string =>
    `${entityTypeId}:${categoryId}`;
  const counts = new Map<string, number>();
  for (const head of heads) counts.set(keyOf(head), (counts.get(keyOf(head)) ?? 0) + 1);
  return heads.toSorted(
    (one, other) => (counts.get(keyOf(one)) ?? 0) - (counts.get(keyOf(other)) ?? 0),
  );
}
