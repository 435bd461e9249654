/** What settles a moment later is waited for, and a wait that fails says for what and what was seen last. */
import { inspect } from 'node:util';

/** Below the time limit of a test, so that its own words come out and not the runner's. */
const PATIENCE_MS = 50_000;
const LOOK_EVERY_MS = 20;

/**
 * Looks until what is seen holds, and returns it.
 * @param what completes "waited for …"
 * @throws Error with `what` and the last thing seen, after `withinMs`
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean,
  withinMs: number = PATIENCE_MS,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > giveUpAt) {
      const last = inspect(seen, { depth: 4, breakLength: 120 });
      throw new Error(`waited ${withinMs / 1000} s for ${what}; last seen: ${last}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Waits until the condition holds; a wait in vain names the condition by its own source. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMs?: number,
): Promise<void> {
  await eventually(condition.toString(), condition, (holds) => holds, withinMs);
}
