import { randomBytes } from 'node:crypto';
import { ACCESS_SECONDS } from '../oauth/token-book.ts';
import type { FramePost, OpenRequest } from './app-control.ts';
import { issueTokens, userOf } from './app-host.ts';
import type { AppHost } from './app-host.ts';
import type { PlacementBinding, SandboxApp } from './app-records.ts';

/** What the portal's page posts into a frame of the app: the query of the address and the body. */
export function framePost(
  host: AppHost,
  app: SandboxApp,
  address: string,
  request: Required<Pick<OpenRequest, 'userId'>> & OpenRequest,
): FramePost {
  const portalUrl = new URL(host.url());
  const secure = portalUrl.protocol === 'https:' ? '1' : '0';
  const sid = randomBytes(16).toString('hex');
  const pair = issueTokens(host, app, request.userId);
  const url = new URL(address);
  url.searchParams.set('DOMAIN', portalUrl.host);
  url.searchParams.set('PROTOCOL', secure);
  url.searchParams.set('LANG', request.language ?? 'ru');
  url.searchParams.set('APP_SID', sid);
  return {
    url: url.toString(),
    frameName: `${portalUrl.host}|${secure}|${sid}`,
    sid,
    appOrigin: url.origin,
    body: {
      AUTH_ID: pair.accessToken,
      AUTH_EXPIRES: String(ACCESS_SECONDS),
      REFRESH_ID: pair.refreshToken,
      SERVER_ENDPOINT: `${host.oauth.url}/rest/`,
      APPLICATION_TOKEN: app.applicationToken,
      APPLICATION_SCOPE: app.scopes.join(','),
      member_id: host.memberId,
      status: app.status,
      PLACEMENT: request.placement ?? 'DEFAULT',
      ...(request.options === undefined
        ? {}
        : { PLACEMENT_OPTIONS: JSON.stringify(request.options) }),
    },
  };
}

/** Opens the main page or a bound widget as a user; before the install is finished only administrators get in. */
export function openApp(host: AppHost, app: SandboxApp, request: OpenRequest): FramePost {
  const userId = request.userId ?? 2;
  const user = userOf(host.portal, userId);
  if (!user) throw new RangeError(`No user ${userId}`);
  if (app.stage === 'new') throw new RangeError('The application is not installed');
  if (app.stage === 'installing' && !user.admin) {
    throw new RangeError('The application is not fully installed');
  }
  const placement = request.placement ?? 'DEFAULT';
  if (placement === 'DEFAULT') return framePost(host, app, app.handlerUrl, { ...request, userId });
  const bound = boundTo(app, placement, request.handlerUrl);
  if (!bound || app.stage !== 'installed') throw new RangeError(`Nothing is shown at ${placement}`);
  const options = request.options ?? {};
  return framePost(host, app, bound.handler, { ...request, userId, placement, options });
}

function boundTo(
  app: SandboxApp,
  placement: string,
  handlerUrl: string | undefined,
): PlacementBinding | undefined {
  return app.placements.find(
    (one) => one.placement === placement && (handlerUrl ?? one.handler) === one.handler,
  );
}

/** What `getInitData` of the frame protocol answers, and `refreshAuth` in part. */
export function initData(
  host: AppHost,
  app: SandboxApp,
  post: FramePost,
  userId: number,
): Record<string, unknown> {
  const portalUrl = new URL(host.url());
  const firstRun = app.firstRun;
  app.firstRun = false;
  const { body } = post;
  return {
    LANG: new URL(post.url).searchParams.get('LANG') ?? 'ru',
    DOMAIN: portalUrl.host,
    PROTOCOL: portalUrl.protocol === 'https:' ? 1 : 0,
    PATH: '/rest',
    AUTH_ID: body['AUTH_ID'],
    AUTH_EXPIRES: ACCESS_SECONDS,
    REFRESH_ID: body['REFRESH_ID'],
    MEMBER_ID: host.memberId,
    FIRST_RUN: firstRun,
    IS_ADMIN: userOf(host.portal, userId)?.admin ?? false,
    INSTALL: app.stage !== 'installed',
    USER_OPTIONS: Object.fromEntries(app.userOptions.get(userId) ?? []),
    APP_OPTIONS: Object.fromEntries(app.options),
    PLACEMENT: body['PLACEMENT'],
    // An object here, a JSON string in the post; an empty text when nothing was passed.
    PLACEMENT_OPTIONS: JSON.parse(body['PLACEMENT_OPTIONS'] ?? '""'),
  };
}
