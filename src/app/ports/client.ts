/** The client's side: messages out, answers in, timers. Implemented by bitrix24/, redis/, queue/ and text/. */
import type { NoticeText } from '../../core/notice-text.ts';
import type { ClosingPolicy } from '../../core/policy.ts';
import type { Instant, StagePlace, TicketRecord, TicketRef } from '../../core/ticket.ts';
import type { Language } from './texts.ts';
import type { StaffComment, TicketHead, WriteOutcome } from './tickets.ts';

// -------------------------------------------------------------------------------- words to the client

export type ClientMessageKind =
  'request' | 'reminder' | 'notice' | 'work-goes-on' | 'update-pending';

/** Everything a client template may name; '' or [] where the ticket has nothing. */
export interface ClientMessageContext {
  readonly clientName: string;
  readonly ticketId: number;
  readonly specialistName: string;
  readonly solution: string;
  readonly recommendations: string;
  readonly productVersion: string;
  readonly productInstruction: string;
  /** Address of the client page; '' where the message has none. */
  readonly link: string;
  /** When the ticket is closed on silence, written out with its zone; '' where it does not apply. */
  readonly closeBy: string;
  /** Until when an answer reopens the closed ticket, written out with its zone; absent or '' where nobody knows. */
  readonly reopenUntil?: string;
  /** Number of the ticket that a duplicate goes on in; absent where there is none. */
  readonly masterId?: number;
  /** Which text a notice speaks with; a request with `product-update` asks to update first. */
  readonly outcome: NoticeText | null;
}

/** One message in the three forms the channels need, escaped for each. */
export interface RenderedMessage {
  readonly subject: string;
  readonly plain: string;
  readonly html: string;
  readonly bb: string;
}

export interface ClientTexts {
  /** null: nothing is sent for this outcome (spam). Throws AppError template-failed rather than leave a placeholder unfilled. */
  render(
    kind: ClientMessageKind,
    language: Language,
    context: ClientMessageContext,
  ): RenderedMessage | null;
}

// -------------------------------------------------------------------------------- channels

export type ChannelName = 'chat' | 'email' | 'to-do';

/**
 * What is known of letters that the portal answered were not sent, while their activities may still stand there: a portal
 * shows such an activity like a sent letter, so that after a crash only this memory tells them apart.
 */
export interface UnsentLetters {
  /** @param what references of activities, or THIS_TRY */
  note(what: readonly string[]): Promise<void>;
  known(what: readonly string[]): Promise<ReadonlySet<string>>;
}
/** Whatever the present claim has sent. */
export const THIS_TRY = 'this-try';

export interface OutgoingMessage {
  /** Unique per ticket, cycle and purpose; travels as ORIGIN_ID, and finds the message again after a crash. */
  readonly key: string;
  readonly head: TicketHead;
  readonly message: RenderedMessage;
  /** A text that only this message holds (its link), to recognise it in a chat; '' when it has none. */
  readonly marker: string;
  readonly channels: readonly ChannelName[];
  /** Title and text of the to-do for the assignee when no channel reaches the client. */
  readonly toDo: { readonly title: string; readonly text: string };
  /** Set by sendOnce. */
  readonly unsent?: UnsentLetters;
}

export type Delivery =
  | { readonly kind: 'delivered'; readonly channel: 'chat' | 'email'; readonly reference: string }
  /** Nothing reaches the client: a person was asked to call. Not a delivery. */
  | { readonly kind: 'to-do'; readonly reference: string }
  | { readonly kind: 'undelivered'; readonly why: string };

export interface ClientContact {
  readonly name: string;
  readonly language: Language | null;
}

export interface ClientChannels {
  /** Tries the channels in order; what a failed try left behind is cleaned before the next. */
  send(message: OutgoingMessage): Promise<Delivery>;
  /** The delivery of this key if the portal already has it (asked after a crash, before sending again). */
  findSent(message: OutgoingMessage): Promise<Delivery | null>;
  contact(head: TicketHead): Promise<ClientContact>;
  staffName(userId: number): Promise<string>;
}

