/**
 * First contact: whoever posts to the install address is believed nothing. The allowed authorization server says whose the token is and
 * where the portal stands; the portal there says who the user is. A host that only the request names is never called.
 */
import type {
  ContactAnswer,
  ContactRefusal,
  FirstContact,
  PortalVerifier,
} from '../app/ports/portals.ts';
import type { Clock, Log, RequestBudget } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import { readProfile } from './account.ts';
import { localCode } from './oauth-client.ts';
import type { Grant, OAuthClient } from './oauth-client.ts';
import { createOAuthTransport } from './oauth-transport.ts';
import type { Key } from './portal-access.ts';
import { createPortalClient } from './portal-client.ts';
import type { PortalClient } from './portal-client.ts';
import { recordOf } from './read-value.ts';
import { valueOf } from './unwrap.ts';

export interface PortalVerifierOptions {
  readonly oauth: OAuthClient;
  readonly budget: RequestBudget;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeoutMs?: number;
}

const READ = { priority: 'live', write: false } as const;
/** Somebody waits for the page. */
const TIMEOUT_MS = 20_000;

export function createPortalVerifier(options: PortalVerifierOptions): PortalVerifier {
  const { oauth, clock } = options;
  return {
    async identify({ portalId, origin }, accessToken) {
      const client = clientOf(options, portalId, { accessToken, origin, owner: 'installer' });
      try {
        if (!(await isOurApp(client, oauth.clientId))) return null;
        const { id: userId, admin } = await readProfile(client);
        return { userId, admin };
      } catch (error) {
        // Refused, or moved meanwhile: whoever asks goes the long way.
        const told = error instanceof AppError && /denied|unavailable|rejected/.test(error.code);
        if (told) return null;
        throw error;
      }
    },
    async verify(contact) {
      const endpoint = oauth.endpointOf(contact.serverEndpoint);
      if (endpoint === null) return refuse('foreign-host');
      const stranger = await claimProblem(oauth, endpoint, contact);
      if (stranger !== null) return refuse(stranger);
      const answer = await oauth.refresh(endpoint, contact.refreshToken);
      if (answer.kind !== 'granted')
        return refuse(answer.kind === 'unpaid' ? 'unpaid' : 'dead-grant');
      const { grant } = answer;
      if (grant.memberId !== contact.portalId) return refuse('other-portal');
      const { origin } = grant;
      if (origin === null) return refuse('foreign-host');
      const key: Key = { accessToken: grant.accessToken, origin, owner: 'installer' };
      const client = clientOf(options, contact.portalId, key);
      if (!(await isOurApp(client, oauth.clientId))) return refuse('not-our-app');
      const { id, admin } = await readProfile(client);
      return {
        ok: true,
        verified: {
          origin,
          oauthEndpoint: grant.endpoint,
          scopes: grant.scopes,
          status: grant.status,
          admin,
          pair: pairOf(grant, id, clock.now()),
        },
      };
    },
  };
}

function pairOf(grant: Grant, userId: number, now: number) {
  const { accessToken, refreshToken, expiresInMs } = grant;
  return { accessToken, refreshToken, expiresAt: now + expiresInMs, userId };
}

/** What the server says of the token must not speak against the claim; what it does not say the refresh will show. */
async function claimProblem(
  oauth: OAuthClient,
  endpoint: string,
  { accessToken, portalId }: FirstContact,
): Promise<ContactRefusal | null> {
  const said = await oauth.whoseToken(endpoint, accessToken);
  if (said === null) return null;
  if (said.clientId !== null && said.clientId !== oauth.clientId) return 'not-our-app';
  return said.memberId !== null && said.memberId !== portalId ? 'other-portal' : null;
}

async function isOurApp(client: PortalClient, clientId: string): Promise<boolean> {
  const info = recordOf(valueOf('app.info', await client.call('app.info', {}, READ)));
  const local = localCode(info['CODE']);
  return local === '' || local === clientId;
}

/** A client with one key and no other: a token that is refused here is a refused contact. */
function clientOf(options: PortalVerifierOptions, portalId: string, key: Key): PortalClient {
  const { budget, log, timeoutMs = TIMEOUT_MS } = options;
  const access = {
    key: () => Promise.resolve(key),
    renew: () => Promise.resolve(key),
    origin: () => key.origin,
  };
  const transport = createOAuthTransport(access, timeoutMs);
  return createPortalClient({ transport, portalId, budget, log, retryDelayMs: 300 });
}

function refuse(refused: ContactRefusal): ContactAnswer {
  return { ok: false, refused };
}
