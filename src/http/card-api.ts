/** JSON routes of the ticket panel. The session names portal, user and ticket; a request names none of them. */
import express, { Router } from 'express';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { CardDesk, Shown } from '../app/card-actions.ts';
import { ticketOfKey } from '../app/card-actions.ts';
import type { CardDeps, CardViewer } from '../app/card/card-deps.ts';
import type { Refusal } from '../app/card/card-scene.ts';
import type { FrameDoor, Hand, OpeningLook } from '../app/ports/frame.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { Say } from '../app/ports/tools.ts';
import type { Outcome } from '../core/ticket.ts';
import { OUTCOMES, refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { sendApiError } from './api-answer.ts';
import { readAction, readDraft, readSearch } from './card-wishes.ts';
import { liveSession } from './session-route.ts';
import type { Session, SessionTokens } from './session-token.ts';

export interface CardApiOptions {
  readonly door: Pick<FrameDoor, 'hand' | 'portal'>;
  readonly tokens: SessionTokens;
  readonly desk: CardDesk;
  /** null: the portal is not served (any more). */
  readonly depsFor: (portalId: string) => Promise<CardDeps | null>;
  readonly say: Say;
  readonly log: Log;
}

interface Call {
  readonly session: Session;
  readonly viewer: CardViewer;
  readonly deps: CardDeps;
}

type Answering = (call: Call, req: Request, res: Response) => Promise<void>;

export function createCardApi(options: CardApiOptions): Router {
  const router = Router();
  const json = express.json({ limit: '256kb', inflate: false });
  const { desk, say } = options;
  const on = (answering: Answering): RequestHandler => route(options, answering);

  router.get(
    '/api/card',
    on(async ({ viewer, deps }, req, res) => {
      const shownTag = req.headers['if-none-match'];
      const look = { outcome: askedOutcome(req), mayBeOld: shownTag !== undefined };
      const { language } = viewer;
      sendShown(res, await desk.show(viewer, look, deps), { shownTag, say, language });
    }),
  );
  router.put(
    '/api/card/draft',
    json,
    on(async ({ viewer, deps }, req, res) => {
      const wish = readDraft(req.body);
      if (wish === null) return refuse(res, say, viewer, BAD_REQUEST);
      const result = await desk.draft(viewer, wish, deps);
      if (result.kind === 'refused') return refuse(res, say, viewer, result);
      if (result.kind === 'away') return sendAway(res, say, viewer, result.why);
      const { state, conflicts } = result;
      send(res, { ok: true, version: state.version, conflicts, state }, state.version);
    }),
  );
  router.post(
    '/api/card/action',
    json,
    on(async ({ viewer, deps }, req, res) => {
      const wish = readAction(req.body);
      if (wish === null) return refuse(res, say, viewer, BAD_REQUEST);
      const { outcome, shown } = await desk.act(viewer, wish, deps);
      if (outcome.kind === 'refused') return refuse(res, say, viewer, outcome);
      if (shown.kind === 'away') return sendAway(res, say, viewer, shown.why);
      const message = say(viewer.language, `card.note.${outcome.note}`);
      send(res, { ok: true, message, state: shown.state }, shown.state.version);
    }),
  );
  router.post('/api/card/similar', json, on(search(options)));
  router.use('/api/card', badBody);
  return router;
}

/** By POST: words of a ticket in an address would stand in every log on the way. */
function search({ desk, say }: CardApiOptions): Answering {
  return async ({ viewer, deps }, req, res) => {
    const words = readSearch(req.body);
    if (words === null) return refuse(res, say, viewer, BAD_REQUEST);
    send(res, { ok: true, ...(await desk.similar(viewer, words, deps)) }, '');
  };
}

const BAD_REQUEST: Refusal = { kind: 'refused', code: 'bad-request', field: '', params: {} };

/** The session first, then the person's own hand on the portal: without it nothing is read or done. */
function route(options: CardApiOptions, answering: Answering): RequestHandler {
  return async (req, res) => {
    const session = liveSession(req, res, { tokens: options.tokens, audience: 'card' });
    if (session === null) return;
    const { portalId, userId, language } = session;
    const ref = ticketOfKey(session.ticket);
    if (ref === null) return sendApiError(res, 403, { code: 'no-rights', message: '' });
    try {
      const [hand, deps] = await Promise.all([
        options.door.hand(portalId, userId),
        options.depsFor(portalId),
      ]);
      if (hand === null || deps === null) return await sendNoHand(res, session, options);
      await answering(
        { session, viewer: { portalId, ref, userId, language, hand }, deps },
        req,
        res,
      );
    } catch (error) {
      const denied = error instanceof AppError && error.code === 'portal-denied';
      if (denied) return await sendNoHand(res, session, options);
      sendFault(res, error, { options, session });
    }
  };
}

/** The person's key is no good any more: the page brings a new one; a portal whose own grant is lost needs an administrator. */
async function sendNoHand(
  res: Response,
  { portalId, language }: Session,
  { door, say }: Pick<CardApiOptions, 'door' | 'say'>,
): Promise<void> {
  const portal = await door.portal(portalId);
  if (portal === null || portal.active) {
    return sendApiError(res, 401, { code: 'session', message: '' });
  }
  sendApiError(res, 409, { code: 'reconnect', message: say(language, 'frame.reconnect') });
}

function sendFault(
  res: Response,
  error: unknown,
  { options, session }: { readonly options: CardApiOptions; readonly session: Session },
): void {
  const { say, log } = options;
  const code = error instanceof AppError ? error.code : 'internal';
  const detail =
    error instanceof AppError ? error.detail : error instanceof Error ? error.name : '';
  log.warn({ portalId: session.portalId, code, detail }, 'A call of the panel failed');
  const busy = error instanceof AppError && error.retry === 'after';
  const message = say(session.language, busy ? 'card.refused.busy' : 'card.refused.fault');
  const status = error instanceof AppError ? 503 : 500;
  if (status === 503) res.set('Retry-After', '5');
  sendApiError(res, status, { code: busy ? 'busy' : 'fault', message });
}

interface Showing extends Pick<CardViewer, 'language'> {
  /** Tag of the state the page shows already. */
  readonly shownTag: string | undefined;
  readonly say: Say;
}

function sendShown(res: Response, shown: Shown, { shownTag, say, language }: Showing): void {
  if (shown.kind === 'away') return sendAway(res, say, { language }, shown.why);
  const { state } = shown;
  if (shownTag === tagOf(state.version)) {
    res.set({ ETag: tagOf(state.version), 'Cache-Control': 'no-store' });
    res.status(304).end();
    return;
  }
  send(res, { ok: true, state }, state.version);
}

function sendAway(
  res: Response,
  say: Say,
  { language }: Pick<CardViewer, 'language'>,
  why: 'no-rights' | 'not-configured',
): void {
  const message = say(language, `card.refused.${why === 'no-rights' ? why : 'no-ticket'}`);
  sendApiError(res, why === 'no-rights' ? 403 : 409, { code: why, message });
}

function refuse(
  res: Response,
  say: Say,
  { language }: Pick<CardViewer, 'language'>,
  { code, field, params }: Refusal,
): void {
  const message = say(language, `card.refused.${code}`, params);
  const status = code === 'no-rights' || code === 'denied' ? 403 : 422;
  sendApiError(res, status, { code, message, field });
}

const tagOf = (version: string): string => `"${version}"`;

function send(res: Response, body: object, version: string): void {
  res.set({ 'Cache-Control': 'no-store', ...(version === '' ? {} : { ETag: tagOf(version) }) });
  res.json(body);
}

function askedOutcome(req: Request): Outcome | null {
  const asked = query(req).get('outcome');
  return OUTCOMES.find((one) => one === asked) ?? null;
}

function query(req: Request): URLSearchParams {
  const at = req.url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : req.url.slice(at));
}

