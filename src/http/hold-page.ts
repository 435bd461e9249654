import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import type { TokenSigner } from '../app/client-token.ts';
import { readHoldToken } from '../app/hold-token.ts';
import type { HoldLink } from '../app/hold-token.ts';
import type { HoldRequest, HoldResult } from '../app/hold-ticket.ts';
import type { Clock, Log } from '../app/ports/runtime.ts';
import { refKey } from '../core/ticket.ts';
import type { TicketRef } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { noticePage } from './client-page-view.ts';
import { pageLanguage, writeMoment } from './client-page-words.ts';
import type { Say, Words } from './client-page-words.ts';
import { holdPage } from './hold-page-view.ts';
import type { HoldView } from './hold-page-view.ts';
import { createSignedPage, SIGNED_PAGE_HEADERS } from './signed-page.ts';
import { addressKey, createSlidingWindow } from './sliding-window.ts';
import type { FormTokens } from './token-signer.ts';

export interface HoldPageOptions {
  /** Reads and writes the ticket; throws portal and store faults. */
  readonly hold: (
    portalId: string,
    target: { readonly ref: TicketRef; readonly cycle: number },
    request: HoldRequest,
  ) => Promise<HoldResult>;
  readonly ticketLink: (portalId: string, ref: TicketRef) => string | Promise<string>;
  readonly signer: TokenSigner;
  readonly formTokens: FormTokens;
  readonly clock: Clock;
  readonly say: Say;
  readonly log: Log;
}

const ADDRESS = { path: '/h', limit: '32kb', parameterLimit: 10 };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What the form proposes. */
const USUAL_DAYS = 7;

const text = z.string().catch('');
const formSchema = z.object({ do: text, reason: text, until: text, form: text, lang: text });
type HoldForm = z.infer<typeof formSchema>;
const NOTHING: HoldForm = { do: '', reason: '', until: '', form: '', lang: '' };

/** `/h/:token`: GET asks, because opening a link must change nothing; POST sets the pause or takes it back. */
export function createHoldPage(options: HoldPageOptions): Router {
  const page = new HoldPage(options);
  return createSignedPage(ADDRESS, {
    show: (req, res) => page.show(req, res),
    take: (req, res) => page.take(req, res),
    refuse: (req, res, status) => page.notice(req, res, { status, name: 'refused' }),
  });
}

interface Notice {
  readonly status: number;
  /** `page.hold-<name>` */
  readonly name: string;
  readonly ticketId?: number;
}

const STATUS: Readonly<Record<Exclude<HoldResult['kind'], 'refused'>, number>> = {
  held: 200,
  ended: 200,
  'not-held': 200,
  unknown: 404,
  closed: 409,
  superseded: 410,
  'not-written': 502,
};

class HoldPage {
  readonly #options: HoldPageOptions;
  readonly #perTicket = createSlidingWindow(10, MINUTE_MS);
  readonly #perAddress = createSlidingWindow(60, MINUTE_MS);

  constructor(options: HoldPageOptions) {
    this.#options = options;
  }

  /** Without the portal: link previews open it too. */
  async show(req: Request, res: Response): Promise<void> {
    const link = this.#link(req, res);
    if (link !== null)
      await this.#sendForm(req, res, { status: 200, link, form: NOTHING, problems: [] });
  }

