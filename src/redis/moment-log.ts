import type { Redis } from './redis-client.ts';
import type { MomentLog } from '../app/ports/documentation.ts';
import type { Moment } from '../core/solution-times.ts';
import { refKey } from '../core/ticket.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

/** Longer than a ticket's cycle lives. */
const KEPT_MS = 400 * 24 * 60 * 60_000;
const MEMBER = /^(\d+)\|(reopened|asked|answered)\|(\d+)$/;

/** A set per ticket, a few short members each: noting twice changes nothing. */
export function createMomentLog(redis: Redis, keys: Keys): MomentLog {
  return {
    note: (portalId, ref, { cycle, kind, at }) =>
      storeCall(async () => {
        const key = keys.portal(portalId, `moments:${refKey(ref)}`);
        await redis.multi().sadd(key, `${cycle}|${kind}|${at}`).pexpire(key, KEPT_MS).exec();
      }),
    list: (portalId, ref) =>
      storeCall(async () => {
        const members = await redis.smembers(keys.portal(portalId, `moments:${refKey(ref)}`));
        return members.flatMap(readMoment).toSorted((a, b) => a.at - b.at);
      }),
  };
}

/** A member of another version of the app is left out. */
function readMoment(member: string): readonly Moment[] {
  const [, cycle, kind, at] = MEMBER.exec(member) ?? [];
  if (kind !== 'reopened' && kind !== 'asked' && kind !== 'answered') return [];
  return [{ cycle: Number(cycle), kind, at: Number(at) }];
}
