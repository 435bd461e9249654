/** Titles and places of tickets in a lead's lists: with the lead's own eyes, so that the portal's rights decide. */
import type { TicketPlace } from '../../core/admin/report-state.ts';
import type { TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import type { Hand } from '../ports/frame.ts';
import type { AdminDeps } from './admin-deps.ts';

export function placeOf(ref: TicketRef, { tools }: AdminDeps): TicketPlace {
  const link = tools.past.ticketLink(ref);
  return { key: refKey(ref), number: ref.id, path: new URL(link).pathname, link };
}

/** By key; tickets that are gone, hidden from this person, or of no gated type are left out. One request. */
export async function titlesFor(
  refs: readonly TicketRef[],
  { tickets }: Hand,
  { portalId, tools }: AdminDeps,
): Promise<ReadonlyMap<string, string>> {
  if (refs.length === 0) return new Map();
  const policies = await tools.policies.list(portalId);
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const queries = types.flatMap((entityTypeId) => {
    const own = refs.filter((ref) => ref.entityTypeId === entityTypeId);
    const alsoIds = [...new Set(own.map(({ id }) => id))];
    const named = policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId);
    return alsoIds.length === 0
      ? []
      : [{ entityTypeId, stageIds: [], since: 0, alsoIds, policies: named }];
  });
  if (queries.length === 0) return new Map();
  const heads = await tickets.listMoved(queries, 'live');
  return new Map(heads.map(({ ref, title }) => [refKey(ref), title]));
}