// -------------------------------------------------------------------------------- ticket writes

export interface TicketChange {
  readonly ref: TicketRef;
  readonly policy: ClosingPolicy;
  readonly changes: Partial<TicketRecord>;
  readonly moveTo: StagePlace | null;
  /** Goes onto the timeline by the same request, before the change. */
  readonly saying?: StaffComment | null;
}

export interface TicketWriter {
  /** Writes fields and stage in one request per 50; verified from the answers. */
  change(changes: readonly TicketChange[]): Promise<ReadonlyMap<string, WriteOutcome>>;
  /** A new ticket in the pipeline's first stage, linked to `parent` both ways; returns its ref. */
  createLinked(parent: TicketHead, policy: ClosingPolicy, title: string): Promise<TicketRef>;
}

// -------------------------------------------------------------------------------- timers

export type TimerKind =
  | 'send-request'
  | 'remind'
  | 'close'
  | 'document'
  | 'final-notice'
  | 'mistake-review'
  | 'hold-end'
  | 'work-goes-on';

export interface Timer {
  readonly ref: TicketRef;
  readonly cycle: number;
  readonly kind: TimerKind;
  readonly dueAt: Instant;
}

/** Names of the timers that were set for a portal; some may have fired since. */
export interface TimerNames {
  add(portalId: string, name: string): Promise<void>;
  drop(portalId: string, names: readonly string[]): Promise<void>;
  list(portalId: string): Promise<readonly string[]>;
}

export interface Timers {
  /** Sets or moves the timer of this ticket and kind; job data carry ids and the due time only. */
  set(portalId: string, timer: Timer): Promise<void>;
  cancel(portalId: string, ref: TicketRef, kinds: readonly TimerKind[]): Promise<void>;
  /** All timers of the portal, for the reconcile. */
  list(portalId: string): Promise<readonly Timer[]>;
  /** Fires what is due by `now` and still waits: the clock was moved (demonstration), or the queue's was wrong. */
  promoteDue(portalId: string, now: Instant): Promise<number>;
}

// -------------------------------------------------------------------------------- outbox

export type OutboxState =
  | { readonly kind: 'new' }
  /**
   * Claimed by a process that died or whose request broke off: ask the portal before sending. `foundAt`: when a later try
   * first met the claim; nothing of the broken one left the house after that.
   */
  | { readonly kind: 'claimed'; readonly at: Instant; readonly foundAt: Instant }
  | { readonly kind: 'sent'; readonly delivery: Delivery; readonly at: Instant };

export type Admission =
  | { readonly kind: 'go' }
  /** This run (a minute of the portal) has had its share: asked again at the start of a later one. */
  | { readonly kind: 'later'; readonly at: Instant }
  /** The breaker is open: far more than normal is due, a person must look. */
  | { readonly kind: 'stopped' };

/** What the breaker knows; counts are of one hour: the one it opened in, else the current one. */
export interface OutboxStanding {
  /** null while messages leave. */
  readonly stoppedSince: Instant | null;
  readonly left: number;
  /** Messages that wanted to leave and were held back since it opened. */
  readonly heldBack: number;
  /** Average of the earlier hours in which messages left; 0 when there are none. */
  readonly normal: number;
  /** How many may leave within the hour. */
  readonly limit: number;
}

export interface Outbox {
  /** The state before the call; a `new` key is claimed by it in the same step. */
  claim(portalId: string, key: string, now: Instant): Promise<OutboxState>;
  sent(portalId: string, key: string, delivery: Delivery, now: Instant): Promise<void>;
  /** Not sent after all (nothing left the house): may be claimed again. */
  release(portalId: string, key: string): Promise<void>;
  /** Counts a message about to leave. */
  admit(portalId: string, key: string, now: Instant): Promise<Admission>;
  standing(portalId: string, now: Instant): Promise<OutboxStanding>;
  /** A person has looked: messages leave again. */
  resume(portalId: string): Promise<void>;
}

