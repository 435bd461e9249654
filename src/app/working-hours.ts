/** Working time of a pipeline, with the portal's calendar read at most once an hour. */
import type { ClosingPolicy } from '../core/policy.ts';
import type { WorkingTime } from '../core/working-time.ts';
import type { Clock } from './ports/runtime.ts';

const FRESH_MS = 60 * 60_000;

/**
 * @param load the portal's calendar answer; null when it has none to give
 * @param build working time from that answer and the policy's zone and dates
 */
export function createWorkingHours(
  load: () => Promise<unknown>,
  build: (calendar: unknown, policy: ClosingPolicy) => WorkingTime,
  clock: Clock,
): (policy: ClosingPolicy) => Promise<WorkingTime> {
  let cached: { readonly at: number; readonly calendar: unknown } | null = null;
  return async (policy) => {
    const now = clock.now();
    if (cached === null || Math.abs(now - cached.at) > FRESH_MS) {
      cached = { at: now, calendar: await load() };
    }
    return build(cached.calendar, policy);
  };
}
