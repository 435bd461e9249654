import type { ErrorRequestHandler } from 'express';
import type { Log } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import type { FaultCode } from '../errors.ts';
import { sendError } from './send-error.ts';

/** The one translation of faults for HTTP. */
const STATUS: Readonly<Record<FaultCode, number>> = {
  'bad-event': 400,
  'store-unavailable': 503,
  'state-newer': 503,
  'state-half': 503,
  'portal-unreachable': 502,
  'portal-outcome-unknown': 502,
  'portal-rate-limited': 503,
  'portal-time-limited': 503,
  'portal-denied': 403,
  'portal-unavailable': 502,
  'portal-rejected': 502,
  'ticket-not-found': 404,
  'policy-invalid': 500,
  'template-failed': 500,
  'config-invalid': 500,
};

/** Statuses of the body parser and of the router itself. */
const CODES: Readonly<Record<number, string>> = {
  400: 'bad-request',
  404: 'not-found',
  413: 'too-large',
  415: 'unsupported-media-type',
};

export function createErrorHandler(log: Log): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, _req, res, _next) => {
    if (res.headersSent) {
      res.destroy();
      return;
    }
    if (error instanceof AppError) {
      const status = STATUS[error.code];
      if (status === 503) res.set('Retry-After', '5');
      sendError(res, status, error.code);
      return;
    }
    const status = requestFault(error);
    if (status === null)
      log.error({ name: error instanceof Error ? error.name : 'unknown' }, 'A request failed');
    sendError(res, status ?? 500, status === null ? 'internal' : (CODES[status] ?? 'bad-request'));
  };
}

/** The 4xx status that the body parser or the router put on an error; null for everything else. */
function requestFault(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  const status: unknown = Reflect.get(error, 'status');
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
