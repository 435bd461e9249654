/** The door for pages inside the portal: whose page it is and in whose name it acts. Implemented by bitrix24/ and redis/. */
import type { Instant, TicketRef } from '../../core/ticket.ts';
import type { TicketWriter } from './client.ts';
import type { KnowledgeBase } from './knowledge.ts';
import type { Language } from './texts.ts';
import type { PortalStage, TicketGateway } from './tickets.ts';

/** What the registry knows of a portal whose page is asked for. */
export interface FramePortal {
  readonly portalId: string;
  /** `https://portal.example[:port]`, verified; the only place that may frame our pages. */
  readonly origin: string;
  /** What the portal's own posts are told apart by; secret. */
  readonly applicationToken: string;
  readonly language: Language;
  /** False while the portal's grant is dead or not paid for: the page says so. */
  readonly active: boolean;
}

export interface FrameUser {
  readonly id: number;
  readonly name: string;
  readonly isAdmin: boolean;
  /** IANA zone; '' when the portal does not tell. */
  readonly timeZone: string;
}

export type Introduction =
  | { readonly kind: 'known'; readonly user: FrameUser; readonly look?: OpeningLook }
  /** The token is not one of ours (another application's, over, made up), or the user may not see the ticket. */
  | { readonly kind: 'refused'; readonly why: 'token' | 'foreign-app' | 'ticket' };

/**
 * What the request of the introduction told about the ticket besides, seen with the user's own eyes. It asks nothing
 * further: what would need a second request is unreadable, and `leftOut` says so.
 */
export interface OpeningLook {
  readonly tickets: Pick<TicketGateway, 'listMoved' | 'loadFacts'>;
  /** Of the gated pipelines. */
  readonly stages: readonly PortalStage[];
  staffName(userId: number): Promise<string>;
  /** As the portal answers; null when it does not tell. */
  calendarSettings(): Promise<unknown>;
  leftOut(): boolean;
}

/** The user's own hand on the portal: every request carries the user's token, so the portal's rights decide. */
export interface Hand {
  /** Reads what the user may see. */
  readonly tickets: Pick<TicketGateway, 'listMoved' | 'stampTickets'>;
  readonly writer: TicketWriter;
  /** The knowledge base with the user's rights and name. */
  readonly knowledge?: KnowledgeBase;
}

export interface FrameDoor {
  /** null for a portal that is not in the registry; nothing is asked of anybody. */
  portal(portalId: string): Promise<FramePortal | null>;
  /**
   * Asks the portal's stored address, in one batch in the user's name, which application the token belongs to, whose it
   * is and, with a ticket, whether that user sees it. A known user's token is kept, encrypted, until `keepUntil` and for
   * that user alone. @throws AppError for outages
   */
  introduce(
    portalId: string,
    authId: string,
    about: {
      readonly ref: TicketRef | null;
      readonly keepUntil: Instant;
      /** What the ticket's page shows first rides in the same request. */
      readonly withLook?: boolean;
    },
  ): Promise<Introduction>;
  /** Asks the portal who the user is now, with the kept token; null when none works any more. @throws AppError for outages */
  standing(portalId: string, userId: number): Promise<FrameUser | null>;
  /** null when no token of the user is kept any more: the page has to introduce itself anew. */
  hand(portalId: string, userId: number): Promise<Hand | null>;
}
