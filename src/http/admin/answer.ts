import type { Request, Response } from 'express';

/** Everything of a portal is for the one who asked, now. */
export function sendOk(res: Response, body: object): void {
  res.set('Cache-Control', 'no-store');
  res.json({ ok: true, ...body });
}

/** Express's own parser is switched off; addresses hold nothing but codes, dates and numbers. */
export function queryOf(req: Request): URLSearchParams {
  const at = req.url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : req.url.slice(at));
}
