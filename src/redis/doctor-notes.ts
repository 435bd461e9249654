import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import { DOCTOR_ANSWERS } from '../core/admin/doctor-state.ts';
import type { DoctorNotes, StoredAnswer, StoredCheck } from '../app/ports/doctor.ts';
import { isDoctorCheck } from '../app/doctor-findings.ts';
import { readStored } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

const answerSchema: z.ZodType<StoredAnswer> = z.object({
  answer: z.enum(DOCTOR_ANSWERS),
  mark: z.string(),
  at: z.number(),
  by: z.int(),
});
const checkSchema: z.ZodType<StoredCheck> = z.object({
  at: z.number(),
  findings: z.array(
    z.object({
      check: z.custom<StoredCheck['findings'][number]['check']>(
        (value) => typeof value === 'string' && isDoctorCheck(value),
      ),
      level: z.enum(['ok', 'warn', 'fail']),
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
});

/** Two hashes of a portal: question → answer, check → its last result. */
export function createDoctorNotes(redis: Redis, keys: Keys): DoctorNotes {
  const answers = (portalId: string): string => keys.portal(portalId, 'doctor:answers');
  const results = (portalId: string): string => keys.portal(portalId, 'doctor:results');
  return {
    answers: (portalId) =>
      storeCall(async () => readAll(answerSchema, await redis.hgetall(answers(portalId)))),
    answer: (portalId, questionId, answer) =>
      storeCall(async () => {
        await redis.hset(answers(portalId), questionId, JSON.stringify(answer));
      }),
    results: (portalId) =>
      storeCall(async () => readAll(checkSchema, await redis.hgetall(results(portalId)))),
    keep: (portalId, kept) =>
      storeCall(async () => {
        if (kept.size === 0) return;
        const fields = [...kept].map(([check, one]) => [check, JSON.stringify(one)] as const);
        await redis.hset(results(portalId), Object.fromEntries(fields));
      }),
  };
}

function readAll<T>(
  schema: z.ZodType<T>,
  found: Readonly<Record<string, string>>,
): ReadonlyMap<string, T> {
  return new Map(
    Object.entries(found).flatMap(([id, text]) => {
      const value = readStored(schema, text);
      return value === null ? [] : [[id, value] as const];
    }),
  );
}
