/** `npm run audit` as a process of its own, against the sandbox's seeded past over HTTP and a real redis-server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import { startTestRedis } from '../support/start-test-redis.ts';

let sandbox: Sandbox;
let redis: TestRedis;
let store: Redis;
const directory = mkdtempSync(join(tmpdir(), 'closegate-audit-command-'));

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'support' });
  redis = await startTestRedis();
  store = new Redis(redis.url);
});
afterAll(async () => {
  await sandbox.close();
  store.disconnect();
  await redis.remove();
  rmSync(directory, { recursive: true, force: true });
});

async function run(command: 'audit' | 'setup', argv: readonly string[]) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(process.cwd(), 'src', 'cli', `${command}.ts`), ...argv],
    {
      env: {
        PATH: process.env['PATH'],
        LANG: 'ru_RU.UTF-8',
        DATA_DIR: directory,
        B24_WEBHOOK_URL: sandbox.webhookUrl,
        REDIS_URL: redis.url,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

const WRITES = /\.(add|update|delete|set|register|complete|notify|import|move)\b|\.add$/;
const calledWrites = (): string[] =>
  Object.keys(sandbox.stats.byMethod).filter((method) => WRITES.test(method));

describe('npm run audit', () => {
  test('before any setup: what can be judged, nothing written anywhere', async () => {
    sandbox.stats.reset();

    const { code, stdout, stderr } = await run('audit', ['--pipeline', '2:5']);

    expect(code).toBe(0);
    expect(stdout).toContain('4 из 12 закрытий не прошли бы регламент');
    expect(stdout).toMatch(/Проблема решена и проверена +нет поля/);
    expect(stdout).toMatch(/Дмитрий Котов +5 +4/);
    expect(stderr).toContain('Проверено 13 из 13');
    expect(calledWrites()).toEqual([]);
    // The request budget is shared with the service, and the store is marked with its version; nothing else is kept.
    const keys = await store.keys('*');
    expect(keys.map((key) => key.replace(/^.*:/, '')).toSorted()).toEqual([
      'bucket',
      'operating',
      'version',
    ]);
  });

  test('after a setup: every point, and what came before the fields is told apart', async () => {
    const setup = ['--pipeline', '2:5', '--mode', 'observe', '--yes'];
    expect(await run('setup', setup)).toMatchObject({ code: 0 });
    const before = await store.keys('*');
    sandbox.stats.reset();

    const { code, stdout } = await run('audit', ['--json', '--days', '60']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      headline: '10 из 13 закрытий не прошли бы регламент',
      summary: { passes: 3, fails: 10, ungated: 1, failedBeforeFields: 6 },
      pipelines: [{ policy: 'stored', mode: 'observe', notJudged: [] }],
    });
    expect(calledWrites()).toEqual([]);
    expect((await store.keys('*')).toSorted()).toEqual(before.toSorted());
  });
});
