/** JSON routes of the pages for administrators and leads. The session names portal and user; a request names neither. */
import express, { Router } from 'express';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { AdminDeps, AdminUser } from '../app/admin/admin-deps.ts';
import type { FrameDoor } from '../app/ports/frame.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { Say } from '../app/ports/tools.ts';
import { AppError } from '../errors.ts';
import type { AdminCall, On, Who } from './admin/call.ts';
import { ADMIN_ROUTES } from './admin/routes.ts';
import { sendApiError } from './api-answer.ts';
import { liveSession } from './session-route.ts';
import type { Session, SessionTokens } from './session-token.ts';

export interface AdminApiOptions {
  readonly door: Pick<FrameDoor, 'standing' | 'hand'>;
  readonly tokens: SessionTokens;
  /** null: the portal is not served (any more). */
  readonly depsFor: (portalId: string) => Promise<AdminDeps | null>;
  readonly say: Say;
  readonly log: Log;
}

/** A policy or a template with all its texts fits in. */
const BODY = { limit: '512kb', inflate: false };

export function createAdminApi(options: AdminApiOptions): Router {
  const router = Router();
  router.use(['/api/settings', '/api/report'], express.json(BODY));
  const on: On = (who, answer) => route(options, who, answer);
  for (const createRoutes of ADMIN_ROUTES) router.use(createRoutes(on));
  router.use(['/api/settings', '/api/report'], badBody);
  return router;
}

function route(
  options: AdminApiOptions,
  who: Who,
  answer: (call: AdminCall) => Promise<void>,
): RequestHandler {
  return async (req, res) => {
    const session = liveSession(req, res, { tokens: options.tokens, audience: 'admin' });
    if (session === null) return;
    try {
      const deps = await options.depsFor(session.portalId);
      if (deps === null) return refuse(res, options, session, 'reconnect');
      const changes = req.method !== 'GET' && req.method !== 'HEAD';
      const user = await userOf(session, deps, changes ? options.door : null);
      if (user === null) return sendApiError(res, 401, { code: 'session', message: '' });
      if (!mayCall(who, user)) return refuse(res, options, session, 'no-rights');
      const hand = () => options.door.hand(session.portalId, session.userId);
      await answer({ user, deps, hand, req, res });
    } catch (error) {
      sendFault(res, error, { options, session });
    }
  };
}

const mayCall = (who: Who, { isAdmin, isLead }: AdminUser): boolean =>
  isAdmin || (who === 'lead' && isLead);

/** null: the user's token has ended, the page brings a new one. */
async function userOf(
  { portalId, userId, isAdmin, timeZone, language }: Session,
  { tools }: AdminDeps,
  door: Pick<FrameDoor, 'standing'> | null,
): Promise<AdminUser | null> {
  const known = { id: userId, name: '', isAdmin, timeZone };
  const user = door === null ? known : await door.standing(portalId, userId);
  if (user === null) return null;
  const isLead = user.isAdmin || (await isNamed(portalId, userId, tools));
  return { ...user, language, isLead };
}

/** A policy that cannot be read names nobody: its repair is an administrator's work. */
async function isNamed(
  portalId: string,
  userId: number,
  { policies }: AdminDeps['tools'],
): Promise<boolean> {
  try {
    return (await policies.list(portalId)).some(({ leads }) => leads.includes(userId));
  } catch (error) {
    if (error instanceof AppError && error.code === 'policy-invalid') return false;
    throw error;
  }
}

function refuse(
  res: Response,
  { say }: AdminApiOptions,
  { language }: Session,
  code: 'no-rights' | 'reconnect',
): void {
  const status = code === 'no-rights' ? 403 : 409;
  sendApiError(res, status, { code, message: say(language, `admin.refused.${code}`) });
}

function sendFault(
  res: Response,
  error: unknown,
  {
    options: { say, log },
    session,
  }: { readonly options: AdminApiOptions; readonly session: Session },
): void {
  const fault = error instanceof AppError ? error : null;
  const detail = fault?.detail ?? (error instanceof Error ? error.name : '');
  log.warn(
    { portalId: session.portalId, code: fault?.code ?? 'internal', detail },
    'A call of an administrator failed',
  );
  if (res.headersSent) return void res.end();
  const code = fault?.retry === 'after' ? 'busy' : 'fault';
  if (fault !== null) res.set('Retry-After', '5');
  const message = say(session.language, `admin.refused.${code}`);
  sendApiError(res, fault === null ? 500 : 503, { code, message });
}

/** Express tells an error handler by its four parameters. */
const badBody: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  const status: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : null;
  if (res.headersSent || typeof status !== 'number' || status >= 500) return next(error);
  sendApiError(res, status, { code: 'bad-request', message: '' });
};
