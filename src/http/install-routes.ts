/** The installer's page inside the portal: POST shows the steps, the page runs them one by one, the last one ends the installation. */
import { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import express from 'express';
import type { TokenSigner } from '../app/client-token.ts';
import type { InstallAnswer, InstallStep, StepAnswer } from '../app/install-portal.ts';
import type { FirstContact, PortalRecord } from '../app/ports/portals.ts';
import type { LifecycleAnswer, LifecycleEvent } from '../app/portal-lifecycle.ts';
import type { Clock, Log } from '../app/ports/runtime.ts';
import type { Language } from '../app/ports/texts.ts';
import { AppError } from '../errors.ts';
import { languageOf, lifecycleCode, readFramePost, readLifecycle } from './app-body.ts';
import { sendInFrame } from './frame-view.ts';
import { installNotice, installPage, neutralPage } from './install-page.ts';
import { INSTALL_RUNNER } from './install-runner.ts';
import { sendError } from './send-error.ts';
import { addressKey, createSlidingWindow } from './sliding-window.ts';

export interface InstallPagesOptions {
  readonly install: (contact: FirstContact) => Promise<InstallAnswer>;
  /** The app's main page was opened: a portal that is not served is connected again if an administrator did. */
  readonly heal: (contact: FirstContact) => Promise<void>;
  /** null for a portal that is not known. */
  readonly step: (portalId: string, step: InstallStep) => Promise<StepAnswer | null>;
  readonly steps: readonly InstallStep[];
  readonly tokens: TokenSigner;
  readonly clock: Clock;
  readonly say: (
    language: Language,
    key: string,
    params?: Readonly<Record<string, string | number>>,
  ) => string;
  readonly log: Log;
  readonly ready: () => boolean;
}

type Lifecycle = (event: LifecycleEvent) => Promise<LifecycleAnswer>;

const FORM_LIMITS = { extended: true, limit: '64kb', parameterLimit: 200, depth: 5 };
const MINUTE_MS = 60_000;
const TOKEN_MS = 60 * MINUTE_MS;

/** @param lifecycle takes ONAPPINSTALL and the like, which come to the same address (PORTAL trap 42) */
export function createInstallRoutes(options: InstallPagesOptions, lifecycle: Lifecycle): Router {
  const pages = new InstallPages(options, lifecycle);
  const router = Router();
  router
    .route('/install')
    .get((_req, res) => pages.neutral(res))
    .post(express.urlencoded(FORM_LIMITS), (req, res) => pages.take(req, res))
    .all((_req, res) => {
      res.set('Allow', 'GET, HEAD, POST');
      sendError(res, 405, 'method-not-allowed');
    });
  // Before the page itself, which another route answers.
  router.post('/app', express.urlencoded(FORM_LIMITS), (req, _res, next) =>
    pages.opened(req, next),
  );
  router.get('/install/runner.js', (_req, res) => {
    res.set({ 'Cache-Control': 'no-cache' }).type('text/javascript').send(INSTALL_RUNNER);
  });
  router.get('/api/install/steps', (req, res) => pages.steps(req, res));
  router.post('/api/install/step', express.json({ limit: '2kb' }), (req, res) =>
    pages.step(req, res),
  );
  return router;
}

/** Whose installation a token runs. */
interface InstallSession {
  readonly portalId: string;
  readonly language: Language;
}

class InstallPages {
  readonly #options: InstallPagesOptions;
  readonly #lifecycle: Lifecycle;
  readonly #perPortal = createSlidingWindow(20, MINUTE_MS);
  readonly #perAddress = createSlidingWindow(300, MINUTE_MS);
  readonly #perOpening = createSlidingWindow(60, MINUTE_MS);

  constructor(options: InstallPagesOptions, lifecycle: Lifecycle) {
    this.#options = options;
    this.#lifecycle = lifecycle;
  }

  /** Moderation and people look at the address with GET and HEAD (PORTAL 11). */
  neutral(res: Response): void {
    send(
      res,
      200,
      neutralPage((key) => this.#options.say('en', key)),
      null,
    );
  }

  async take(req: Request, res: Response): Promise<void> {
    if (!this.#options.ready()) {
      res.set('Retry-After', '5');
      return sendError(res, 503, 'not-ready');
    }
    if (lifecycleCode(req.body) !== null) return this.#event(req, res);
    const language = languageOf(new URLSearchParams(queryOf(req)).get('LANG'));
    const contact = readFramePost(req.body, language);
    if (contact === null) return this.#refuse(res, language, { status: 400, name: 'not-a-portal' });
    if (!this.#mayAsk(req, contact.portalId))
      return this.#refuse(res, language, { status: 429, name: 'busy' });
    let answer: InstallAnswer;
    try {
      answer = await this.#options.install(contact);
    } catch (error) {
      this.#told(error, contact.portalId);
      return this.#refuse(res, language, { status: 503, name: 'away' });
    }
    if (!answer.ok) return this.#refuse(res, language, { status: 403, name: answer.refused });
    this.#show(res, answer.portal, language);
  }

  /** The page says itself what state its portal is in; here only the healing is tried. */
  async opened(req: Request, next: NextFunction): Promise<void> {
    const language = languageOf(new URLSearchParams(queryOf(req)).get('LANG'));
    const contact = readFramePost(req.body, language);
    if (contact !== null && this.#options.ready() && this.#perOpening.take(contact.portalId)) {
      await this.#options
        .heal(contact)
        .catch((error: unknown) => this.#told(error, contact.portalId));
    }
    next();
  }

  steps(req: Request, res: Response): void {
    const session = this.#session(req);
    if (session === null) return sendError(res, 401, 'session-over');
    const { say, steps } = this.#options;
    const named = steps.map((id) => ({ id, title: say(session.language, `install.step.${id}`) }));
    res.set('Cache-Control', 'no-store').json({ ok: true, steps: named });
  }

  async step(req: Request, res: Response): Promise<void> {
    const { ready, steps } = this.#options;
    const session = this.#session(req);
    if (!ready()) return sendError(res, 503, 'not-ready');
    if (session === null) return sendError(res, 401, 'session-over');
    const body: unknown = req.body;
    const asked = typeof body === 'object' && body !== null ? Reflect.get(body, 'step') : null;
    const step = steps.find((known) => known === asked);
    if (step === undefined) return sendError(res, 400, 'no-such-step');
    res.set('Cache-Control', 'no-store');
    const { language, portalId } = session;
    try {
      const answer = await this.#options.step(portalId, step);
      if (answer === null) return sendError(res, 404, 'not-installed');
      res.json({ ...answer, ...this.#words(language, step, answer) });
    } catch (error) {
      this.#told(error, portalId);
      const code = error instanceof AppError ? error.code : 'unexpected';
      const advice = this.#options.say(language, 'install.advice.away', { code });
      res.json({ ok: false, added: 0, problems: [], lines: [], advice });
    }
  }

  #words(language: Language, step: InstallStep, { ok, problems }: StepAnswer) {
    const { say } = this.#options;
    const lines = problems.map(({ what, code }) =>
      say(language, 'install.problem', { what, code }),
    );
    const advice = ok ? '' : say(language, `install.advice.${step}`);
    return { lines, advice };
  }

  async #event(req: Request, res: Response): Promise<void> {
    const event = readLifecycle(req.body);
    if (event === null) return sendError(res, 400, 'bad-event');
    if (!this.#mayAsk(req, event.portalId)) return sendError(res, 429, 'busy');
    const answer = await this.#lifecycle(event);
    if (answer === 'refused') return sendError(res, 401, 'unknown-token');
    res.json({ status: 'ok' });
  }

  #mayAsk(req: Request, portalId: string): boolean {
    const portal = this.#perPortal.take(portalId);
    return this.#perAddress.take(addressKey(req.ip ?? '')) && portal;
  }

  #show(res: Response, { portalId, origin }: PortalRecord, language: Language): void {
    const { say, steps, tokens, clock } = this.#options;
    const until = clock.now() + TOKEN_MS;
    const token = tokens.seal(`install ${portalId} ${language} ${until}`);
    const words = (key: string): string => say(language, key);
    send(res, 200, installPage({ language, words, steps, token }), origin);
  }

  #session(req: Request): InstallSession | null {
    const { tokens, clock } = this.#options;
    const [, bearer = ''] = /^Bearer (\S{1,500})$/.exec(req.headers.authorization ?? '') ?? [];
    const sealed = tokens.open(bearer) ?? '';
    const [, portalId = '', language, until] =
      /^install (\S{1,64}) (ru|en) (\d{1,15})$/.exec(sealed) ?? [];
    if (until === undefined || Number(until) < clock.now()) return null;
    return { portalId, language: language === 'ru' ? 'ru' : 'en' };
  }

  #refuse(
    res: Response,
    language: Language,
    { status, name }: { readonly status: number; readonly name: string },
  ): void {
    if (status === 503 || status === 429) res.set('Retry-After', '30');
    const words = (key: string): string => this.#options.say(language, key);
    send(res, status, installNotice({ language, words, name }), null);
  }

  #told(error: unknown, portalId: string): void {
    const fields =
      error instanceof AppError
        ? { code: error.code, detail: error.detail }
        : { code: error instanceof Error ? error.name : 'unknown' };
    this.#options.log.warn({ portalId, ...fields }, 'An installation could not go on');
  }
}

function queryOf(req: Request): string {
  const at = req.url.indexOf('?');
  return at < 0 ? '' : req.url.slice(at);
}

/** @param origin who may frame the page; null for one that holds nothing, framed by whoever asked */
function send(res: Response, status: number, page: string, origin: string | null): void {
  const frames = origin === null ? '' : `; frame-ancestors ${origin}`;
  const policy = `default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'${frames}`;
  sendInFrame(res, status, { text: page, policy });
}
