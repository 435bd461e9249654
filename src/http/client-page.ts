import type { Request, Response, Router } from 'express';
import { readClientToken } from '../app/client-token.ts';
import type { ClientLink, TokenSigner } from '../app/client-token.ts';
import type { ClientAnswers, ClientCase, ClientCases, PostedAnswer } from '../app/ports/client.ts';
import type { Clock, Log } from '../app/ports/runtime.ts';
import type { Language } from '../app/ports/texts.ts';
import { refKey } from '../core/ticket.ts';
import { COMMENT_LIMIT, formProblem, readForm } from './client-page-form.ts';
import type { PostedForm } from './client-page-form.ts';
import { answerPage, noticePage, readingPage } from './client-page-view.ts';
import type { FormView, PageError } from './client-page-view.ts';
import { pageLanguage, writeMoment } from './client-page-words.ts';
import type { Say, Words } from './client-page-words.ts';
import { createSignedPage, SIGNED_PAGE_HEADERS } from './signed-page.ts';
import { addressKey, createSlidingWindow } from './sliding-window.ts';
import type { RateLimit } from './sliding-window.ts';
import type { FormTokens } from './token-signer.ts';

export interface ClientPageOptions {
  readonly cases: ClientCases;
  readonly answers: ClientAnswers;
  readonly signer: TokenSigner;
  readonly formTokens: FormTokens;
  readonly clock: Clock;
  readonly say: Say;
  readonly log: Log;
  readonly ready: () => boolean;
  readonly limits?: Partial<PostLimits>;
}

/** Posts let through; opening the page is free, because mail scanners do. */
export interface PostLimits {
  readonly perTicket: RateLimit;
  readonly perAddress: RateLimit;
}

/** 64 kB keep 10,000 Cyrillic letters: more than the limit allows, so that a text too long comes back whole. */
const ADDRESS = { path: '/c', limit: '64kb', parameterLimit: 20 };
const MINUTE_MS = 60_000;

/** `/c/:token`: GET and HEAD show, POST stores the answer. Every refusal is a page with a way to answer. */
export function createClientPage(options: ClientPageOptions): Router {
  const page = new ClientPage(options);
  return createSignedPage(ADDRESS, {
    show: (req, res) => page.show(req, res),
    take: (req, res) => page.take(req, res),
    refuse: (req, res, status) =>
      page.refuse(req, res, { status, name: status === 413 ? 'too-large' : 'refused' }),
  });
}

interface Refusal {
  readonly status: number;
  readonly name: string;
  readonly ticketId?: number;
  readonly keptText?: string;
  readonly language?: Language | null;
}

/** The case of a link, or why the link shows none. */
type Standing =
  | { readonly kind: 'shown'; readonly entry: ClientCase }
  | { readonly kind: 'expired' | 'superseded' | 'gone'; readonly language: Language | null }
  | { readonly kind: 'away' };

class ClientPage {
  readonly #options: ClientPageOptions;
  readonly #limits: PostLimits;

