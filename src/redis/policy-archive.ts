/** Past versions of policies, each with the clause texts of the day it was saved. */
import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import type { ClauseTexts, PolicyArchive, PolicyVersion } from '../app/ports/journal.ts';
import type { Log } from '../app/ports/runtime.ts';
import { CLAUSE_IDS, pipelineKey } from '../core/policy.ts';
import type { Keys } from './keys.ts';
import { storeCall } from './store-call.ts';
import { readStoredPolicy } from './stored-policy.ts';

/** Hash of clause texts by their digest. */
export function clauseTextsKey(keys: Keys, portalId: string): string {
  return keys.portal(portalId, 'clause-texts');
}

/** A clause added since has no text of that day. */
const clauses = z.partialRecord(z.enum(CLAUSE_IDS), z.string());
const textsSchema = z.object({ ru: clauses, en: clauses });

/** `2:5@3` with what stands beside it. */
const FIELD = /^(\d+:\d+)@(\d+)$/;

export function createPolicyArchive(redis: Redis, keys: Keys, log: Log): PolicyArchive {
  const versionsKey = (portalId: string): string => keys.portal(portalId, 'policy-versions');
  async function read(
    portalId: string,
    field: string,
    [document, saved]: readonly (string | null | undefined)[],
  ): Promise<PolicyVersion | null> {
    const reading = readStoredPolicy(parsed(document));
    if (reading.kind !== 'read') {
      log.warn({ portalId, version: field }, 'A stored policy version cannot be read');
      return null;
    }
    const [at, digest = '', by] = (saved ?? '').split(' ');
    const text = digest === '' ? null : await redis.hget(clauseTextsKey(keys, portalId), digest);
    return {
      policy: reading.policy,
      savedAt: at ? Number(at) : null,
      savedBy: Number(by ?? 0) || 0,
      clauseTexts: text === null ? null : readTexts(text),
    };
  }
  return {
    versions: (portalId) =>
      storeCall(async () => {
        const all = await redis.hgetall(versionsKey(portalId));
        const found: PolicyVersion[] = [];
        for (const field of Object.keys(all).filter((name) => FIELD.test(name))) {
          const version = await read(portalId, field, [all[field], all[`${field}#saved`]]);
          if (version !== null) found.push(version);
        }
        return found.toSorted(
          ({ policy: a }, { policy: b }) =>
            pipelineKey(a.pipeline).localeCompare(pipelineKey(b.pipeline)) || a.version - b.version,
        );
      }),
    find: (portalId, pipeline, version) =>
      storeCall(async () => {
        const key = pipelineKey(pipeline);
        const name = versionsKey(portalId);
        const number = version ?? (await redis.hget(name, `${key}@last`));
        if (number === null) return null;
        const field = `${key}@${number}`;
        const stored = await redis.hmget(name, field, `${field}#saved`);
        return typeof stored[0] === 'string' ? read(portalId, field, stored) : null;
      }),
  };
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}

function readTexts(text: string): ClauseTexts | null {
  const read = textsSchema.safeParse(parsed(text));
  return read.success ? read.data : null;
}
