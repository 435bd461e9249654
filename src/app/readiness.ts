/** Whether this process should be given work: asked by whoever balances load or restarts what hangs. */
import type { Instant } from '../core/ticket.ts';
import type { StoreProbe } from './ports/tools.ts';

export interface ReadinessDeps {
  readonly store: StoreProbe;
  /** Share of its memory that the store uses; null when nothing limits it. */
  readonly memoryUsed: () => Promise<number | null>;
  /** Time of the oldest last sweep among the served portals; null when none is served. */
  readonly oldestSweep: () => Promise<Instant | null>;
  readonly now: () => Instant;
  readonly closing: () => boolean;
}

export interface Readiness {
  readonly ready: boolean;
  /** Code of each check; `ok` or what is wrong. */
  readonly checks: Readonly<Record<'process' | 'redis' | 'persistence' | 'sweeps', string>>;
  /** Since the longest unswept portal was swept; null when none is served, or nobody knows. */
  readonly sweepAgeSeconds: number | null;
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
  const age = standing === null ? 'unknown' : await sweepAge(deps);
  const checks = {
    process: closing ? 'closing' : 'ok',
    redis: standing === null ? 'away' : 'ok',
    persistence: standing === null ? 'unknown' : persistenceOf(standing, await memoryUsed(deps)),
    sweeps: sweepsOf(age),
  };
  const sweepAgeSeconds = typeof age === 'number' ? Math.round(age / 1000) : null;
  return { ready: !closing && standing !== null, checks, sweepAgeSeconds };
}

const memoryUsed = ({ memoryUsed: ask }: ReadinessDeps): Promise<number | null> =>
  ask().catch(() => null);

function persistenceOf(
  { memoryOnly, appendonly, maxmemoryPolicy }: Awaited<ReturnType<StoreProbe['standing']>>,
  used: number | null,
): string {
  // Nothing can be written: events are refused until there is room.
  if (used !== null && used >= 1) return 'full';
  if (memoryOnly) return 'memory-only';
  if (appendonly === 'no') return 'appendonly-off';
  if (maxmemoryPolicy !== 'noeviction' && maxmemoryPolicy !== 'unknown') return 'eviction';
  return appendonly === 'unknown' ? 'unknown' : 'ok';
}

/** null: no portal is served. */
async function sweepAge({ oldestSweep, now }: ReadinessDeps): Promise<number | null | 'unknown'> {
  try {
    const oldest = await oldestSweep();
    return oldest === null ? null : Math.max(0, now() - oldest);
  } catch {
    return 'unknown';
  }
}

function sweepsOf(age: number | null | 'unknown'): string {
  if (age === 'unknown') return age;
  return age === null || age < SWEEP_OVERDUE_MS ? 'ok' : 'overdue';
}
