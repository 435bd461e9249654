import { setTimeout as sleep } from 'node:timers/promises';
import { portalTime } from '../clock.ts';
import type { OperatingMeter } from '../limits/operating.ts';
import type { CallContext } from './method.ts';
import { checkParams } from './params.ts';
import type { Params } from './params.ts';
import { findMethod } from './registry.ts';
import { RestError } from './rest-error.ts';

export interface CallEnvironment extends CallContext {
  readonly operating: OperatingMeter;
  readonly limited: boolean;
}

export interface TimedAnswer {
  readonly result: unknown;
  readonly total?: number;
  readonly next?: number;
  readonly time: Record<string, unknown>;
  /** How long the call counts as, ms: measured plus what a slow method pretends. */
  readonly costMs: number;
}

const WRITING = /\.(add|update|delete|set|save|start)$/;

export function isWriting(method: string): boolean {
  return WRITING.test(method);
}

/** One method call: existence, scope, resource limit, parameters, work, time block. */
export async function callMethod(
  env: CallEnvironment,
  method: string,
  params: Params,
): Promise<TimedAnswer> {
  const found = findMethod(method);
  if (!found) {
    throw new RestError(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!');
  }
  const { name, spec } = found;
  env.stats.byMethod[name] = (env.stats.byMethod[name] ?? 0) + 1;
  checkScope(env, spec.scope);
  checkOperating(env, name);
  const startedAt = env.portal.clock.now();
  const measureFrom = performance.now();
  const pretendMs = env.faults.slowMethodMs[name] ?? 0;
  if (pretendMs > 0 && !env.faults.slowWithoutWaiting) await sleep(pretendMs);
  const waited = env.faults.slowWithoutWaiting ? 0 : pretendMs;
  try {
    const answer = spec.run(env, spec.anyParams ? params : checkParams(spec.params, params));
    const costMs = performance.now() - measureFrom - waited + pretendMs;
    return { ...answer, time: timeBlock(env, name, startedAt, costMs), costMs };
  } finally {
    const costMs = performance.now() - measureFrom - waited + pretendMs;
    env.operating.add(name, Math.max(0, costMs) / 1000, env.portal.clock.now());
  }
}

function checkScope(env: CallEnvironment, scope: string | null): void {
  if (scope === null || env.scopes.has(scope)) return;
  throw new RestError(
    403,
    'insufficient_scope',
    'The request requires higher privileges than provided by the webhook token',
  );
}

function checkOperating(env: CallEnvironment, method: string): void {
  if (!env.limited || env.portal.doubts.operatingLimit === 'off') return;
  if (!env.operating.isOver(method, env.portal.clock.now())) return;
  env.stats.operatingRejections += 1;
  throw new RestError(
    429,
    'OPERATION_TIME_LIMIT',
    'Method is blocked due to operation time limit.',
  );
}

export function timeBlock(
  env: CallEnvironment,
  method: string,
  startedAt: number,
  costMs: number,
): Record<string, unknown> {
  const finishedAt = startedAt + Math.max(0, costMs);
  const now = env.portal.clock.now();
  // The call itself joins the account right after it, so the block already shows it.
  const operating = env.operating.used(method, now) + Math.max(0, costMs) / 1000;
  return {
    start: startedAt / 1000,
    finish: finishedAt / 1000,
    duration: costMs / 1000,
    processing: costMs / 1000,
    date_start: portalTime(startedAt),
    date_finish: portalTime(finishedAt),
    operating_reset_at: env.operating.resetAt(method, now),
    operating,
  };
}
