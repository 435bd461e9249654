/** A message to a client as the use cases hand it to the channels; a test overrides what its case is about. */
import type { OutgoingMessage } from '../../src/app/ports/client.ts';
import type { TicketHead } from '../../src/app/ports/tickets.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import type { Connected } from './connected-portal.ts';

export const LINK = 'https://support.example/c/token-1';

export function aMessage(
  head: TicketHead,
  overrides: Partial<OutgoingMessage> = {},
): OutgoingMessage {
  return {
    key: `request:${head.ref.entityTypeId}:${head.ref.id}:1`,
    head,
    message: {
      subject: `Ticket ${head.ref.id}: is it solved?`,
      plain: `Is it solved? ${LINK}`,
      html: `<p>Is it solved? <a href="${LINK}">Answer</a></p>`,
      bb: `[b]Is it solved?[/b] [url=${LINK}]Answer[/url]`,
    },
    marker: LINK,
    channels: ['chat', 'email', 'to-do'],
    toDo: { title: `Call the client of ticket ${head.ref.id}`, text: 'Nothing reaches them.' },
    ...overrides,
  };
}

/** The ticket as the sweep would list it now. */
export async function headOf(connected: Connected, ref: TicketRef): Promise<TicketHead> {
  const { policy, items, tickets } = connected;
  const heads = await tickets.listMoved(
    [
      {
        entityTypeId: ref.entityTypeId,
        stageIds: [],
        since: 0,
        alsoIds: [ref.id],
        policies: [ref.entityTypeId === 2 ? policy : items],
      },
    ],
    'live',
  );
  const [head] = heads;
  if (!head) throw new Error(`No ticket ${ref.entityTypeId}:${ref.id}`);
  return head;
}
