/** What the pages behind a signed link have in common: headers, methods, and a kind page for what cannot be read. */
import express, { Router } from 'express';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { CLIENT_PAGE_POLICY } from './client-page-style.ts';

export const SIGNED_PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': CLIENT_PAGE_POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
};

export interface SignedPage {
  /** GET and HEAD: changes nothing, however often a mail scanner opens it. */
  show(req: Request, res: Response): unknown;
  /** POST of the page's own form. */
  take(req: Request, res: Response): unknown;
  /** 405 for another method, or the status of a body that cannot be read. */
  refuse(req: Request, res: Response, status: number): void;
}

export interface SignedPageAddress {
  /** `/c`: the token follows. */
  readonly path: string;
  /** Largest form, in the notation of the body parser. */
  readonly limit: string;
  readonly parameterLimit: number;
}

export function createSignedPage(
  { path, limit, parameterLimit }: SignedPageAddress,
  page: SignedPage,
): Router {
  // In a variable: the parser's types do not know `depth`.
  const limits = { extended: true, depth: 1, inflate: false, limit, parameterLimit };
  const form = express.urlencoded(limits);
  const router = Router();
  router
    .route(`${path}/:token`)
    .get((req, res) => page.show(req, res))
    .post(form, (req, res) => page.take(req, res))
    .all((req, res) => {
      res.set('Allow', 'GET, HEAD, POST');
      page.refuse(req, res, 405);
    });
  // Express tells an error handler by its four parameters.
  const unread: ErrorRequestHandler = (error: unknown, req, res, next) => {
    const status: unknown =
      typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : null;
    if (res.headersSent || typeof status !== 'number' || status >= 500) return next(error);
    page.refuse(req, res, status);
  };
  router.use(path, unread);
  return router;
}
