/** Ports that are counted as they are used: the same behaviour, and a number beside it. */
import type { Doorbell, RequestBudget } from '../app/ports/runtime.ts';
import type { Journal } from '../app/ports/state.ts';
import type { Measures } from './create-measures.ts';
import type { RequestLog } from './request-log.ts';

export interface BudgetWatch {
  /** Whether a portal is reached by a webhook or by an installed app. */
  readonly wayOf: (portalId: string) => string;
  /** Writes requests down; null: nobody does. */
  readonly requestLog: RequestLog | null;
}

export function measuredBudget(
  budget: RequestBudget,
  { requests, waits, limits, answers }: Pick<Measures, 'requests' | 'waits' | 'limits' | 'answers'>,
  { wayOf, requestLog }: BudgetWatch,
): RequestBudget {
  return {
    ...budget,
    seen(request) {
      const { outcome, ms } = request;
      answers.observe({ result: outcome === 'ok' ? 'ok' : 'refused' }, ms / 1000);
      requestLog?.write(request);
    },
    async take(portalId, priority) {
      const waited = waits.startTimer({ priority });
      try {
        await budget.take(portalId, priority);
      } catch (error) {
        limits.inc({ whose: 'budget' });
        throw error;
      }
      waited();
      requests.inc({ way: wayOf(portalId), priority });
    },
    async operatingWait(portalId, calls, priority) {
      const ms = await budget.operatingWait(portalId, calls, priority);
      if (ms > 0) limits.inc({ whose: 'time' });
      return ms;
    },
    async refused(portalId) {
      limits.inc({ whose: 'portal' });
      await budget.refused(portalId);
    },
  };
}

/** What stands in the journal has happened: decisions and messages are counted there and nowhere else. */
export function measuredJournal(
  journal: Journal,
  { decisions, messages }: Pick<Measures, 'decisions' | 'messages'>,
): Journal {
  return {
    ...journal,
    async append(portalId, entries) {
      await journal.append(portalId, entries);
      for (const { kind, detail } of entries) {
        decisions.inc({ kind });
        if (kind !== 'client-message') continue;
        messages.inc({ kind: String(detail['kind']), channel: String(detail['channel']) });
      }
    },
  };
}

export function measuredDoorbell(
  doorbell: Doorbell,
  { events }: Pick<Measures, 'events'>,
): Doorbell {
  return {
    async ring(portalId, rung) {
      await doorbell.ring(portalId, rung);
      if (rung.length > 0) events.inc({ result: 'taken' }, rung.length);
    },
    async refused() {
      events.inc({ result: 'refused' });
      await doorbell.refused();
    },
  };
}
