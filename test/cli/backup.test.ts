/** A copy of everything remembered, and the way back, over real Redis servers. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setupPipeline } from '../../src/app/setup-pipeline.ts';
import type { CommandContext } from '../../src/cli/command.ts';
import { REFUSED } from '../../src/cli/parsed-args.ts';
import { parseBackupArgs, runBackup } from '../../src/cli/run-backup.ts';
import { readStateFile } from '../../src/cli/state-file.ts';
import { openStateCopy } from '../../src/compose-backup.ts';
import { composeTools } from '../../src/compose-tools.ts';
import type { Tools } from '../../src/app/ports/tools.ts';
import { Secret } from '../../src/config.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { sayByName as say } from '../../src/text/catalog.ts';
import { Redis } from 'ioredis';
import { aJournalEntry } from '../support/a-journal-entry.ts';
import { fakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTerminal } from '../support/fake-terminal.ts';
import { describeWithRedis } from '../support/redis-server.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { TestRedis } from '../support/start-test-redis.ts';

describe('the arguments', () => {
  it.each([[[]], [['save']], [['save', 'a', 'b']], [['save', 'a', '--replace']], [['copy', 'a']]])(
    'refuse %j',
    (argv) => {
      expect(parseBackupArgs(argv)).toEqual(REFUSED);
    },
  );
});

describeWithRedis('a copy of the state', () => {
  let [first, second]: TestRedis[] = [];
  let sandbox: Sandbox;
  let dir: string;
  let file: string;
  let told: FakeTerminal;

  beforeAll(async () => {
    [first, second] = await Promise.all([startTestRedis(), startTestRedis()]);
    sandbox = await startSandbox({ seed: 'empty', limits: 'off' });
  });
  afterAll(async () => {
    await sandbox.close();
    await first?.remove();
    await second?.remove();
  });
  beforeEach(async () => {
    await first?.flush();
    await second?.flush();
    dir = mkdtempSync(join(tmpdir(), 'closegate-backup-'));
    file = join(dir, 'state.gz');
    told = fakeTerminal();
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  const run = (redis: TestRedis | undefined, ...argv: string[]): Promise<number> => {
    const context = {
      terminal: told,
      language: 'en',
      say,
      findTarget: async () => null,
      connect: () => Promise.reject(new Error('a copy needs no portal')),
    } satisfies CommandContext;
    const redisUrl = new Secret(redis?.url ?? '');
    return runBackup(argv, context, () => openStateCopy({ redisUrl, dataDir: dir }));
  };
  async function using<T>(redis: TestRedis | undefined, work: (tools: Tools) => Promise<T>) {
    const tools = await composeTools({
      webhookUrl: sandbox.webhookUrl,
      redisUrl: redis?.url ?? '',
      dataDir: dir,
    });
    try {
      return await work(tools);
    } finally {
      await tools.close();
    }
  }
  const fill = (): Promise<void> =>
    using(first, async (tools) => {
      // One policy, three hundred lines.
      const pipeline = { entityTypeId: 2, categoryId: 5 };
      await setupPipeline({ pipeline, mode: 'enforce' }, tools);
      const lines = Array.from({ length: 300 }, (_, n) =>
        aJournalEntry({ ref: { entityTypeId: 2, id: n + 1 } }),
      );
      await tools.journal.append(tools.portalId, lines);
    });

  it('brings settings and journal to another server, unbroken, and the service goes on there', async () => {
    await fill();
    expect(await run(first, 'save', file)).toBe(0);
    expect(await run(second, 'restore', file)).toBe(0);

    const [before, after] = await Promise.all(
      [first, second].map((redis) =>
        using(redis, async (tools) => ({
          policies: await tools.policies.list(tools.portalId),
          lines: await tools.journal.latest(tools.portalId, 1000),
          chain: await tools.archive.verify(tools.portalId),
        })),
      ),
    );
    expect(after).toEqual(before);
    expect(after?.lines.length).toBeGreaterThan(300);
    await using(second, (tools) => tools.journal.append(tools.portalId, [aJournalEntry()]));
    const chain = await using(second, (tools) => tools.archive.verify(tools.portalId));
    expect(chain).toMatchObject({
      intact: true,
      linked: after?.chain.linked ? after.chain.linked + 1 : 0,
    });
  });

  it('leaves out what ends within the hour, such as locks', async () => {
    const redis = new Redis(first?.url ?? '');
    await redis.set('cg:{p1}:lock:sweep', 'a holder', 'PX', 20_000);
    await redis.set('cg:{p1}:kept', 'a value', 'PX', 24 * 3600_000);
    redis.disconnect();
    await run(first, 'save', file);

    expect(gunzipSync(readFileSync(file)).toString()).toMatch(/kept/);
    expect(gunzipSync(readFileSync(file)).toString()).not.toMatch(/lock/);
  });

  it('does not touch a server that is not empty, unless told to', async () => {
    await fill();
    await run(first, 'save', file);

    expect(await run(first, 'restore', file)).toBe(1);
    expect(told.stderr.join('\n')).toContain('--replace');
    expect(await run(first, 'restore', file, '--replace')).toBe(0);
  });

  it.each([
    ['cut off', (text: string) => gzipSync(text.split('\n').slice(0, -2).join('\n'))],
    ['changed', (text: string) => gzipSync(text.replace(/"[A-Za-z0-9+/]{9}/, '"AAAAAAAAA'))],
    ['half a file', (text: string) => gzipSync(text).subarray(0, 200)],
    ['something else', () => Buffer.from('not a copy')],
  ])('refuses a file that was %s, and forgets nothing for it', async (_what, damage) => {
    await fill();
    await run(first, 'save', file);
    writeFileSync(file, damage(gunzipSync(readFileSync(file)).toString()));

    expect(await run(first, 'restore', file, '--replace')).toBe(1);
    expect(told.stderr.join('\n')).toContain('no whole copy');
    expect(await using(first, (tools) => tools.policies.list(tools.portalId))).toHaveLength(1);
  });

  it.each([
    ['file', { version: 2 }],
    ['state', { state: 2 }],
  ])('refuses a copy whose %s is newer, and says by what to restore it', async (_what, newer) => {
    await fill();
    await run(first, 'save', file);
    const [head = '', ...rest] = gunzipSync(readFileSync(file)).toString().split('\n');
    const changed = JSON.stringify({ ...Object(JSON.parse(head)), ...newer });
    writeFileSync(file, gzipSync([changed, ...rest].join('\n')));

    expect(await run(first, 'restore', file, '--replace')).toBe(1);
    expect(told.stderr.join('\n')).toContain('A newer version');
    expect(await using(first, (tools) => tools.policies.list(tools.portalId))).toHaveLength(1);
  });

  it('takes the first copies, which name no format of the state', async () => {
    await fill();
    await run(first, 'save', file);
    const [head = '', ...rest] = gunzipSync(readFileSync(file)).toString().split('\n');
    const { state, ...older } = JSON.parse(head) as { readonly state: number };
    expect(state).toBe(1);
    writeFileSync(file, gzipSync([JSON.stringify(older), ...rest].join('\n')));

    expect(await run(second, 'restore', file)).toBe(0);
    expect(await using(second, (tools) => tools.policies.list(tools.portalId))).toHaveLength(1);
  });

  it('is no state to start on while a restore is broken off; the next restore makes it whole', async () => {
    await fill();
    await run(first, 'save', file);
    const state = await openStateCopy({ redisUrl: new Secret(second?.url ?? ''), dataDir: dir });
    await state.begin();
    await state.put(await firstKeys(file, 2));
    await state.close();

    await expect(using(second, async () => undefined)).rejects.toMatchObject({
      code: 'state-half',
      detail: 'RESTORING',
    });
    expect(await run(second, 'restore', file)).toBe(0);
    expect(await using(second, (tools) => tools.policies.list(tools.portalId))).toHaveLength(1);
  });

  it('is not taken of nothing, nor of half a restore', async () => {
    expect(await run(second, 'save', file)).toBe(1);
    expect(told.stderr.join('\n')).toContain('REDIS_URL');
    const state = await openStateCopy({ redisUrl: new Secret(second?.url ?? ''), dataDir: dir });
    await state.begin();
    await state.close();

    expect(await run(second, 'save', file)).toBe(1);
    expect(told.stderr.join('\n')).toContain('broken off');
    expect(existsSync(file)).toBe(false);
  });

  it('is not put under somebody who is at work', async () => {
    await fill();
    await run(first, 'save', file);
    await using(first, async () => {
      expect(await run(first, 'restore', file, '--replace')).toBe(1);
    });
    expect(told.stderr.join('\n')).toContain('is connected');
  });

  it('goes into a server where a service was only started', async () => {
    await fill();
    await run(first, 'save', file);
    await using(second, async () => undefined);

    expect(await run(second, 'restore', file)).toBe(0);
  });

  it('says that a file is not there', async () => {
    expect(await run(first, 'restore', join(dir, 'nothing.gz'))).toBe(1);
    expect(told.stderr.join('\n')).toContain('ENOENT');
  });
});

async function firstKeys(file: string, count: number) {
  const keys = [];
  for await (const kept of readStateFile(file)) if (keys.length < count) keys.push(kept);
  return keys;
}
