import { buildPhpQuery } from '../rest/php-query.ts';
import type { Delivered } from './app-control.ts';
import { authBlock, issueTokens, scopeText, userOf } from './app-host.ts';
import type { AppHost, AuthDepth } from './app-host.ts';
import { newToken } from './app-book.ts';
import type { AppStatus, SandboxApp } from './app-records.ts';

const LANGUAGE = 'ru';

interface Lifecycle {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly depth: AuthDepth;
  readonly withToken?: boolean;
}

/** Sends a lifecycle event to these addresses at once: there is no queue delay to wait for in tests. */
async function send(
  host: AppHost,
  app: SandboxApp,
  { event, data, depth, withToken }: Lifecycle,
  urls: readonly string[],
): Promise<Delivered[]> {
  const { portal } = host;
  const delivered: Delivered[] = [];
  for (const url of new Set(urls)) {
    const auth = authBlock(host, {
      app,
      userId: app.installerId,
      depth,
      ...(withToken === undefined ? {} : { withToken }),
    });
    const ts = Math.floor(portal.clock.now() / 1000);
    const body = buildPhpQuery({ event, data, ts, auth });
    const status = await host.poster.post(url, body, portal.doubts.eventTimeoutMs);
    delivered.push({ event, url, status });
  }
  return delivered;
}

const boundTo = (app: SandboxApp, event: string): string[] =>
  app.events.filter((one) => one.event === event).map((one) => one.handler);

/** The installer page was opened: tokens exist, nothing is delivered yet. */
export function beginInstall(host: AppHost, app: SandboxApp, userId: number): void {
  const user = userOf(host.portal, userId);
  if (!user?.admin) throw new RangeError('Only an administrator installs applications');
  app.installerId = userId;
  if (app.stage === 'new') {
    app.stage = 'installing';
    app.applicationToken = newToken();
    app.firstRun = true;
  }
  host.portal.changed();
}

/** The install is over: the events of it go out; for an app without pages this is the whole install. */
export async function completeInstall(host: AppHost, app: SandboxApp): Promise<Delivered[]> {
  if (app.stage === 'new') throw new RangeError('The installer has not been opened');
  app.stage = 'installed';
  host.portal.changed();
  const installUrls = app.ui || app.installUrl === null ? [] : [app.installUrl];
  const data = {
    VERSION: app.version,
    ACTIVE: 'Y',
    INSTALLED: 'Y',
    LANGUAGE_ID: LANGUAGE,
  };
  const install = await send(host, app, { event: 'ONAPPINSTALL', data, depth: 'full' }, [
    ...installUrls,
    ...boundTo(app, 'ONAPPINSTALL'),
  ]);
  return [...install, ...(await sendUserReady(host, app))];
}

/** The system user and its long-lived tokens: in `data`; doubt C22 says whether local apps get it. */
async function sendUserReady(host: AppHost, app: SandboxApp): Promise<Delivered[]> {
  const { portal } = host;
  if (app.kind === 'local' && !portal.doubts.userReadyForLocalApps) return [];
  app.systemUserId ??= addSystemUser(host, app);
  const pair = issueTokens(host, app, app.systemUserId);
  const data = {
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    expires_in: 3600,
    scope: scopeText(host, app),
    domain: new URL(host.oauth.url).host,
    server_endpoint: `${host.oauth.url}/rest/`,
    client_endpoint: `${host.url()}/rest/`,
    member_id: host.memberId,
    user_id: app.systemUserId,
    client_id: app.clientId,
    status: app.status,
    LANGUAGE_ID: LANGUAGE,
  };
  return send(host, app, { event: 'ONAPPUSERREADY', data, depth: 'full' }, [
    ...(app.installUrl === null ? [] : [app.installUrl]),
    ...boundTo(app, 'ONAPPUSERREADY'),
  ]);
}

function addSystemUser({ portal }: AppHost, app: SandboxApp): number {
  const id = portal.nextId('app-user', 9001);
  const admin = portal.users.get(app.installerId)?.admin ?? false;
  portal.appUsers.set(id, { id, name: app.name, lastName: '', email: '', role: '', admin });
  return id;
}

export interface NextVersion {
  readonly version: string;
  readonly scopes?: readonly string[];
  readonly newToken?: boolean;
}

/** A new version: robots go, bindings as doubt C19 says, the application token may change. */
export async function updateApp(
  host: AppHost,
  app: SandboxApp,
  next: NextVersion,
): Promise<Delivered[]> {
  const data = { VERSION: next.version, PREVIOUS_VERSION: app.version, LANGUAGE_ID: LANGUAGE };
  const urls = boundTo(app, 'ONAPPUPDATE');
  app.version = next.version;
  if (next.scopes) app.scopes = [...next.scopes];
  if (next.newToken) changeToken(app);
  app.robots.clear();
  if (host.portal.doubts.bindingsOnUpdate === 'removed') {
    app.events = [];
    app.placements = [];
  }
  host.portal.changed();
  const update: Lifecycle = { event: 'ONAPPUPDATE', data, depth: 'full' };
  if (app.ui || app.installUrl === null) return send(host, app, update, urls);
  // An app without pages also hears of its install again.
  const install = { VERSION: app.version, ACTIVE: 'Y', INSTALLED: 'Y', LANGUAGE_ID: LANGUAGE };
  return [
    ...(await send(host, app, { event: 'ONAPPINSTALL', data: install, depth: 'full' }, [
      app.installUrl,
    ])),
    ...(await send(host, app, update, urls)),
  ];
}

function changeToken(app: SandboxApp): void {
  app.pastTokens.push(app.applicationToken);
  app.applicationToken = newToken();
}

/** ONAPPPAYMENT has no application_token in its sample, so the body carries none; after the end events stop. */
export async function payForApp(
  host: AppHost,
  app: SandboxApp,
  payment: { readonly status: AppStatus; readonly expired: boolean },
): Promise<Delivered[]> {
  app.status = payment.status;
  app.paymentExpired = payment.expired;
  host.portal.changed();
  const data = {
    CODE: app.clientId,
    VERSION: app.version,
    STATUS: payment.status,
    PAYMENT_EXPIRED: payment.expired ? 'Y' : 'N',
    DAYS: payment.expired ? 0 : 30,
    LANGUAGE_ID: LANGUAGE,
  };
  const event: Lifecycle = { event: 'ONAPPPAYMENT', data, depth: 'access', withToken: false };
  return send(host, app, event, boundTo(app, 'ONAPPPAYMENT'));
}

/** The app goes: its handlers, widgets, robots, triggers and tokens with it; options if they were to be deleted. */
export async function removeApp(
  host: AppHost,
  app: SandboxApp,
  clean: boolean,
): Promise<Delivered[]> {
  const urls = boundTo(app, 'ONAPPUNINSTALL');
  app.stage = 'new';
  app.events = [];
  app.offline.bound.clear();
  app.offline.drop(app.offline.all());
  app.placements = [];
  app.placedRobots = [];
  app.attachedTriggers = [];
  app.robots.clear();
  app.triggers.clear();
  if (clean || app.kind === 'local') {
    app.options.clear();
    app.userOptions.clear();
  }
  if (app.systemUserId !== null) host.portal.appUsers.delete(app.systemUserId);
  app.systemUserId = null;
  for (const pair of host.oauth.tokens.of(host.memberId, app.clientId)) pair.revoked = true;
  const data = { LANGUAGE_ID: LANGUAGE, CLEAN: clean ? 1 : 0 };
  const answers = await send(host, app, { event: 'ONAPPUNINSTALL', data, depth: 'none' }, urls);
  changeToken(app);
  host.portal.changed();
  return answers;
}
