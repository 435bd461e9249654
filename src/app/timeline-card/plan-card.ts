/** What is to be drawn of one ticket's card, from what is due, what is remembered and what was read. No request, no write. */
import type { Gap } from '../../core/decision.ts';
import type { Instant, TicketRef } from '../../core/ticket.ts';
import type {
  CardDrawing,
  CardFace,
  CardPress,
  CardRecord,
  CardWish,
  DueMark,
} from '../ports/timeline-cards.ts';
import type { FaceDeps } from './card-face.ts';
import { checkedNote, gapsFace, settledFace, unreadFace } from './card-face.ts';
import { cardKey } from './card-key.ts';
import type { CardReading } from './card-reading.ts';

export interface PressedCard {
  readonly press: CardPress;
  readonly mark: DueMark;
  /** As the portal tells it, should the store have lost it. */
  readonly adopted: CardRecord;
}

/** What is due of one ticket. */
export interface CardTask {
  readonly ref: TicketRef;
  readonly wish: { readonly wish: CardWish; readonly mark: DueMark } | null;
  readonly pressed: PressedCard | null;
}

export interface KnownCard extends CardTask {
  readonly record: CardRecord | null;
  /** null: it could not be read, or need not be. */
  readonly reading: CardReading | null;
  readonly at: Instant;
}

export interface CardDraw {
  readonly drawing: CardDrawing;
  /** The portal is asked for it before it is added: an earlier addition may have been carried out. */
  readonly lookFirst: boolean;
  /** When that earlier addition was begun. */
  readonly claimedAt: Instant | null;
  /** What is remembered once it is drawn; null: nothing, the card is done with. */
  readonly record: CardRecord | null;
  /** A card of an earlier cycle, or one pressed on a page that is old. */
  readonly aside: boolean;
}

export interface CardPlan {
  readonly ref: TicketRef;
  readonly draws: readonly CardDraw[];
  /** Due things that are done with when the draws are. */
  readonly settles: readonly DueMark[];
  /** Without a draw: the record as it is kept. */
  readonly keep: CardRecord | null;
  readonly forget: boolean;
}

type Returned = Extract<CardWish, { kind: 'returned' }>;

/** Drawn on the ticket's own card: the face, and the record it leaves (null when the card is done with). */
interface Content {
  readonly face: CardFace;
  readonly cycle: number;
  readonly gaps: readonly Gap[];
  readonly responsibleId: number;
  readonly language: CardRecord['language'];
  readonly seen: string;
}

export function planCard(card: KnownCard, deps: FaceDeps): CardPlan {
  const { ref, wish, pressed, record } = card;
  const marks = [wish?.mark, pressed?.mark].filter((mark) => mark !== undefined);
  const idle = { ref, draws: [], settles: marks, keep: null, forget: false };
  const unread = card.reading === null && wish?.wish.kind === 'look';
  // What could not be read stays due; a press on it is answered all the same.
  if (unread && pressed === null) return { ...idle, settles: [] };
  const content = contentOf(card, deps);
  if (content === 'as-it-was') {
    return { ...idle, keep: record && { ...record, checkedAt: card.at } };
  }
  const draws = [...ownDraw(card, content), ...asideDraws(card, content, deps)];
  if (draws.length === 0) return { ...idle, forget: !content.face.open };
  return { ...idle, draws, settles: marks.filter((mark) => !(unread && mark === wish?.mark)) };
}

const returnOf = ({ wish }: KnownCard): Returned | null =>
  wish?.wish.kind === 'returned' ? wish.wish : null;

/** A card that shows the same already is left alone, unless somebody waits for its button. */
function contentOf(card: KnownCard, deps: FaceDeps): Content | 'as-it-was' {
  const { reading, pressed } = card;
  if (reading === null) return fromMemory(card, deps);
  if (reading.kind === 'same') return 'as-it-was';
  if (reading.kind === 'unread') return pressed === null ? 'as-it-was' : fromMemory(card, deps);
  if (reading.kind !== 'gaps') return settled(card, reading.kind, deps);
  return withGaps(card, reading, deps);
}

