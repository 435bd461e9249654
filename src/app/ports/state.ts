/** What is remembered between runs. Implemented by redis/. */
import type { CriterionResult, Gap } from '../../core/decision.ts';
import type { JournalEntry, JournalKind } from '../../core/journal-entry.ts';
import type { ClosingPolicy, PipelineRef } from '../../core/policy.ts';
import type { Instant, Outcome, StagePlace, TicketRef } from '../../core/ticket.ts';

/** Everything the sweep remembers between runs. Keys carry the portal; all methods are safe to repeat. */
export interface SweepState {
  /** The inbox as it stands: ticket key → version. */
  readInbox(portalId: string): Promise<ReadonlyMap<string, number>>;
  /** The inbox's keys when it holds more than `size` of them; null when it does not: what rang meanwhile, at the cost of a count. */
  inboxBeyond(portalId: string, size: number): Promise<readonly string[] | null>;
  /** Deletes what still has the version read; returns how many entries are left (rung meanwhile). */
  settleInbox(portalId: string, read: ReadonlyMap<string, number>): Promise<number>;
  /** Portal-clock instant up to which everything was seen; null before the first sweep. */
  cursor(portalId: string, entityTypeId: number): Promise<Instant | null>;
  saveCursor(portalId: string, entityTypeId: number, at: Instant): Promise<void>;
  /** Of these marks (`2:759@movedAt@stageId`), the ones not seen before. */
  unseen(portalId: string, marks: readonly string[]): Promise<ReadonlySet<string>>;
  /** Remembers marks; forgets those of moves before `forgetBefore`. */
  markSeen(
    portalId: string,
    marks: readonly { readonly mark: string; readonly movedAt: Instant }[],
    forgetBefore: Instant,
  ): Promise<void>;
  /** Tickets that must be read again although the cursor went on (undecided, half-done). */
  pending(portalId: string): Promise<readonly TicketRef[]>;
  addPending(portalId: string, refs: readonly TicketRef[]): Promise<void>;
  removePending(portalId: string, refs: readonly TicketRef[]): Promise<void>;
  /** Moves the app makes itself: remembered before the write, so that they are never judged. */
  rememberOwnMoves(
    portalId: string,
    moves: readonly { readonly ref: TicketRef; readonly stageId: string }[],
  ): Promise<void>;
  /**
   * Of these moves, the refKeys of tickets whose move was remembered. Each memory is good for one move, known from then on by
   * its moment: a trigger that later puts the ticket there in the name of the app's user is judged like anybody.
   */
  ownMoves(portalId: string, moves: readonly MadeMove[]): Promise<ReadonlySet<string>>;
  /** Returns per ticket within the window, keyed by refKey. */
  recentReturns(
    portalId: string,
    refs: readonly TicketRef[],
    since: Instant,
  ): Promise<ReadonlyMap<string, number>>;
}

/** A move as the portal lists it. */
export interface MadeMove {
  readonly ref: TicketRef;
  readonly stageId: string;
  readonly movedAt: Instant;
}

export type ReturnStep = 'claimed' | 'moved' | 'explained';

/** A return under way: what is needed to finish it after a crash. Holds ids, codes and counts only. */
export interface ReturnEntry {
  readonly ref: TicketRef;
  readonly movedAt: Instant;
  readonly movedBy: number;
  readonly assigneeId: number;
  readonly from: StagePlace;
  readonly pipeline: PipelineRef;
  readonly gaps: readonly Gap[];
  readonly step: ReturnStep;
  /** What the journal's line says when the return is finished after a crash; absent in entries of older versions. */
  readonly results?: readonly CriterionResult[];
  readonly outcome?: Outcome;
  readonly policyVersion?: number;
  /** The ticket's own counter after it. */
  readonly returns?: number;
}

/** Claim → move → explain → notify → done, per ticket; what is claimed and not done is finished by the next sweep. */
export interface ReturnLedger {
  claim(portalId: string, entries: readonly ReturnEntry[], now: Instant): Promise<void>;
  advance(portalId: string, refs: readonly TicketRef[], step: ReturnStep): Promise<void>;
  /** Finished: forgets the entries and counts the returns at `at` for the loop guard. */
  finish(portalId: string, refs: readonly TicketRef[], at: Instant): Promise<void>;
  /** Not carried out (refused, changed meanwhile): forgets without counting. */
  drop(portalId: string, refs: readonly TicketRef[]): Promise<void>;
  unfinished(portalId: string): Promise<readonly ReturnEntry[]>;
}

export type { JournalEntry } from '../../core/journal-entry.ts';

export interface Journal {
  append(portalId: string, entries: readonly JournalEntry[]): Promise<void>;
  /** Newest first. */
  latest(portalId: string, count: number): Promise<readonly JournalEntry[]>;
  /** The ticket's own lines, newest first, however many others there are; empty after its client was erased. */
  ofTicket(portalId: string, ref: TicketRef, count: number): Promise<readonly JournalEntry[]>;
  /** Lines of one kind about what happened from then on, newest first; reads back no further than that. */
  since(portalId: string, kind: JournalKind, from: Instant): Promise<readonly JournalEntry[]>;
}

export interface SavedPolicy {
  readonly policy: ClosingPolicy;
  readonly savedAt: Instant;
}

export interface PolicySaving {
  /** By the portal's clock, which moves are told in; left out: the store's own. */
  readonly savedAt?: Instant;
  /** User of the portal; kept beside the version. */
  readonly savedBy?: number;
  /** A version 0 follows nothing but nothing; without this it follows whatever stands there. */
  readonly first?: boolean;
}

export interface PolicyStore {
  /** Current policies of the portal; throws AppError policy-invalid when a stored one cannot be read. */
  list(portalId: string): Promise<readonly ClosingPolicy[]>;
  find(portalId: string, pipeline: PipelineRef): Promise<ClosingPolicy | null>;
  /**
   * Stores the next version (the given one + 1) and keeps every past one; returns what was stored.
   * Throws policy-invalid when another version stands there meanwhile.
   */
  save(portalId: string, policy: ClosingPolicy, saving?: PolicySaving): Promise<ClosingPolicy>;
  /** The versions in force at some moment since then, newest first; empty when nobody knows when they were saved. */
  inForceSince(
    portalId: string,
    pipeline: PipelineRef,
    since: Instant,
  ): Promise<readonly SavedPolicy[]>;
  version(portalId: string, pipeline: PipelineRef, version: number): Promise<ClosingPolicy | null>;
}

export interface PortalLock {
  /** Runs `work` while no other process does for the same key; returns null at once when somebody else holds it. */
  exclusively<T>(key: string, work: () => Promise<T>): Promise<T | null>;
}
