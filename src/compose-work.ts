/** The composition of work: sweeps of served portals, timers and answers, what runs on a schedule. Part of the composition root. */
import type { ClientDeps } from './app/client-deps.ts';
import { clientAnswered } from './app/client-answered.ts';
import { dailyDigest } from './app/daily-digest.ts';
import { reconcile } from './app/reconcile.ts';
import { scanReplies } from './app/reply-arrived.ts';
import { sweepPortal } from './app/sweep-portal.ts';
import type { SweepReport } from './app/sweep-portal.ts';
import { createTimerRuns } from './app/timer-runs.ts';
import type { TimerRuns } from './app/timer-runs.ts';
import { weeklyOverrides } from './app/weekly-overrides.ts';
import type { Automation } from './compose-automation.ts';
import type { Store } from './compose-store.ts';
import { refKey } from './core/ticket.ts';
import { AppError } from './errors.ts';
import { forEachPortal, notTwiceAtOnce } from './for-each-portal.ts';
import { ofPortal, traced } from './measures/traces.ts';
import type { PortalPool } from './portal-pool.ts';
import type { ClientJobs } from './queue/client-jobs.ts';
import { createRunLog } from './redis/run-log.ts';
import { createSweepState } from './redis/sweep-state.ts';

const RECONCILE_MS = 10 * 60_000;
const SCAN_REPLIES_MS = 5 * 60_000;
const DIGEST_MS = 5 * 60_000;

export interface Schedule {
  readonly reconcileEveryMs?: number;
  /** See ClientJobsSettings. */
  readonly jobs?: { readonly timesFaster?: number };
  readonly pool: PortalPool;
  readonly store: Store;
  readonly automation: Automation | null;
}

/** A portal that is not served is not asked; what rang for it is settled, its next sweep starts at its cursor. */
export async function sweepServed(
  portalId: string,
  pool: PortalPool,
  { connections, keys }: Store,
): Promise<SweepReport> {
  if (await pool.serves(portalId)) return sweepPortal(portalId, await pool.deps(portalId));
  const state = createSweepState(connections.producer, keys);
  await state.settleInbox(portalId, await state.readInbox(portalId));
  return { found: 0, again: false };
}

const RETURN_MS = 5 * 60_000;

/**
 * Work that waits while its portal is not connected, also where the grant died under it: what a timer was set for nobody sets again.
 * Of a portal that is gone it is let go.
 * @throws AppError portal-denied with the time to try again
 */
export async function whenServed(
  portalId: string,
  pool: Pick<PortalPool, 'serves' | 'mayReturn'>,
  work: () => Promise<void>,
): Promise<void> {
  if (await pool.serves(portalId)) {
    try {
      return await work();
    } catch (error) {
      if (await pool.serves(portalId)) throw error;
    }
  }
  if (!(await pool.mayReturn(portalId))) return;
  throw new AppError('portal-denied', 'The portal is not connected now: its timers wait for it.', {
    retry: 'after',
    retryAfterMs: RETURN_MS,
  });
}

/** Timers and answers as they come; the reconcile and the read of replies on a schedule. */
export async function startClientJobs(
  jobs: ClientJobs,
  {
    pool,
    store,
    automation,
    reconcileEveryMs = RECONCILE_MS,
    jobs: { timesFaster = 1 } = {},
  }: Schedule,
): Promise<TimerRuns> {
  const { clock, log, lock, connections, keys } = store;
  const pass = (
    name: string,
    ms: number,
    run: (portalId: string, deps: ClientDeps) => Promise<unknown>,
  ): void => {
    const work = async (portalId: string) => run(portalId, await pool.deps(portalId));
    const alone = notTwiceAtOnce(name, work, lock);
    jobs.every(name, ms, async () => forEachPortal(await pool.served(), alone, log));
  };
  pass('reconcile', reconcileEveryMs, reconcile);
  pass('scan-replies', SCAN_REPLIES_MS / timesFaster, scanReplies);
  pass('digest', DIGEST_MS / timesFaster, dailyDigest);
  pass('overrides', DIGEST_MS / timesFaster, weeklyOverrides);
  pass('answers', SCAN_REPLIES_MS / timesFaster, clientAnswered);
  const record = { clock, log, runs: createRunLog(connections.producer, keys) };
  const timerRuns = createTimerRuns((portalId) => pool.deps(portalId), record);
  await jobs.start({
    async onTimer(portalId, timer) {
      const about = { ...ofPortal(portalId), 'closegate.ticket': refKey(timer.ref) };
      await whenServed(portalId, pool, () =>
        traced(`timer ${timer.kind}`, about, () => timerRuns.fire(portalId, timer)),
      );
    },
    async onAnswer(portalId) {
      if (!(await pool.serves(portalId))) return;
      const work = async () => clientAnswered(portalId, await pool.deps(portalId));
      await traced('client answers', ofPortal(portalId), work);
    },
    ...(automation && {
      onAutomation: (kind, portalId) =>
        traced(`work on ${kind}`, ofPortal(portalId), () =>
          automation.onAutomation(kind, portalId),
        ),
    }),
  });
  return timerRuns;
}
