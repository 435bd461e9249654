/** Sessions of the pages: who may call, and how a session that has ended goes on. */
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { FrameDoor } from '../app/ports/frame.ts';
import type { Clock, Log } from '../app/ports/runtime.ts';
import { ticketOfKey } from '../app/card-actions.ts';
import { sendApiError } from './api-answer.ts';
import type { Audience, Session, SessionTokens } from './session-token.ts';
import { SESSION_MS } from './session-token.ts';

export interface RenewalOptions {
  readonly door: FrameDoor;
  readonly tokens: SessionTokens;
  readonly clock: Clock;
  readonly log: Log;
}

const bodySchema = z.object({ authId: z.string().regex(/^[\x21-\x7E]{1,2000}$/) });

/** The Authorization header's token; '' when there is none. Cookies and addresses are never looked at. */
export function bearerOf(req: Request): string {
  return /^Bearer ([\w.-]{20,1200})$/.exec(req.headers.authorization ?? '')?.[1] ?? '';
}

/** The live session of this audience; null after it has answered 401. */
export function liveSession(
  req: Request,
  res: Response,
  { tokens, audience }: { readonly tokens: SessionTokens; readonly audience: Audience },
): Session | null {
  const opened = tokens.open(bearerOf(req), audience);
  if (opened?.kind === 'live') return opened.session;
  sendApiError(res, 401, { code: 'session', message: '' });
  return null;
}

/** POST /session: a genuine token, over or not, and a fresh AUTH_ID of the same user make a new one for the same page. */
export function createRenewal({ door, tokens, clock, log }: RenewalOptions): RequestHandler {
  return async (req, res) => {
    const opened = tokens.open(bearerOf(req), null);
    if (opened === null) return sendApiError(res, 401, { code: 'session', message: '' });
    const body = bodySchema.safeParse(req.body);
    if (!body.success) return sendApiError(res, 400, { code: 'bad-request', message: '' });
    const { session } = opened;
    const about = { ref: ticketOfKey(session.ticket), keepUntil: clock.now() + SESSION_MS };
    const portal = await door.portal(session.portalId);
    if (portal === null) return sendApiError(res, 403, { code: 'refused', message: '' });
    const answer = await door.introduce(session.portalId, body.data.authId, about);
    if (answer.kind === 'refused' || answer.user.id !== session.userId) {
      log.warn({ portalId: session.portalId }, 'A session was not renewed');
      return sendApiError(res, 403, { code: 'refused', message: '' });
    }
    const { isAdmin, timeZone } = answer.user;
    res.set('Cache-Control', 'no-store');
    res.json({ ok: true, ...tokens.issue({ ...session, isAdmin, timeZone }) });
  };
}
