/**
 * The key to one installed portal: an access token when one is needed, refreshed only when it has expired or the portal refused it, by
 * one process at a time. A refresh token rotates (PORTAL 1.2): whoever waited reads again before asking.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PortalRecord, PortalRegistry, TokenOwner, TokenPair } from '../app/ports/portals.ts';
import type { Clock, Log } from '../app/ports/runtime.ts';
import type { PortalLock } from '../app/ports/state.ts';
import { AppError } from '../errors.ts';
import type { Grant, OAuthClient } from './oauth-client.ts';

/** What one request to the portal is made with. */
export interface Key {
  readonly accessToken: string;
  readonly origin: string;
  readonly owner: TokenOwner;
}

export interface PortalAccess {
  /** @throws AppError portal-denied when the grant is dead, or another fault of the authorization server */
  key(): Promise<Key>;
  /** The portal refused this key although its time was not up. */
  renew(refused: Key): Promise<Key>;
  /** The portal's address as known now. */
  origin(): string;
}

export interface PortalAccessOptions {
  readonly portal: PortalRecord;
  readonly registry: PortalRegistry;
  readonly oauth: OAuthClient;
  readonly lock: PortalLock;
  readonly clock: Clock;
  readonly log: Log;
}

/** A token this close to its end is not begun a request with; the portal's clock and ours may differ. */
const MARGIN_MS = 30_000;
const LOOK_AGAIN_MS = 100;
/** Longer than a refresh may take; then whoever holds the lock has died and its lock ends by itself. */
const PATIENCE_MS = 30_000;
/** The system user's pair first: it survives the installer's dismissal. */
const OWNERS: readonly TokenOwner[] = ['system', 'installer'];

export function createPortalAccess(options: PortalAccessOptions): PortalAccess {
  return new TokenKeeper(options);
}

class TokenKeeper implements PortalAccess {
  readonly #options: PortalAccessOptions;
  #origin: string;
  #pair: TokenPair | null = null;
  #refreshing: Promise<TokenPair> | null = null;

  constructor(options: PortalAccessOptions) {
    this.#options = options;
    this.#origin = options.portal.origin;
  }

  origin(): string {
    return this.#origin;
  }

  async key(): Promise<Key> {
    const pair = this.#pair;
    return this.#keyOf(pair !== null && this.#isFresh(pair) ? pair : await this.#fresh(null));
  }

  async renew(refused: Key): Promise<Key> {
    return this.#keyOf(await this.#fresh(refused.accessToken));
  }

  #keyOf({ accessToken, owner }: TokenPair): Key {
    return { accessToken, owner, origin: this.#origin };
  }

