/** Scheduled work over all portals: one portal's trouble is told and never stops another. Part of the composition root. */
import type { Log } from './app/ports/runtime.ts';
import { faultFields } from './errors.ts';

/** Portals worked on at the same time. */
const AT_ONCE = 8;

/** Throws only when every portal failed: then it is no portal's own trouble, and the job is tried again. */
export async function forEachPortal(
  portalIds: readonly string[],
  work: (portalId: string) => Promise<unknown>,
  log: Log,
): Promise<void> {
  const waiting = [...portalIds];
  const faults: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let portalId = waiting.shift(); portalId !== undefined; portalId = waiting.shift()) {
      try {
        await work(portalId);
      } catch (error) {
        faults.push(error);
        const fields = { portalId, ...faultFields(error) };
        if (portalIds.length > 1) log.warn(fields, 'Scheduled work failed for one portal');
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, worker));
  if (faults.length > 0 && faults.length === portalIds.length) throw faults[0];
}
