/** The portal as the audit sees it: tickets in memory, names, and a note of every read. */
import type { PastPortal } from '../../src/app/ports/past.ts';
import type { FactsAsOf, MovedQuery, TicketHead } from '../../src/app/ports/tickets.ts';
import type { Priority } from '../../src/app/ports/runtime.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { FakeTickets } from './fake-tickets.ts';

export class FakePast implements PastPortal {
  readonly tickets = new FakeTickets();
  readonly names = new Map<number, string>();
  readonly asked: { readonly asOf: FactsAsOf | undefined; readonly priority: Priority }[] = [];
  queries: readonly MovedQuery[] = [];
  /** Thrown by the next reads, in order. */
  readonly faults: Error[] = [];

  async listMoved(queries: readonly MovedQuery[], _priority: Priority) {
    this.queries = queries;
    this.fail();
    return this.tickets.listMoved(queries);
  }
  async loadFacts(
    heads: readonly TicketHead[],
    what: Parameters<PastPortal['loadFacts']>[1],
    priority: Priority,
  ) {
    this.asked.push({ asOf: what.asOf, priority });
    this.fail();
    return this.tickets.loadFacts(heads, what);
  }
  async loadConversations(heads: readonly TicketHead[], priority: Priority, asOf?: FactsAsOf) {
    this.asked.push({ asOf, priority });
    return this.tickets.loadConversations(heads);
  }
  ticketLink({ entityTypeId, id }: TicketRef): string {
    return `https://portal.test/${entityTypeId}/${id}`;
  }
  async staffNames(userIds: readonly number[]) {
    return new Map([...this.names].filter(([id]) => userIds.includes(id)));
  }

  private fail(): void {
    const fault = this.faults.shift();
    if (fault) throw fault;
  }
}
