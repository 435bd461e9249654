import type { Request, RequestHandler, Response } from 'express';
import type { Doorbell, Log } from '../app/ports/runtime.ts';
import type { PortalState } from '../app/ports/portals.ts';
import type { LifecycleAnswer, LifecycleEvent } from '../app/portal-lifecycle.ts';
import { knownLifecycle, readLifecycle } from './app-body.ts';
import { eventIds, readEventBody } from './event-body.ts';
import type { EventBody } from './event-body.ts';
import { createTokenCheck } from './event-token.ts';
import { isPress, readPress } from './press-body.ts';
import type { PressBody } from './press-body.ts';
import { sendError } from './send-error.ts';

export interface EventsRouteOptions {
  readonly doorbell: Doorbell;
  /** Tokens of the outgoing webhooks, and the portal they ring for. */
  readonly eventTokens: readonly string[];
  readonly portalId: string;
  /** Portals that installed the app; absent where none can. */
  readonly installed?: InstalledPortals | undefined;
  /** Takes presses on buttons in timelines, durably; absent where no portal installs the app. */
  readonly pressed?: (portalId: string, press: PressBody) => Promise<void>;
  readonly log: Log;
  /** False before the store is connected and while the process is closing. */
  readonly ready: () => boolean;
}

export interface InstalledPortals {
  /** State of the portal whose token it is; null for a stranger. @throws AppError store-unavailable */
  recognise(portalId: string, applicationToken: string): Promise<PortalState | null>;
  /** @throws AppError when the platform or the store is away */
  lifecycle(event: LifecycleEvent): Promise<LifecycleAnswer>;
}

const ACCEPTED = Buffer.from('{"status":"ok"}');
const ACCEPTED_HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': ACCEPTED.length,
};
const UNKNOWN_TOKEN_LOG_MS = 60_000;

interface Sender {
  readonly portalId: string;
  readonly installed: boolean;
  readonly rings: boolean;
}

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
      log.warn(
        { portalId },
        'An event with an unknown token was refused: compare B24_EVENT_TOKEN, or open the app on its portal',
      );
    }
    sendError(res, 401, 'unknown-token');
    // Counting is a courtesy: a store that is away must not turn a refusal into something else.
    await doorbell.refused().catch(() => undefined);
  }

  async function sender({ token, memberId }: EventBody): Promise<Sender | null> {
    if (token === null) return null;
    if (isKnown(token)) return { portalId, rings: true, installed: false };
    if (memberId === null) return null;
    const state = (await options.installed?.recognise(memberId, token)) ?? null;
    return state === null
      ? null
      : { portalId: memberId, rings: state === 'active', installed: true };
  }

  return async (req: Request, res: Response): Promise<void> => {
    if (!ready()) {
      res.set('Retry-After', '5');
      return sendError(res, 503, 'not-ready');
    }
    const body = readEventBody(req.body);
    if (options.installed && knownLifecycle(body.code) !== null) {
      const event = readLifecycle(req.body);
      const answer = event === null ? 'refused' : await options.installed.lifecycle(event);
      if (answer === 'refused') return refuse(res);
    } else {
      const from = await sender(body);
      if (from === null) return refuse(res);
      if (isPress(body) && from.installed) await takePress(from.portalId, body, options);
      const ids = eventIds(body);
      // A portal that is not served is swept from its cursor as soon as it is again.
      if (from.rings) await doorbell.ring(from.portalId, [ids]);
    }
    res.writeHead(200, ACCEPTED_HEADERS);
    res.end(ACCEPTED);
  };
}

/** Kept also while the portal is not served: its button waits for an answer. */
async function takePress(
  portalId: string,
  body: EventBody,
  { pressed, log }: Pick<EventsRouteOptions, 'pressed' | 'log'>,
): Promise<void> {
  const press = readPress(body);
  if (press === null) log.warn({ portalId }, 'A press in a timeline names no record');
  else await pressed?.(portalId, press);
}
