/** Forgets a client on request: the journal's lines no longer lead to their tickets, everything else about them is deleted. */
import { localStamp } from './local-stamp.ts';
import { plainLine } from './journal-lines.ts';
import type { ClientRecords, JournalArchive, TicketsOfClient } from './ports/journal.ts';
import type { Clock } from './ports/runtime.ts';
import type { Journal, PolicyStore } from './ports/state.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';

export type WhoToErase =
  | { readonly kind: 'contact' | 'company'; readonly id: number }
  | { readonly kind: 'tickets'; readonly refs: readonly TicketRef[] };

export interface EraseDeps {
  readonly portalId: string;
  readonly archive: JournalArchive;
  readonly clientRecords: ClientRecords;
  readonly ticketsOfClient: TicketsOfClient;
  readonly journal: Journal;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

export interface Erased {
  readonly tickets: number;
  readonly records: number;
}

/** Safe to repeat. Throws portal and store faults; what was erased until then stays erased. */
export async function eraseClient(who: WhoToErase, deps: EraseDeps): Promise<Erased> {
  const { portalId } = deps;
  const policies = await deps.policies.list(portalId);
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const found = who.kind === 'tickets' ? who.refs : await deps.ticketsOfClient.find(who, types);
  const refs = [...new Map(found.map((ref) => [refKey(ref), ref])).values()];
  if (refs.length === 0) return { tickets: 0, records: 0 };
  const records = await deps.clientRecords.forget(portalId, refs);
  await deps.archive.forgetTickets(portalId, refs);
  // That it was done is kept; for whom is not.
  const now = deps.clock.now();
  const line = plainLine(now, 'client-erased', { tickets: refs.length, records });
  const [policy] = policies;
  const local = policy ? { local: localStamp(now, policy.timeZone) } : {};
  await deps.journal.append(portalId, [{ ...line, ...local }]);
  return { tickets: refs.length, records };
}
