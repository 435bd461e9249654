/** What the panel of a ticket shows: made by app/preview-closing.ts, drawn by web/card. Plain data, texts in the reader's language. */
import type { ClauseId, CriterionId, FieldKey, Strictness } from './policy.ts';
import type { Confirmation, Instant, Outcome, TicketRef } from './ticket.ts';

/** Codes of the panel's actions; the design's own and part of the HTTP API: never renamed. */
export const CARD_ACTIONS = [
  'request',
  'remind',
  'cancel-request',
  'hold',
  'unhold',
  'kb-decide',
  'kb-create',
  'by-agent',
  'close',
  'undo',
  'return-to-work',
  'override',
] as const;
export type CardAction = (typeof CARD_ACTIONS)[number];

/** A sentence whose `{names}` are moments: the page writes them in the reader's own time zone. */
export interface TimedText {
  readonly text: string;
  readonly moments: Readonly<Record<string, Instant>>;
}

export interface CardGap {
  readonly code: string;
  /** What to do about it. */
  readonly text: string;
  /** Field of the map that mends it; null where something else does (an action, a task, an answer to the client). */
  readonly field: FieldKey | null;
}

export interface CardCriterion {
  readonly id: CriterionId;
  readonly clause: ClauseId;
  /** Clause as people call it: «step 3». */
  readonly clauseName: string;
  readonly title: string;
  readonly status: 'met' | 'unmet' | 'not-applicable' | 'unknown';
  readonly strictness: Strictness;
  readonly evidence: TimedText;
  readonly gaps: readonly CardGap[];
}

export interface CardField {
  readonly key: FieldKey;
  readonly label: string;
  readonly type: 'text' | 'integer' | 'url-list' | 'choice';
  readonly value: FieldValue;
  /** Items of a choice, in the field's own order. */
  readonly items?: readonly { readonly code: string; readonly label: string }[];
}

export type FieldValue = string | number | readonly string[] | null;

export interface CardConfirmation {
  readonly state: Confirmation;
  readonly label: string;
  readonly askedAt: Instant | null;
  readonly remindedAt: Instant | null;
  /** When the reminder is due; null when it was sent or nothing is waited for. */
  readonly remindAt: Instant | null;
  /** When silence closes the ticket; null when it does not. */
  readonly closeAt: Instant | null;
}

export interface CardHistoryLine {
  readonly at: Instant;
  /** '' for the app itself. */
  readonly who: string;
  readonly text: string;
}

export interface CardState {
  /** Changes with everything but the time of reading. */
  readonly version: string;
  readonly language: 'ru' | 'en';
  readonly ticket: {
    readonly ref: TicketRef;
    readonly number: number;
    readonly title: string;
    readonly stageName: string;
  };
  readonly stage: 'work' | 'awaiting-confirmation' | 'gate' | 'closed' | 'exempt';
  readonly mode: 'observe' | 'enforce';
  /** Outcome the criteria were judged for, and those a closed stage is mapped to. */
  readonly outcome: Outcome;
  readonly outcomes: readonly { readonly code: Outcome; readonly label: string }[];
  readonly criteria: readonly CardCriterion[];
  readonly fields: readonly CardField[];
  readonly confirmation: CardConfirmation;
  /** A pause; `until` null: without an end. */
  readonly hold: { readonly until: Instant | null; readonly reason: string } | null;
  readonly exception: {
    /** Whose written reason would let the closing pass as things stand: anybody's, one's who may override, nobody's. */
    readonly allowed: 'none' | 'justify' | 'override';
    readonly reason: string;
    readonly minCharacters: number;
  };
  readonly canClose: boolean;
  /** Why not: short, in the regulation's order. */
  readonly whyNot: readonly string[];
  /** Until when the closing can be taken back without the client hearing of it. */
  readonly undoUntil: Instant | null;
  readonly closed: { readonly at: Instant | null; readonly outcome: string } | null;
  /** Articles can be searched for and written here. */
  readonly kbNote: string;
  readonly history: readonly CardHistoryLine[];
  /** What can be done now; the server checks again. */
  readonly actions: readonly CardAction[];
  readonly rights: { readonly canOverride: boolean };
}

/** Why there is no state to show. */
export type CardAway = 'no-rights' | 'not-configured';
