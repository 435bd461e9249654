/** Whether the loop guard keeps robots silent on a ticket. */
import { holdEnd } from '../core/decide-silence.ts';
import { LOOP_REOPENS, robotsSilentUntil } from '../core/reopen-loop.ts';
import type { Instant } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';

/** Until when; null when they speak. */
export async function loopSilence(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Instant | null> {
  const now = deps.clock.now();
  const times = await deps.cases.reopenings(portalId, ticket.snapshot.ref);
  // Forgotten with the store, the guard is still known by the pause it wrote.
  const mayLoop = times.length === 0 && cycleOf(ticket) > LOOP_REOPENS;
  return mayLoop ? holdEnd(ticket.snapshot.record, now) : robotsSilentUntil(times, now);
}
