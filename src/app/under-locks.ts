/** Several tickets at once, each locked against the client's side of the app. */
import type { TicketRef } from '../core/ticket.ts';
import type { PortalLock } from './ports/state.ts';
import { ticketLock } from './ticket-lock.ts';

/** Runs `work` with the tickets nobody else is at work on; the others are left out. */
export async function underLocks<T>(
  { portalId, refs }: { readonly portalId: string; readonly refs: readonly TicketRef[] },
  lock: PortalLock,
  work: (held: readonly TicketRef[]) => Promise<T>,
): Promise<T> {
  const held: TicketRef[] = [];
  async function from(index: number): Promise<T> {
    const ref = refs[index];
    if (ref === undefined) return work(held);
    const done = await lock.exclusively(ticketLock(portalId, ref), async () => {
      held.push(ref);
      return { result: await from(index + 1) };
    });
    return done === null ? from(index + 1) : done.result;
  }
  return from(0);
}

/** In portions of at most `size`. */
export function portions<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, n) => items.slice(n * size, (n + 1) * size));
}
