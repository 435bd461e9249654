import type { Redis } from './redis-client.ts';
import { scanAll } from './each-node.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';

/** Deletes everything remembered about a portal: policies, cursors, inbox, journal. */
export async function forgetPortalKeys(redis: Redis, keys: Keys, portalId: string): Promise<void> {
  await forgetKeys(redis, keys.portal(portalId, ''), () => true);
}

/** What holds ids, codes and settings only, and is worth keeping for a portal that may come back.
 * `journal:sealed` holds words of people, which the chain of lines does without. */
const WITHOUT_PEOPLE = /^(?:journal(?!:sealed$)|policies$|policy-versions$|clause-texts$)/;

/** Deletes everything remembered about a portal but its settings and its journal. */
export async function forgetPeopleOf(redis: Redis, keys: Keys, portalId: string): Promise<void> {
  await forgetKeys(redis, keys.portal(portalId, ''), (name) => !WITHOUT_PEOPLE.test(name));
}

/** A sweep under way still holds it: the erasure waits for its end, and it expires by itself. */
const LOCK = 'lock';

async function forgetKeys(
  redis: Redis,
  prefix: string,
  goes: (name: string) => boolean,
): Promise<void> {
  const pattern = `${prefix.replaceAll(/[*[\]?\\]/g, '\\$&')}*`;
  await storeCall(async () => {
    for await (const found of scanAll(redis, pattern, 500)) {
      const gone = found
        .map((key) => key.slice(prefix.length))
        .filter((name) => name !== LOCK && goes(name))
        .map((name) => `${prefix}${name}`);
      if (gone.length > 0) await redis.unlink(...gone);
    }
  });
}
