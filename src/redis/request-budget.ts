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
  /** What a method may use in ten minutes, unless the portal has refused earlier. */
  readonly operatingLimitSeconds: number;
  /** From this share on, live calls of the method are spread over the rest of its window; bulk work waits for the window. */
  readonly operatingSlow: number;
  /** Past this share live calls wait for the window too. */
  readonly operatingShare: number;
}

const LIMITS: BudgetLimits = {
  capacity: 50,
  drainPerSecond: 2,
  fill: { live: 48, bulk: 30 },
  maxWaitMs: 30_000,
  operatingLimitSeconds: 480,
  operatingSlow: 0.6,
  operatingShare: 0.9,
};

/** After a refusal that tells no time; the portal counts by minutes. */
const REFUSED_MS = 60_000;
/** Whoever goes ahead at the end of a window has heard within this time how much of it is free. */
const PROBE_MS = 2000;
/** A refusal below this share is no sign of a lower limit, but of a figure not heard yet. */
const LEAST_LIMIT = 0.25;
const LIMIT_KEPT_MS = 24 * 3600_000;

/** Waiting processes look again at least this often, so that room freed earlier than foretold is used. */
const LONGEST_SLEEP_MS = 500;

/** The leaky bucket of the "limits" page, kept in Redis so that all processes draw from one. */
export function createRequestBudget(
  redis: Redis,
  keys: Keys,
  limits: Partial<BudgetLimits> = {},
): RequestBudget {
  const known = { ...LIMITS, ...limits };
  const { capacity, drainPerSecond, fill, maxWaitMs } = known;
  const bucket = (portalId: string): string => keys.portal(portalId, 'bucket');
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
    ...createOperatingTime(redis, keys, known),
  };
}

function createOperatingTime(
  redis: Redis,
  keys: Keys,
  { operatingLimitSeconds: limit, operatingSlow, operatingShare }: BudgetLimits,
): Pick<RequestBudget, 'spent' | 'operatingWait' | 'exhausted'> {
  const operating = (portalId: string): string => keys.portal(portalId, 'operating');
  return {
    spent: (portalId, method, { seconds, freesInMs, perCall }) =>
      storeCall(async () => {
        const figures = [seconds.toFixed(3), Math.round(freesInMs), perCall.toFixed(3)];
        await redis.cgOperatingSpent(operating(portalId), method, ...figures);
      }),
    operatingWait: (portalId, calls, priority) =>
      storeCall(async () => {
        const hard = priority === 'live' ? operatingShare : operatingSlow;
        const limits = [limit, operatingSlow, hard, PROBE_MS];
        return Number(
          await redis.cgOperatingWait(operating(portalId), ...limits, ...[...calls].flat()),
        );
      }),
    exhausted: (portalId, method) =>
      storeCall(async () => {
        const figures = [REFUSED_MS, limit * LEAST_LIMIT, LIMIT_KEPT_MS];
        await redis.cgOperatingRefused(operating(portalId), method, ...figures);
      }),
  };
}
