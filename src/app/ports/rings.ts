/** Where rings stand until a sweep has taken them, and how closely sweeps follow each other. Implemented by redis/, driven by queue/. */
import type { EventIds } from './runtime.ts';

/** What to do after a ring: when `open`, the caller must add one sweep job that starts after `delayMs`. */
export interface GateAnswer {
  readonly open: boolean;
  readonly delayMs: number;
  /** Grows with every sweep that begins: two jobs promised for the same turn are one. */
  readonly turn: number;
}

export interface RingStore {
  /**
   * Keeps the ids of events in the portal's inbox and counts them, in one step; `wake` says that a sweep is wanted
   * (events without a ticket key are only counted). Throws store-unavailable.
   */
  ring(portalId: string, events: readonly EventIds[], wake: boolean): Promise<GateAnswer>;
  /** A sweep starts: later rings open the gate again, for the next turn. Called before the inbox is read. */
  beginSweep(portalId: string): Promise<void>;
  /** A sweep has ended: sets the gap before the next one; opens the gate when something is left or `again`. */
  endSweep(
    portalId: string,
    result: { readonly found: number; readonly again: boolean },
  ): Promise<GateAnswer>;
  /** A sweep job is waiting for `ms`: until then no ring adds another one. */
  holdGate(portalId: string, ms: number): Promise<void>;
  /** The job promised by an open gate could not be added. */
  releaseGate(portalId: string): Promise<void>;
  /** A request with an unknown token. */
  countRefused(): Promise<void>;
}

/** Counters of the event route: the doctor's round trip reads them before and after. */
export interface EventCounts {
  readonly accepted: number;
  readonly refused: number;
  /** Store clock; null before the first event. */
  readonly lastAt: number | null;
  readonly lastCode: string;
  /** `2:759`; '' when the last event named no ticket. */
  readonly lastKey: string;
}

export interface EventCounters {
  read(portalId: string): Promise<EventCounts>;
}
