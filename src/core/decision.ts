/** Decisions and planned actions: closed unions of plain values. Codes are API: never renamed, only added. */
import type { ClauseId, CriterionId, StageRole, Strictness } from './policy.ts';
import type { CloseReason, Instant, Outcome, StagePlace, TicketRef } from './ticket.ts';

export type GapCode =
  | 'checked-how-missing'
  | 'checked-how-bare-tick'
  | 'open-task'
  | 'open-ticket'
  | 'confirmation-not-asked'
  | 'confirmation-awaited'
  /** Nothing but the client's word is missing and the app asks for it: nobody has anything to mend. */
  | 'confirmation-will-be-asked'
  | 'confirmation-rejected'
  | 'confirmation-evidence-missing'
  | 'silence-request-missing'
  | 'silence-reminder-missing'
  | 'question-unanswered'
  | 'problem-missing'
  | 'cause-missing'
  | 'solution-missing'
  | 'time-spent-missing'
  | 'recommendations-missing'
  | 'resources-missing'
  | 'solution-says-nothing'
  | 'solution-too-short'
  | 'solution-copies-question'
  | 'cause-is-empty-words'
  | 'cause-too-short'
  | 'cause-repeats-problem'
  | 'refers-to-correspondence'
  | 'placeholder-text'
  | 'communication-missing'
  | 'diagnostics-missing'
  | 'diagnostics-reason-missing'
  | 'kb-decision-missing'
  | 'kb-reason-missing'
  | 'kb-link-missing'
  | 'kb-link-not-https'
  | 'product-version-missing'
  | 'product-instruction-missing'
  | 'product-update-unconfirmed'
  | 'close-reason-mismatch'
  | 'duplicate-master-missing'
  /** Follows gaps that a written reason would let pass. */
  | 'justification-missing';

/** One thing that is missing. Params are numbers, ids and portal-side titles for the staff message; never client text. */
export interface Gap {
  readonly code: GapCode;
  readonly params: Readonly<Record<string, string | number>>;
}

/** What one criterion found. `unknown`: a fact it needs could not be read. */
export type CriterionVerdict =
  | { readonly status: 'met' }
  | { readonly status: 'unmet'; readonly gaps: readonly Gap[] }
  | { readonly status: 'not-applicable' }
  | { readonly status: 'unknown'; readonly fact: 'openWork' | 'conversation' };

/** A criterion's verdict with what the journal needs to explain it later. Evidence holds codes and counts only. */
export interface CriterionResult {
  readonly id: CriterionId;
  readonly clause: ClauseId;
  readonly strictness: Strictness;
  readonly verdict: CriterionVerdict;
  readonly evidence: Readonly<Record<string, string | number | boolean>>;
}

/** What is written to the ticket when a closing passes. */
export interface ClosingStamp {
  readonly outcome: Outcome;
  readonly closeReason: CloseReason;
  /** '' leaves the ticket's own resolution as it is. */
  readonly resolution: string;
  readonly closedAt: Instant;
  readonly cycle: number;
  readonly policyVersion: string;
}

/** Criteria that a written reason let pass: `justified` by anybody, `overridden` by one of those who may. */
export interface ClosingException {
  readonly kind: 'justified' | 'overridden';
  readonly criteria: readonly CriterionId[];
}

export type ClosingDecision =
  /** Nothing for the gate to judge. */
  | {
      readonly kind: 'not-gated';
      readonly why: 'work-stage' | 'awaiting-confirmation' | 'exempt' | 'before-cutoff';
    }
  /** A fact is missing and nothing else speaks against the closing: do nothing, read again. */
  | { readonly kind: 'undecided'; readonly results: readonly CriterionResult[] }
  | {
      readonly kind: 'pass';
      readonly outcome: Outcome;
      readonly results: readonly CriterionResult[];
      readonly stamp: ClosingStamp;
      /** null when every blocking criterion is met by itself. */
      readonly exception: ClosingException | null;
      /** Set when the ticket stands on the gate stage: the app itself moves it to the closed stage. */
      readonly moveTo: StagePlace | null;
    }
  | {
      readonly kind: 'return';
      readonly outcome: Outcome;
      readonly results: readonly CriterionResult[];
      /** Gaps of blocking criteria, in the regulation's order. */
      readonly gaps: readonly Gap[];
      /** Where to, in order of preference; the executor tries the next when the portal refuses one. */
      readonly targets: readonly StagePlace[];
    }
  /** Too many returns in a short time: somebody or something keeps pulling the ticket; a person must look. */
  | {
      readonly kind: 'stop';
      readonly outcome: Outcome;
      readonly results: readonly CriterionResult[];
      readonly gaps: readonly Gap[];
      readonly returns: number;
    };

export type AlertCode =
  | 'return-loop'
  | 'return-refused'
  | 'closing-not-verified'
  | 'stage-deleted'
  | 'ticket-hidden'
  | 'write-denied'
  | 'messages-stopped'
  | 'mistake-overdue'
  | 'reopen-loop';

/** Planned actions, carried out in order by app/act.ts. */
export type Action =
  | {
      readonly kind: 'return-ticket';
      readonly ref: TicketRef;
      readonly targets: readonly StagePlace[];
      readonly returns: number;
    }
  | { readonly kind: 'explain-return'; readonly ref: TicketRef; readonly gaps: readonly Gap[] }
  | {
      readonly kind: 'notify-staff';
      readonly ref: TicketRef;
      readonly userIds: readonly number[];
      readonly gaps: readonly Gap[];
    }
  | {
      readonly kind: 'stamp-closing';
      readonly ref: TicketRef;
      readonly stamp: ClosingStamp;
      readonly moveTo: StagePlace | null;
    }
  | {
      readonly kind: 'alert-leads';
      readonly ref: TicketRef | null;
      readonly code: AlertCode;
      readonly userIds: readonly number[];
      readonly params: Readonly<Record<string, string | number>>;
    };

export type { StageRole };
