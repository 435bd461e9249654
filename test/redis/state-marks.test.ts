/** What a version of the app refuses to start on, and what it does not write over. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { PolicyStore } from '../../src/app/ports/state.ts';
import { STATE_FORMAT } from '../../src/app/state-format.ts';
import { openStore } from '../../src/compose-store.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPolicyStore } from '../../src/redis/policy-store.ts';
import { readPolicyDocument } from '../../src/redis/policy-documents.ts';
import { openState, readFormat } from '../../src/redis/state-marks.ts';
import { aPolicy } from '../support/a-policy.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PIPELINE = { entityTypeId: 2, categoryId: 5 } as const;
const HASH = 'cg:{p1}:policies';

describeWithRedis('a state', (server) => {
  const keys = createKeys();
  const log = recordingLog();
  let connections: Connections;
  let policies: PolicyStore;

  beforeEach(async () => {
    await server().flush();
    connections = createConnections({ url: server().url, log });
    await connections.ready(5000);
    policies = createPolicyStore(connections.producer, keys);
  });
  afterEach(() => connections.close());

  const openAll = () =>
    openStore({ redisUrl: server().url, clock: { now: () => Date.now() }, log });
  /** As a newer version of the app would have saved the policy. */
  async function saveNewer(change: Readonly<Record<string, unknown>>): Promise<string> {
    await policies.save('p1', aPolicy({ pipeline: PIPELINE, version: 0 }));
    const stored: unknown = JSON.parse((await connections.producer.hget(HASH, '2:5')) ?? '');
    const text = JSON.stringify({ ...Object(stored), ...change });
    await connections.producer.hset(HASH, '2:5', text);
    return text;
  }

  it('is marked with its format when it is opened, and one without a mark is the first', async () => {
    expect(await readFormat(connections.producer, keys)).toBe(1);
    await (await openAll()).connections.close();

    expect(await connections.producer.get('cg:{app}:version')).toBe(String(STATE_FORMAT.writes));
  });

  it('of a newer format is not opened, and stays as it is', async () => {
    await connections.producer.set('cg:{app}:version', STATE_FORMAT.reads + 1);

    await expect(openAll()).rejects.toMatchObject({ code: 'state-newer' });
    expect(await readFormat(connections.producer, keys)).toBe(STATE_FORMAT.reads + 1);
  });

  it('of the next release is opened by one that reads it already and still writes the older', async () => {
    await connections.producer.set('cg:{app}:version', 2);
    await openState(connections.producer, keys, { reads: 2, writes: 1 });

    expect(await readFormat(connections.producer, keys)).toBe(2);
  });

  it('holds settings with a key of a newer version: they are in force, and not written over', async () => {
    const text = await saveNewer({ thanksInEnglish: true });
    const policy = await policies.find('p1', PIPELINE);
    expect(policy).toMatchObject({ version: 1, mode: aPolicy().mode });
    expect(policy).not.toHaveProperty('thanksInEnglish');

    const changed = { ...aPolicy({ pipeline: PIPELINE }), version: 1 };
    await expect(policies.save('p1', changed)).rejects.toMatchObject({ code: 'state-newer' });
    expect(await connections.producer.hget(HASH, '2:5')).toBe(text);
  });

  it('holds settings of a newer shape: they are neither read nor set up anew', async () => {
    const text = await saveNewer({ schema: 2, stages: [] });

    await expect(policies.find('p1', PIPELINE)).rejects.toMatchObject({ code: 'state-newer' });
    const anew = aPolicy({ pipeline: PIPELINE, version: 0 });
    await expect(policies.save('p1', anew)).rejects.toMatchObject({ code: 'state-newer' });
    expect(await connections.producer.hget(HASH, '2:5')).toBe(text);
  });

  it('holds settings that are broken: those are set up anew', async () => {
    await saveNewer({ mode: 'sometimes' });
    await expect(policies.find('p1', PIPELINE)).rejects.toMatchObject({ code: 'policy-invalid' });

    const anew = aPolicy({ pipeline: PIPELINE, version: 0 });
    expect(await policies.save('p1', anew)).toMatchObject({ version: 2 });
  });
});

it('a file of a newer shape is refused by that reason alone', () => {
  expect(readPolicyDocument({ schema: 2, of: 'another day' })).toEqual({
    ok: false,
    problems: [{ path: 'schema', message: expect.stringContaining('newer version') }],
  });
});
