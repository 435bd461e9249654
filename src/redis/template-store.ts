/** Message templates that a portal words itself: one hash per portal, gone with it. */
import { randomUUID } from 'node:crypto';
import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import type { OwnTemplate, TemplateStore } from '../app/ports/own-templates.ts';
import type { Log } from '../app/ports/runtime.ts';
import { TEMPLATE_LANGUAGES } from '../core/admin/templates-state.ts';
import type { Keys } from './keys.ts';
import { replicated } from './replicated.ts';
import { storeCall } from './store-call.ts';

/** Replies quote messages of the last weeks; older words are of no use to anybody. */
const PAST_KEPT = 3;
const REVISION = '#revision';
/** `ru/request` with its document; `ru/request@` with its version. */
const FIELD = /^[a-z]{2}\/[a-z-]+$/;

export const TESTS_PER_HOUR = 20;
const HOUR_MS = 60 * 60_000;

const schema = z.object({
  language: z.enum(TEMPLATE_LANGUAGES),
  name: z.string().min(1),
  text: z.string().nullable(),
  version: z.int().positive(),
  savedAt: z.number(),
  savedBy: z.int(),
  past: z.array(z.string()).catch([]),
});

export function createTemplateStore(redis: Redis, keys: Keys, log: Log): TemplateStore {
  const key = (portalId: string): string => keys.portal(portalId, 'templates');
  const read = (portalId: string, document: string): OwnTemplate | null => {
    const parsed = schema.safeParse(parse(document));
    if (parsed.success) return parsed.data;
    log.warn({ portalId }, 'A stored template cannot be read: the original is in force');
    return null;
  };
  return {
    revision: (portalId) =>
      storeCall(async () => (await redis.hget(key(portalId), REVISION)) ?? ''),
    read: (portalId) =>
      storeCall(async () => {
        const all = await redis.hgetall(key(portalId));
        const templates = Object.keys(all)
          .filter((field) => FIELD.test(field))
          .toSorted()
          .flatMap((field) => read(portalId, all[field] ?? '') ?? []);
        return { revision: all[REVISION] ?? '', templates };
      }),
    save: (portalId, { version, ...change }) =>
      storeCall(async () => {
        const field = `${change.language}/${change.name}`;
        const stored = await redis.hget(key(portalId), field);
        const before = stored === null ? null : read(portalId, stored);
        const worn = before === null || before.text === null ? [] : [before.text];
        const past = [...worn, ...(before?.past ?? [])].slice(0, PAST_KEPT);
        const next: OwnTemplate = { ...change, version: version + 1, past };
        const document = JSON.stringify(next);
        const args = [field, version, next.version, document, randomUUID()] as const;
        const found = Number(await redis.cgSaveTemplate(key(portalId), ...args));
        await replicated(redis, key(portalId));
        return found === -1
          ? { kind: 'saved', version: next.version }
          : { kind: 'changed', version: found };
      }),
    takeTest: (portalId, userId) =>
      storeCall(async () => {
        const name = keys.portal(portalId, `template-tests:${userId}`);
        await redis.set(name, 0, 'PX', HOUR_MS, 'NX');
        return (await redis.incr(name)) <= TESTS_PER_HOUR;
      }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
