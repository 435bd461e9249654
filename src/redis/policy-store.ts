import { createHash } from 'node:crypto';
import type { Redis } from './redis-client.ts';
import type { ClauseTexts } from '../app/ports/journal.ts';
import type { PolicySaving, PolicyStore, SavedPolicy } from '../app/ports/state.ts';
import { pipelineKey } from '../core/policy.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import { AppError } from '../errors.ts';
import { canonicalJson } from './journal-chain.ts';
import type { Keys } from './keys.ts';
import { clauseTextsKey } from './policy-archive.ts';
import { replicated } from './replicated.ts';
import { storeCall } from './store-call.ts';
import { policyOf, refuseNewer } from './stored-policy.ts';

/** The policy store, and the portals it knows. */
export interface RedisPolicyStore extends PolicyStore {
  /** Portals with at least one policy. */
  portals(): Promise<readonly string[]>;
}

/**
 * Current policies in one hash, every version ever saved in another. A policy of version 0 is a new document and
 * follows whatever is stored; any other must be the stored version, else somebody saved meanwhile (policy-invalid).
 */
export function createPolicyStore(
  redis: Redis,
  keys: Keys,
  clauseTexts: ClauseTexts | null = null,
): RedisPolicyStore {
  const current = (portalId: string): string => keys.portal(portalId, 'policies');
  const versions = (portalId: string): string => keys.portal(portalId, 'policy-versions');
  return {
    list: (portalId) =>
      storeCall(async () => {
        const documents = await redis.hgetall(current(portalId));
        return Object.keys(documents)
          .toSorted()
          .map((key) => readPolicy(documents[key] ?? '', key));
      }),
    find: (portalId, pipeline) =>
      storeCall(async () => {
        const key = pipelineKey(pipeline);
        const document = await redis.hget(current(portalId), key);
        return document === null ? null : readPolicy(document, key);
      }),
    version: (portalId, pipeline, version) =>
      storeCall(async () => {
        const key = `${pipelineKey(pipeline)}@${version}`;
        const document = await redis.hget(versions(portalId), key);
        return document === null ? null : readPolicy(document, key);
      }),
    inForceSince: (portalId, pipeline, since) =>
      storeCall(() => versionsSince(redis, versions(portalId), pipelineKey(pipeline), since)),
    save: (portalId, policy, saving = {}) =>
      storeCall(async () => {
        const texts = await keepTexts(redis, clauseTextsKey(keys, portalId), clauseTexts);
        const names = [current(portalId), versions(portalId)] as const;
        const saved = await saveNext(redis, names, { policy, texts, saving });
        await redis.sadd(keys.app('portals'), portalId);
        await replicated(redis, current(portalId));
        return saved;
      }),
    portals: () => storeCall(async () => (await redis.smembers(keys.app('portals'))).toSorted()),
  };
}

/** Texts change with the app and not with each save, so that versions share them by their digest; '' when there are none. */
async function keepTexts(redis: Redis, key: string, texts: ClauseTexts | null): Promise<string> {
  if (texts === null) return '';
  const text = canonicalJson(texts);
  const digest = createHash('sha256').update(text).digest('hex');
  await redis.hsetnx(key, digest, text);
  return digest;
}

/** One that nobody knows the time of, saved by an older app, ends the walk: it may be of any age. */
async function versionsSince(
  redis: Redis,
  name: string,
  key: string,
  since: number,
): Promise<readonly SavedPolicy[]> {
  const found: SavedPolicy[] = [];
  const last = Number((await redis.hget(name, `${key}@last`)) ?? 0);
  for (let version = last; version > 0; version -= 1) {
    const field = `${key}@${version}`;
    const [document, saved] = await redis.hmget(name, field, `${field}#saved`);
    const savedAt = Number((saved ?? '').split(' ')[0] ?? '');
    if (!document || !(savedAt > 0)) break;
    found.push({ policy: readPolicy(document, field), savedAt });
    if (savedAt <= since) break;
  }
  return found;
}

interface Saving {
  readonly policy: ClosingPolicy;
  readonly texts: string;
  readonly saving: PolicySaving;
}

async function saveNext(
  redis: Redis,
  names: readonly [string, string],
  { policy, texts, saving: { savedAt, savedBy, first = false } }: Saving,
): Promise<ClosingPolicy> {
  const checked = policyOf(policy, 'the policy to save');
  const key = pipelineKey(policy.pipeline);
  let expected = policy.version;
  for (;;) {
    refuseNewer(parsed((await redis.hget(names[0], key)) ?? ''), `the policy ${key}`);
    const next: ClosingPolicy = { ...checked, version: expected + 1 };
    const found = Number(
      await redis.cgSavePolicy(
        ...names,
        key,
        expected,
        next.version,
        JSON.stringify(next),
        `${texts} ${savedBy ?? 0}`,
        savedAt ?? '',
      ),
    );
    if (found === -1) return next;
    if (policy.version !== 0 || first)
      throw new AppError(
        'policy-invalid',
        `The policy of ${key} was changed meanwhile (now version ${found}): read it again and repeat the change`,
      );
    expected = found;
  }
}

export function readPolicy(document: string, key: string): ClosingPolicy {
  return policyOf(parsed(document), `the stored policy ${key}`);
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return null;
  }
}
