/** Tickets of one client, for erasing what is remembered of them (crm.item.list). */
import type { TicketsOfClient } from '../app/ports/journal.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf, recordOf, rowsOf } from './read-value.ts';
import { valueOf } from './unwrap.ts';

const PAGE = 50;
/** 50,000 tickets of one client: a portal that never ends its pages is not followed further. */
const MAX_PAGES = 1000;
const CLIENT_FIELD = { contact: 'contactId', company: 'companyId' } as const;

export function createTicketsOfClient(client: PortalClient): TicketsOfClient {
  return {
    async find({ kind, id }, entityTypeIds) {
      const found = await Promise.all(
        entityTypeIds.map((entityTypeId) => idsOf(client, entityTypeId, [CLIENT_FIELD[kind], id])),
      );
      return found.flatMap((ids, at) =>
        ids.map((ticket) => ({ entityTypeId: entityTypeIds[at] ?? 0, id: ticket })),
      );
    },
  };
}

/** Continued from the last id, so that nothing is skipped while tickets come and go. */
async function idsOf(
  client: PortalClient,
  entityTypeId: number,
  [field, value]: readonly [string, number],
): Promise<readonly number[]> {
  const ids: number[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const params = {
      entityTypeId,
      select: ['id'],
      filter: { [field]: value, '>id': ids.at(-1) ?? 0 },
      order: { id: 'ASC' },
    };
    const answer = await client.call('crm.item.list', params, { priority: 'live', write: false });
    const rows = rowsOf(recordOf(valueOf('crm.item.list', answer))['items']);
    const more = rows.map((row) => integerOf(row['id'])).filter((id) => id !== null);
    ids.push(...more);
    if (more.length < PAGE) break;
  }
  return ids;
}
