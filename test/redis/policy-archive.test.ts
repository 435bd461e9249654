import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClientCases } from '../../src/redis/client-cases.ts';
import { createClientRecords } from '../../src/redis/client-records.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPolicyArchive } from '../../src/redis/policy-archive.ts';
import { createPolicyStore } from '../../src/redis/policy-store.ts';
import { createSuppressedReplies } from '../../src/redis/suppressed-replies.ts';
import { aPolicy } from '../support/a-policy.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import { startTestRedis } from '../support/start-test-redis.ts';

const PORTAL = 'portal-1';
const keys = createKeys();
const log = recordingLog();
let server: TestRedis;
let connections: Connections;

beforeAll(async () => {
  server = await startTestRedis();
  connections = createConnections({ url: server.url, log });
  await connections.ready(20_000);
});

afterAll(async () => {
  await connections.close();
  await server.remove();
});

beforeEach(() => server.flush());

const texts = (step3: string) => ({ ru: { 'step-3': step3 }, en: { 'step-3': step3 } });

describe('past versions of a policy', () => {
  test('keep the clause texts of the day they were saved, although the app words them anew', async () => {
    const redis = connections.producer;
    const policy = aPolicy({ version: 0 });
    const first = await createPolicyStore(redis, keys, texts('as of May')).save(PORTAL, policy);
    await createPolicyStore(redis, keys, texts('as of June')).save(PORTAL, first);

    const archive = createPolicyArchive(redis, keys, log);
    const versions = await archive.versions(PORTAL);

    expect(versions.map(({ policy: { version }, clauseTexts }) => [version, clauseTexts])).toEqual([
      [1, texts('as of May')],
      [2, texts('as of June')],
    ]);
    expect(versions.every(({ savedAt }) => savedAt !== null)).toBe(true);
    expect(await archive.find(PORTAL, policy.pipeline, 1)).toEqual(versions[0]);
    expect(await archive.find(PORTAL, policy.pipeline)).toEqual(versions[1]);
    expect(await archive.find(PORTAL, policy.pipeline, 3)).toBeNull();
  });

  test('keep who saved them', async () => {
    const policies = createPolicyStore(connections.producer, keys);
    const first = await policies.save(PORTAL, aPolicy({ version: 0 }), { savedBy: 17 });
    await policies.save(PORTAL, first);
    const archive = createPolicyArchive(connections.producer, keys, log);

    expect((await archive.versions(PORTAL)).map(({ savedBy }) => savedBy)).toEqual([17, 0]);
  });

  test('saved before texts were kept are shown without them', async () => {
    const policy = aPolicy({ version: 1 });
    const name = keys.portal(PORTAL, 'policy-versions');
    await connections.producer.hset(name, '2:5@last', '1', '2:5@1', JSON.stringify(policy));

    expect(await createPolicyArchive(connections.producer, keys, log).versions(PORTAL)).toEqual([
      { policy, savedAt: null, savedBy: 0, clauseTexts: null },
    ]);
  });
});

test('what is kept about a client’s tickets is deleted, and nothing of other tickets', async () => {
  const redis = connections.producer;
  const cases = createClientCases(redis, keys, log);
  const suppressed = createSuppressedReplies(redis, keys, log);
  const mine = { entityTypeId: 2, id: 7 };
  const other = { entityTypeId: 2, id: 77 };
  for (const ref of [mine, other]) {
    await cases.save(PORTAL, {
      ref,
      cycle: 1,
      language: 'ru',
      summary: 'Заменили считыватель',
      answerUntil: null,
      state: 'closed',
      answer: null,
      answeredAt: null,
      closedAt: 5,
      timeZone: 'Europe/Moscow',
    });
    const source = `activity:${ref.id}`;
    const reply = { id: source, ref, cycle: 1, at: 1, kind: 'bounce', rule: 'r', source } as const;
    await suppressed.add(PORTAL, reply);
    await redis.hset(keys.portal(PORTAL, 'client:answers'), `2:${ref.id}@5@1@solved@x`, '{}');
  }

  const forgotten = await createClientRecords(redis, keys, log).forget(PORTAL, [mine]);

  expect(forgotten).toBe(3);
  expect(await cases.find(PORTAL, mine)).toBeNull();
  expect(await cases.find(PORTAL, other)).not.toBeNull();
  expect((await suppressed.list(PORTAL, 10)).map(({ ref }) => ref.id)).toEqual([77]);
  expect(await redis.hkeys(keys.portal(PORTAL, 'client:answers'))).toEqual(['2:77@5@1@solved@x']);
});
