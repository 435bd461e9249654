import type { Request, RequestHandler, Response } from 'express';
import type { NewRobotCall } from '../app/ports/robots.ts';
import type { Doorbell, Log } from '../app/ports/runtime.ts';
import type { InstalledPortals } from './events-route.ts';
import { readRobotBody } from './robot-body.ts';
import { sendError } from './send-error.ts';

export interface RobotRouteOptions {
  /** Resolves when the call stands in the store. @throws AppError store-unavailable */
  accept(portalId: string, call: NewRobotCall): Promise<void>;
}

export interface RobotRouteAround {
  readonly robots: RobotRouteOptions;
  readonly installed: Pick<InstalledPortals, 'recognise'>;
  readonly doorbell: Pick<Doorbell, 'refused'>;
  readonly log: Log;
  readonly ready: () => boolean;
}

const UNKNOWN_TOKEN_LOG_MS = 60_000;

/**
 * Takes a robot's call after its body was parsed. The portal is known by its own token before anything else of the body is
 * looked at; 200 means that the call stands in Redis. The work comes afterwards: the portal calls slow handlers less often.
 */
export function createRobotRoute(options: RobotRouteAround): RequestHandler {
  const { robots, installed, doorbell, log, ready } = options;
  let lastWarning = Number.NEGATIVE_INFINITY;

  async function refuse(res: Response): Promise<void> {
    const now = performance.now();
    if (now - lastWarning > UNKNOWN_TOKEN_LOG_MS) {
      lastWarning = now;
      log.warn({}, 'A robot of an unknown portal was refused: open the app on its portal');
    }
    sendError(res, 401, 'unknown-token');
    await doorbell.refused().catch(() => undefined);
  }

  return async (req: Request, res: Response): Promise<void> => {
    if (!ready()) {
      res.set('Retry-After', '5');
      return sendError(res, 503, 'not-ready');
    }
    const { memberId, applicationToken, call } = readRobotBody(req.body);
    const state = memberId === null ? null : await installed.recognise(memberId, applicationToken);
    if (memberId === null || state === null) return refuse(res);
    await robots.accept(memberId, call());
    res.json({ status: 'ok' });
  };
}
