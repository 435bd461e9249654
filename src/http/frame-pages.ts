/** Pages the portal frames: who opens them is asked of the portal itself, and a session begins. */
import express, { Router } from 'express';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { FrameDoor, FramePortal, Introduction, OpeningLook } from '../app/ports/frame.ts';
import type { Clock, Log } from '../app/ports/runtime.ts';
import type { Language } from '../app/ports/texts.ts';
import { refKey } from '../core/ticket.ts';
import type { TicketRef } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { createTokenCheck } from './event-token.ts';
import type { FrameAssets, PageStyle } from './frame-assets.ts';
import { createAssetsRoute, pageStyle } from './frame-assets.ts';
import { frameLanguage, readFrameForm } from './frame-form.ts';
import type { FrameForm } from './frame-form.ts';
import { frameNotice, framePage, sendFrame } from './frame-view.ts';
import type { FrameDocument } from './frame-view.ts';
import { createRenewal } from './session-route.ts';
import type { Session, SessionTokens } from './session-token.ts';
import { SESSION_MS } from './session-token.ts';

export interface FramePagesOptions {
  readonly door: FrameDoor;
  readonly tokens: SessionTokens;
  readonly assets: FrameAssets;
  readonly clock: Clock;
  readonly log: Log;
  readonly say: (language: Language, key: string) => string;
  readonly ready: () => boolean;
  /** First state of the page of this session, kept short of its own requests; null: the page asks for it. */
  readonly firstState?: (session: Session, look: OpeningLook | null) => Promise<object | null>;
}

/** A portal's post is a few kilobytes of some twenty fields. */
const BODY_LIMITS = { extended: true, limit: '32kb', parameterLimit: 50, depth: 2, inflate: false };

type PageName = 'card' | 'app';
const AUDIENCE = { card: 'card', app: 'admin' } as const;

interface Prepared extends FramePagesOptions {
  readonly styles: Readonly<Record<'card' | 'admin', PageStyle>>;
}

export function createFramePages(given: FramePagesOptions): Router {
  const { assets } = given;
  const { card, admin } = assets.pages;
  const styles = { card: pageStyle(assets, card.style), admin: pageStyle(assets, admin.style) };
  const options: Prepared = { ...given, styles };
  const router = Router();
  const forms = express.urlencoded(BODY_LIMITS);
  for (const page of ['card', 'app'] as const) {
    router
      .route(`/${page}`)
      .get(neutral(options, page))
      .post(forms, (req, res) => new Opening(options, page, req, res).answer())
      .all((_req, res) => {
        res.set('Allow', 'GET, HEAD, POST');
        sendFrame(res, 405, notice(options, 'en', page, 'bad-request'), null);
      });
  }
  router.get('/assets/:name', createAssetsRoute(options.assets));
  router.post('/session', express.json({ limit: '8kb', inflate: false }), createRenewal(options));
  router.use(['/card', '/app'], unreadBody(options));
  return router;
}

/** Bitrix24 looks whether the address answers before it is registered: with HEAD, and people open it by hand. */
function neutral(options: FramePagesOptions, page: PageName): RequestHandler {
  return (req, res) => {
    const language = req.acceptsLanguages('ru') ? 'ru' : 'en';
    sendFrame(res, 200, notice(options, language, page, 'neutral'), null);
  };
}

function notice(
  { say }: Pick<FramePagesOptions, 'say'>,
  language: Language,
  page: PageName,
  key: string,
): FrameDocument {
  const title = say(language, `frame.title.${AUDIENCE[page]}`);
  return frameNotice(language, title, say(language, `frame.${key}`));
}

/** Express tells an error handler by its four parameters. */
function unreadBody(options: FramePagesOptions): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    const status: unknown =
      typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : null;
    if (res.headersSent || typeof status !== 'number' || status >= 500) return next(error);
    sendFrame(res, status, notice(options, 'en', 'card', 'bad-request'), null);
  };
}

type Refusal = 'bad-request' | 'unknown' | 'refused' | 'no-ticket' | 'reconnect' | 'away';
const STATUS: Readonly<Record<Refusal, number>> = {
  'bad-request': 400,
  unknown: 403,
  refused: 403,
  'no-ticket': 403,
  reconnect: 200,
  away: 503,
};

