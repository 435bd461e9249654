/** Writes to one ticket on the client's behalf: what the portal refused is told, never taken for done. */
import { refKey } from '../core/ticket.ts';
import type { StagePlace, TicketRecord } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { alertLeads } from './alert-leads.ts';
import type { ClientDeps } from './client-deps.ts';
import type { OneTicket } from './one-ticket.ts';
import type { StaffComment } from './ports/tickets.ts';

export interface TicketEdit {
  readonly changes: Partial<TicketRecord>;
  readonly moveTo: StagePlace | null;
  /** Said on the timeline by the same request, before the change. */
  readonly saying?: StaffComment | null;
}

/**
 * True when the ticket verifiably holds the change; false when the portal refused it, which the leads then know.
 * @throws AppError portal-outcome-unknown when nobody can say: try again
 */
export async function changeTicket(
  portalId: string,
  { snapshot, policy }: OneTicket,
  { changes, moveTo, saying = null }: TicketEdit,
  deps: ClientDeps,
): Promise<boolean> {
  const { ref } = snapshot;
  const outcomes = await deps.writer.change([{ ref, policy, changes, moveTo, saying }]);
  const [outcome] = outcomes.values();
  if (outcome?.ok) return true;
  if (!outcome || outcome.why === 'unknown') {
    throw new AppError('portal-outcome-unknown', 'The ticket was perhaps not written: try again.', {
      retry: 'backoff',
      detail: outcome?.detail ?? '',
    });
  }
  deps.log.warn(
    { portalId, ticket: refKey(ref), why: outcome.why, detail: outcome.detail },
    'a change of the ticket was refused',
  );
  if (outcome.why === 'not-found') return false;
  const { language, leads } = policy;
  const params = { id: ref.id };
  await alertLeads(portalId, { code: 'write-denied', ref, userIds: leads, params, language }, deps);
  return false;
}
