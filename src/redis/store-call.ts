import { AppError } from '../errors.ts';

/** Runs a store call; whatever the client throws becomes store-unavailable, its text (addresses, arguments) stays in `cause`. */
export async function storeCall<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      'store-unavailable',
      'Redis does not answer: check that it runs and that REDIS_URL points to it',
      { retry: 'backoff', detail: faultName(cause), cause },
    );
  }
}

/** The code of a client error (`ECONNREFUSED`, `NOAUTH`…), never its text. */
export function faultName(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return code;
  return /^[A-Z]{3,}(?= )/.exec(error.message)?.[0] ?? error.name;
}
