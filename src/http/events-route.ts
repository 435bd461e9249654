import type { Request, RequestHandler, Response } from 'express';
import type { Doorbell, Log } from '../app/ports/runtime.ts';
import { eventIds, readEventBody } from './event-body.ts';
import { createTokenCheck } from './event-token.ts';
import { sendError } from './send-error.ts';

export interface EventsRouteOptions {
  readonly doorbell: Doorbell;
  readonly eventTokens: readonly string[];
  readonly portalId: string;
  readonly log: Log;
  /** False before the store is connected and while the process is closing. */
  readonly ready: () => boolean;
}

const ACCEPTED = Buffer.from('{"status":"ok"}');
const ACCEPTED_HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': ACCEPTED.length,
};
const UNKNOWN_TOKEN_LOG_MS = 60_000;

/**
 * Takes one event after its body was parsed. 200 means that its ids stand in Redis; nothing else of it is kept.
 * Shape is checked first, then the token, and only then the data: a stranger learns nothing about what we look at.
 */
export function createEventsRoute(options: EventsRouteOptions): RequestHandler {
  const { doorbell, portalId, log, ready } = options;
  const isKnown = createTokenCheck(options.eventTokens);
  let lastWarning = Number.NEGATIVE_INFINITY;

  async function refuse(res: Response): Promise<void> {
    const now = performance.now();
    if (now - lastWarning > UNKNOWN_TOKEN_LOG_MS) {
      lastWarning = now;
      log.warn({ portalId }, 'An event with an unknown token was refused: compare B24_EVENT_TOKEN');
    }
    sendError(res, 401, 'unknown-token');
    // Counting is a courtesy: a store that is away must not turn a refusal into something else.
    await doorbell.refused().catch(() => undefined);
  }

  return async (req: Request, res: Response): Promise<void> => {
    if (!ready()) {
      res.set('Retry-After', '5');
      return sendError(res, 503, 'not-ready');
    }
    const body = readEventBody(req.body);
    if (body.token === null || !isKnown(body.token)) return refuse(res);
    await doorbell.ring(portalId, [eventIds(body)]);
    res.writeHead(200, ACCEPTED_HEADERS);
    res.end(ACCEPTED);
  };
}
