/**
 * The one place where an answer of the portal is understood: a value, the portal's refusal, or a fault. Error bodies
 * are irregular (PORTAL 10.6, trap 40): numeric 0, '', '-', a text in place of the code, HTTP 200 with an error.
 */
import { AppError } from '../errors.ts';
import type { FaultCode, Retry } from '../errors.ts';
import { integerOf, recordOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import type { RawAnswer } from './transport.ts';

/** What one command answered: its value, or the portal's refusal of this very command. */
export type CommandResult =
  | {
      readonly ok: true;
      readonly value: unknown;
      readonly total: number | null;
      readonly next: number | null;
    }
  | { readonly ok: false; readonly code: string; readonly httpStatus: number };

export type Answer =
  | { readonly kind: 'answer'; readonly result: CommandResult; readonly body: Json }
  /** `repeat`: the same request may be sent again at once; `limited`: somebody else uses our rate bucket too. */
  | {
      readonly kind: 'fault';
      readonly fault: AppError;
      readonly repeat: boolean;
      readonly limited: boolean;
    };

const RATE_LIMIT = 'QUERY_LIMIT_EXCEEDED';
const TIME_LIMIT = 'OPERATION_TIME_LIMIT';
/** How long to stay away from a method when the portal does not tell when its limit frees (window: 10 min). */
const TIME_LIMIT_PAUSE_MS = 60_000;

interface FaultText {
  readonly code: FaultCode;
  readonly message: string;
}

const ACCESS: FaultText = {
  code: 'portal-denied',
  message:
    'The portal does not accept the access: create the webhook anew or check its rights and expiry; for an installed app, open it there as an administrator.',
};
const GONE: FaultText = {
  code: 'portal-unavailable',
  message: 'The portal is closed, deleted or blocked: ask its administrator or Bitrix24 support.',
};
const STRANGER: FaultText = {
  code: 'portal-unavailable',
  message: 'The address does not answer as a Bitrix24 portal: check B24_WEBHOOK_URL.',
};
const UNKNOWN_OUTCOME: FaultText = {
  code: 'portal-outcome-unknown',
  message: 'The portal broke off during a write: read the tickets again before repeating it.',
};
const LASTING: ReadonlyMap<string, FaultText> = new Map([
  ...[
    'NO_AUTH_FOUND',
    'expired_token',
    'invalid_token',
    'INVALID_CREDENTIALS',
    'user_access_error',
  ].map((code) => [code, ACCESS] as const),
  ...['METHOD_CONFIRM_WAITING', 'METHOD_CONFIRM_DENIED', 'PAYMENT_REQUIRED', 'INVALID_REQUEST'].map(
    (code) => [code, ACCESS] as const,
  ),
  ...['PORTAL_DELETED', 'OVERLOAD_LIMIT'].map((code) => [code, GONE] as const),
]);

/** Error codes of a command (or call) that stand for a passing failure of the portal, not for a refusal. */
const PASSING: ReadonlySet<string> = new Set([
  RATE_LIMIT,
  TIME_LIMIT,
  'INTERNAL_SERVER_ERROR',
  'ERROR_UNEXPECTED_ANSWER',
]);

/** Whether a refused command says nothing about the ticket, only about the portal's state now. */
export function isPassing(code: string): boolean {
  return PASSING.has(code);
}

/** Whether a command was refused, unexecuted, because its method has used up its operating time. */
export function isTimeLimited(result: CommandResult | undefined): boolean {
  return result?.ok === false && result.code === TIME_LIMIT;
}

/** Whether the portal does not offer the method to this webhook at all: a lasting state, not a failure. */
export function isUnavailable(code: string): boolean {
  return code === 'insufficient_scope' || code === 'ERROR_METHOD_NOT_FOUND';
}

/** @param write a write whose fate is unknown must not be repeated blindly */
export function unwrapAnswer(raw: RawAnswer, write: boolean): Answer {
  const body = recordOf(raw.body);
  const code = hasError(body) ? normalCode(body['error'], body['error_description']) : null;
  const known = limitFault(code, raw.status) ?? lastingFault(code, raw.status);
  if (known) return known;
  if (raw.status >= 500 || (code !== null && PASSING.has(code))) {
    return broken(code ?? `HTTP_${raw.status}`, write);
  }
  if (code !== null) {
    return { kind: 'answer', result: { ok: false, code, httpStatus: raw.status }, body };
  }
  if (raw.status >= 400) return fault(STRANGER, `HTTP_${raw.status}`, { retry: 'never' });
  if (!('result' in body)) return broken('NOT_JSON', write);
  const { result: value, total, next } = body;
  return {
    kind: 'answer',
    result: { ok: true, value, total: integerOf(total), next: integerOf(next) },
    body,
  };
}

/** Both limits are checked before anything is executed, so that even a write may be sent again. */
function limitFault(code: string | null, status: number): Answer | null {
  if (code === RATE_LIMIT) {
    return fault(
      { code: 'portal-rate-limited', message: 'The portal is busy: try again shortly.' },
      RATE_LIMIT,
      { retry: 'backoff', repeat: true, limited: true },
    );
  }
  return code === TIME_LIMIT || status === 429
    ? timeLimited(TIME_LIMIT, TIME_LIMIT_PAUSE_MS)
    : null;
}

function lastingFault(code: string | null, status: number): Answer | null {
  const lasting =
    (code === null ? undefined : LASTING.get(code)) ?? (status === 401 ? ACCESS : null);
  return lasting ? fault(lasting, code ?? `HTTP_${status}`, { retry: 'never' }) : null;
}

/** A request that got no complete answer: nothing was done when it was never sent, anything may have been otherwise. */
export function unwrapSilence(code: string, sent: boolean, write: boolean): Answer {
  if (sent) return broken(code, write);
  return fault(
    {
      code: 'portal-unreachable',
      message:
        'The portal cannot be reached: check the network and the address in B24_WEBHOOK_URL.',
    },
    code,
    { retry: 'backoff', repeat: true },
  );
}

export function timeLimited(detail: string, retryAfterMs: number): Answer & { kind: 'fault' } {
  return fault(
    {
      code: 'portal-time-limited',
      message: 'The method used up its time on the portal: wait until the portal frees it.',
    },
    detail,
    { retry: 'after', retryAfterMs },
  );
}

/** The refusal of a call as an error, for callers to whom any refusal is a fault. */
export function refusal(
  method: string,
  result: { readonly code: string; readonly httpStatus: number },
): AppError {
  const { code, httpStatus } = result;
  if (isPassing(code)) {
    return new AppError('portal-unreachable', `${method} failed on the portal: try again.`, {
      retry: 'backoff',
      detail: code,
    });
  }
  const denied = isUnavailable(code) || code === 'ACCESS_DENIED' || httpStatus === 403;
  return denied
    ? new AppError(
        'portal-denied',
        `${method} is not allowed: grant the webhook's user the right or scope.`,
        { detail: code },
      )
    : new AppError('portal-rejected', `The portal refused ${method}: see the code.`, {
        detail: code,
      });
}

/** The value of a call whose refusal is a fault. */
export function valueOf(method: string, result: CommandResult): unknown {
  if (!result.ok) throw refusal(method, result);
  return result.value;
}

function broken(detail: string, write: boolean): Answer {
  return write
    ? fault(UNKNOWN_OUTCOME, detail, { retry: 'backoff' })
    : fault(
        { code: 'portal-unreachable', message: 'The portal did not answer: try again.' },
        detail,
        {
          retry: 'backoff',
          repeat: true,
        },
      );
}

interface FaultKind {
  readonly retry: Retry;
  readonly retryAfterMs?: number;
  readonly repeat?: boolean;
  readonly limited?: boolean;
}

function fault(what: FaultText, detail: string, kind: FaultKind): Answer & { kind: 'fault' } {
  const { retry, retryAfterMs = 0, repeat = false, limited = false } = kind;
  return {
    kind: 'fault',
    fault: new AppError(what.code, what.message, { retry, retryAfterMs, detail }),
    repeat,
    limited,
  };
}

function hasError(body: Json): boolean {
  const error = body['error'];
  if (error === undefined || error === null || error === false) return false;
  return !('result' in body) || (error !== '' && error !== 0);
}

const CODE = /^[\w.-]{1,80}$/;

/** What a text stands for where the portal sends no code; English only, as the platform's own fallbacks are. */
const TEXT_HINTS: readonly (readonly [RegExp, string])[] = [
  [/access denied|permission/, 'ACCESS_DENIED'],
  [/not found|is not defined or invalid/, 'NOT_FOUND'],
  [/\bis required\b|required field/, 'CRM_FIELD_ERROR_REQUIRED'],
  [/more scopes|higher privileges/, 'insufficient_scope'],
];

/** The error's code, or the one its text stands for, or `-`: a text itself is never passed on, it may quote clients. */
export function normalCode(error: unknown, description: unknown): string {
  const raw = typeof error === 'number' ? String(error) : codeText(error);
  if (CODE.test(raw) && raw !== '0' && raw !== '-') return raw;
  const text = `${raw} ${typeof description === 'string' ? description : ''}`.toLowerCase();
  return TEXT_HINTS.find(([hint]) => hint.test(text))?.[1] ?? '-';
}

function codeText(error: unknown): string {
  if (typeof error === 'string') return error.trim();
  const code = recordOf(error)['code'];
  return typeof code === 'string' ? code : '';
}
