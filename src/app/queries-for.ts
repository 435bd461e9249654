/** Reads named tickets, whatever their stage and time. */
import type { ClosingPolicy } from '../core/policy.ts';
import type { TicketRef } from '../core/ticket.ts';
import type { MovedQuery } from './ports/tickets.ts';

/** The other gated types travel along unasked: the portal's parent links are learnt from them. */
export function queriesFor(
  refs: readonly TicketRef[],
  policies: readonly ClosingPolicy[],
): readonly MovedQuery[] {
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  return types.map((entityTypeId) => ({
    entityTypeId,
    stageIds: [],
    since: 0,
    alsoIds: refs.filter((ref) => ref.entityTypeId === entityTypeId).map(({ id }) => id),
    policies: policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId),
  }));
}
