import type { TicketRef } from '../../core/ticket.ts';

/** `2-759-1`: one card per ticket and cycle; travels as the record's originId and finds it again after a crash. */
export function cardKey({ entityTypeId, id }: TicketRef, cycle: number): string {
  return `${entityTypeId}-${id}-${cycle}`;
}

/** null for a key that is not of this ticket. */
export function cycleOfKey(key: string, ref: TicketRef): number | null {
  const [, cycle = ''] = /^\d+-\d+-(\d{1,6})$/.exec(key) ?? [];
  return cycle !== '' && cardKey(ref, Number(cycle)) === key ? Number(cycle) : null;
}
