import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import type { EventCounters, GateAnswer, RingStore } from '../app/ports/rings.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

export interface RingPace {
  /** How long an open gate stands for a job that may never come (the process died in between). */
  readonly gateMs: number;
  /** Gap after a sweep; doubles after each rung sweep that found nothing. */
  readonly firstGapMs: number;
  readonly maxGapMs: number;
}

const PACE: RingPace = { gateMs: 5000, firstGapMs: 250, maxGapMs: 4000 };

const answerSchema = z.tuple([z.coerce.number(), z.coerce.number(), z.coerce.number()]);

function toAnswer(reply: unknown): GateAnswer {
  const [open, delayMs, turn] = answerSchema.parse(reply);
  return { open: open === 1, delayMs, turn };
}

export function createRingStore(redis: Redis, keys: Keys, pace: Partial<RingPace> = {}): RingStore {
  const { gateMs, firstGapMs, maxGapMs } = { ...PACE, ...pace };
  const inbox = (portalId: string): string => keys.portal(portalId, 'inbox');
  const gate = (portalId: string): string => keys.portal(portalId, 'gate');
  const paceKey = (portalId: string): string => keys.portal(portalId, 'pace');
  const counters = (portalId: string): string => keys.portal(portalId, 'events');
  return {
    ring: (portalId, events, wake) =>
      storeCall(async () => {
        const args = events.flatMap((event) => [event.key, event.code]);
        const names = [inbox(portalId), gate(portalId), counters(portalId), paceKey(portalId)];
        return toAnswer(await redis.cgRing(...names, gateMs, wake ? 1 : 0, ...args));
      }),
    beginSweep: (portalId) =>
      storeCall(async () => {
        await redis.cgBeginSweep(gate(portalId), paceKey(portalId));
      }),
    endSweep: (portalId, { found, again }) =>
      storeCall(async () => {
        const names = [inbox(portalId), gate(portalId), paceKey(portalId)];
        const args = [gateMs, found, again ? 1 : 0, firstGapMs, maxGapMs];
        return toAnswer(await redis.cgEndSweep(...names, ...args));
      }),
    holdGate: (portalId, ms) =>
      storeCall(async () => {
        await redis.set(gate(portalId), '1', 'PX', Math.ceil(ms) + gateMs);
      }),
    releaseGate: (portalId) =>
      storeCall(async () => {
        await redis.del(gate(portalId));
      }),
    countRefused: () =>
      storeCall(async () => {
        await redis.incr(keys.app('refused'));
      }),
  };
}

export function createEventCounters(redis: Redis, keys: Keys): EventCounters {
  return {
    read: (portalId) =>
      storeCall(async () => {
        const [accepted, lastAt, lastCode, lastKey] = await redis.hmget(
          keys.portal(portalId, 'events'),
          'accepted',
          'lastAt',
          'lastCode',
          'lastKey',
        );
        const refused = await redis.get(keys.app('refused'));
        return {
          accepted: Number(accepted ?? 0),
          refused: Number(refused ?? 0),
          lastAt: typeof lastAt === 'string' ? Number(lastAt) : null,
          lastCode: lastCode ?? '',
          lastKey: lastKey ?? '',
        };
      }),
  };
}
