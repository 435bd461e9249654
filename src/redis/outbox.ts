import type { Redis } from 'ioredis';
import type { Outbox } from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import { outboxEntrySchema, readStored } from './client-schemas.ts';
import type { OutboxEntry } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

export interface BreakerLimits {
  /** Messages an hour that are always let through, so that a small team's quiet day is no yardstick. */
  readonly floor: number;
  /** How many times the average of earlier busy hours may leave in one hour. */
  readonly factor: number;
}

export interface OutboxOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly log: Log;
  readonly limits?: Partial<BreakerLimits>;
}

const LIMITS: BreakerLimits = { floor: 60, factor: 5 };
const HOUR_MS = 3600_000;
const KEEP_HOURS = 14 * 24;
/** Longer than any ticket's cycle lives; the key of a message is never used again afterwards. */
const KEEP_MS = 400 * 24 * HOUR_MS;

/** One key per message, so that claiming is one atomic step and old marks expire by themselves. */
export function createOutbox({ redis, keys, log, limits }: OutboxOptions): Outbox {
  const { floor, factor } = { ...LIMITS, ...limits };
  const message = (portalId: string, key: string): string =>
    keys.portal(portalId, `outbox:message:${key}`);
  const hours = (portalId: string): string => keys.portal(portalId, 'outbox:hours');
  const breaker = (portalId: string): string => keys.portal(portalId, 'outbox:breaker');
  return {
    claim: (portalId, key, now) =>
      storeCall(async () => {
        const claimed = JSON.stringify({ kind: 'claimed', at: now });
        const name = message(portalId, key);
        const found = await redis.cgClaimMessage(name, claimed, KEEP_MS);
        if (typeof found !== 'string') return { kind: 'new' };
        const state = readState(found);
        if (state.kind === 'sent') return state;
        if (state.foundAt !== undefined) return { ...state, foundAt: state.foundAt };
        const met = { ...state, foundAt: now };
        await redis.cgFindClaim(name, found, JSON.stringify(met), KEEP_MS);
        return met;
      }),
    sent: (portalId, key, delivery, now) =>
      storeCall(async () => {
        const entry = JSON.stringify({ kind: 'sent', delivery, at: now });
        await redis.set(message(portalId, key), entry, 'PX', KEEP_MS);
      }),
    release: (portalId, key) =>
      storeCall(async () => {
        await redis.del(message(portalId, key));
      }),
    admit: (portalId, now) =>
      storeCall(async () => {
        const hour = Math.floor(now / HOUR_MS);
        const names = [hours(portalId), breaker(portalId)];
        const admitted = await redis.cgAdmitMessage(...names, hour, floor, factor, KEEP_HOURS);
        if (admitted === 1) return true;
        log.warn({ portalId }, 'Messages to clients are stopped: far more than usual are due');
        return false;
      }),
    resume: (portalId) =>
      storeCall(async () => {
        await redis.multi().hset(hours(portalId), 'resumed', '1').del(breaker(portalId)).exec();
      }),
  };
}

/** A mark that cannot be read must not look like "never sent": the client would get the message twice. */
function readState(found: string): OutboxEntry {
  const state = readStored(outboxEntrySchema, found);
  if (state !== null) return state;
  throw new AppError(
    'store-unavailable',
    'A mark of a sent message cannot be read: another version of the app wrote it; update this one',
    { detail: 'outbox' },
  );
}
