/** What whoever runs the service asks of it: alive, ready, measures. A pure worker answers these and nothing else. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import type { Request, RequestHandler } from 'express';
import type { Readiness } from '../app/readiness.ts';
import { sendError } from './send-error.ts';

export interface OpsOptions {
  readonly readiness: () => Promise<Readiness>;
  readonly measures: () => Promise<{ readonly type: string; readonly text: string }>;
  /** Bearer of whoever may read the measures; null: only this machine and private networks may. */
  readonly adminToken: string | null;
}

export function createOpsRoutes(options: OpsOptions): Router {
  const router = Router();
  router
    .route('/readyz')
    .get(async (_req, res) => {
      const found = await options.readiness();
      res.set('Cache-Control', 'no-store');
      res.status(found.ready ? 200 : 503).json(found);
    })
    .all(onlyGet);
  router
    .route('/metrics')
    .get(async (req, res) => {
      if (!mayRead(req, options.adminToken)) return sendError(res, 404, 'not-found');
      const { type, text } = await options.measures();
      res.set({ 'Content-Type': type, 'Cache-Control': 'no-store' });
      res.send(text);
    })
    .all(onlyGet);
  return router;
}

const onlyGet: RequestHandler = (_req, res) => {
  res.set('Allow', 'GET, HEAD');
  sendError(res, 405, 'method-not-allowed');
};

/** Behind a proxy the address is the visitor's own, so that the internet is told that there is nothing. */
function mayRead(req: Request, adminToken: string | null): boolean {
  if (adminToken === null) return isNear(req.ip ?? '');
  const given = /^Bearer (\S{1,500})$/.exec(req.headers.authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(adminToken));
}

function isNear(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return (
    plain === '::1' ||
    /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\./.test(plain) ||
    /^f[cd][0-9a-f]{2}:/i.test(plain)
  );
}
