/** How the people of a soak take their time, and how they wait for what they expect. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/mutate.ts';

/** People do the next thing after some seconds. */
const STEP_MS = [2000, 12_000] as const;
const LOOK_EVERY_MS = 250;
/** Nothing the service owes may take longer. */
const PATIENCE_MS = 5 * 60_000;

export function takeTime(random: Random): Promise<void> {
  const [least, most] = STEP_MS;
  return sleep(least + random() * (most - least));
}

/** @returns how long it took, ms; throws with `what` when it does not come */
export async function awaited(
  what: string,
  holds: () => boolean,
  patienceMs: number = PATIENCE_MS,
): Promise<number> {
  const from = performance.now();
  while (!holds()) {
    if (performance.now() - from > patienceMs) throw new Error(`waited in vain for ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
  return performance.now() - from;
}
