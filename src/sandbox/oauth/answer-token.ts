import { textOf } from '../text-of.ts';
import type { OauthClient, OauthServer, OauthTenant } from './oauth-tenants.ts';
import { ACCESS_SECONDS } from './token-book.ts';
import type { Grant, TokenPair } from './token-book.ts';

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

type Params = Readonly<Record<string, unknown>>;

const TEXTS = {
  invalid_request: 'The request is missing a required parameter or is malformed',
  invalid_client: 'The client credentials are invalid or the application is not installed',
  invalid_grant: 'Invalid authorization code or refresh token',
  PAYMENT_REQUIRED: 'Payment required',
} as const;

/** `/oauth/token/`: authorization_code and refresh_token, by GET or POST. */
export function answerToken(server: OauthServer, params: Params): TokenAnswer {
  const { grant_type: type, client_id: id, client_secret: secret } = params;
  if (!type || !id || !secret) return refuse(server, 'invalid_request');
  if (!knowsClient(server, textOf(id), textOf(secret))) return refuse(server, 'invalid_client');
  if (type === 'refresh_token') return refresh(server, params);
  if (type === 'authorization_code') return exchange(server, params);
  return refuse(server, 'invalid_request');
}

function knowsClient(server: OauthServer, clientId: string, secret: string): boolean {
  return [...server.tenants.values()].some(
    (tenant) => tenant.client(clientId)?.clientSecret === secret,
  );
}

/** Where a grant belongs; a refusal when the portal, the app there or its payment is gone. */
function placeOf(
  server: OauthServer,
  grant: Grant,
): { tenant: OauthTenant; client: OauthClient } | TokenAnswer {
  const tenant = server.tenants.get(grant.memberId);
  const client = tenant?.client(grant.clientId);
  if (!tenant || !client) return refuse(server, 'invalid_client');
  if (!client.present || client.paymentExpired) return refuse(server, 'PAYMENT_REQUIRED', tenant);
  return { tenant, client };
}

function exchange(server: OauthServer, params: Params): TokenAnswer {
  const code = textOf(params['code']);
  if (code === '') return refuse(server, 'invalid_request');
  const owner = server.tokens.ownerOf(code);
  if (owner?.clientId !== params['client_id'] || !owner) return refuse(server, 'invalid_grant');
  const place = placeOf(server, owner);
  if ('status' in place) return place;
  const grant = server.tokens.takeCode(code, place.tenant.now());
  if (!grant) return refuse(server, 'invalid_grant', place.tenant);
  server.stats.codes += 1;
  return { status: 200, body: tokensOf(server, place, grant) };
}

function refresh(server: OauthServer, params: Params): TokenAnswer {
  const given = textOf(params['refresh_token']);
  if (given === '') return refuse(server, 'invalid_request');
  const pair = server.tokens.byRefresh(given);
  if (pair?.clientId !== params['client_id'] || !pair) return refuse(server, 'invalid_grant');
  const place = placeOf(server, pair);
  if ('status' in place) return place;
  const now = place.tenant.now();
  if (!isUsable(pair, now, place.tenant.oldRefreshSeconds())) {
    return refuse(server, 'invalid_grant', place.tenant);
  }
  pair.retiredAt ??= now;
  server.stats.refreshes += 1;
  const { tenant } = place;
  return {
    status: 200,
    body: {
      ...tokensOf(server, place, pair),
      expires: Math.floor(tenant.now() / 1000) + ACCESS_SECONDS,
      user_id: pair.userId,
    },
  };
}

function isUsable(pair: TokenPair, now: number, oldSeconds: number): boolean {
  if (pair.revoked || pair.refreshEndsAt <= now) return false;
  return pair.retiredAt === null || now < pair.retiredAt + oldSeconds * 1000;
}

/** `domain` is the auth server here, unlike in events and redirects. */
function tokensOf(
  server: OauthServer,
  { tenant, client }: { tenant: OauthTenant; client: OauthClient },
  grant: Grant,
): Record<string, unknown> {
  const { memberId, clientId, userId } = grant;
  const pair = server.tokens.issue({ memberId, clientId, userId }, tenant.now());
  return {
    access_token: pair.accessToken,
    client_endpoint: `${tenant.url()}/rest/`,
    domain: new URL(server.url).host,
    expires_in: ACCESS_SECONDS,
    member_id: memberId,
    refresh_token: pair.refreshToken,
    scope: client.scopes.join(','),
    server_endpoint: `${server.url}/rest/`,
    status: client.status,
  };
}

function refuse(
  server: OauthServer,
  error: keyof typeof TEXTS,
  tenant: OauthTenant | undefined = [...server.tenants.values()][0],
): TokenAnswer {
  server.stats.refusals += 1;
  return {
    status: tenant?.errorStatus() ?? 400,
    body: { error, error_description: TEXTS[error] },
  };
}
