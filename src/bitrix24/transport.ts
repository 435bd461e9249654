/**
 * One HTTP request to the portal through the official SDK, with its own limiter, retries and logging switched off:
 * they re-send writes after a broken connection, sleep for minutes inside a call and print client data (the SDK
 * re-checked on each bump, see test/portal). Every complete HTTP answer comes back as it is, whatever its status;
 * what it means is decided in unwrap.ts.
 */
import { AjaxError, ApiVersion, HttpV2, HttpV3 } from '@bitrix24/b24jssdk';
import type { AuthActions, RestrictionParams } from '@bitrix24/b24jssdk';
import { AppError } from '../errors.ts';
import { recordOf, textOf } from './read-value.ts';
import { isLoopback } from './webhook-url.ts';
import type { WebhookUrl } from './webhook-url.ts';

/** What a complete HTTP answer said. */
export interface RawAnswer {
  readonly status: number;
  /** Parsed JSON, or the text when it was none. */
  readonly body: unknown;
}

/** No complete answer came. `sent` is false only when the request surely never reached the portal. */
export class TransportFault extends Error {
  readonly sent: boolean;
  readonly code: string;
  constructor(code: string) {
    super(`No answer from the portal (${code}).`);
    this.name = 'TransportFault';
    this.code = code;
    this.sent = !NEVER_SENT.has(code) && !code.includes('CERT') && !code.startsWith('UNABLE_TO_');
  }
}

const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** A request to the REST 3.0 address (`/rest/api/…`). */
export interface RestV3 {
  /** Header that makes the portal answer a repeated request with its first success (PORTAL 10.7). */
  readonly idempotencyKey?: string;
}

export interface Transport {
  /** @throws TransportFault when no complete answer came; AppError for a redirect that must not be followed */
  post(method: string, params: object, v3?: RestV3): Promise<RawAnswer>;
  /** The portal's address now: it changes when the portal was renamed. */
  origin(): string;
}

export const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** @param timeoutMs limit of one request; the portal itself cuts after 60 s */
export function createTransport(webhook: WebhookUrl, timeoutMs: number): Transport {
  let origin = webhook.origin;
  let http = sdkClient({ origin, path: webhook.path, timeoutMs });
  const clientFor = (at: string, v3?: RestV3): Http => {
    if (v3) return sdkClient({ origin: at, path: v3Path(webhook.path), timeoutMs, v3 });
    return at === origin ? http : sdkClient({ origin: at, path: webhook.path, timeoutMs });
  };
  return {
    origin: () => origin,
    async post(method, params, v3) {
      const answer = await postOnce(clientFor(origin, v3), method, params);
      if (!REDIRECTS.has(answer.status)) return answer;
      // A renamed portal answers 302 and a client that follows blindly loses the POST (PORTAL 1.1): repeat it there.
      const path = v3 ? v3Path(webhook.path) : webhook.path;
      const newOrigin = renamedOrigin(answer.location, `${path}/`, origin);
      const moved = await postOnce(clientFor(newOrigin, v3), method, params);
      if (REDIRECTS.has(moved.status)) throw badRedirect();
      origin = newOrigin;
      http = sdkClient({ origin, path: webhook.path, timeoutMs });
      return moved;
    },
  };
}

/** `/rest/1/secret` → `/rest/api/1/secret`. */
function v3Path(path: string): string {
  return path.replace(/\/rest(\/\d+\/[\w-]+)$/, '/rest/api$1');
}

export type Http = HttpV2 | HttpV3;

export interface SdkTarget {
  readonly origin: string;
  readonly path: string;
  readonly timeoutMs: number;
  readonly v3?: RestV3;
}

interface Envelope extends RawAnswer {
  readonly location: string;
}

/** One request. @throws TransportFault when no complete answer came */
export async function postOnce(http: Http, method: string, params: object): Promise<Envelope> {
  try {
    const answer = await http.call<Envelope>(method, { ...params });
    const envelope = answer.getData()?.result;
    if (!envelope) throw new TransportFault('NO_ENVELOPE');
    return envelope;
  } catch (error) {
    throw error instanceof TransportFault ? error : new TransportFault(networkCode(error));
  }
}

