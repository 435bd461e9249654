/** Which ticket a duplicate goes on in, as an agent wrote it: a number, `2:759`, or the address of a card. */
import type { TicketRef } from './ticket.ts';

const DEAL = 2;
const DEAL_CARD = /\/crm\/deal\/(?:details|show)\/(\d{1,15})/u;
const TYPE_CARD = /\/(?:crm\/type|page\/[^/\s]+\/[^/\s]+\/type)\/(\d{1,9})\/details\/(\d{1,15})/u;
const ADDRESS = /\S+:\/\/\S+/gu;
const TYPED = /(?<![\p{L}\p{N}:])(\d{1,9}):(\d{1,15})(?![\p{L}\p{N}:])/u;

/**
 * The first ticket other than the duplicate itself; null when none is named. A bare number is a ticket of the duplicate's own
 * type; numbers of other addresses (a host, a chat) are none.
 */
export function duplicateMaster(text: string, own: TicketRef): TicketRef | null {
  const card = cardOf(text);
  if (card !== null) return isSame(card, own) ? null : card;
  const words = text.replaceAll(ADDRESS, ' ');
  const [, type, id] = TYPED.exec(words) ?? [];
  if (type !== undefined) return other({ entityTypeId: Number(type), id: Number(id) }, own);
  const numbers = (words.match(/\d{1,15}/g) ?? []).map(Number);
  const number = numbers.find((one) => one > 0 && one !== own.id);
  return number === undefined ? null : { entityTypeId: own.entityTypeId, id: number };
}

function cardOf(text: string): TicketRef | null {
  const [, deal] = DEAL_CARD.exec(text) ?? [];
  if (deal !== undefined) return { entityTypeId: DEAL, id: Number(deal) };
  const [, type, id] = TYPE_CARD.exec(text) ?? [];
  return type === undefined ? null : { entityTypeId: Number(type), id: Number(id) };
}

const isSame = (a: TicketRef, b: TicketRef): boolean =>
  a.entityTypeId === b.entityTypeId && a.id === b.id;

function other(named: TicketRef, own: TicketRef): TicketRef | null {
  return named.entityTypeId === 0 || named.id === 0 || isSame(named, own) ? null : named;
}
