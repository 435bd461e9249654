import { closesOnSilence } from '../core/product-update.ts';
import type { SilenceSchedule } from '../core/silence-schedule.ts';
import type { Instant } from '../core/ticket.ts';
import { caseOf } from './client-case.ts';
import type { ClientDeps } from './client-deps.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import type { ClientCase } from './ports/client.ts';

export interface Countdown {
  /** After the request, not after the reminder. */
  readonly first: boolean;
  readonly schedule: SilenceSchedule | null;
  readonly at: Instant;
}

/** The client has been asked or reminded: what comes next is set, and shown on the client's page. */
export async function setCountdown(
  portalId: string,
  ticket: OneTicket,
  { first, schedule, at }: Countdown,
  deps: ClientDeps,
): Promise<void> {
  if (schedule) {
    await deps.timers.set(portalId, {
      ref: ticket.snapshot.ref,
      cycle: cycleOf(ticket),
      kind: first ? 'remind' : 'close',
      dueAt: first ? schedule.remindAt : schedule.closeAt,
    });
  }
  await openPage(portalId, ticket, { first, schedule, at }, deps);
}

/** The client page shows this round; an answer of an earlier one does not count any more. */
export async function openPage(
  portalId: string,
  ticket: OneTicket,
  { first, schedule, at }: Countdown,
  deps: ClientDeps,
): Promise<void> {
  const known = await deps.cases.find(portalId, ticket.snapshot.ref);
  const closesBy = closesOnSilence(ticket.snapshot.record) ? schedule?.closeAt : null;
  const fresh = await caseOf(ticket, closesBy ?? null, deps);
  const goesOn = known?.cycle === fresh.cycle ? known : fresh;
  await deps.cases.save(portalId, { ...fresh, ...answerSoFar(goesOn, first, at) });
}

/** Asked anew after an answer, the page is open again: what was answered before this request does not count. */
function answerSoFar({ answer, answeredAt }: ClientCase, first: boolean, at: Instant) {
  if (!first) return { answer, answeredAt };
  return { answer: null, answeredAt: answer === null ? answeredAt : at };
}