function networkCode(error: unknown): string {
  const original = error instanceof AjaxError ? error.originalError : error;
  const code = original instanceof Error && 'code' in original ? textOf(original.code) : '';
  return code === '' ? 'NO_ANSWER' : code;
}

/** Fresh objects for every instance: the SDK writes into the parameters it is given. */
function noLimits(): Partial<RestrictionParams> {
  const vast = 1_000_000_000;
  return {
    // Endless, not vast: refilled by the machine's clock, which takes away what it steps back, and holds up every request for as long.
    rateLimit: { burstLimit: Infinity, drainRate: vast, adaptiveEnabled: false },
    operatingLimit: { windowMs: 600_000, limitMs: vast, heavyPercent: 100 },
    adaptiveConfig: { enabled: false, thresholdPercent: 100, coefficient: 0, maxDelay: 0 },
    maxRetries: 1,
    retryOnNetworkError: false,
  };
}

const NO_TIME = {
  start: 0,
  finish: 0,
  duration: 0,
  processing: 0,
  date_start: '',
  date_finish: '',
  operating_reset_at: 0,
  operating: 0,
};

/** A client without any token of its own: whoever calls puts `auth` among the parameters, or has the secret in the path. */
export function sdkClient({ origin, path, timeoutMs, v3 }: SdkTarget): Http {
  const key = v3?.idempotencyKey;
  const options = {
    timeout: timeoutMs,
    maxRedirects: 0,
    maxContentLength: 64 * 1024 * 1024,
    validateStatus: () => true,
    headers: {
      'User-Agent': 'closegate/0.1',
      Accept: 'application/json',
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    ...(isLoopback(new URL(origin).hostname) ? { proxy: false } : {}),
  };
  const Client = v3 ? HttpV3 : HttpV2;
  const http = new Client(webhookAuth(origin, path), options, noLimits());
  http.ajaxClient.interceptors.request.use((config) => {
    // The SDK's own limit counts silence only; a trickling answer must end as well.
    config.signal = AbortSignal.timeout(timeoutMs + 1000);
    return config;
  });
  // The SDK throws away a success without `time` and rewrites error bodies: hand it our own envelope instead.
  http.ajaxClient.interceptors.response.use((response) => {
    const envelope: Envelope = {
      status: response.status,
      body: response.data,
      location: textOf(recordOf(response.headers)['location']),
    };
    response.data = { result: envelope, time: NO_TIME };
    response.status = 200;
    return response;
  });
  return http;
}

function webhookAuth(origin: string, path: string): AuthActions {
  const host = new URL(origin).host;
  // `hook` tells the SDK that the secret stands in the path, so that no `auth` parameter is added.
  const auth = {
    access_token: '',
    refresh_token: 'hook',
    expires: 0,
    expires_in: 0,
    domain: host,
    member_id: host,
  };
  return {
    getAuthData: () => auth,
    refreshAuth: () => Promise.resolve(auth),
    getUniq: (prefix) => `${prefix}_${host}`,
    isAdmin: false,
    getTargetOrigin: () => origin,
    getTargetOriginWithPath: () =>
      new Map([ApiVersion.v2, ApiVersion.v3].map((version) => [version, `${origin}${path}`])),
  };
}

function renamedOrigin(location: string, path: string, from: string): string {
  if (!URL.canParse(location, from)) throw badRedirect();
  const to = new URL(location, from);
  // Our secret goes to the new host: only over https, and only when the portal points at the very same webhook.
  if (to.protocol !== 'https:' || to.origin === from || !to.pathname.startsWith(path)) {
    throw badRedirect();
  }
  return to.origin;
}

function badRedirect(): AppError {
  return new AppError(
    'portal-unavailable',
    'The portal answers with a redirect: check the address in B24_WEBHOOK_URL and create the webhook anew if it moved.',
    { detail: 'REDIRECT' },
  );
}
