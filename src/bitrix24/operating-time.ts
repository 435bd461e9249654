/** Tells the budget how much operating time a request used, as the portal said; every part of `time` is optional. */
import type { Log, OperatingTime, RequestBudget } from '../app/ports/runtime.ts';
import type { Instant } from '../core/ticket.ts';
import type { BatchCommand } from './batch-command.ts';
import { instantOf, numberOf, recordOf } from './read-value.ts';
import type { Json } from './read-value.ts';

export interface SpentDeps {
  readonly portalId: string;
  readonly budget: RequestBudget;
  readonly log: Log;
}

/** A write that succeeded must not fail because its cost could not be noted. */
export async function reportSpentTime(
  deps: SpentDeps,
  body: Json,
  request: { readonly method: string; readonly commands?: readonly BatchCommand[] },
): Promise<void> {
  const spent = spentBy(body, request);
  try {
    await Promise.all(
      [...spent].map(([method, figures]) => deps.budget.spent(deps.portalId, method, figures)),
    );
  } catch {
    deps.log.warn({ methods: [...spent.keys()] }, 'operating time could not be noted');
  }
}

function spentBy(
  body: Json,
  request: { readonly method: string; readonly commands?: readonly BatchCommand[] },
): ReadonlyMap<string, OperatingTime> {
  const spent = new Map<string, OperatingTime>();
  const calls = new Map<string, { count: number; seconds: number }>();
  const note = (method: string, time: Json): void => {
    const seconds = numberOf(time['operating']);
    if (seconds === null) return;
    const { count, seconds: sum } = calls.get(method) ?? { count: 0, seconds: 0 };
    const all = { count: count + 1, seconds: sum + (numberOf(time['duration']) ?? 0) };
    calls.set(method, all);
    const perCall = all.seconds / all.count;
    const before = spent.get(method);
    // `operating` is a running total per method: the newest (largest) figure of the batch counts.
    const newest =
      before && before.seconds > seconds ? before : { seconds, freesInMs: freesIn(time) };
    spent.set(method, { ...newest, perCall });
  };
  if (request.commands) {
    const times = recordOf(recordOf(body['result'])['result_time']);
    for (const { key, method } of request.commands) note(method, recordOf(times[key]));
  } else {
    note(request.method, recordOf(body['time']));
  }
  return spent;
}

/** The portal counts ten minutes: nothing is waited for longer, however wrong somebody's clock is. */
const WINDOW_MS = 600_000;

/**
 * How soon the portal frees time: clocks may differ, so that what counts is how far ahead of the answer's end it is. Unix seconds, or a
 * date text on one page of the docs; whole seconds, so that one more is waited for. 0 when the portal does not tell.
 */
function freesIn(time: Json): number {
  const at = momentOf(time['operating_reset_at']);
  if (at === 0) return 0;
  const finished = momentOf(time['finish']) || Date.now();
  return Math.min(Math.max(0, at - finished), WINDOW_MS) + 1000;
}

function momentOf(raw: unknown): Instant {
  const seconds = numberOf(raw);
  return seconds === null ? (instantOf(raw) ?? 0) : seconds * 1000;
}
