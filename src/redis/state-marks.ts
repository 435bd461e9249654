/** Marks on the state as a whole: its format, and a restore that has not ended. */
import type { StateFormat } from '../app/state-format.ts';
import { STATE_FORMAT } from '../app/state-format.ts';
import { AppError } from '../errors.ts';
import type { Keys } from './keys.ts';
import type { Redis } from './redis-client.ts';
import { storeCall } from './store-call.ts';

/** A state from before the mark has the first format. */
const FIRST = 1;

export const formatKey = (keys: Keys): string => keys.app('version');
/** Stands from before the first key of a copy is put until after the last. */
export const restoringKey = (keys: Keys): string => keys.app('restoring');

/** KEYS mark · ARGV format — never lowered: an older version beside a newer one leaves its mark alone. */
const RAISE = `
local stored = tonumber(redis.call('GET', KEYS[1]) or '0')
if stored < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return 1`;

export async function readFormat(redis: Redis, keys: Keys): Promise<number> {
  const stored = await storeCall(() => redis.get(formatKey(keys)));
  return stored === null ? FIRST : Number(stored);
}

/**
 * Before anything else is read or written.
 * @throws AppError state-newer for a state of a newer format, state-half for one that a broken-off restore left behind
 */
export async function openState(
  redis: Redis,
  keys: Keys,
  format: StateFormat = STATE_FORMAT,
): Promise<void> {
  const stored = await readFormat(redis, keys);
  if (!(stored <= format.reads)) {
    throw new AppError(
      'state-newer',
      'The state in this Redis has a newer format: start the version of Closegate that wrote it, or a newer one, or restore a copy of before the update; nothing was changed',
      { detail: `format ${stored}` },
    );
  }
  if ((await storeCall(() => redis.exists(restoringKey(keys)))) === 1) {
    throw new AppError(
      'state-half',
      'A restore into this Redis was broken off: run npm run backup -- restore again before anything is started',
      { detail: 'RESTORING' },
    );
  }
  await storeCall(() => redis.eval(RAISE, 1, formatKey(keys), format.writes));
}
