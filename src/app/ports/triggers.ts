/** Triggers of the app, which administrators attach to stages (PORTAL 6.3). Implemented by redis/ and bitrix24/. */
import type { Instant, TicketRef } from '../../core/ticket.ts';

export const TRIGGER_CODES = [
  'closegate_confirmed',
  'closegate_not_solved',
  'closegate_no_answer',
  'closegate_returned',
] as const;
export type TriggerCode = (typeof TRIGGER_CODES)[number];

export interface TriggerSignal {
  readonly code: TriggerCode;
  readonly ref: TicketRef;
  /** Tells two facts of one ticket apart (cycle, moment); without spaces. */
  readonly fact: string;
}

/** What use cases see: a fact is told as often as a crash makes them, and fired once. Webhooks have none. */
export interface TriggerSignals {
  /** Resolves when the signals stand in the store; the portal is told later. @throws AppError store-unavailable */
  tell(portalId: string, signals: readonly TriggerSignal[]): Promise<void>;
}

export interface KeptSignal extends TriggerSignal {
  readonly at: Instant;
}

/** Signals on their way to the portal. One process at a time works on those of a portal, under its lock. */
export interface TriggerBox {
  /** A fact known already is left alone. */
  add(portalId: string, signals: readonly TriggerSignal[], now: Instant): Promise<void>;
  /** The oldest ones, marked before they are sent. */
  claim(portalId: string, most: number): Promise<readonly KeptSignal[]>;
  /** Marked ones that were not settled: of a process that died. */
  claimed(portalId: string): Promise<readonly KeptSignal[]>;
  /** Surely not sent: they wait again. */
  release(portalId: string, signals: readonly KeptSignal[]): Promise<void>;
  done(portalId: string, signals: readonly TriggerSignal[]): Promise<void>;
  /** Portals with signals in the box. */
  portals(): Promise<readonly string[]>;
}

export type FireOutcome =
  /** Taken; whether anything came of it the portal does not tell. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: string }
  /** The portal was too busy for this one and has not run it. */
  | { readonly kind: 'unsent' }
  /** The request broke off: perhaps it was run. */
  | { readonly kind: 'unknown' };

export interface TriggerCaller {
  /** How many go into the next request: as many as the portal's pace allows. */
  atOnce(): number;
  /** One request; outcomes in the order of the signals. @throws AppError when surely none of them was run */
  fire(signals: readonly TriggerSignal[]): Promise<readonly FireOutcome[]>;
}
