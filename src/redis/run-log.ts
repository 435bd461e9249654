import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import { RUN_KINDS, SKIP_REASONS } from '../app/ports/runs.ts';
import type { Run, RunKind, RunLog } from '../app/ports/runs.ts';
import { readStored } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

/** Of each kind, so that what runs often does not push out what runs rarely. */
const KEEP_RUNS = 50;

const runSchema: z.ZodType<Run> = z.object({
  kind: z.enum(RUN_KINDS),
  at: z.number(),
  candidates: z.int(),
  sent: z.int(),
  done: z.int(),
  skipped: z.partialRecord(z.enum(SKIP_REASONS), z.int()),
});

/** One list per kind, newest first. An entry of another version of the app is left out. */
export function createRunLog(redis: Redis, keys: Keys): RunLog {
  const runs = (portalId: string, kind: RunKind): string => keys.portal(portalId, `runs:${kind}`);
  return {
    add: (portalId, run) =>
      storeCall(async () => {
        const key = runs(portalId, run.kind);
        await redis
          .multi()
          .lpush(key, JSON.stringify(run))
          .ltrim(key, '0', String(KEEP_RUNS - 1))
          .exec();
      }),
    list: (portalId) =>
      storeCall(async () => {
        const lists = await Promise.all(
          RUN_KINDS.map((kind) => redis.lrange(runs(portalId, kind), '0', '-1')),
        );
        return lists
          .flat()
          .flatMap((text) => readStored(runSchema, text) ?? [])
          .toSorted((one, other) => other.at - one.at);
      }),
  };
}