  #isFresh(pair: TokenPair): boolean {
    return pair.expiresAt - MARGIN_MS > this.#options.clock.now();
  }

  /** One refresh per process, then one per portal. */
  #fresh(refused: string | null): Promise<TokenPair> {
    this.#refreshing ??= this.#freshInTurn(refused).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #freshInTurn(refused: string | null): Promise<TokenPair> {
    const { lock, portal } = this.#options;
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const stored = await this.#stored(refused);
      if (stored.kind === 'good') return this.#keep(stored.pair);
      const pair = await lock.exclusively(`${portal.portalId}.oauth`, () =>
        this.#refreshed(refused),
      );
      if (pair !== null) return this.#keep(pair);
      if (performance.now() > giveUpAt) {
        throw new AppError(
          'portal-unreachable',
          'Another process refreshes the grant: try again.',
          {
            retry: 'backoff',
            detail: 'OAUTH_BUSY',
          },
        );
      }
      await sleep(LOOK_AGAIN_MS);
    }
  }

  #keep(pair: TokenPair): TokenPair {
    this.#pair = pair;
    return pair;
  }

  /** A pair that is good by itself; else the pairs a refresh may be tried with, the preferred first. */
  async #stored(refused: string | null): Promise<Stored> {
    const { registry, portal } = this.#options;
    const record = await registry.find(portal.portalId);
    if (record === null) throw gone();
    this.#origin = record.origin;
    if (record.state === 'needs-reconnecting' || record.state === 'unpaid')
      throw dead(record.state);
    const pairs: TokenPair[] = [];
    for (const owner of OWNERS) {
      const pair = await registry.tokens(portal.portalId, owner);
      if (pair !== null) pairs.push(pair);
    }
    const good = pairs[0];
    const usable = good !== undefined && good.accessToken !== refused && this.#isFresh(good);
    return usable ? { kind: 'good', pair: good } : { kind: 'stale', pairs, record };
  }

  async #refreshed(refused: string | null): Promise<TokenPair> {
    // Read again: another process may have refreshed while this one waited for its turn.
    const stored = await this.#stored(refused);
    if (stored.kind === 'good') return stored.pair;
    const { oauth, registry, portal, log } = this.#options;
    const { portalId } = portal;
    const { record } = stored;
    let verdict: 'needs-reconnecting' | 'unpaid' = 'needs-reconnecting';
    for (const pair of stored.pairs) {
      const answer = await oauth.refresh(record.oauthEndpoint, pair.refreshToken);
      if (answer.kind === 'granted') return this.#accepted(record, pair, answer.grant);
      verdict = answer.kind === 'unpaid' ? 'unpaid' : 'needs-reconnecting';
      log.warn({ portalId, owner: pair.owner, code: answer.code }, 'A grant was refused');
      // The installer's pair stays until it is replaced: it tells who installed. The system user's may not come again.
      if (answer.kind === 'dead' && pair.owner === 'system') {
        await registry.dropTokens(portalId, 'system');
      }
    }
    if (await registry.moveState(portalId, ['active', 'installing'], verdict)) {
      log.error({ portalId, state: verdict }, TELL[verdict]);
    }
    throw dead(verdict);
  }

  async #accepted(record: PortalRecord, pair: TokenPair, grant: Grant): Promise<TokenPair> {
    const { registry, clock } = this.#options;
    const { portalId } = record;
    if (grant.memberId !== portalId) {
      throw new AppError(
        'portal-rejected',
        'The authorization server answers for another portal.',
        {
          detail: 'OTHER_PORTAL',
        },
      );
    }
    const next: TokenPair = {
      owner: pair.owner,
      accessToken: grant.accessToken,
      refreshToken: grant.refreshToken,
      expiresAt: clock.now() + grant.expiresInMs,
      userId: grant.userId === 0 ? pair.userId : grant.userId,
    };
    // Stored before it is used: the old refresh token may be worth nothing any more.
    if (!(await registry.saveTokens(portalId, next))) throw gone();
    const { origin, endpoint } = grant;
    if (origin !== null && (origin !== record.origin || endpoint !== record.oauthEndpoint)) {
      await registry.change(portalId, { origin, oauthEndpoint: endpoint });
      this.#origin = origin;
    }
    return next;
  }
}

type Stored =
  | { readonly kind: 'good'; readonly pair: TokenPair }
  | {
      readonly kind: 'stale';
      readonly pairs: readonly TokenPair[];
      readonly record: PortalRecord;
    };

const TELL = {
  'needs-reconnecting':
    'The grant of a portal is dead and it is not served: an administrator must open the app there',
  unpaid: 'The platform refuses a portal whose period is over; it is not served until it is paid',
} as const;

function dead(state: 'needs-reconnecting' | 'unpaid'): AppError {
  return new AppError(
    'portal-denied',
    state === 'unpaid'
      ? 'The app is not paid for on this portal.'
      : 'The portal must be reconnected: an administrator opens the app there.',
    { detail: state },
  );
}

function gone(): AppError {
  return new AppError('portal-denied', 'The app is not installed on this portal.', {
    detail: 'not-installed',
  });
}
