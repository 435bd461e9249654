/** What the runs of the client's side did, for the log and for `npm run outbox -- runs`. */
import type { Instant } from '../../core/ticket.ts';

/**
 * A run is one pass of the reconcile, of the read of replies or of the waiting answers; and, because each timer is a job of
 * its own, all timers that one worker fired within a minute.
 */
export const RUN_KINDS = ['timers', 'reconcile', 'replies', 'answers'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** Why a candidate led to nothing this time; `run.why.<code>` says it. */
export const SKIP_REASONS = [
  'not-wanted',
  'not-due',
  'on-hold',
  'outside-hours',
  'no-solution',
  'no-text',
  'call-needed',
  'undelivered',
  'run-full',
  'stopped',
  'client-wrote',
  'blocked',
  'up-to-date',
  'suppressed',
  'busy',
  'fault',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What became of one candidate: a message reached the client, something else was done, or why nothing was. */
export type Fate = 'sent' | 'done' | SkipReason;

export interface RunCounts {
  /** sent + done + everything skipped. */
  readonly candidates: number;
  readonly sent: number;
  readonly done: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
}

export interface Run extends RunCounts {
  readonly kind: RunKind;
  /** When it ended. */
  readonly at: Instant;
}

/** The newest runs of each kind; counts and codes only. */
export interface RunLog {
  add(portalId: string, run: Run): Promise<void>;
  /** All that are remembered, newest first. */
  list(portalId: string): Promise<readonly Run[]>;
}
