/** Whose card a pressed button belongs to: what the event says is compared with the portal's own record. */
import { refKey } from '../../core/ticket.ts';
import type { CardPress, DueCard, DueMark } from '../ports/timeline-cards.ts';
import type { TimelineCardDeps } from './card-deps.ts';
import { cycleOfKey } from './card-key.ts';
import type { PressedCard } from './plan-card.ts';

export interface Pressed {
  readonly pressed: readonly PressedCard[];
  /** Presses that are nobody's: another ticket's, another application's, a record that is gone. */
  readonly dropped: readonly DueMark[];
}

/** One request for all of them. Pressing reads and answers, nothing else, so that whoever sees the card may. @throws AppError */
export async function pressedCards(
  portalId: string,
  round: readonly DueCard[],
  deps: TimelineCardDeps,
): Promise<Pressed> {
  const presses = round.flatMap((one) => ('press' in one ? [one] : []));
  if (presses.length === 0) return { pressed: [], dropped: [] };
  const ids = presses.map(({ press }) => press.activityId);
  const standing = await deps.portal.identify(ids);
  const pressed: PressedCard[] = [];
  const dropped: DueMark[] = [];
  for (const { press, mark } of presses) {
    const card = standing.get(press.activityId);
    const cycle = card === undefined ? null : cycleOfKey(card.key, card.ref);
    if (card === undefined || cycle === null || refKey(card.ref) !== refKey(press.ref)) {
      dropped.push(mark);
      logDropped(portalId, press, deps);
      continue;
    }
    pressed.push({ press, mark, adopted: adoptedCard(press, cycle, card.ref) });
  }
  return { pressed, dropped };
}

function adoptedCard({ activityId }: CardPress, cycle: number, ref: CardPress['ref']) {
  const known = { ref, cycle, activityId, claimedAt: null, gaps: [], checkedAt: 0, seen: '' };
  return { ...known, responsibleId: 0, language: 'ru' as const };
}

function logDropped(portalId: string, { activityId }: CardPress, { client }: TimelineCardDeps) {
  client.log.warn({ portalId, activityId }, 'A press on a button that is not of this ticket');
}
