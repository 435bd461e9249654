/** How people read where a message stands; its reference is the journal's. */
import type { Instant } from '../core/ticket.ts';
import type { WorkingTime } from '../core/working-time.ts';
import type { ClientDeps } from './client-deps.ts';
import { wallTime } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';

/** Params of a sentence about a message: its channel, when it was, and the chat's address where it has one. */
export function messageWords(
  { snapshot }: Pick<OneTicket, 'snapshot'>,
  message: { readonly channel: string; readonly reference: string; readonly at: Instant },
  time: WorkingTime,
  { tickets }: Pick<ClientDeps, 'tickets'>,
): { readonly channel: string; readonly at: string; readonly chat: string } {
  const chatId = /^chat:(\d+):\d+$/.exec(message.reference)?.[1];
  const portal = /^https?:\/\/[^/]+/.exec(tickets.ticketLink(snapshot.ref))?.[0];
  const chat = chatId && portal ? `${portal}/online/?IM_DIALOG=chat${chatId}` : '';
  return { channel: message.channel, at: wallTime(message.at, time), chat };
}
