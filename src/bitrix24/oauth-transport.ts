/** Requests of an installed portal: the token goes in the body, a refused one is renewed once, a moved portal is found again. */
import { AppError } from '../errors.ts';
import type { Key, PortalAccess } from './portal-access.ts';
import { recordOf, textOf } from './read-value.ts';
import { postOnce, REDIRECTS, sdkClient } from './transport.ts';
import type { Http, RawAnswer, RestV3, Transport } from './transport.ts';

/** What a portal answers to a token it does not take (PORTAL 10.6): nothing was done, even a write may be sent again. */
const REFUSED: ReadonlySet<string> = new Set(['expired_token', 'invalid_token', 'NO_AUTH_FOUND']);

interface Request {
  readonly method: string;
  readonly params: object;
  readonly v3: RestV3 | undefined;
}

/** @param timeoutMs limit of one request; the portal itself cuts after 60 s */
export function createOAuthTransport(access: PortalAccess, timeoutMs: number): Transport {
  let kept: { readonly origin: string; readonly http: Http } | null = null;
  const clientFor = (origin: string, v3: RestV3 | undefined): Http => {
    if (v3) return sdkClient({ origin, path: '/rest/api', timeoutMs, v3 });
    if (kept?.origin !== origin) {
      kept = { origin, http: sdkClient({ origin, path: '/rest', timeoutMs }) };
    }
    return kept.http;
  };
  const send = (key: Key, { method, params, v3 }: Request) =>
    postOnce(clientFor(key.origin, v3), method, { ...params, auth: key.accessToken });

  return {
    origin: () => access.origin(),
    async post(method, params, v3) {
      const request = { method, params, v3 };
      const key = await access.key();
      const answer = await send(key, request);
      const moved = REDIRECTS.has(answer.status);
      if (!moved && !isRefused(answer)) return answer;
      // Where a redirect leads is not believed: the authorization server says where the portal is now, and only then does a token go there.
      const renewed = await access.renew(key);
      if (moved && renewed.origin === key.origin) throw lost();
      const again = await send(renewed, request);
      if (REDIRECTS.has(again.status)) throw lost();
      return again;
    },
  };
}

function isRefused({ body }: RawAnswer): boolean {
  return REFUSED.has(textOf(recordOf(body)['error']));
}

function lost(): AppError {
  return new AppError(
    'portal-unavailable',
    'The portal answers with a redirect and the authorization server names no other address: try again later.',
    { retry: 'backoff', detail: 'REDIRECT' },
  );
}
