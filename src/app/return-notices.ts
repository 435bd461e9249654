/** Gathers the notices about returned tickets: one per person, however many tickets came back at once. */
import type { Gap } from '../core/decision.ts';
import { refKey } from '../core/ticket.ts';
import type { GateDeps } from './gate-deps.ts';
import type { StaffNotice } from './ports/tickets.ts';
import type { Judged } from './judged.ts';

/** More tickets than this are counted, not listed: each has its own timeline entry. */
const LISTED = 20;

interface Noticed {
  readonly judged: Judged;
  readonly gaps: readonly Gap[];
  readonly notifyIds: readonly number[];
}

export function noticesPerPerson(
  items: readonly Noticed[],
  deps: Pick<GateDeps, 'tickets' | 'texts' | 'clock'>,
): readonly StaffNotice[] {
  const perPerson = new Map<number, Noticed[]>();
  for (const item of items) {
    for (const userId of item.notifyIds) {
      perPerson.set(userId, [...(perPerson.get(userId) ?? []), item]);
    }
  }
  return [...perPerson].flatMap(([userId, mine]) => {
    const [first] = mine;
    if (!first) return [];
    const tickets = mine.slice(0, LISTED).map(({ judged: { snapshot }, gaps }) => ({
      id: snapshot.ref.id,
      title: snapshot.title,
      link: deps.tickets.ticketLink(snapshot.ref),
      gaps,
    }));
    // A new return of the same ticket replaces the older notice about it; a storm has a notice of its own.
    const subject =
      mine.length === 1 ? refKey(first.judged.snapshot.ref) : `${mine.length}@${deps.clock.now()}`;
    return [
      {
        userId,
        text: deps.texts.returnNotice(first.judged.policy.language, tickets, mine.length),
        // The platform keeps one notice per tag in the whole app, so the person is part of it.
        tag: `closegate|returned|${subject}|${userId}`,
      },
    ];
  });
}
