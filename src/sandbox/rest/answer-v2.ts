import { runBatch } from './batch.ts';
import { callMethod, timeBlock } from './call-method.ts';
import type { CallEnvironment } from './call-method.ts';
import type { Params } from './params.ts';

/** One v2 request, a batch or a single call. Null: it was cut after 60 s. */
export async function answerV2(
  env: CallEnvironment,
  method: string,
  params: Params,
): Promise<Record<string, unknown> | null> {
  const startedAt = env.portal.clock.now();
  const from = performance.now();
  if (method.toLowerCase() === 'batch') {
    env.stats.byMethod['batch'] = (env.stats.byMethod['batch'] ?? 0) + 1;
    const outcome = await runBatch(env, params);
    if (outcome.cut) return null;
    const time = timeBlock(env, 'batch', startedAt, performance.now() - from);
    return { result: outcome.body, time: { ...time, operating: 0 } };
  }
  const { result, total, next, time } = await callMethod(env, method, params);
  const marks = {
    ...(next === undefined ? {} : { next }),
    ...(total === undefined ? {} : { total }),
  };
  return { result, ...marks, time };
}
