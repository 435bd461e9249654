import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from './redis-client.ts';
import type { Priority, RequestBudget } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

export interface BudgetLimits {
  /** The portal's bucket and how fast it drains (50 and 2/s; enterprise plans 250 and 5/s). */
  readonly capacity: number;
  readonly drainPerSecond: number;
  /** How far each priority may fill the bucket: the rest is left to live moves and to other apps on this server. */
  readonly fill: Readonly<Record<Priority, number>>;
  /** Longest wait before giving up with portal-rate-limited. */
  readonly maxWaitMs: number;
  /** A method that used this share of `operatingLimitSeconds` waits until its window is reset. */
  readonly operatingLimitSeconds: number;
  readonly operatingShare: number;
}

const LIMITS: BudgetLimits = {
  capacity: 50,
  drainPerSecond: 2,
  fill: { live: 48, bulk: 30 },
  maxWaitMs: 30_000,
  operatingLimitSeconds: 480,
  operatingShare: 0.9,
};

/** Waiting processes look again at least this often, so that room freed earlier than foretold is used. */
const LONGEST_SLEEP_MS = 500;

/** The leaky bucket of the "limits" page, kept in Redis so that all processes draw from one. */
export function createRequestBudget(
  redis: Redis,
  keys: Keys,
  limits: Partial<BudgetLimits> = {},
): RequestBudget {
  const { capacity, drainPerSecond, fill, maxWaitMs, operatingLimitSeconds, operatingShare } = {
    ...LIMITS,
    ...limits,
  };
  const bucket = (portalId: string): string => keys.portal(portalId, 'bucket');
  const operating = (portalId: string): string => keys.portal(portalId, 'operating');
  const waitFor = async (portalId: string, priority: Priority): Promise<number> =>
    Number(
      await storeCall(() => redis.cgTakeRequest(bucket(portalId), drainPerSecond, fill[priority])),
    );
  return {
    async take(portalId, priority) {
      let waited = 0;
      for (;;) {
        const wait = await waitFor(portalId, priority);
        if (wait === 0) return;
        if (waited + wait > maxWaitMs)
          throw new AppError(
            'portal-rate-limited',
            'The request budget of the portal is used up: the work goes on when there is room',
            { retry: 'after', retryAfterMs: wait },
          );
        const pause = Math.min(wait, LONGEST_SLEEP_MS);
        await sleep(pause);
        waited += pause;
      }
    },
    refused: (portalId) =>
      storeCall(async () => {
        await redis.cgFillBucket(bucket(portalId), drainPerSecond, capacity);
      }),
    spent: (portalId, method, operatingSeconds, resetAt) =>
      storeCall(async () => {
        const key = operating(portalId);
        await redis.hset(key, method, `${operatingSeconds.toFixed(3)}@${Math.round(resetAt)}`);
      }),
    operatingWait: (portalId, method) =>
      storeCall(async () => {
        const limit = operatingLimitSeconds * operatingShare;
        return Number(await redis.cgOperatingWait(operating(portalId), method, limit));
      }),
  };
}
