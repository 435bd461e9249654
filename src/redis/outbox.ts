import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import type { Admission, Outbox, OutboxStanding } from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import { outboxEntrySchema, readStored } from './client-schemas.ts';
import type { OutboxEntry } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import { replicated } from './replicated.ts';
import { storeCall } from './store-call.ts';

export interface BreakerLimits {
  /** Messages an hour that are always let through, so that a small team's quiet day is no yardstick. */
  readonly floor: number;
  /** How many times the average of earlier busy hours may leave in one hour. */
  readonly factor: number;
  /** Messages that may leave within one minute; what comes on top leaves in later ones. */
  readonly perRun: number;
}

export interface OutboxOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly log: Log;
  readonly limits?: Partial<BreakerLimits>;
}

const LIMITS: BreakerLimits = { floor: 60, factor: 5, perRun: 20 };
const MINUTE_MS = 60_000;
const HOUR_MS = 3600_000;
const KEEP_HOURS = 14 * 24;
/** Longer than any ticket's cycle lives; the key of a message is never used again afterwards. */
const KEEP_MS = 400 * 24 * HOUR_MS;

export function createOutbox(options: OutboxOptions): Outbox {
  return { ...createClaims(options), ...createBreaker(options) };
}

/** One key per message, so that claiming is one atomic step and old marks expire by themselves. */
function createClaims({ redis, keys }: OutboxOptions): Pick<Outbox, 'claim' | 'sent' | 'release'> {
  const message = (portalId: string, key: string): string =>
    keys.portal(portalId, `outbox:message:${key}`);
  return {
    claim: (portalId, key, now) =>
      storeCall(async () => {
        const claimed = JSON.stringify({ kind: 'claimed', at: now });
        const name = message(portalId, key);
        const found = await redis.cgClaimMessage(name, claimed, KEEP_MS);
        if (typeof found !== 'string') {
          await replicated(redis, name);
          return { kind: 'new' };
        }
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
        const name = message(portalId, key);
        await redis.set(name, entry, 'PX', KEEP_MS);
        await replicated(redis, name);
      }),
    release: (portalId, key) =>
      storeCall(async () => {
        await redis.del(message(portalId, key));
      }),
  };
}

/** Counts what leaves by the hour and stops when it is far above the normal; a person resumes it. */
function createBreaker({
  redis,
  keys,
  log,
  limits,
}: OutboxOptions): Pick<Outbox, 'admit' | 'standing' | 'resume'> {
  const { floor, factor, perRun } = { ...LIMITS, ...limits };
  const hours = (portalId: string): string => keys.portal(portalId, 'outbox:hours');
  const breaker = (portalId: string): string => keys.portal(portalId, 'outbox:breaker');
  const run = (portalId: string): string => keys.portal(portalId, 'outbox:run');
  const held = (portalId: string): string => keys.portal(portalId, 'outbox:held');
  return {
    admit: (portalId, key, now) =>
      storeCall(async () => {
        const minute = Math.floor(now / MINUTE_MS);
        const names = [hours(portalId), breaker(portalId), run(portalId), held(portalId)];
        const hourly = [Math.floor(now / HOUR_MS), floor, factor, KEEP_HOURS];
        const reply = await redis.cgAdmitMessage(...names, ...hourly, minute, perRun, now, key);
        const admission = toAdmission(Number(reply), minute);
        if (admission.kind === 'stopped')
          log.warn({ portalId }, 'Messages to clients are stopped: far more than usual are due');
        return admission;
      }),
    standing: (portalId, now) =>
      storeCall(async () => {
        const names = [hours(portalId), breaker(portalId), held(portalId)];
        const hourly = [Math.floor(now / HOUR_MS), floor, factor, KEEP_HOURS];
        return toStanding(await redis.cgOutboxStanding(...names, ...hourly));
      }),
    resume: (portalId) =>
      storeCall(async () => {
        await redis
          .multi()
          .hset(hours(portalId), 'resumed', '1')
          .del(breaker(portalId), held(portalId))
          .exec();
      }),
  };
}

function toAdmission(reply: number, minute: number): Admission {
  if (reply === 0) return { kind: 'stopped' };
  return reply > 0 ? { kind: 'go' } : { kind: 'later', at: (minute - reply) * MINUTE_MS };
}

const standingSchema = z.tuple([
  z.string(),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
]);

/** An open breaker wrote down what it saw; one of an earlier version the hour alone. */
function toStanding(reply: unknown): OutboxStanding {
  const [open, left, normal, limit, heldBack] = standingSchema.parse(reply);
  const now = { stoppedSince: null, left, normal, limit, heldBack };
  if (open === '') return { ...now, heldBack: 0 };
  const [at = 0, ...counts] = open.split(':').map(Number);
  const [leftThen = left, normalThen = normal, limitThen = limit] = counts;
  return {
    stoppedSince: counts.length === 0 ? at * HOUR_MS : at,
    left: leftThen,
    normal: normalThen,
    limit: limitThen,
    heldBack,
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