function withGaps(
  card: KnownCard,
  { gaps, of }: Extract<CardReading, { kind: 'gaps' }>,
  deps: FaceDeps,
): Content | 'as-it-was' {
  const { record, pressed, at } = card;
  const { cycle, assigneeId: responsibleId, language, seen } = of;
  if (returnOf(card) === null) {
    // Reopened meanwhile: the list was of an earlier closing, and only a return makes a new one.
    if (record !== null && record.cycle !== cycle) return settled(card, 'left', deps);
    if (pressed === null && showsAlready(record, gaps, responsibleId)) return 'as-it-was';
  }
  const note = pressed === null ? null : checkedNote(at, of.timeZone, deps);
  return { face: gapsFace(gaps, note, deps), cycle, gaps, responsibleId, language, seen };
}

function showsAlready(
  record: CardRecord | null,
  gaps: readonly Gap[],
  assigneeId: number,
): boolean {
  if (record === null) return false;
  const same = JSON.stringify(record.gaps) === JSON.stringify(gaps);
  return same && record.responsibleId === assigneeId;
}

/** Nothing was read: what the return told, or what the card showed last. */
function fromMemory(card: KnownCard, deps: FaceDeps): Content {
  const known = returnOf(card) ?? card.record ?? NOTHING;
  const { gaps, cycle, responsibleId, language, seen } = known;
  const face = card.pressed === null ? gapsFace(gaps, null, deps) : unreadFace(gaps, deps);
  return { face, cycle, gaps, responsibleId, language, seen };
}

const NOTHING = { gaps: [], cycle: 1, responsibleId: 0, language: 'ru', seen: '' } as const;

function settled(
  { record }: KnownCard,
  how: Parameters<typeof settledFace>[0],
  deps: FaceDeps,
): Content {
  const { cycle, responsibleId, language } = record ?? NOTHING;
  return { face: settledFace(how, deps), cycle, gaps: [], responsibleId, language, seen: '' };
}

function ownDraw(card: KnownCard, content: Content): readonly CardDraw[] {
  const { ref, record, at } = card;
  const { face, ...shown } = content;
  const own = record?.cycle === shown.cycle ? record : null;
  const { activityId, claimedAt } = own ?? { activityId: null, claimedAt: null };
  const returned = returnOf(card);
  // Only a return makes a card: what else is due finds one or does nothing.
  if (activityId === null && (returned === null || !face.open)) return [];
  const { cycle, responsibleId, language } = shown;
  const next = { ref, activityId, claimedAt: null, ...shown, checkedAt: at };
  const sureOfNone = own === null && returned?.first === true;
  return [
    {
      drawing: { ref, key: cardKey(ref, cycle), activityId, responsibleId, language, face },
      lookFirst: activityId === null && !sureOfNone,
      claimedAt,
      record: face.open ? next : null,
      aside: false,
    },
  ];
}

/** A ticket shows one list: what stands there of another cycle is done with. */
function asideDraws(
  { ref, record, pressed }: KnownCard,
  { cycle }: Content,
  deps: FaceDeps,
): readonly CardDraw[] {
  const others = [record, pressed?.adopted ?? null].filter(
    (one) => one !== null && one.activityId !== null && one.cycle !== cycle,
  );
  const seen = new Set<number>();
  return others.flatMap((other) => {
    if (other === null || other.activityId === null || seen.has(other.activityId)) return [];
    seen.add(other.activityId);
    const { activityId, responsibleId, language } = other;
    const face = settledFace('left', deps);
    const key = cardKey(ref, other.cycle);
    const drawing = { ref, key, activityId, responsibleId, language, face };
    return [{ drawing, lookFirst: false, claimedAt: null, record: null, aside: true }];
  });
}
