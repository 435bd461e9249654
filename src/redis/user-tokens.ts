/** Access tokens of people whose page is open: sealed, for as long as their session, and gone with the portal. */
import type { Redis } from './redis-client.ts';
import type { Clock } from '../app/ports/runtime.ts';
import type { Instant } from '../core/ticket.ts';
import type { Keys } from './keys.ts';
import type { SecretBox } from './secret-box.ts';
import { storeCall } from './store-call.ts';

export interface UserTokens {
  keep(portalId: string, user: KeptToken): Promise<void>;
  /** null when none is kept (any more). */
  find(portalId: string, userId: number): Promise<string | null>;
}

export interface KeptToken {
  readonly userId: number;
  readonly accessToken: string;
  readonly until: Instant;
}

export function createUserTokens(options: {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly box: SecretBox;
  readonly clock: Clock;
}): UserTokens {
  const { redis, keys, box, clock } = options;
  const keyOf = (portalId: string, userId: number): string =>
    keys.portal(portalId, `user-token:${userId}`);
  const whose = (portalId: string, userId: number) => ({ portalId, purpose: `user:${userId}` });
  return {
    async keep(portalId, { userId, accessToken, until }) {
      const ms = Math.max(1, Math.ceil(until - clock.now()));
      const sealed = box.seal(accessToken, whose(portalId, userId));
      await storeCall(() => redis.set(keyOf(portalId, userId), sealed, 'PX', ms));
    },
    async find(portalId, userId) {
      const sealed = await storeCall(() => redis.get(keyOf(portalId, userId)));
      return sealed === null ? null : box.open(sealed, whose(portalId, userId));
    },
  };
}
