/** The journal as those who read it see it: whole, in order, verifiable. Implemented by redis/. */
import type { JournalEntry, JournalKind } from '../../core/journal-entry.ts';
import type { DayCounters } from '../../core/report/counters.ts';
import type { ClauseId, ClosingPolicy, PipelineRef } from '../../core/policy.ts';
import type { Instant, TicketRef } from '../../core/ticket.ts';
import type { Language } from './texts.ts';

/** A line as stored. */
export interface JournalLine {
  /** Its number in the chain; null: written before the journal was chained. */
  readonly seq: number | null;
  readonly hash: string;
  /** When the store took it. */
  readonly storedAt: Instant;
  readonly entry: JournalEntry;
  /** The ticket's client was erased: the line no longer says which ticket it is about. */
  readonly erased: boolean;
}

export interface ChainProblem {
  /**
   * `edited`: the text is not what its hash says; `missing`: lines are gone; `reordered`: an earlier number comes later;
   * `relinked`: it follows another line than it says; `foreign`: a line without a link among linked ones.
   */
  readonly code: 'edited' | 'missing' | 'reordered' | 'relinked' | 'foreign';
  readonly seq: number;
}

export interface ChainReport {
  readonly intact: boolean;
  /** Lines written before the journal was chained: readable, but nothing vouches for them. */
  readonly beforeChain: number;
  readonly linked: number;
  /** The last number dropped by retention; 0: the chain is there from its first line. */
  readonly anchorSeq: number;
  /** To be noted elsewhere: a journal rewritten as a whole does not hold it any more. */
  readonly head: { readonly seq: number; readonly hash: string };
  /** The first ones, in order. */
  readonly problems: readonly ChainProblem[];
  readonly problemCount: number;
}

export type JournalProgress = (done: number, total: number) => void;

/** Which lines to look for from the newest back. */
export interface NewestWish {
  readonly kinds: readonly JournalKind[];
  readonly fits: (entry: JournalEntry) => boolean;
  /** No more than these; the rest comes with the next part. */
  readonly most: number;
  /** `next` of the part before; '' begins with the newest line. */
  readonly before: string;
  /** How many lines to look at, whatever their kind. */
  readonly look: number;
}

export interface NewestLines {
  readonly lines: readonly JournalLine[];
  /** Where the next part begins; '' when every line was looked at. */
  readonly next: string;
  readonly looked: number;
  /** Lines there are in all. */
  readonly total: number;
}

export interface JournalArchive {
  /** Every line that can be read, oldest first; those that cannot are reported to the log and left out. */
  lines(portalId: string, progress?: JournalProgress): AsyncIterable<JournalLine>;
  /** Lines of some kinds among the next `look` ones, newest first: a part at a time, so that nobody waits for the whole. */
  newest(portalId: string, wish: NewestWish): Promise<NewestLines>;
  /** Follows the chain from the first line kept to the newest. */
  verify(portalId: string, progress?: JournalProgress): Promise<ChainReport>;
  /** Makes the lines of these tickets lead nowhere and drops words written on them; returns how many tickets had lines. */
  forgetTickets(portalId: string, refs: readonly TicketRef[]): Promise<number>;
  /** Counters kept as the lines were written, days inclusive (`2026-11-01`), ordered by pipeline and day. */
  counters(portalId: string, fromDay: string, toDay: string): Promise<readonly DayCounters[]>;
  /** The same numbers with whole months added up already: what a report needs, whatever its time. */
  sums(portalId: string, fromDay: string, toDay: string): Promise<readonly DayCounters[]>;
  /** The agents' own counters of the same days, `month`: as `sums` does; many more than the common ones. */
  agents(
    portalId: string,
    fromDay: string,
    toDay: string,
    step: 'day' | 'month',
  ): Promise<readonly DayCounters[]>;
}

/** What each clause of the regulation demands, in words. */
export type ClauseTexts = Readonly<
  Record<Language, Readonly<Partial<Record<ClauseId, string | undefined>>>>
>;

export interface PolicyVersion {
  readonly policy: ClosingPolicy;
  /** null for versions saved before this was kept, and then there are no clause texts either. */
  readonly savedAt: Instant | null;
  /** User of the portal; 0: not noted. */
  readonly savedBy: number;
  /** As they stood on the day it was saved. */
  readonly clauseTexts: ClauseTexts | null;
}

export interface PolicyArchive {
  /** Every version of every pipeline, by pipeline and number; ones that cannot be read are left out. */
  versions(portalId: string): Promise<readonly PolicyVersion[]>;
  /** null when there is no such version; without a number, the current one. */
  find(portalId: string, pipeline: PipelineRef, version?: number): Promise<PolicyVersion | null>;
}

/** Tickets of a client, as the portal tells them. */
export interface TicketsOfClient {
  find(
    client: { readonly kind: 'contact' | 'company'; readonly id: number },
    entityTypeIds: readonly number[],
  ): Promise<readonly TicketRef[]>;
}

/** What stands about a client outside the journal: what the client page shows, answers not yet carried out, ledgers. */
export interface ClientRecords {
  /** Deletes everything of these tickets; returns how many records there were. */
  forget(portalId: string, refs: readonly TicketRef[]): Promise<number>;
}
