/** Signals of triggers on their way to the portal: sorted sets of ids, by the moment of the fact. Holds no words. */
import type { Redis } from './redis-client.ts';
import { TRIGGER_CODES } from '../app/ports/triggers.ts';
import type { KeptSignal, TriggerBox, TriggerSignal } from '../app/ports/triggers.ts';
import { refKey } from '../core/ticket.ts';
import type { Keys } from './keys.ts';
import { replicated } from './replicated.ts';
import { storeCall } from './store-call.ts';

/** A fact told again after this time is fired again; a client's link lives 90 days. */
const KNOWN_MS = 120 * 24 * 3600_000;
/** Keeps one script's argument list at a size that does not hold the server up. */
const CHUNK = 500;

export function createTriggerBox(redis: Redis, keys: Keys): TriggerBox {
  const waiting = (portalId: string): string => keys.portal(portalId, 'triggers:waiting');
  const claimed = (portalId: string): string => keys.portal(portalId, 'triggers:claimed');
  const known = (portalId: string): string => keys.portal(portalId, 'triggers:known');
  const portals = keys.app('triggers:portals');
  return {
    add: (portalId, signals, now) =>
      storeCall(async () => {
        if (signals.length === 0) return;
        // First, so that a schedule finds the signals whatever happens in between.
        await redis.sadd(portals, portalId);
        for (let from = 0; from < signals.length; from += CHUNK) {
          const members = signals.slice(from, from + CHUNK).map(memberOf);
          await redis.cgAddSignals(
            known(portalId),
            waiting(portalId),
            now,
            now - KNOWN_MS,
            ...members,
          );
        }
      }),
    claim: (portalId, most) =>
      storeCall(async () => {
        const signals = read(
          await redis.zrange(waiting(portalId), '0', `${most - 1}`, 'WITHSCORES'),
        );
        await move(redis, signals, { from: waiting(portalId), to: claimed(portalId) });
        if (signals.length > 0) await replicated(redis, claimed(portalId));
        return signals;
      }),
    claimed: (portalId) =>
      storeCall(async () => read(await redis.zrange(claimed(portalId), '0', '-1', 'WITHSCORES'))),
    release: (portalId, signals) =>
      storeCall(() => move(redis, signals, { from: claimed(portalId), to: waiting(portalId) })),
    done: (portalId, signals) =>
      storeCall(async () => {
        if (signals.length > 0) await redis.zrem(claimed(portalId), ...signals.map(memberOf));
      }),
    portals: () =>
      storeCall(async () => {
        const all = await redis.smembers(portals);
        const busy = await Promise.all(all.map((id) => redis.exists(waiting(id), claimed(id))));
        return all.filter((_, at) => busy[at] !== 0);
      }),
  };
}

async function move(
  redis: Redis,
  signals: readonly KeptSignal[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  if (signals.length === 0) return;
  await redis
    .multi()
    .zadd(to, ...signals.flatMap((signal) => [signal.at, memberOf(signal)]))
    .zrem(from, ...signals.map(memberOf))
    .exec();
}

/** `closegate_returned 2:759 1760000000000` */
function memberOf({ code, ref, fact }: TriggerSignal): string {
  return `${code} ${refKey(ref)} ${fact}`;
}

/** Members and scores in turn. */
function read(members: readonly string[]): readonly KeptSignal[] {
  return members.flatMap((member, at) => {
    const [, code, type, id, fact] = /^(\w+) (\d+):(\d+) (\S*)$/.exec(member) ?? [];
    const known = TRIGGER_CODES.find((one) => one === code);
    if (at % 2 === 1 || known === undefined || fact === undefined) return [];
    const ref = { entityTypeId: Number(type), id: Number(id) };
    return [{ code: known, ref, fact, at: Number(members[at + 1] ?? 0) }];
  });
}
