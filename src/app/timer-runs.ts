/** Fires timers and tells once a minute what became of them. */
import type { ClientDeps } from './client-deps.ts';
import { timerFired } from './client-side.ts';
import type { Timer } from './ports/client.ts';
import type { Fate } from './ports/runs.ts';
import { recordRun } from './record-run.ts';
import type { RunDeps } from './record-run.ts';

export interface TimerRuns {
  /** Throws what firing threw, to be tried again later; then it is a candidate again. */
  fire(portalId: string, timer: Timer): Promise<void>;
  /** Tells of the minute under way. */
  close(): Promise<void>;
}

const RUN_MS = 60_000;

/** A process that is killed keeps the counts of its last minute to itself; nothing else depends on them. */
export function createTimerRuns(
  depsOf: (portalId: string) => ClientDeps | Promise<ClientDeps>,
  record: RunDeps,
  runMs = RUN_MS,
): TimerRuns {
  let open = new Map<string, Fate[]>();
  let end: NodeJS.Timeout | undefined;

  async function tell(): Promise<void> {
    const ended = open;
    open = new Map();
    clearTimeout(end);
    end = undefined;
    for (const [portalId, fates] of ended) await recordRun(portalId, 'timers', fates, record);
  }
  function note(portalId: string, fate: Fate): void {
    open.set(portalId, [...(open.get(portalId) ?? []), fate]);
    end ??= setTimeout(() => void tell(), runMs).unref();
  }
  return {
    async fire(portalId, timer) {
      try {
        note(portalId, await timerFired(portalId, timer, await depsOf(portalId)));
      } catch (error) {
        note(portalId, 'fault');
        throw error;
      }
    },
    close: tell,
  };
}
