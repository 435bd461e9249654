import type { Redis as Single } from 'ioredis';
import { nodesOf } from './each-node.ts';
import type { Redis } from './redis-client.ts';
import { storeCall } from './store-call.ts';

/** How safely Redis keeps what it is given, on a cluster the least safe of its masters; `unknown` when the server does not let us ask (managed ones forbid CONFIG). */
export interface Persistence {
  readonly appendonly: 'yes' | 'no' | 'unknown';
  /** `noeviction` is what the app needs: anything else may drop inboxes and jobs. */
  readonly maxmemoryPolicy: string;
}

export async function probePersistence(redis: Redis): Promise<Persistence> {
  const nodes = nodesOf(redis);
  await storeCall(() => Promise.all([redis.ping(), ...nodes.map((node) => node.ping())]));
  const file = await Promise.all(nodes.map((node) => configValue(node, 'appendonly')));
  const policies = await Promise.all(nodes.map((node) => configValue(node, 'maxmemory-policy')));
  return {
    appendonly: file.includes('no') ? 'no' : file.every((one) => one === 'yes') ? 'yes' : 'unknown',
    // The one node that may throw something away is the one to name.
    maxmemoryPolicy:
      policies.find((one) => one !== null && one !== 'noeviction') ??
      (policies.includes(null) ? 'unknown' : 'noeviction'),
  };
}

async function configValue(redis: Single, name: string): Promise<string | null> {
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

/** Share of the memory Redis may use that is used, on a cluster the greatest; null when nothing limits it, or it does not tell. */
export async function probeMemory(redis: Redis): Promise<number | null> {
  const texts = await Promise.all(nodesOf(redis).map((node) => node.info('memory')));
  const shares = texts.flatMap((text) => {
    const most = numberIn(text, 'maxmemory');
    return most > 0 ? [numberIn(text, 'used_memory') / most] : [];
  });
  return shares.length === 0 ? null : Math.max(...shares);
}

const numberIn = (info: string, name: string): number =>
  Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
