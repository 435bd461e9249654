/** Tickets of one portal as the use cases see them. Implemented by bitrix24/; faked under test/support/. */
import type { ClosingStamp } from '../../core/decision.ts';
import type { ClosingPolicy } from '../../core/policy.ts';
import type {
  Conversation,
  Fact,
  Instant,
  OpenWork,
  StagePlace,
  TicketRef,
  TicketSnapshot,
} from '../../core/ticket.ts';
import type { Priority } from './runtime.ts';

/** A ticket as a list page shows it: everything but the facts that cost further requests. */
export type TicketHead = Omit<TicketSnapshot, 'previous' | 'openWork' | 'conversation'> & {
  /** Set when the list itself tells it (smart processes; deals on newer portals). */
  readonly previousStageId: string | null;
  /** Smart processes only: their chats are found through the contacts, then the company. */
  readonly contactIds?: readonly number[];
  readonly companyId?: number;
};

export interface TicketFacts {
  readonly previous: StagePlace | null;
  readonly openWork: Fact<readonly OpenWork[]>;
  readonly conversation: Fact<Conversation>;
}

/**
 * `now` unless told otherwise. `last-move`: what came after each ticket's last move is left out as far as the portal's
 * dates tell; a talk of which only later words are shown is unavailable.
 */
export type FactsAsOf = 'now' | 'last-move';

export interface MovedQuery {
  readonly entityTypeId: number;
  /** Stages of interest; everything else is not read. */
  readonly stageIds: readonly string[];
  /** Portal clock; tickets moved at or after it. */
  readonly since: Instant;
  /** Tickets to read whatever their stage and time (pending or half-done ones). */
  readonly alsoIds: readonly number[];
  /** Policies of this entity type: they name the fields to select and how to read them. */
  readonly policies: readonly ClosingPolicy[];
}

/** Answer of one write, ticket by ticket. Only faults of the whole request are thrown. */
export type WriteOutcome =
  | { readonly ok: true; readonly movedAt: Instant; readonly stageId: string }
  | {
      readonly ok: false;
      readonly why:
        'required-fields' | 'denied' | 'not-found' | 'not-applied' | 'rejected' | 'unknown';
      /** The portal's error code, for the journal. */
      readonly detail: string;
    };

export interface StageMove {
  readonly ref: TicketRef;
  readonly to: StagePlace;
  /** Where it stands now; the category is only written when it differs. */
  readonly from: StagePlace;
  /** The new value of the `returns` counter field and its field name. */
  readonly returns: { readonly field: string; readonly value: number };
}

export interface StaffComment {
  readonly ref: TicketRef;
  readonly text: string;
}

export interface StaffNotice {
  readonly userId: number;
  readonly text: string;
  /** Unique within the app: a new notice with it replaces the older one, so a repeat is harmless. */
  readonly tag: string;
}

export interface StampCommand {
  readonly ref: TicketRef;
  readonly stamp: ClosingStamp;
  readonly moveTo: StagePlace | null;
  readonly policy: ClosingPolicy;
}

/** The state of a ticket right after a stamp, read in the same batch. */
export interface StampOutcome {
  readonly write: WriteOutcome;
  /** Names of stamp fields whose re-read value is not what was written. */
  readonly mismatched: readonly string[];
  readonly stageIdAfter: string;
}

export interface PortalStage {
  readonly entityTypeId: number;
  readonly categoryId: number;
  readonly stageId: string;
  readonly name: string;
  readonly sort: number;
  readonly semantics: 'process' | 'success' | 'failure';
}

/** Tickets of one portal: reading what moved, and writing the gate's answer. */
export interface TicketGateway {
  /** Every ticket that matches the queries, complete or an error; HTTP requests: 1, +1 per 50 pages beyond the first. */
  listMoved(queries: readonly MovedQuery[], priority: Priority): Promise<readonly TicketHead[]>;
  /**
   * Previous stage, open work and, when asked for, the conversation, keyed by refKey; batched: one request for up to
   * about 15 tickets, few for 1,000. Without `conversations` that fact is `unreadable`. Open work is unfinished tasks
   * and child tickets of the types listed so far or named in `types`; `finalStages` (`type:stage`) tells which children are
   * finished.
   */
  loadFacts(
    heads: readonly TicketHead[],
    what: {
      readonly conversations: boolean;
      readonly finalStages?: ReadonlySet<string>;
      readonly asOf?: FactsAsOf;
      readonly types?: readonly MovedQuery[];
    },
    priority: Priority,
  ): Promise<ReadonlyMap<string, TicketFacts>>;
  /**
   * One ticket by its id with all its facts, as listMoved and then loadFacts tell it, in one request (smart processes: two); null
   * when it is gone or hidden. Absent where the two are asked one after the other. With `client` it also asks who the client is,
   * which the channels then know of this head.
   */
  lookAt?(look: {
    readonly ref: TicketRef;
    readonly queries: readonly MovedQuery[];
    readonly finalStages: ReadonlySet<string>;
    readonly client?: boolean;
  }): Promise<{ readonly head: TicketHead; readonly facts: TicketFacts } | null>;
  /** The conversation alone, for tickets that nothing else holds back. */
  loadConversations(
    heads: readonly TicketHead[],
    priority: Priority,
    asOf?: FactsAsOf,
  ): Promise<ReadonlyMap<string, Fact<Conversation>>>;
  /** Moves, keyed by refKey of the ticket. */
  moveTickets(
    moves: readonly StageMove[],
    priority: Priority,
  ): Promise<ReadonlyMap<string, WriteOutcome>>;
  /** One ticket in one request: move, then comment, then notices; nothing after a refused move. */
  returnOne(
    move: StageMove,
    comment: StaffComment,
    notices: readonly StaffNotice[],
  ): Promise<{
    readonly move: WriteOutcome;
    readonly explained: boolean;
    readonly notified: boolean;
  }>;
  stampTickets(
    commands: readonly StampCommand[],
    priority: Priority,
  ): Promise<ReadonlyMap<string, StampOutcome>>;
  /** Returns refKeys whose comment was written. */
  addComments(comments: readonly StaffComment[], priority: Priority): Promise<ReadonlySet<string>>;
  /** refKeys of tickets whose timeline already holds this very text (asked after a crash, before repeating). */
  findComments(comments: readonly StaffComment[]): Promise<ReadonlySet<string>>;
  /** Texts of the ticket's newest 50 timeline comments, newest first. Throws while the timeline cannot be read. */
  readComments(ref: TicketRef): Promise<readonly string[]>;
  notify(notices: readonly StaffNotice[], priority: Priority): Promise<void>;
  /** Every stage of every pipeline of these entity types. */
  listStages(entityTypeIds: readonly number[]): Promise<readonly PortalStage[]>;
  /** The id of the user in whose name the app writes. */
  appUserId(): Promise<number>;
  /** Absolute address of the ticket's card. */
  ticketLink(ref: TicketRef): string;
  serverTime(): Promise<Instant>;
}
