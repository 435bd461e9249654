/** Troubles a test can switch on while the portal runs. */
export interface Faults {
  /** Share of events lost on the way, 0…1. */
  dropEvents: number;
  /** Share of events delivered twice, 0…1. */
  duplicateEvents: number;
  /** Delay of each delivery, ms: from, to. */
  delayMs: [number, number];
  /** Deliver in an order of its own: each event gets up to ten times the delay. */
  reorder: boolean;
  /** The next n requests fail with this answer, before anything is done. */
  failNextRequests: { count: number; status: number; code: string };
  /** The next n writing requests are applied, then the connection is cut without an answer. */
  cutAfterWrite: number;
  /** Only calls of this method, alone or in a batch, count as writes for `cutAfterWrite`; '' for any. */
  cutOnly: string;
  /** The next n letters cannot be sent: their activities stay, as the platform leaves them. */
  failLetters: number;
  /** Milliseconds one call of a method takes: waited for and counted in `time.operating`. */
  slowMethodMs: Record<string, number>;
  /** True: slow methods are only counted (operating, duration, the 60-s cut), nobody waits. */
  slowWithoutWaiting: boolean;
  /** REST answers 503 to everything: the portal is down. */
  restDown: boolean;
}

export function createFaults(): Faults {
  return {
    dropEvents: 0,
    duplicateEvents: 0,
    delayMs: [50, 300],
    reorder: false,
    failNextRequests: { count: 0, status: 500, code: 'INTERNAL_SERVER_ERROR' },
    cutAfterWrite: 0,
    cutOnly: '',
    failLetters: 0,
    slowMethodMs: {},
    slowWithoutWaiting: false,
    restDown: false,
  };
}