type Known = Extract<Introduction, { readonly kind: 'known' }>;

/** One post into a frame. */
class Opening {
  readonly #options: Prepared;
  readonly #page: PageName;
  readonly #res: Response;
  readonly #language: Language | null;
  readonly #body: unknown;

  constructor(options: Prepared, page: PageName, req: Request, res: Response) {
    this.#options = options;
    this.#page = page;
    this.#res = res;
    const at = req.url.indexOf('?');
    this.#language = frameLanguage(new URLSearchParams(at < 0 ? '' : req.url.slice(at)));
    this.#body = req.body;
  }

  async answer(): Promise<void> {
    const { door, ready } = this.#options;
    const form = readFrameForm(this.#body, this.#page);
    if (form === null) return this.#refuse('bad-request', null);
    if (!ready()) return this.#refuse('away', null);
    try {
      // DOMAIN and SERVER_ENDPOINT of the request are never looked at: only what the registry knows is asked.
      const portal = await door.portal(form.memberId);
      if (portal === null) return this.#refuse('unknown', null);
      if (!createTokenCheck([portal.applicationToken])(form.applicationToken)) {
        return this.#refuse('refused', portal);
      }
      await this.#introduced(portal, form);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#options.log.warn({ code: error.code, page: this.#page }, 'A page could not be opened');
      this.#refuse('away', null);
    }
  }

  async #introduced(portal: FramePortal, form: FrameForm): Promise<void> {
    const { door, clock } = this.#options;
    // An administrator who opens the app heals a lost grant; a ticket's tab can only say what is wrong.
    if (!portal.active && form.ref !== null) return this.#refuse('reconnect', portal);
    const keepUntil = clock.now() + SESSION_MS;
    const about = { ref: form.ref, keepUntil, withLook: true };
    const answer = await door.introduce(portal.portalId, form.authId, about);
    if (answer.kind === 'refused') {
      return this.#refuse(answer.why === 'ticket' ? 'no-ticket' : 'refused', portal);
    }
    await this.#open(portal, answer, form.ref);
  }

  async #open(portal: FramePortal, { user, look }: Known, ref: TicketRef | null): Promise<void> {
    const { tokens, assets, styles, say } = this.#options;
    // The main page opened for a ticket is that ticket's panel, as in its tab.
    const audience = ref === null ? AUDIENCE[this.#page] : 'card';
    const language = this.#language ?? portal.language;
    const claims = {
      portalId: portal.portalId,
      userId: user.id,
      isAdmin: user.isAdmin,
      ticket: ref === null ? null : refKey(ref),
      audience,
      timeZone: user.timeZone,
      language,
    };
    const session = tokens.issue(claims);
    const opened = { ...claims, expiresAt: session.expiresAt };
    const first = await this.#firstState(opened, look ?? null);
    const { id, name, isAdmin, timeZone } = user;
    const state = { session, language, timeZone, user: { id, name, isAdmin }, first };
    const title = say(language, `frame.title.${audience}`);
    const page = framePage({
      language,
      title,
      loading: say(language, 'frame.loading'),
      script: assets.pages[audience].script,
      style: styles[audience],
      state,
    });
    sendFrame(this.#res, 200, page, portal.origin);
  }

  /** The page opens without it too, and asks for it. */
  async #firstState(session: Session, look: OpeningLook | null): Promise<object | null> {
    const { firstState, log } = this.#options;
    if (!firstState) return null;
    try {
      return await firstState(session, look);
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      log.warn({ name, page: this.#page }, 'The first state of a page could not be made');
      return null;
    }
  }

  #refuse(why: Refusal, portal: FramePortal | null): void {
    const language = this.#language ?? portal?.language ?? 'en';
    if (why === 'away') this.#res.set('Retry-After', '5');
    const page = notice(this.#options, language, this.#page, why);
    // A refusal holds nothing of anybody, so a portal that is not known may show it.
    sendFrame(this.#res, STATUS[why], page, portal?.origin ?? '*');
  }
}
