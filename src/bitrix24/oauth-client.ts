/**
 * The authorization server (PORTAL 1.2): refreshing a grant, and asking whose a token is. Only servers of the configuration are
 * ever asked; secrets go in the body, so that no log on the way holds them in an address.
 */
import { AppError } from '../errors.ts';
import { integerOf, recordOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { isLoopback } from './webhook-url.ts';

export interface OAuthOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `https://host` each. */
  readonly origins: readonly string[];
  readonly timeoutMs?: number;
}

/** A fresh pair and what the server says about it. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInMs: number;
  readonly memberId: string;
  readonly userId: number;
  readonly scopes: readonly string[];
  readonly status: string;
  /** The portal's address; null when the server named none. */
  readonly origin: string | null;
  /** The server to ask next time. */
  readonly endpoint: string;
}

export type GrantAnswer =
  | { readonly kind: 'granted'; readonly grant: Grant }
  /** `dead`: nobody but an administrator of the portal can help. */
  | { readonly kind: 'dead' | 'unpaid'; readonly code: string };

/** What the server said of a token; null for what it did not say. */
export interface TokenOwnerSaid {
  readonly clientId: string | null;
  readonly memberId: string | null;
}

export interface OAuthClient {
  /** The allowed server an address belongs to; the first one for '', null for any other. */
  endpointOf(serverEndpoint: string): string | null;
  /** @throws AppError when the server is away, or does not know the application */
  refresh(endpoint: string, refreshToken: string): Promise<GrantAnswer>;
  /** null when the server does not know the token (any more). @throws AppError when it is away */
  whoseToken(endpoint: string, accessToken: string): Promise<TokenOwnerSaid | null>;
  readonly clientId: string;
}

const TIMEOUT_MS = 15_000;
/** A misconfigured secret is no portal's fault: nothing is marked, it is tried again after this time. */
const WRONG_CLIENT_MS = 10 * 60_000;
const LONGEST_MS = 24 * 3600_000;
const MAX_CHARACTERS = 64 * 1024;

export function createOAuthClient(options: OAuthOptions): OAuthClient {
  const { clientId, clientSecret, origins, timeoutMs = TIMEOUT_MS } = options;
  const endpointOf = (address: string): string | null => {
    if (address === '') return origins[0] ?? null;
    const origin = URL.canParse(address) ? new URL(address).origin : '';
    return origins.includes(origin) ? origin : null;
  };
  const ask = async (endpoint: string, path: string, form: Record<string, string>) => {
    // The last line of defence: no caller's mistake sends a secret elsewhere.
    if (!origins.includes(endpoint)) throw new TypeError('not an allowed authorization server');
    return post(`${endpoint}${path}`, form, timeoutMs);
  };
  return {
    clientId,
    endpointOf,
    async refresh(endpoint, refreshToken) {
      const form = { client_id: clientId, client_secret: clientSecret };
      const body = await ask(endpoint, '/oauth/token/', {
        grant_type: 'refresh_token',
        ...form,
        refresh_token: refreshToken,
      });
      const code = textOf(body['error']);
      if (code !== '') return refusedGrant(code);
      const grant = readGrant(body, endpointOf(textOf(body['server_endpoint'])) ?? endpoint);
      return { kind: 'granted', grant };
    },
    async whoseToken(endpoint, accessToken) {
      const body = await ask(endpoint, '/rest/app.info', { auth: accessToken });
      if (!('result' in body)) return null;
      const said = recordOf(body['result']);
      const install = recordOf(said['install']);
      const first = (...values: readonly unknown[]) => values.map(textOf).find(Boolean) ?? null;
      return {
        clientId: first(said['client_id'], said['CLIENT_ID'], localCode(said['CODE'])),
        memberId: first(said['member_id'], said['MEMBER_ID'], install['member_id']),
      };
    },
  };
}

/** A local application's code is its client id; a market one's is the vendor's name for it. */
export function localCode(code: unknown): string {
  const text = textOf(code);
  return text.startsWith('local.') ? text : '';
}

async function post(url: string, form: Record<string, string>, timeoutMs: number): Promise<Json> {
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { Accept: 'application/json', 'User-Agent': 'closegate/0.1' },
      body: new URLSearchParams(form),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
    if (response.status >= 500) throw new TypeError('the server failed');
  } catch (cause) {
    throw away(cause);
  }
  const body = text.length <= MAX_CHARACTERS ? parsed(text) : null;
  if (body === null || (!('error' in body) && !('result' in body) && !('access_token' in body))) {
    throw away(null);
  }
  return body;
}

function parsed(text: string): Json | null {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function away(cause: unknown): AppError {
  return new AppError(
    'portal-unreachable',
    'The authorization server did not answer: check the network and B24_OAUTH_HOSTS.',
    { retry: 'backoff', detail: 'OAUTH', cause },
  );
}

function refusedGrant(code: string): GrantAnswer {
  switch (code) {
    case 'PAYMENT_REQUIRED':
      return { kind: 'unpaid', code };
    // A market application that was removed answers so too; which of the two it is only an administrator can tell.
    case 'invalid_client':
      throw new AppError(
        'config-invalid',
        'The authorization server does not know the application: check B24_CLIENT_ID and B24_CLIENT_SECRET, and that the app is still installed there.',
        { retry: 'after', retryAfterMs: WRONG_CLIENT_MS, detail: code },
      );
    case 'invalid_grant':
    case 'expired_token':
    case 'invalid_token':
    case 'NO_AUTH_FOUND':
      return { kind: 'dead', code };
    default:
      throw new AppError('portal-rejected', 'The authorization server refused the refresh.', {
        retry: 'backoff',
        detail: /^[\w.-]{1,60}$/.test(code) ? code : '-',
      });
  }
}

function readGrant(body: Json, endpoint: string): Grant {
  const accessToken = textOf(body['access_token']);
  const refreshToken = textOf(body['refresh_token']);
  const memberId = textOf(body['member_id']);
  const seconds = integerOf(body['expires_in']) ?? 3600;
  if (!isToken(accessToken) || !isToken(refreshToken) || memberId === '' || seconds <= 0) {
    throw away(null);
  }
  return {
    accessToken,
    refreshToken,
    expiresInMs: Math.min(seconds * 1000, LONGEST_MS),
    memberId,
    userId: integerOf(body['user_id']) ?? 0,
    scopes: textOf(body['scope'])
      .split(/[\s,]+/)
      .filter((scope) => scope !== ''),
    status: textOf(body['status']).slice(0, 1),
    origin: portalOrigin(textOf(body['client_endpoint']), endpoint),
    endpoint,
  };
}

const isToken = (text: string): boolean => /^[\x21-\x7e]{4,2000}$/.test(text);

/** The portal's address as the authorization server names it: https, with a port for a box; plain http only among loopback hosts. */
function portalOrigin(address: string, endpoint: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.username !== '' || url.password !== '') return null;
  if (url.protocol === 'https:') return url.origin;
  const local = isLoopback(url.hostname) && isLoopback(new URL(endpoint).hostname);
  return url.protocol === 'http:' && local ? url.origin : null;
}
