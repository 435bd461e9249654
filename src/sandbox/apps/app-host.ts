import type { FormPoster } from '../http/post-form.ts';
import type { OauthServer, OauthTenant } from '../oauth/oauth-tenants.ts';
import { ACCESS_SECONDS } from '../oauth/token-book.ts';
import type { TokenPair } from '../oauth/token-book.ts';
import type { Portal } from '../state/portal.ts';
import type { User } from '../state/records.ts';
import type { SandboxApp } from './app-records.ts';

/** A portal together with what its applications need of the world around it. */
export interface AppHost {
  readonly portal: Portal;
  readonly oauth: OauthServer;
  readonly memberId: string;
  readonly poster: FormPoster;
  /** Present address of the portal; another one after a renaming. */
  url(): string;
}

/** A user of the portal or the system user of an app. */
export function userOf(portal: Portal, userId: number): User | undefined {
  return portal.users.get(userId) ?? portal.appUsers.get(userId);
}

export function issueTokens(host: AppHost, app: SandboxApp, userId: number): TokenPair {
  const grant = { memberId: host.memberId, clientId: app.clientId, userId };
  return host.oauth.tokens.issue(grant, host.portal.clock.now());
}

export function scopeText(host: AppHost, app: SandboxApp): string {
  const separators = { space: ' ', comma: ',', 'comma-space': ', ' } as const;
  return app.scopes.join(separators[host.portal.doubts.scopeSeparator]);
}

/** Which tokens an `auth` block carries: none (automation, uninstall), access only, or with a refresh token. */
export type AuthDepth = 'none' | 'access' | 'full';

export interface AuthRequest {
  readonly app: SandboxApp;
  readonly userId: number;
  readonly depth: AuthDepth;
  /** False: the block cannot be authenticated (ONAPPPAYMENT). */
  readonly withToken?: boolean;
}

/** The `auth` of a call to the application. */
export function authBlock(host: AppHost, request: AuthRequest): Record<string, unknown> {
  const { app, userId, depth } = request;
  const common = {
    domain: new URL(host.url()).host,
    client_endpoint: `${host.url()}/rest/`,
    server_endpoint: `${host.oauth.url}/rest/`,
    member_id: host.memberId,
    ...(request.withToken === false ? {} : { application_token: app.applicationToken }),
  };
  if (depth === 'none') return common;
  const pair = issueTokens(host, app, userId);
  return {
    access_token: pair.accessToken,
    ...(depth === 'full' ? { refresh_token: pair.refreshToken } : {}),
    expires: Math.floor(pair.accessEndsAt / 1000),
    expires_in: ACCESS_SECONDS,
    scope: scopeText(host, app),
    status: app.status,
    user_id: userId,
    ...common,
  };
}

/** The portal as the auth server sees it. */
export function tenantOf(host: Omit<AppHost, 'poster'>): OauthTenant {
  const { portal } = host;
  return {
    memberId: host.memberId,
    now: () => portal.clock.now(),
    url: () => host.url(),
    oldRefreshSeconds: () => portal.doubts.oldRefreshTokenSeconds,
    errorStatus: () => portal.doubts.oauthErrorStatus,
    client: (clientId) => {
      const app = portal.apps.find(clientId);
      if (!app) return undefined;
      return {
        clientId,
        clientSecret: app.clientSecret,
        scopes: app.scopes,
        status: app.status,
        present: app.stage !== 'new',
        paymentExpired: app.paymentExpired,
        info: () => appInfo(app),
      };
    },
  };
}

/** The result of app.info. */
export function appInfo(app: SandboxApp): Record<string, unknown> {
  return {
    ID: app.id,
    CODE: app.clientId,
    VERSION: Number.parseInt(app.version, 10) || 1,
    STATUS: app.status,
    INSTALLED: app.stage === 'installed',
    PAYMENT_EXPIRED: app.paymentExpired ? 'Y' : 'N',
    DAYS: app.paymentExpired ? -1 : null,
    LANGUAGE_ID: 'ru',
    LICENSE: 'ru_std',
    LICENSE_TYPE: 'std',
    LICENSE_FAMILY: 'std',
  };
}
