/** Scheduled work over all portals: one portal's trouble is told and never stops or holds up another. Part of the composition root. */
import type { Log } from './app/ports/runtime.ts';
import type { PortalLock } from './app/ports/state.ts';
import { faultFields } from './errors.ts';

/** Portals worked on at the same time: each has request limits of its own, and the work is mostly waiting for its answers. */
const AT_ONCE = 64;
/** A portal that takes longer gives its place to the next one; its work goes on beside. */
const PLACE_MS = 5000;
/** So many go on beside at most, then places are kept: what bounds memory and connections when every portal hangs. */
const MOST_SLOW = 192;

export interface Pace {
  readonly atOnce: number;
  readonly placeMs: number;
  readonly mostSlow: number;
}

const PACE: Pace = { atOnce: AT_ONCE, placeMs: PLACE_MS, mostSlow: MOST_SLOW };

/**
 * Ends when the work of every portal has, the slow ones' too. Throws only when every portal failed: then it is no portal's own
 * trouble, and the job is tried again.
 */
export async function forEachPortal(
  portalIds: readonly string[],
  work: (portalId: string) => Promise<unknown>,
  log: Log,
  { atOnce, placeMs, mostSlow }: Pace = PACE,
): Promise<void> {
  const faults: unknown[] = [];
  const attempt = async (portalId: string): Promise<void> => {
    try {
      await work(portalId);
    } catch (error) {
      faults.push(error);
      const fields = { portalId, ...faultFields(error) };
      if (portalIds.length > 1) log.warn(fields, 'Scheduled work failed for one portal');
    }
  };
  const slow = new Set<Promise<void>>();
  const waiting = portalIds.values();
  const place = async (): Promise<void> => {
    for (const portalId of waiting) {
      const running = attempt(portalId);
      while (!(await endsWithin(running, placeMs))) {
        if (slow.size >= mostSlow) continue;
        slow.add(running);
        void running.then(() => slow.delete(running));
        break;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, portalIds.length) }, place));
  await Promise.all(slow);
  if (faults.length > 0 && faults.length === portalIds.length) throw faults[0];
}

/**
 * The work of one pass, left out where the pass before, in whichever process, is still at it with the same portal: the next
 * pass is due by the clock, whether or not the last one has ended.
 */
export function notTwiceAtOnce(
  pass: string,
  work: (portalId: string) => Promise<unknown>,
  lock: PortalLock,
): (portalId: string) => Promise<unknown> {
  return (portalId) => lock.exclusively(`pass-${pass}:${portalId}`, () => work(portalId));
}

async function endsWithin(running: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([running.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
