import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppCard, AppControl, FramePost, OpenRequest } from '../apps/app-control.ts';
import { issueTokens } from '../apps/app-host.ts';
import type { AppHost } from '../apps/app-host.ts';
import type { SandboxApp } from '../apps/app-records.ts';
import { initData } from '../apps/frame-post.ts';
import { readBody, sendJson } from '../http/messages.ts';
import { ACCESS_SECONDS } from '../oauth/token-book.ts';
import { textOf } from '../text-of.ts';
import { appView, appViews } from './app-views.ts';

export interface AppUi {
  readonly host: AppHost;
  readonly apps: AppControl;
}

type Body = Readonly<Record<string, unknown>>;
const PREFIX = '/sandbox/api/apps';

/** Frames that are open, by APP_SID: what the page asks on behalf of a frame is answered for its user. */
const frames = new WeakMap<AppHost, Map<string, { post: FramePost; userId: number }>>();

/** The JSON API behind the portal's pages about applications. Loopback only; not a part of Bitrix24. */
export async function serveAppUi(
  ui: AppUi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname !== PREFIX && !url.pathname.startsWith(`${PREFIX}/`)) return false;
  const path = url.pathname.slice(PREFIX.length).split('/').filter(Boolean).map(decodeURIComponent);
  try {
    const answer =
      request.method === 'POST'
        ? await post(ui, path, jsonBody(request, await readBody(request)))
        : appViews(ui.host, url.searchParams);
    if (answer === undefined) sendJson(response, 404, { error: 'not-found' });
    else sendJson(response, 200, answer);
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
    sendJson(response, 400, { error: error.message });
  }
  return true;
}

function jsonBody(request: IncomingMessage, text: string): Body {
  if (!(request.headers['content-type'] ?? '').includes('application/json')) {
    throw new SyntaxError('Content-Type must be application/json');
  }
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) throw new SyntaxError('Not a JSON object');
  return Object.fromEntries(Object.entries(parsed));
}

async function post(ui: AppUi, path: readonly string[], body: Body): Promise<unknown> {
  const [first = '', act = '', more = ''] = path;
  if (first === '') return register(ui, body);
  if (first === 'press') return press(ui, Number(act), more, body);
  if (first === 'complete') {
    ui.apps.completeActivity(Number(act), body['completed'] !== false, userIdOf(body));
    return { ok: true };
  }
  const app = ui.host.portal.apps.find(first);
  const run = Object.hasOwn(ACTS, act) ? ACTS[act] : undefined;
  return app && run ? run(ui, app, body) : undefined;
}

function register(ui: AppUi, body: Body): unknown {
  const list = textOf(body['scopes']).split(/[\s,]+/);
  const installUrl = textOf(body['installUrl']);
  const card: AppCard = {
    name: textOf(body['name']) || 'App',
    handlerUrl: textOf(body['handlerUrl']),
    scopes: list.filter((scope) => scope !== ''),
    kind: body['kind'] === 'market' ? 'market' : 'local',
    ui: body['ui'] !== false,
    ...(installUrl === '' ? {} : { installUrl }),
  };
  return ui.apps.register(card);
}

function press(ui: AppUi, activityId: number, key: string, body: Body): unknown {
  return ui.apps.pressButton(activityId, key, userIdOf(body));
}

function userIdOf(body: Body): number {
  const id = Number(body['userId'] ?? 2);
  return Number.isInteger(id) && id > 0 ? id : 2;
}

function remember(ui: AppUi, userId: number, frame: FramePost): FramePost {
  const open = frames.get(ui.host) ?? new Map<string, { post: FramePost; userId: number }>();
  frames.set(ui.host, open);
  open.set(frame.sid, { post: frame, userId });
  return frame;
}

function openRequest(body: Body): OpenRequest {
  const options = body['options'];
  return {
    userId: userIdOf(body),
    ...(typeof body['placement'] === 'string' ? { placement: body['placement'] } : {}),
    ...(typeof body['handlerUrl'] === 'string' ? { handlerUrl: body['handlerUrl'] } : {}),
    ...(typeof options === 'object' && options !== null
      ? { options: Object.fromEntries(Object.entries(options)) }
      : {}),
  };
}

type Act = (ui: AppUi, app: SandboxApp, body: Body) => unknown;

function frameOf(ui: AppUi, body: Body): { post: FramePost; userId: number } {
  const found = frames.get(ui.host)?.get(textOf(body['sid']));
  if (!found) throw new RangeError('No such frame is open');
  return found;
}

const ACTS: Readonly<Record<string, Act>> = {
  installer: (ui, app, body) =>
    remember(ui, userIdOf(body), ui.apps.openInstaller(app.clientId, userIdOf(body))),
  install: async (ui, app, body) => ({
    delivered: await ui.apps.install(app.clientId, userIdOf(body)),
  }),
  finish: async (ui, app) => ({ delivered: await ui.apps.finishInstall(app.clientId) }),
  open: (ui, app, body) =>
    remember(ui, userIdOf(body), ui.apps.open(app.clientId, openRequest(body))),
  uninstall: async (ui, app, body) => ({
    delivered: await ui.apps.uninstall(app.clientId, body['clean'] === true),
  }),
  expire: (ui, app) => {
    ui.apps.expireTokens(app.clientId);
    return { ok: true };
  },
  revoke: (ui, app) => {
    ui.apps.revoke(app.clientId);
    return { ok: true };
  },
  init: (ui, app, body) => {
    const { post: frame, userId } = frameOf(ui, body);
    return initData(ui.host, app, frame, userId);
  },
  refresh: (ui, app, body) => {
    const { userId } = frameOf(ui, body);
    const pair = issueTokens(ui.host, app, userId);
    return {
      AUTH_ID: pair.accessToken,
      AUTH_EXPIRES: ACCESS_SECONDS,
      REFRESH_ID: pair.refreshToken,
    };
  },
  option: (ui, app, body) => {
    const { userId } = frameOf(ui, body);
    const name = textOf(body['name']);
    if (body['whose'] === 'user') {
      const own = app.userOptions.get(userId) ?? new Map<string, unknown>();
      own.set(name, body['value']);
      app.userOptions.set(userId, own);
      return { ok: true };
    }
    if (!ui.host.portal.users.get(userId)?.admin) throw new RangeError('Administrators only');
    app.options.set(name, body['value']);
    return { ok: true };
  },
  robot: (ui, app, body) => {
    const properties = body['properties'];
    ui.apps.placeRobot(app.clientId, {
      code: textOf(body['code']),
      stageId: textOf(body['stageId']),
      timeoutSeconds: Math.max(0, Number(body['timeoutSeconds']) || 0),
      ...(typeof properties === 'object' && properties !== null
        ? { properties: Object.fromEntries(Object.entries(properties)) }
        : {}),
    });
    return appView(ui.host, app);
  },
  /** A robot or a trigger is taken off its stage. */
  off: (ui, app, body) => {
    const [code, stageId] = [textOf(body['code']), textOf(body['stageId'])];
    const isIt = (one: { code: string; stageId: string }): boolean =>
      one.code === code && one.stageId === stageId;
    app.placedRobots = app.placedRobots.filter((one) => !isIt(one));
    app.attachedTriggers = app.attachedTriggers.filter((one) => !isIt(one));
    ui.host.portal.changed();
    return appView(ui.host, app);
  },
  trigger: (ui, app, body) => {
    ui.apps.attachTrigger(app.clientId, {
      code: textOf(body['code']),
      stageId: textOf(body['stageId']),
      allowBack: body['allowBack'] === true,
    });
    return appView(ui.host, app);
  },
};
