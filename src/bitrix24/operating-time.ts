/** Tells the budget how much operating time a request used, as the portal said; every part of `time` is optional. */
import type { Log, RequestBudget } from '../app/ports/runtime.ts';
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
  const spent = new Map<string, { seconds: number; resetAt: Instant }>();
  const note = (method: string, time: Json): void => {
    const seconds = numberOf(time['operating']);
    if (seconds === null) return;
    const before = spent.get(method);
    // `operating` is a running total per method: the newest (largest) figure of the batch counts.
    if (!before || seconds >= before.seconds)
      spent.set(method, { seconds, resetAt: resetOf(time) });
  };
  if (request.commands) {
    const times = recordOf(recordOf(body['result'])['result_time']);
    for (const { key, method } of request.commands) note(method, recordOf(times[key]));
  } else {
    note(request.method, recordOf(body['time']));
  }
  try {
    await Promise.all(
      [...spent].map(([method, { seconds, resetAt }]) =>
        deps.budget.spent(deps.portalId, method, seconds, resetAt),
      ),
    );
  } catch {
    deps.log.warn({ methods: [...spent.keys()] }, 'operating time could not be noted');
  }
}

/** Unix seconds, or a date text on one page of the docs; 0 when the portal does not tell. */
function resetOf(time: Json): Instant {
  const raw = time['operating_reset_at'];
  const seconds = numberOf(raw);
  return seconds === null ? (instantOf(raw) ?? 0) : seconds * 1000;
}
