import { createHash } from 'node:crypto';
import type { CallEnvironment } from './call-method.ts';
import type { V3Answer } from './v3-answer.ts';
import { refuse } from './v3-answer.ts';

const KEEP_MS = 24 * 60 * 60_000;

export interface KeyedCall {
  readonly method: string;
  /** The header as it came; undefined without one. */
  readonly key: string | string[] | undefined;
  readonly body: string;
}

/**
 * REST 3.0: the success answer of a key is kept 24 h and played again; unique per user and method; failures are not
 * kept; the same key with another body is refused.
 */
export function withIdempotency(
  env: CallEnvironment,
  { method, key, body }: KeyedCall,
  run: () => V3Answer,
): V3Answer {
  if (key === undefined) return run();
  if (typeof key !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(key)) {
    return refuse(400, 'INVALIDIDEMPOTENCYKEYEXCEPTION', 'Idempotency-Key is not valid');
  }
  const kept = env.portal.keptAnswers;
  const name = `${env.user.id} ${method} ${key}`;
  const now = env.portal.clock.now();
  const digest = createHash('sha256').update(body).digest('hex');
  const before = kept.get(name);
  if (before && now - before.at < KEEP_MS) {
    if (before.body === digest) return { ...before.answer, replayed: true };
    return refuse(422, 'IDEMPOTENCYKEYREUSEDEXCEPTION', 'The key was used with another request');
  }
  const answer = run();
  if (answer.status === 200) kept.set(name, { body: digest, answer, at: now });
  return answer;
}
