import type { Redis } from './redis-client.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { ReturnEntry, ReturnLedger } from '../app/ports/state.ts';
import { refKey } from '../core/ticket.ts';
import type { TicketRef } from '../core/ticket.ts';
import type { Keys } from './keys.ts';
import { returnEntrySchema, returnStepSchema } from './record-schemas.ts';
import { replicated } from './replicated.ts';
import { storeCall } from './store-call.ts';

/** Counted returns are kept for a day: far longer than any loop-guard window. */
const KEEP_RETURNS_MS = 24 * 3600_000;

/**
 * Entries, their steps and their move instants stand in three hashes, so that a step is one write and a claim of the
 * same move changes nothing.
 */
export function createReturnLedger(redis: Redis, keys: Keys, log: Log): ReturnLedger {
  const names = (portalId: string): [string, string, string, string] => [
    keys.portal(portalId, 'ledger:entries'),
    keys.portal(portalId, 'ledger:steps'),
    keys.portal(portalId, 'ledger:moves'),
    keys.portal(portalId, 'returns'),
  ];
  const forget = (portalId: string, refs: readonly TicketRef[], at: number | null): Promise<void> =>
    storeCall(async () => {
      if (refs.length === 0) return;
      const [countAt, keepFrom] = at === null ? ['', ''] : [at, at - KEEP_RETURNS_MS];
      await redis.cgFinishReturns(...names(portalId), countAt, keepFrom, ...refs.map(refKey));
    });
  return {
    claim: (portalId, entries, now) =>
      storeCall(async () => {
        if (entries.length === 0) return;
        const [entryKey, stepKey, moveKey] = names(portalId);
        await redis.cgClaimReturns(entryKey, stepKey, moveKey, ...claimArgs(entries, now));
        await replicated(redis, entryKey);
      }),
    advance: (portalId, refs, step) =>
      storeCall(async () => {
        if (refs.length === 0) return;
        const [entryKey, stepKey] = names(portalId);
        await redis.cgAdvanceReturns(entryKey, stepKey, step, ...refs.map(refKey));
      }),
    finish: (portalId, refs, at) => forget(portalId, refs, at),
    drop: (portalId, refs) => forget(portalId, refs, null),
    unfinished: (portalId) =>
      storeCall(async () => {
        const [entryKey, stepKey] = names(portalId);
        const entries = await redis.hgetall(entryKey);
        const steps = await redis.hgetall(stepKey);
        return Object.entries(entries).flatMap(([key, text]) => {
          const entry = readEntry(text, steps[key]);
          if (entry !== null) return [entry];
          log.error(
            { portalId, ticket: key },
            'A stored return cannot be read: look at the ticket by hand',
          );
          return [];
        });
      }),
  };
}

function claimArgs(entries: Parameters<ReturnLedger['claim']>[1], now: number) {
  return entries.flatMap((entry) => [
    refKey(entry.ref),
    entry.movedAt,
    JSON.stringify({ ...entry, claimedAt: now }),
  ]);
}

function readEntry(text: string, step: string | undefined): ReturnEntry | null {
  const entry = returnEntrySchema.safeParse(parseJson(text));
  const known = returnStepSchema.safeParse(step);
  return entry.success && known.success ? { ...entry.data, step: known.data } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
