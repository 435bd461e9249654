import type { Redis } from './redis-client.ts';
import { storeCall } from './store-call.ts';

/** How safely Redis keeps what it is given; `unknown` when the server does not let us ask (managed ones forbid CONFIG). */
export interface Persistence {
  readonly appendonly: 'yes' | 'no' | 'unknown';
  /** `noeviction` is what the app needs: anything else may drop inboxes and jobs. */
  readonly maxmemoryPolicy: string;
}

export async function probePersistence(redis: Redis): Promise<Persistence> {
  await storeCall(() => redis.ping());
  const appendonly = await configValue(redis, 'appendonly');
  return {
    appendonly: appendonly === 'yes' || appendonly === 'no' ? appendonly : 'unknown',
    maxmemoryPolicy: (await configValue(redis, 'maxmemory-policy')) ?? 'unknown',
  };
}

async function configValue(redis: Redis, name: string): Promise<string | null> {
  try {
    const reply: unknown = await redis.config('GET', name);
    if (Array.isArray(reply)) return typeof reply[1] === 'string' ? reply[1] : null;
    const value: unknown =
      typeof reply === 'object' && reply !== null ? Reflect.get(reply, name) : null;
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