// -------------------------------------------------------------------------------- the client page

export type ClientAnswerKind = 'solved' | 'not-solved' | 'question';

/** What the client page shows without asking the portal; kept from the request until the reopen window ends. */
export interface ClientCase {
  readonly ref: TicketRef;
  readonly cycle: number;
  readonly language: Language;
  /** IANA zone of the moments on the page, of the ticket's pipeline. */
  readonly timeZone: string;
  /** What was solved, as the request told it. */
  readonly summary: string;
  readonly answerUntil: Instant | null;
  readonly state: 'open' | 'answered' | 'closed' | 'superseded';
  readonly answer: ClientAnswerKind | null;
  readonly answeredAt: Instant | null;
  readonly closedAt: Instant | null;
}

export interface ClientCases {
  save(portalId: string, entry: ClientCase): Promise<void>;
  find(portalId: string, ref: TicketRef): Promise<ClientCase | null>;
  /** Those of these tickets (`2:759`), whatever the number of all: every sweep asks it. */
  among(portalId: string, keys: readonly string[]): Promise<readonly ClientCase[]>;
  /** All of the portal, two months of them: for work on a schedule. */
  list(portalId: string): Promise<readonly ClientCase[]>;
  remove(portalId: string, ref: TicketRef): Promise<void>;
  /** Notes a reopening and returns all that are remembered of this ticket, for the loop guard. */
  reopened(portalId: string, ref: TicketRef, at: Instant): Promise<readonly Instant[]>;
  /** All that are remembered of this ticket. */
  reopenings(portalId: string, ref: TicketRef): Promise<readonly Instant[]>;
}

export interface PostedAnswer {
  readonly ref: TicketRef;
  readonly cycle: number;
  readonly answer: ClientAnswerKind;
  /** The client's words; erased from the store once they stand on the ticket. */
  readonly comment: string;
  readonly at: Instant;
  /** Set when an agent read a client's reply so (`activity:15`, `chat:85851`); absent when the client answered on the page. */
  readonly readingOf?: string;
  /** Read so by the rules (`thanksConfirms`) instead of an agent: the client's own word. */
  readonly byRule?: boolean;
}

export interface ClientAnswers {
  /** Stores the answer durably and wakes the worker; false when this very answer stands already. */
  accept(portalId: string, answer: PostedAnswer): Promise<boolean>;
  waiting(portalId: string): Promise<readonly PostedAnswer[]>;
  done(portalId: string, answer: PostedAnswer): Promise<void>;
}

// -------------------------------------------------------------------------------- suppressed replies

export interface SuppressedReply {
  readonly id: string;
  readonly ref: TicketRef;
  readonly cycle: number;
  readonly at: Instant;
  readonly kind: 'auto-reply' | 'bounce' | 'echo';
  readonly rule: string;
  /** `activity:15` or `chat:85851`: where the words stand on the portal. */
  readonly source: string;
}

export interface SuppressedReplies {
  add(portalId: string, reply: SuppressedReply): Promise<void>;
  list(portalId: string, count: number): Promise<readonly SuppressedReply[]>;
  /** Takes one back: it is handled as a client's message after all. */
  undo(portalId: string, id: string): Promise<SuppressedReply | null>;
}

// -------------------------------------------------------------------------------- what clients wrote elsewhere

export interface IncomingMessage {
  /**
   * `activity:15` or `chat:85851` (the message's id): where the words stand on the portal. Unique per ticket: a client
   * with several waiting tickets who names none may mean each of them.
   */
  readonly source: string;
  readonly ref: TicketRef;
  readonly at: Instant;
  readonly channel: 'email' | 'chat';
  readonly subject: string;
  readonly text: string;
  readonly fromAddress: string;
}
