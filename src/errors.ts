/** Faults: things that went wrong outside the rules. Expected outcomes (decisions, gaps) are values, never errors. */
export type FaultCode =
  | 'portal-unreachable'
  | 'portal-outcome-unknown'
  | 'portal-rate-limited'
  | 'portal-time-limited'
  | 'portal-denied'
  | 'portal-unavailable'
  | 'portal-rejected'
  | 'ticket-not-found'
  | 'store-unavailable'
  | 'state-newer'
  | 'state-half'
  | 'bad-event'
  | 'policy-invalid'
  | 'template-failed'
  | 'config-invalid';

/** When to try again: `backoff` soon and growing, `after` not before retryAfterMs, `never` a person must act. */
export type Retry = 'backoff' | 'after' | 'never';

export interface FaultOptions {
  readonly retry?: Retry;
  readonly retryAfterMs?: number;
  /** The other side's own error code, never its text: texts may quote client data. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** The one error class. `message` says what to do next and never holds secrets, URLs or client text. */
export class AppError extends Error {
  readonly code: FaultCode;
  readonly retry: Retry;
  readonly retryAfterMs: number;
  readonly detail: string;

  constructor(code: FaultCode, message: string, options: FaultOptions = {}) {
    super(message);
    this.name = 'AppError';
    this.code = code;
    this.retry = options.retry ?? 'never';
    this.retryAfterMs = options.retryAfterMs ?? 0;
    this.detail = options.detail ?? '';
    // Not enumerable, so that no logger prints a raw answer of the portal by accident.
    Object.defineProperty(this, 'cause', { value: options.cause, enumerable: false });
  }
}

/** What a log may say of a fault: codes and, for a bug, where it happened; never a message, which may quote client data. */
export function faultFields(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof AppError) return { code: error.code, detail: error.detail };
  if (!(error instanceof Error)) return { code: 'unknown' };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    code: codeOf(error),
    where: frames
      .slice(0, 4)
      .map((line) => line.trim())
      .join(' < '),
  };
}

/** `ECONNREFUSED`, Redis' own word (`OOM`, `NOAUTH`), or what kind of error it is; never its text. */
function codeOf(error: Error): string {
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,39}$/.test(code)) return code;
  const reply = error.name === 'ReplyError' ? /^[A-Z]{3,20}(?= )/.exec(error.message) : null;
  return reply?.[0] ?? error.name;
}