  async take(req: Request, res: Response): Promise<void> {
    const link = this.#link(req, res);
    if (link === null) return;
    const form = readForm(req.body);
    const again = (status: number, problem: HoldView['problems'][number]): Promise<void> =>
      this.#sendForm(req, res, { status, link, form, problems: [problem] });
    const { ref } = link;
    const mayPost = this.#perTicket.take(`${ref.entityTypeId} ${ref.id}`);
    if (!this.#perAddress.take(addressKey(req.ip ?? '')) || !mayPost) return again(429, 'busy');
    const foreign = req.headers['sec-fetch-site'] === 'cross-site';
    if (foreign || !this.#options.formTokens.check(req.path, form.form))
      return again(403, 'forged');
    let result: HoldResult;
    try {
      result = await this.#options.hold(link.portalId, link, requestOf(form));
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'unexpected';
      this.#options.log.warn(
        { portalId: link.portalId, ticket: refKey(ref), code },
        'A pause could not be set from its page',
      );
      return code === 'portal-rate-limited' ? again(503, 'busy') : again(503, 'away');
    }
    await this.#answer(req, res, { link, form, result });
  }

  /** A page without a form. */
  notice(req: Request, res: Response, { status, name, ticketId }: Notice): void {
    const words = this.#words(req, readForm(req.body));
    const page = noticePage({
      words,
      name: `hold-${name}`,
      ticketId: ticketId ?? null,
      keptText: '',
    });
    res.status(status).set(SIGNED_PAGE_HEADERS).send(page);
  }

  async #answer(
    req: Request,
    res: Response,
    done: { readonly link: HoldLink; readonly form: HoldForm; readonly result: HoldResult },
  ): Promise<void> {
    const { link, form, result } = done;
    if (result.kind === 'refused') {
      return this.#sendForm(req, res, { status: 422, link, form, problems: result.problems });
    }
    this.#options.log.info(
      { portalId: link.portalId, ticket: refKey(link.ref), result: result.kind },
      'A pause was asked for on its page',
    );
    this.notice(req, res, {
      status: STATUS[result.kind],
      name: result.kind,
      ticketId: link.ref.id,
    });
  }

  #link(req: Request, res: Response): HoldLink | null {
    const { signer, clock } = this.#options;
    const link = readHoldToken(signer, String(req.params['token'] ?? ''));
    if (link === null) this.notice(req, res, { status: 404, name: 'link' });
    else if (link.expiresAt <= clock.now())
      this.notice(req, res, { status: 410, name: 'expired', ticketId: link.ref.id });
    else return link;
    return null;
  }

  /** The form works without it. */
  async #cardOf({ portalId, ref }: HoldLink): Promise<string> {
    try {
      return await this.#options.ticketLink(portalId, ref);
    } catch {
      return '';
    }
  }

  async #sendForm(req: Request, res: Response, shown: Shown): Promise<void> {
    const { link, form, problems, status } = shown;
    const { formTokens, clock } = this.#options;
    const words = this.#words(req, form);
    const usual = new Date(clock.now() + USUAL_DAYS * DAY_MS).toISOString().slice(0, 10);
    if (status === 503 || status === 429) res.set('Retry-After', status === 503 ? '5' : '60');
    const page = holdPage({
      words,
      path: `${req.path}?lang=${words.language}`,
      ticketId: link.ref.id,
      ticketLink: await this.#cardOf(link),
      formToken: formTokens.issue(req.path),
      reason: form.reason,
      until: form.do === '' ? usual : form.until,
      problems,
    });
    res.status(status).set(SIGNED_PAGE_HEADERS).send(page);
  }

  #words(req: Request, form: HoldForm): Words {
    const { say } = this.#options;
    const at = req.url.indexOf('?');
    const query = new URLSearchParams(at < 0 ? '' : req.url.slice(at));
    const asked = form.lang === '' ? query.get('lang') : form.lang;
    const language = pageLanguage(asked, null, req.headers['accept-language']);
    return {
      language,
      say: (key, params) => say(language, key, params),
      moment: (instant) => writeMoment(language, instant, 'UTC'),
    };
  }
}

interface Shown {
  readonly status: number;
  readonly link: HoldLink;
  readonly form: HoldForm;
  readonly problems: HoldView['problems'];
}

/** Lenient: a field that is missing or given twice is empty. */
function readForm(body: unknown): HoldForm {
  const form = formSchema.safeParse(body ?? {}).data ?? NOTHING;
  return { ...form, reason: form.reason.replaceAll(/\r\n?/g, '\n').trim() };
}

const requestOf = (form: HoldForm): HoldRequest =>
  form.do === 'off' ? { kind: 'off' } : { kind: 'hold', reason: form.reason, until: form.until };
