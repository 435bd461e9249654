/** The card a returned ticket shows in its timeline, on portals that installed the app. Implemented by bitrix24/ and redis/. */
import type { Gap } from '../../core/decision.ts';
import type { Instant, TicketRef } from '../../core/ticket.ts';
import type { Language } from './texts.ts';
import type { Priority } from './runtime.ts';

// -------------------------------------------------------------------------------- what it shows

/** One text in every language of the app: each reader gets their own. */
export type Words = Readonly<Record<Language, string>>;

export interface CardLine {
  /** Stands before the text; null for a line of its own. */
  readonly label: Words | null;
  readonly text: Words;
}

export interface CardFace {
  readonly title: Words;
  readonly tag: { readonly type: 'failure' | 'success'; readonly text: Words };
  /** 1 to 20. */
  readonly lines: readonly CardLine[];
  /** Said of the last check; null when nobody asked for one. */
  readonly note: Words | null;
  /** Work is left: the record is open, the board shows the badge and «check again» can be pressed. */
  readonly open: boolean;
  /** `panel`: the title of what «open» opens. */
  readonly buttons: { readonly recheck: Words; readonly show: Words; readonly panel: Words };
}

export interface CardDrawing {
  readonly ref: TicketRef;
  /** Finds the card again: one per ticket and cycle. */
  readonly key: string;
  /** null: it is added. */
  readonly activityId: number | null;
  readonly responsibleId: number;
  /** For portals that do not take every language of the app. */
  readonly language: Language;
  readonly face: CardFace;
}

export type Drawn =
  | { readonly kind: 'drawn'; readonly activityId: number }
  /** The card, or the ticket it was to be added to, is not there any more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly code: string }
  /** Perhaps it was done: to be asked before an addition is repeated. */
  | { readonly kind: 'unknown' };

export interface StandingCard {
  readonly ref: TicketRef;
  readonly key: string;
}

/** The portal's side of the cards (PORTAL 4.5). */
export interface TimelineCards {
  /** Adds and updates, 50 to a request; answers by key. @throws AppError when nothing was sent */
  draw(drawings: readonly CardDrawing[], priority: Priority): Promise<ReadonlyMap<string, Drawn>>;
  /** Ids of the cards that stand on the portal already, by key. @throws AppError while it cannot be asked */
  find(cards: readonly StandingCard[]): Promise<ReadonlyMap<string, number>>;
  /** What these records are on the portal; those that are not there, or not the app's, are left out. @throws AppError */
  identify(activityIds: readonly number[]): Promise<ReadonlyMap<number, StandingCard>>;
}

// -------------------------------------------------------------------------------- what is remembered

export interface CardRecord {
  readonly ref: TicketRef;
  readonly cycle: number;
  /** null while its addition is under way. */
  readonly activityId: number | null;
  /** When the addition was begun; null when none is under way. */
  readonly claimedAt: Instant | null;
  readonly gaps: readonly Gap[];
  readonly responsibleId: number;
  readonly language: Language;
  /** When the ticket was last compared with it. */
  readonly checkedAt: Instant;
  /** What of the ticket itself it was drawn from (cardSight): unchanged, a ring need not be followed further. */
  readonly seen: string;
}

/** Something to be done about a ticket's card. Holds ids, codes and counts only. */
export type CardWish =
  | {
      readonly kind: 'returned';
      readonly ref: TicketRef;
      readonly cycle: number;
      readonly gaps: readonly Gap[];
      readonly responsibleId: number;
      readonly language: Language;
      /** The ticket's own counter says that it was never returned before: no card can stand there. */
      readonly first: boolean;
      readonly seen: string;
      readonly at: Instant;
    }
  | {
      readonly kind: 'look';
      readonly ref: TicketRef;
      /** Also what the ticket itself does not show: tasks, child tickets, the talk. */
      readonly whole: boolean;
      readonly at: Instant;
    };

/** «Check again» was pressed. `ref` is what the event says; the portal is asked whose card it is. */
export interface CardPress {
  readonly activityId: number;
  readonly ref: TicketRef;
  /** null when the event does not tell who pressed. */
  readonly userId: number | null;
  readonly at: Instant;
}

/** Something due, with the mark that settles this very version of it. */
export type DueCard =
  | { readonly mark: DueMark; readonly wish: CardWish }
  | { readonly mark: DueMark; readonly press: CardPress };

export interface DueMark {
  readonly field: string;
  readonly text: string;
}

export interface TimelineCardStore {
  /** One wish per ticket: a return replaces what stands, a look leaves it. Wakes the job. */
  wish(portalId: string, wishes: readonly CardWish[]): Promise<void>;
  /** Resolves when it stands in the store. Wakes the job. */
  press(portalId: string, press: CardPress): Promise<void>;
  due(portalId: string): Promise<readonly DueCard[]>;
  /** Forgets what is still as it was read; what came meanwhile stays due. */
  settle(portalId: string, marks: readonly DueMark[]): Promise<void>;
  /** By refKey. */
  known(portalId: string, refs: readonly TicketRef[]): Promise<ReadonlyMap<string, CardRecord>>;
  all(portalId: string): Promise<readonly CardRecord[]>;
  save(portalId: string, records: readonly CardRecord[]): Promise<void>;
  forget(portalId: string, refs: readonly TicketRef[]): Promise<void>;
}

// -------------------------------------------------------------------------------- what the sweep tells

export interface ReturnedTicket {
  readonly ref: TicketRef;
  readonly cycle: number;
  readonly gaps: readonly Gap[];
  readonly responsibleId: number;
  readonly language: Language;
  readonly first: boolean;
  readonly seen: string;
}

/** The cards as the gate knows them; a gate without it (webhook) explains returns in comments alone. */
export interface CardSide {
  returned(portalId: string, tickets: readonly ReturnedTicket[]): Promise<void>;
  /** Tickets (refKeys) that changed: those with an open card are looked at again. */
  rang(portalId: string, keys: ReadonlySet<string>): Promise<void>;
}
