/** What a decision may look at: one ticket, read at one moment. Pure data, no platform words. */

/** Milliseconds since the epoch, by the portal's clock. */
export type Instant = number;

/** A deal has entityTypeId 2, a smart process 128 or more. */
export interface TicketRef {
  readonly entityTypeId: number;
  readonly id: number;
}

/** `2:759`: the one spelling of a ticket's identity in keys, journals and job data. */
export function refKey(ref: TicketRef): string {
  return `${ref.entityTypeId}:${ref.id}`;
}

export const OUTCOMES = [
  'confirmed',
  'no-answer',
  'product-update',
  'duplicate',
  'out-of-scope',
  'withdrawn',
  'spam',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const CONFIRMATIONS = [
  'not-asked',
  'asked',
  'confirmed',
  'rejected',
  'no-answer',
  'by-agent',
] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

export const KB_DECISIONS = ['created', 'updated', 'exists', 'not-needed'] as const;
export type KbDecision = (typeof KB_DECISIONS)[number];

export const CLOSE_REASONS = [
  'solved',
  'solved-by-update',
  'consultation',
  'duplicate',
  'no-answer',
  'out-of-scope',
  'withdrawn',
  'spam',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

export const MISTAKE_CAUSES = [
  'hurried',
  'not-confirmed',
  'not-documented',
  'misunderstood',
  'robot',
  'other',
] as const;
export type MistakeCause = (typeof MISTAKE_CAUSES)[number];

/** The ticket's fields by the keys of the field map; an empty text is '', an empty list choice is null. */
export interface TicketRecord {
  readonly checkedHow: string;
  readonly problem: string;
  readonly cause: string;
  readonly solution: string;
  readonly recommendations: string;
  readonly diagnostics: string;
  readonly kbNote: string;
  readonly confirmationEvidence: string;
  readonly resolution: string;
  readonly mistakeMeasure: string;
  readonly productVersion: string;
  readonly productInstruction: string;
  readonly holdReason: string;
  readonly policyVersion: string;
  /** Why this closing may pass although something is missing; counts for the round it was written in. */
  readonly exceptionReason: string;
  /** Number of or link to the ticket this one repeats. */
  readonly duplicateOf: string;
  /** Minutes the agent says the solution took; null when empty. */
  readonly timeSpent: number | null;
  /** Which closing of this ticket it is: 1 for the first; null until the app has written it. */
  readonly cycle: number | null;
  /** How many closings were returned in this ticket's life; null until the app has written it. */
  readonly returns: number | null;
  readonly resources: readonly string[];
  readonly closedAt: Instant | null;
  readonly askedAt: Instant | null;
  readonly remindedAt: Instant | null;
  readonly holdUntil: Instant | null;
  readonly kbDecision: KbDecision | null;
  readonly confirmation: Confirmation | null;
  readonly closeReason: CloseReason | null;
  readonly outcome: Outcome | null;
  readonly mistakeCause: MistakeCause | null;
}

/**
 * A fact that may not have been read. `unreadable` is a passing failure (nothing may be decided on it, try again);
 * `unavailable` is a lasting one (the portal has no such channel or right), so it cannot hold a closing up.
 */
export type Fact<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why: 'unreadable' | 'unavailable' };

export interface OpenWork {
  readonly kind: 'task' | 'ticket';
  readonly id: number;
  readonly title: string;
}

/** The newest moments of the conversation with the client; null when there was no such message. */
export interface Conversation {
  readonly lastClientMessageAt: Instant | null;
  readonly lastOurAnswerAt: Instant | null;
}

/** Where the ticket stood before its last move; null when the portal does not tell. */
export interface StagePlace {
  readonly categoryId: number;
  readonly stageId: string;
}

export interface TicketSnapshot {
  readonly ref: TicketRef;
  readonly title: string;
  readonly categoryId: number;
  readonly stageId: string;
  readonly previous: StagePlace | null;
  /** The user who made the last stage move; 0 when no person did. */
  readonly movedBy: number;
  readonly movedAt: Instant;
  readonly createdAt: Instant;
  readonly assigneeId: number;
  /** Value of the field that the policy's diagnostics map looks at; '' when none is mapped. */
  readonly diagnosticsCategory: string;
  readonly record: TicketRecord;
  readonly openWork: Fact<readonly OpenWork[]>;
  readonly conversation: Fact<Conversation>;
}
