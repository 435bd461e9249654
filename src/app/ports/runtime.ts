/** Clock, log, rate budget and doorbell: what every use case may need from its surroundings. */
import type { Instant } from '../../core/ticket.ts';

export interface Clock {
  now(): Instant;
  /** Real time as every process of the service has it, also where a demonstration shifted `now`; absent: the machine's own. */
  real?(): Instant;
  /** Hears what the time is by the one clock that all processes can read; absent where nobody needs to agree. */
  agree?(shared: Instant): void;
}

/** Structured log; fields hold ids, codes and counts, never tokens, URLs or client text. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Live moves go before bulk work: a bulk request leaves part of the bucket free. */
export type Priority = 'live' | 'bulk';

/** What came of one HTTP request to a portal: names and codes; no parameters, no answers. */
export interface RequestSeen {
  readonly portalId: string;
  readonly method: string;
  /** Methods inside a batch; otherwise the method itself. */
  readonly methods: readonly string[];
  /** `ok`, the portal's code, or the code of the fault. */
  readonly outcome: string;
  /** HTTP status of a refusal; 200 for an answer, 0 for none. */
  readonly status: number;
  readonly ms: number;
  readonly attempt: number;
}

/** One rate budget per portal across all processes (PORTAL 10.1, 10.2). */
export interface RequestBudget {
  /** Waits for room for one HTTP request; throws portal-rate-limited when the wait would be unreasonably long. */
  take(portalId: string, priority: Priority): Promise<void>;
  /** The portal said QUERY_LIMIT_EXCEEDED: somebody else uses the bucket too; treat it as full. */
  refused(portalId: string): Promise<void>;
  /** Reports the operating time of a method as the portal told it. */
  spent(portalId: string, method: string, spent: OperatingTime): Promise<void>;
  /**
   * Milliseconds to wait before these methods may be called so many times; 0 when they may be now, and then their cost is
   * reckoned as used.
   */
  operatingWait(
    portalId: string,
    calls: ReadonlyMap<string, number>,
    priority: Priority,
  ): Promise<number>;
  /** The portal said OPERATION_TIME_LIMIT: nobody calls the method for a while. */
  exhausted(portalId: string, method: string): Promise<void>;
  /** Hears what came of each request that room was taken for; absent where nobody listens. Never throws. */
  readonly seen?: (request: RequestSeen) => void;
}

/** What a method has used of its operating time in the last ten minutes (PORTAL 10.2). */
export interface OperatingTime {
  readonly seconds: number;
  /** In how many milliseconds the portal frees the oldest of the minutes counted; 0 when it does not tell. */
  readonly freesInMs: number;
  /** Seconds one call took, on average; 0 when unknown. */
  readonly perCall: number;
}

/** What is kept of an event: ids only. */
export interface EventIds {
  /** `2:759`, `activity:15`, `comment:8`…; '' when the event names nothing we look at: it is only counted. */
  readonly key: string;
  /** Upper-case event code. */
  readonly code: string;
}

/** Takes events durably: resolves only when they stand in the store; throws store-unavailable at once when it is away. */
export interface Doorbell {
  /** Without events it only asks for a sweep. */
  ring(portalId: string, events: readonly EventIds[]): Promise<void>;
  /** A presented token was not ours; counted. */
  refused(): Promise<void>;
}
