/** The last resort: a to-do that asks the assignee to call the client (PORTAL 4.6). Not a delivery. */
import type { OutgoingMessage } from '../app/ports/client.ts';
import type { Instant } from '../core/ticket.ts';
import { READ, sureOf, WRITE } from './delivery-attempt.ts';
import type { Attempt } from './delivery-attempt.ts';
import type { PortalClient } from './portal-client.ts';
import { flagOf, integerOf, isoOf, recordOf, rowsOf, textOf } from './read-value.ts';
import { sameText } from './ticket-stamp.ts';
import { valueOf } from './unwrap.ts';

/** Time the assignee has. */
const HOURS_TO_CALL = 4;
const HOUR = 3_600_000;

/** `now` by the portal's clock. An open to-do with this title on the ticket is taken for the one asked for. */
export async function addToDo(
  client: PortalClient,
  out: OutgoingMessage,
  who: { readonly responsibleId: number; readonly now: Instant },
): Promise<Attempt> {
  const open = await findToDo(client, out);
  if (open) return open;
  const params = {
    ownerTypeId: out.head.ref.entityTypeId,
    ownerId: out.head.ref.id,
    deadline: isoOf(who.now + HOURS_TO_CALL * HOUR),
    title: out.toDo.title,
    description: out.toDo.text,
    responsibleId: who.responsibleId,
  };
  return sureOf<Attempt>(
    async () => {
      const added = await client.call('crm.activity.todo.add', params, WRITE);
      if (!added.ok) return { kind: 'refused', why: added.code };
      const id = integerOf(recordOf(added.value)['id']) ?? integerOf(added.value);
      return id === null
        ? { kind: 'refused', why: 'NO_ACTIVITY' }
        : { kind: 'delivered', reference: `activity:${id}` };
    },
    () => findToDo(client, out),
  );
}

export async function findToDo(
  client: PortalClient,
  out: OutgoingMessage,
): Promise<Attempt | null> {
  const { ref } = out.head;
  const params = {
    filter: {
      COMPLETED: 'N',
      BINDINGS: [{ OWNER_TYPE_ID: ref.entityTypeId, OWNER_ID: ref.id }],
    },
    order: { ID: 'DESC' },
    select: ['ID', 'SUBJECT', 'COMPLETED'],
    start: 0,
  };
  const value = valueOf('crm.activity.list', await client.call('crm.activity.list', params, READ));
  const row = rowsOf(value).find(
    (one) => !flagOf(one['COMPLETED']) && sameText(textOf(one['SUBJECT']), out.toDo.title),
  );
  const id = integerOf(row?.['ID']);
  return id === null ? null : { kind: 'delivered', reference: `activity:${id}` };
}
