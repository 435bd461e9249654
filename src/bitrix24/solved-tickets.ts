/** Closed tickets of one pipeline, the newest first, in as few requests as their number allows. */
import type { SolvedTickets } from '../app/ports/knowledge.ts';
import type { TicketHead } from '../app/ports/tickets.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { Instant } from '../core/ticket.ts';
import type { PortalClient } from './portal-client.ts';
import { isoOf, recordOf, rowsOf } from './read-value.ts';
import { readHead, selectFor } from './ticket-fields.ts';
import { valueOf } from './unwrap.ts';

const PAGE = 50;
const BULK = { priority: 'bulk', write: false } as const;

export function createSolvedTickets(client: PortalClient): SolvedTickets {
  return { recent: (policy, since, limit) => recent(client, policy, { since, limit }) };
}

async function recent(
  client: PortalClient,
  policy: ClosingPolicy,
  { since, limit }: { readonly since: Instant; readonly limit: number },
): Promise<readonly TicketHead[]> {
  const { entityTypeId, categoryId } = policy.pipeline;
  const stageIds = Object.keys(policy.stages).filter((id) => isClosedRole(stageRole(policy, id)));
  if (stageIds.length === 0 || limit < 1) return [];
  const params = {
    entityTypeId,
    useOriginalUfNames: 'Y',
    select: [...selectFor(entityTypeId, [policy])],
    filter: { '@stageId': stageIds, '>=movedTime': isoOf(since) },
    // The newest by their number, which does not change while the pages are read.
    order: { id: 'DESC' },
  };
  const first = await client.call('crm.item.list', { ...params, start: 0 }, BULK);
  const items = [...itemsOf(valueOf('crm.item.list', first))];
  const total = first.ok ? (first.total ?? items.length) : 0;
  const pages = Math.ceil(Math.min(total, limit) / PAGE);
  const more = Array.from({ length: Math.max(0, pages - 1) }, (_, page) => ({
    key: `p${page + 1}`,
    method: 'crm.item.list',
    params: { ...params, start: (page + 1) * PAGE },
  }));
  if (more.length > 0) {
    const answers = await client.batch(more, { ...BULK, halt: false });
    // A page that is refused costs some candidates, not the search.
    for (const answer of answers.values()) if (answer.ok) items.push(...itemsOf(answer.value));
  }
  return items
    .map((item) => readHead(entityTypeId, item, [policy]))
    .filter((head) => head !== null && head.categoryId === categoryId)
    .filter((head) => head !== null)
    .slice(0, limit);
}

function itemsOf(value: unknown) {
  return rowsOf(recordOf(value)['items']);
}
