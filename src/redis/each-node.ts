/** What has no key is asked of every server that holds keys: the one there is, or each master of a cluster. */
import { Cluster } from 'ioredis';
import type { Redis as Single } from 'ioredis';
import type { Redis } from './redis-client.ts';

export function nodesOf(redis: Redis): readonly Single[] {
  return redis instanceof Cluster ? redis.nodes('master') : [redis];
}

/** Names that fit, a page at a time; a name may come twice while keys move or the table grows. */
export async function* scanAll(
  redis: Redis,
  pattern: string,
  count: number,
): AsyncGenerator<readonly string[]> {
  for (const node of nodesOf(redis)) {
    let cursor = '0';
    do {
      const [next, found] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', count);
      if (found.length > 0) yield found;
      cursor = next;
    } while (cursor !== '0');
  }
}

/** By hash tag: names of one group may stand together in a command, those of two may not. */
export function byTag<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const tag = tagOf(nameOf(item));
    const group = groups.get(tag) ?? [];
    group.push(item);
    groups.set(tag, group);
  }
  return [...groups.values()];
}

/** `cg:{portal}:inbox` → `portal` */
export function tagOf(name: string): string {
  return /\{([^}]+)\}/.exec(name)?.[1] ?? name;
}
