import { createServer } from 'node:http';
import type { Server } from 'node:http';
import express from 'express';
import type { Express, RequestHandler } from 'express';
import helmet from 'helmet';
import type { Log } from '../app/ports/runtime.ts';
import { createAdminApi } from './admin-api.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { createCardApi } from './card-api.ts';
import type { CardApiOptions } from './card-api.ts';
import { createClientPage } from './client-page.ts';
import type { ClientPageOptions } from './client-page.ts';
import { createHoldPage } from './hold-page.ts';
import type { HoldPageOptions } from './hold-page.ts';
import { createFramePages } from './frame-pages.ts';
import type { FramePagesOptions } from './frame-pages.ts';
import { createErrorHandler } from './error-handler.ts';
import { createEventsRoute } from './events-route.ts';
import type { EventsRouteOptions } from './events-route.ts';
import { createRobotRoute } from './robot-route.ts';
import type { RobotRouteAround, RobotRouteOptions } from './robot-route.ts';
import { createInstallRoutes } from './install-routes.ts';
import type { InstallPagesOptions } from './install-routes.ts';
import { createOpsRoutes } from './ops-routes.ts';
import type { OpsOptions } from './ops-routes.ts';
import { sendError } from './send-error.ts';
import { inShortTurns } from './short-turns.ts';

export interface HttpServerOptions extends EventsRouteOptions {
  /** Without it there is no client page. */
  readonly clientPage?: ClientPageOptions;
  /** Without them there are no pages inside the portal. */
  readonly frame?: FramePagesOptions;
  readonly cardApi?: CardApiOptions;
  readonly adminApi?: AdminApiOptions;
  /** Without it nobody pauses a ticket by a link. */
  readonly holdPage?: HoldPageOptions;
  /** Calls of the app's robots; goes with `installed`. */
  readonly robots?: RobotRouteOptions;
  /** Readiness and measures. */
  readonly ops?: OpsOptions;
  /** Goes with `installed`. */
  readonly install?: InstallPagesOptions | null;
}

/** Held in a variable because the published types do not know `depth`. */
const BODY_LIMITS = { extended: true, limit: '64kb', parameterLimit: 200, depth: 5 };

/** Slow senders are cut off: the platform posts a few kilobytes at once. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5000,
};

/** The server with all its routes, not yet listening. */
export function createHttpServer(options: HttpServerOptions): Server {
  const app = createHttpApp(options);
  return createServer(
    TIMEOUTS,
    inShortTurns(app, (url) => url.startsWith('/events')),
  );
}

/** For a worker: alive, ready, measures, and nothing else. */
export function createOpsServer(ops: OpsOptions, log: Log): Server {
  const app = createApp();
  addHealth(app, ops);
  return createServer(TIMEOUTS, endApp(app, log));
}

function createApp(): Express {
  const app = express();
  // NODE_ENV changes only view caching and the default error page, and neither is used.
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  // Rate limits go by the client's address, also behind a proxy on the same machine or network.
  app.set('trust proxy', 'loopback, uniquelocal');
  app.use(helmet());
  return app;
}

function addHealth(app: Express, ops: OpsOptions | undefined): void {
  app
    .route('/healthz')
    .get((_req, res) => {
      res.json({ status: 'ok' });
    })
    .all(notAllowed('GET, HEAD'));
  if (ops) app.use(createOpsRoutes(ops));
}

function endApp(app: Express, log: Log): Express {
  app.use((_req, res) => sendError(res, 404, 'not-found'));
  app.use(createErrorHandler(log));
  return app;
}

function createHttpApp(options: HttpServerOptions): Express {
  const app = createApp();
  app
    .route('/events')
    .post(onlyForms, express.urlencoded(BODY_LIMITS), createEventsRoute(options))
    .all(notAllowed('POST'));
  if (options.robots && options.installed)
    addRobots(app, options.robots, { ...options, installed: options.installed });
  addHealth(app, options.ops);
  if (options.clientPage) app.use(createClientPage(options.clientPage));
  if (options.install && options.installed) {
    const { installed } = options;
    app.use(createInstallRoutes(options.install, (event) => installed.lifecycle(event)));
  }
  if (options.holdPage) app.use(createHoldPage(options.holdPage));
  if (options.frame) app.use(createFramePages(options.frame));
  if (options.cardApi) app.use(createCardApi(options.cardApi));
  if (options.adminApi) app.use(createAdminApi(options.adminApi));
  return endApp(app, options.log);
}

function addRobots(
  app: Express,
  robots: RobotRouteOptions,
  around: Omit<RobotRouteAround, 'robots'>,
): void {
  const { installed, doorbell, log, ready } = around;
  const route = createRobotRoute({ robots, installed, doorbell, log, ready });
  app
    .route('/robot')
    .post(onlyForms, express.urlencoded(BODY_LIMITS), route)
    .all(notAllowed('POST'));
}

/** Without it a body of another type would pass the parser unread. */
const onlyForms: RequestHandler = (req, res, next) => {
  const type = req.headers['content-type'];
  if (type !== undefined && !/^application\/x-www-form-urlencoded(?:;|\s|$)/i.test(type))
    return sendError(res, 400, 'not-a-form');
  next();
};

function notAllowed(allow: string): RequestHandler {
  return (_req, res) => {
    res.set('Allow', allow);
    sendError(res, 405, 'method-not-allowed');
  };
}
