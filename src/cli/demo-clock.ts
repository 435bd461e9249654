import type { Clock } from '../app/ports/runtime.ts';
import type { TicketGateway } from '../app/ports/tickets.ts';
import type { Target } from './target.ts';

/** With the portal's time beside a demonstration, whose clock people move; a real portal's is the machine's. */
export async function withDemoClock<
  T extends { readonly clock: Clock; readonly tickets: TicketGateway },
>(deps: T, { demo }: Pick<Target, 'demo'>): Promise<T> {
  if (!demo) return deps;
  const now = await deps.tickets.serverTime();
  return { ...deps, clock: { now: () => now } };
}
