/** Whether this process should be given work: asked by whoever balances load or restarts what hangs. */
import type { Instant } from '../core/ticket.ts';
import type { StoreProbe } from './ports/tools.ts';

export interface ReadinessDeps {
  readonly store: StoreProbe;
  /** Time of the oldest last sweep among the served portals; null when none is served. */
  readonly oldestSweep: () => Promise<Instant | null>;
  readonly now: () => Instant;
  readonly closing: () => boolean;
}

export interface Readiness {
  readonly ready: boolean;
  /** Code of each check; `ok` or what is wrong. */
  readonly checks: Readonly<Record<'process' | 'redis' | 'persistence' | 'sweeps', string>>;
}

/** Sweeps come every minute: five missed ones in a row are no coincidence. */
const SWEEP_OVERDUE_MS = 5 * 60_000;

/**
 * A store that would lose data, and sweeps that do not come, are told but take no traffic away: events are better taken than dropped.
 * Never throws.
 */
export async function readiness(deps: ReadinessDeps): Promise<Readiness> {
  const closing = deps.closing();
  const standing = await deps.store.standing().catch(() => null);
  const checks = {
    process: closing ? 'closing' : 'ok',
    redis: standing === null ? 'away' : 'ok',
    persistence: standing === null ? 'unknown' : persistenceOf(standing),
    sweeps: standing === null ? 'unknown' : await sweepsOf(deps),
  };
  return { ready: !closing && standing !== null, checks };
}

function persistenceOf({
  memoryOnly,
  appendonly,
  maxmemoryPolicy,
}: Awaited<ReturnType<StoreProbe['standing']>>): string {
  if (memoryOnly) return 'memory-only';
  if (appendonly === 'no') return 'appendonly-off';
  if (maxmemoryPolicy !== 'noeviction' && maxmemoryPolicy !== 'unknown') return 'eviction';
  return appendonly === 'unknown' ? 'unknown' : 'ok';
}

async function sweepsOf({ oldestSweep, now }: ReadinessDeps): Promise<string> {
  try {
    const oldest = await oldestSweep();
    return oldest === null || now() - oldest < SWEEP_OVERDUE_MS ? 'ok' : 'overdue';
  } catch {
    return 'unknown';
  }
}
