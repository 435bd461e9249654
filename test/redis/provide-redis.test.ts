import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createConnections } from '../../src/redis/connections.ts';
import { provideRedis } from '../../src/redis/embedded-redis.ts';
import type { ProvidedRedis } from '../../src/redis/embedded-redis.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPolicyStore } from '../../src/redis/policy-store.ts';
import { createRequestBudget } from '../../src/redis/request-budget.ts';
import { createReturnLedger } from '../../src/redis/return-ledger.ts';
import { createSweepState } from '../../src/redis/sweep-state.ts';
import { createRingStore } from '../../src/redis/ring-store.ts';
import { aPolicy } from '../support/a-policy.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

let dataDir = '';
let opened: ProvidedRedis[] = [];
const log = recordingLog();

async function provide(
  options: { redisUrl?: string; program?: string } = {},
): Promise<ProvidedRedis> {
  const redis = await provideRedis({ dataDir, log, ...options });
  opened.push(redis);
  return redis;
}

async function withClient<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'closegate-data-'));
  opened = [];
});
afterEach(async () => {
  for (const redis of opened) await redis.close();
  await rm(dataDir, { recursive: true, force: true });
});

describeWithRedis('a Redis of the app itself', (server) => {
  test('uses the one it is given and leaves it running', async () => {
    const redis = await provide({ redisUrl: server().url });

    await redis.close();

    expect([redis.kind, redis.url]).toEqual(['given', server().url]);
    expect(await withClient(server().url, (client) => client.ping())).toBe('PONG');
  });

  test('starts a child that keeps what it was given over a restart of the app', async () => {
    const first = await provide();
    await withClient(first.url, (client) => client.set('kept', 'yes'));
    await first.close();

    const second = await provide();

    expect([first.kind, second.kind]).toEqual(['child', 'child']);
    expect(await withClient(second.url, (client) => client.get('kept'))).toBe('yes');
    const policy = await withClient(second.url, (client) =>
      client.config('GET', 'maxmemory-policy'),
    );
    expect(policy).toEqual(['maxmemory-policy', 'noeviction']);
  });

  test('reaches the one that another process has running, and leaves it running', async () => {
    const first = await provide();

    const second = await provide();
    await second.close();

    expect([second.kind, second.url]).toEqual(['given', first.url]);
    expect(await withClient(first.url, (client) => client.ping())).toBe('PONG');
  });

  test('is not misled by an old note whose port belongs to somebody else now', async () => {
    const port = Number(new URL(server().url).port);
    await writeFile(
      join(dataDir, 'redis.json'),
      JSON.stringify({ port, pid: 999_999, kind: 'child' }),
    );

    const redis = await provide();

    expect(redis.kind).toBe('child');
    const note = JSON.parse(await readFile(join(dataDir, 'redis.json'), 'utf8')) as {
      port: number;
    };
    expect(redis.url).toBe(`redis://127.0.0.1:${note.port}`);
  });

  test('takes its note away when it closes', async () => {
    const redis = await provide();

    await redis.close();

    await expect(readFile(join(dataDir, 'redis.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('outlives a Ctrl-C that reaches the whole process group', async () => {
    const script = new URL('../support/redis-owner-process.ts', import.meta.url);
    const owner = spawn(process.execPath, ['--import', 'tsx', script.pathname, dataDir], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const lines = (async () => {
      for await (const chunk of owner.stdout) {
        output += String(chunk);
        if (output.endsWith('started\n')) process.kill(-(owner.pid ?? 0), 'SIGINT');
      }
    })();

    await lines;

    expect(output.trim().split('\n')).toEqual(['started', 'after SIGINT: PONG', 'closed']);
  });
});

describe('without a redis-server', () => {
  test('everything runs in memory, and command-line tools find it', async () => {
    const redis = await provide({ program: 'no-such-redis-server' });
    const tool = await provide({ program: 'no-such-redis-server' });
    const connections = createConnections({ url: redis.url, log });
    await connections.ready(5000);
    const keys = createKeys();
    const ref = { entityTypeId: 2, id: 1 };

    try {
      const store = connections.producer;
      const rings = createRingStore(store, keys);
      const state = createSweepState(store, keys);
      const ledger = createReturnLedger(store, keys, log);
      const gate = await rings.ring('p', [{ key: '2:1', code: 'ONCRMDEALUPDATE' }], true);
      await rings.beginSweep('p');
      const left = await rings.endSweep('p', { found: 0, again: false });
      await state.markSeen('p', [{ mark: 'm', movedAt: 5 }], 0);
      await ledger.claim('p', [], 1);
      await createRequestBudget(store, keys).take('p', 'live');
      const saved = await createPolicyStore(store, keys).save('p', aPolicy({ version: 0 }));

      expect([redis.kind, tool.kind, tool.url]).toEqual(['memory', 'given', redis.url]);
      expect([gate.open, left.open]).toEqual([true, true]);
      expect([...(await state.unseen('p', ['m', 'n']))]).toEqual(['n']);
      expect([...(await state.readInbox('p'))]).toEqual([['2:1', 1]]);
      expect(await state.pending('p')).toEqual([]);
      await state.addPending('p', [ref]);
      expect(await state.pending('p')).toEqual([ref]);
      expect(saved.version).toBe(1);
    } finally {
      await connections.close();
    }
  });
});
