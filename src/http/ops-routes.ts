/** What whoever runs the service asks of it: alive, ready, measures, queues. A pure worker answers these and nothing else. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import type { Readiness } from '../app/readiness.ts';
import type { Say } from './client-page-words.ts';
import { pageLanguage } from './client-page-words.ts';
import { sendQueues } from './queues-page.ts';
import type { ShownQueue } from './queues-page.ts';
import { sendError } from './send-error.ts';

export interface OpsOptions {
  readonly readiness: () => Promise<Readiness>;
  readonly measures: () => Promise<{ readonly type: string; readonly text: string }>;
  /** Of whoever may read the measures and see the queues; null: this machine and private networks may read the measures. */
  readonly adminToken: string | null;
  /** What stands in the queues. @throws when Redis is away */
  readonly queues: () => Promise<readonly ShownQueue[]>;
  readonly say: Say;
  readonly now: () => number;
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
  // Without a token to ask for there is no such page.
  if (options.adminToken !== null)
    router.route('/queues').get(queuesRoute(options, options.adminToken)).all(onlyGet);
  return router;
}

const onlyGet: RequestHandler = (_req, res) => {
  res.set('Allow', 'GET, HEAD');
  sendError(res, 405, 'method-not-allowed');
};

function queuesRoute(options: OpsOptions, adminToken: string) {
  return async (req: Request, res: Response): Promise<void> => {
    res.set({ 'Cache-Control': 'no-store', Vary: 'Accept, Accept-Language' });
    if (!presents(req, adminToken)) {
      // A browser asks for a name and a password: the name may be whatever, the password is the token.
      res.set('WWW-Authenticate', 'Basic realm="Closegate", charset="UTF-8"');
      return sendError(res, 401, 'token-required');
    }
    const queues = await options.queues().catch(() => null);
    if (queues === null) return sendError(res, 503, 'store-unavailable');
    const now = options.now();
    if (req.accepts(['html', 'json']) === 'json') {
      res.json({ at: new Date(now).toISOString(), queues: queues.map(asJson) });
      return;
    }
    const language = pageLanguage(null, null, req.headers['accept-language']);
    sendQueues(res, { queues, now, language, say: options.say });
  };
}

/** Times as people and programs read them. */
function asJson({ name, counts, oldest, soon, failed }: ShownQueue): object {
  const job = (one: ShownQueue['soon'][number]) => ({ ...one, at: new Date(one.at).toISOString() });
  return {
    name,
    counts,
    oldest: oldest && job(oldest),
    soon: soon.map(job),
    failed: failed.map(job),
  };
}

/** Behind a proxy the address is the visitor's own, so that the internet is told that there is nothing. */
function mayRead(req: Request, adminToken: string | null): boolean {
  return adminToken === null ? isNear(req.ip ?? '') : presents(req, adminToken);
}

/** In constant time; as a bearer, or as the password that a browser was told. */
function presents(req: Request, adminToken: string): boolean {
  const header = req.headers.authorization ?? '';
  const bearer = /^Bearer (\S{1,500})$/i.exec(header)?.[1];
  const basic = /^Basic ([A-Za-z0-9+/=]{1,1000})$/i.exec(header)?.[1];
  const given = bearer ?? passwordIn(basic ?? '');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(adminToken));
}

function passwordIn(basic: string): string {
  const text = Buffer.from(basic, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? '' : text.slice(colon + 1);
}

function isNear(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return (
    plain === '::1' ||
    /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\./.test(plain) ||
    /^f[cd][0-9a-f]{2}:/i.test(plain)
  );
}