  constructor(options: ClientPageOptions) {
    this.#options = options;
    this.#limits = {
      perTicket: createSlidingWindow(20, MINUTE_MS),
      perAddress: createSlidingWindow(120, MINUTE_MS),
      ...options.limits,
    };
  }

  async show(req: Request, res: Response): Promise<void> {
    const link = this.#link(req);
    if (link === null) return this.refuse(req, res, { status: 404, name: 'unknown' });
    const standing = await this.#standing(link);
    const ticketId = link.ref.id;
    if (standing.kind === 'away')
      return this.refuse(req, res, { status: 503, name: 'away', ticketId });
    if (standing.kind !== 'shown') {
      const { kind: name, language } = standing;
      return this.refuse(req, res, { status: 410, name, ticketId, language });
    }
    const done = query(req).get('done') === '1';
    this.#sendForm(req, res, { status: 200, link, entry: standing.entry, done });
  }

  async take(req: Request, res: Response): Promise<void> {
    const link = this.#link(req);
    const form = readForm(req.body, link?.purpose ?? null);
    const keptText = form.comment;
    if (link === null) return this.refuse(req, res, { status: 404, name: 'unknown', keptText });
    const again = (status: number, code: PageError['code'], entry: ClientCase | null): void => {
      const error = { code, params: {}, answer: form.answer };
      this.#sendForm(req, res, { status, link, entry, form, error });
    };
    if (!this.#mayPost(req, link)) return again(429, 'busy', null);
    const standing = await this.#standing(link);
    if (standing.kind === 'away') return again(503, 'away', null);
    if (standing.kind !== 'shown') {
      const { kind: name, language } = standing;
      const ticketId = link.ref.id;
      return this.refuse(req, res, { status: 410, name, ticketId, keptText, language });
    }
    const { entry } = standing;
    if (!this.#isOurForm(req, form)) return again(403, 'forged', entry);
    const error = formProblem(form, link.purpose);
    if (error !== null || form.answer === null)
      return this.#sendForm(req, res, { status: 422, link, entry, form, error });
    const stored = await this.#accept(link, form.answer, form.comment);
    if (!stored) return again(503, 'away', entry);
    const { language } = this.#words(req, { form, entry });
    res.set(SIGNED_PAGE_HEADERS).redirect(303, `${req.path}?done=1&lang=${language}`);
  }

  /** A page without a form. */
  refuse(req: Request, res: Response, refusal: Refusal): void {
    const { status, name, ticketId = null, keptText = '', language = null } = refusal;
    const form = readForm(req.body, null);
    const words = this.#words(req, { form, entry: null, ofTicket: language });
    send(res, status, noticePage({ words, name, ticketId, keptText }));
  }

  #link(req: Request): ClientLink | null {
    return readClientToken(this.#options.signer, String(req.params['token'] ?? ''));
  }

  async #standing(link: ClientLink): Promise<Standing> {
    const { cases, clock, ready } = this.#options;
    if (!ready()) return { kind: 'away' };
    try {
      const entry = await cases.find(link.portalId, link.ref);
      const language = entry?.language ?? null;
      if (link.expiresAt <= clock.now()) return { kind: 'expired', language };
      if (entry === null) return { kind: 'gone', language };
      if (entry.cycle !== link.cycle || entry.state === 'superseded')
        return { kind: 'superseded', language };
      return { kind: 'shown', entry };
    } catch (error) {
      this.#logFault(link, error);
      return { kind: 'away' };
    }
  }

  #mayPost(req: Request, link: ClientLink): boolean {
    const ticket = `${link.portalId} ${link.ref.entityTypeId} ${link.ref.id} ${link.cycle}`;
    const byAddress = this.#limits.perAddress.take(addressKey(req.ip ?? ''));
    return this.#limits.perTicket.take(ticket) && byAddress;
  }

  /** Our form, given out with this very page, and not sent from another site. */
  #isOurForm(req: Request, form: PostedForm): boolean {
    if (req.headers['sec-fetch-site'] === 'cross-site') return false;
    return this.#options.formTokens.check(req.path, form.formToken);
  }

  async #accept(
    link: ClientLink,
    answer: PostedAnswer['answer'],
    comment: string,
  ): Promise<boolean> {
    const { answers, clock, log } = this.#options;
    const { portalId, ref, cycle, readingOf } = link;
    const posted = { ref, cycle, answer, comment, at: clock.now() };
    try {
      const news = await answers.accept(
        portalId,
        link.purpose === 'reading' ? { ...posted, comment: '', readingOf } : posted,
      );
      if (news)
        log.info(
          { portalId, ticket: refKey(ref), cycle, answer },
          'An answer was taken on the page',
        );
      return true;
    } catch (error) {
      this.#logFault(link, error);
      return false;
    }
  }

  #logFault({ portalId, ref }: ClientLink, error: unknown): void {
    const name = error instanceof Error ? error.name : 'unknown';
    this.#options.log.warn(
      { portalId, ticket: refKey(ref), name },
      'The client page could not reach the store',
    );
  }

  #sendForm(req: Request, res: Response, shown: Shown): void {
    const { link, entry, form, error = null, done = false } = shown;
    const words = this.#words(req, { form, entry });
    const view: FormView = {
      words,
      // In the address too: a text too long to be read takes the form's own field with it.
      path: `${req.path}?lang=${words.language}`,
      ticketId: link.ref.id,
      entry,
      formToken: this.#options.formTokens.issue(req.path),
      comment: form?.comment ?? '',
      error,
      done,
      limit: COMMENT_LIMIT,
    };
    const page = link.purpose === 'reading' ? readingPage(view) : answerPage(view);
    send(res, shown.status, page);
  }

  #words(req: Request, { form, entry, ofTicket = entry?.language ?? null }: Known): Words {
    const { say } = this.#options;
    const asked = form?.language ?? query(req).get('lang');
    const language = pageLanguage(asked, ofTicket, req.headers['accept-language']);
    return {
      language,
      say: (key, params) => say(language, key, params),
      // Without a case there is no moment to write.
      moment: (instant) => writeMoment(language, instant, entry?.timeZone ?? 'UTC'),
    };
  }
}

/** What a page's language and moments follow from. */
interface Known {
  readonly form?: PostedForm | undefined;
  readonly entry: ClientCase | null;
  readonly ofTicket?: Language | null;
}

interface Shown {
  readonly status: number;
  readonly link: ClientLink;
  readonly entry: ClientCase | null;
  readonly form?: PostedForm;
  readonly error?: PageError | null;
  readonly done?: boolean;
}

function query(req: Request): URLSearchParams {
  const at = req.url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : req.url.slice(at));
}

function send(res: Response, status: number, page: string): void {
  if (status === 503 || status === 429) res.set('Retry-After', status === 503 ? '5' : '60');
  res.status(status).set(SIGNED_PAGE_HEADERS).send(page);
}