/** Express tells an error handler by its four parameters. */
const badBody: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  const status: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : null;
  if (res.headersSent || typeof status !== 'number' || status >= 500) return next(error);
  sendApiError(res, status, { code: 'bad-request', message: '' });
};

/**
 * For the page's first state: as GET /api/card, without a request of its own.
 * @param look what the opening told; `soon`: the page asks for the rest as soon as it stands
 */
export async function firstCardState(
  session: Session,
  { door, desk, depsFor }: Pick<CardApiOptions, 'door' | 'desk' | 'depsFor'>,
  look: OpeningLook | null = null,
): Promise<object | null> {
  const { portalId, userId, language } = session;
  const ref = ticketOfKey(session.ticket);
  const hand = await door.hand(portalId, userId);
  const deps = await depsFor(portalId);
  if (ref === null || hand === null || deps === null) return null;
  const eyes = look === null ? hand : throughEyes(hand, look);
  const viewer = { portalId, ref, userId, language, hand: eyes };
  // What was just read is newer than whatever was read within the minute.
  const shown = await desk.show(viewer, { outcome: null, mayBeOld: look === null }, deps);
  if (shown.kind === 'away') return { away: shown.why };
  if (look?.leftOut() !== true) return { state: shown.state };
  desk.rang(portalId, refKey(ref));
  return { state: shown.state, soon: true };
}

/** The ticket is found among what was told, not asked for again. */
function throughEyes(hand: Hand, { tickets }: OpeningLook): Hand {
  return {
    ...hand,
    tickets: {
      ...hand.tickets,
      listMoved: (queries, priority) => tickets.listMoved(queries, priority),
    },
  };
}
