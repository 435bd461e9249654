/** Tells what a run did: one line in the log, one entry among the last runs. */
import { AppError } from '../errors.ts';
import type { Clock, Log } from './ports/runtime.ts';
import type { Fate, RunCounts, RunKind, RunLog, SkipReason } from './ports/runs.ts';

export interface RunDeps {
  readonly runs: RunLog;
  readonly clock: Clock;
  readonly log: Log;
}

export function countFates(fates: readonly Fate[]): RunCounts {
  const skipped: Partial<Record<SkipReason, number>> = {};
  let sent = 0;
  let done = 0;
  for (const fate of fates) {
    if (fate === 'sent') sent += 1;
    else if (fate === 'done') done += 1;
    else skipped[fate] = (skipped[fate] ?? 0) + 1;
  }
  return { candidates: fates.length, sent, done, skipped };
}

export async function recordRun(
  portalId: string,
  kind: RunKind,
  fates: readonly Fate[],
  { runs, clock, log }: RunDeps,
): Promise<void> {
  const counts = countFates(fates);
  log.info({ portalId, run: kind, ...counts }, 'a run ended');
  try {
    await runs.add(portalId, { kind, at: clock.now(), ...counts });
  } catch (error) {
    // The line above tells it; the run itself must not be repeated for this.
    if (!(error instanceof AppError)) throw error;
  }
}

/** Runs `work` and tells what became of its candidates, also when it broke off. */
export async function recordedRun(
  portalId: string,
  kind: RunKind,
  deps: RunDeps,
  work: (note: (fate: Fate) => void) => Promise<void>,
): Promise<void> {
  const fates: Fate[] = [];
  try {
    await work((fate) => fates.push(fate));
  } catch (error) {
    fates.push('fault');
    throw error;
  } finally {
    await recordRun(portalId, kind, fates, deps);
  }
}
