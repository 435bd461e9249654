/** The commands as processes of their own, against the sandbox portal over HTTP and a real redis-server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import { startTestRedis } from '../support/start-test-redis.ts';

let sandbox: Sandbox;
let redis: TestRedis;
const directory = mkdtempSync(join(tmpdir(), 'closegate-commands-'));

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'support' });
  redis = await startTestRedis();
});
afterAll(async () => {
  await sandbox.close();
  await redis.remove();
  rmSync(directory, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  command: 'setup' | 'doctor' | 'outbox' | 'replies',
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
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
        ...env,
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

describe('npm run setup', () => {
  test('sets the pipeline up and prints the policy; a second run changes nothing', async () => {
    const argv = ['--pipeline', '2:5', '--mode', 'enforce', '--set', 'lead=1', '--yes', '--json'];

    const first = await run('setup', argv);
    const second = await run('setup', argv);

    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('Создано 29 полей') });
    expect(JSON.parse(first.stdout)).toMatchObject({
      pipeline: { entityTypeId: 2, categoryId: 5 },
      stages: { 'C5:WON': 'closed:confirmed', 'C5:LOSE': 'exempt' },
      fields: { solution: 'UF_CRM_CG_SOLUTION' },
      mode: 'enforce',
      version: 1,
      leads: [1],
    });
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
    expect(second.stderr).toContain('Ничего не изменилось');
  });

  test('sets a smart process up', async () => {
    const { code, stdout } = await run('setup', ['--pipeline', '1034:12', '--yes', '--json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pipeline: { entityTypeId: 1034, categoryId: 12 } });
  });

  test('asks nobody without a terminal', async () => {
    const { code, stderr } = await run('setup', ['--pipeline', '2:5']);

    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
  });

  test('says what to set when nothing is', async () => {
    const { code, stderr } = await run('setup', ['--pipeline', '2:5', '--yes'], {
      B24_WEBHOOK_URL: '',
      LANG: 'C',
    });

    expect(code).toBe(1);
    expect(stderr).toContain('Set B24_WEBHOOK_URL');
  });

  test('lists every problem of the environment by name, never by value', async () => {
    const { code, stdout, stderr } = await run('setup', ['--pipeline', '2:5', '--yes'], {
      B24_WEBHOOK_URL: 'http://portal.test/rest/1/sentinelsecret/',
      REDIS_URL: 'sentinelsecret',
    });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/B24_WEBHOOK_URL: .*https/);
    expect(stderr).toContain('REDIS_URL: ');
    expect(stderr).not.toContain('sentinelsecret');
  });
});

describe('npm run doctor', () => {
  test('finds a missing token and tells the remedy', async () => {
    const { code, stdout } = await run('doctor', ['--no-write']);

    expect(code).toBe(1);
    expect(stdout).toContain('✓ Вебхук');
    expect(stdout).toMatch(/✗ Токен событий +не задан/);
    expect(stdout).toContain('→ Создайте на портале исходящий вебхук');
  });

  test('tells a dead webhook from a dead store, and keeps its secret', async () => {
    const { code, stdout, stderr } = await run('doctor', ['--no-write'], {
      B24_WEBHOOK_URL: sandbox.webhookUrl.replace(/[^/]+\/?$/, 'sentinelsecret/'),
    });

    expect(code).toBe(1);
    expect(stdout).toContain('✗ Вебхук');
    expect(stdout).toContain('✓ Redis');
    expect(stdout + stderr).not.toContain('sentinelsecret');
  });
});

describe('npm run outbox and npm run replies', () => {
  test('tell of an installation where nothing has happened yet', async () => {
    const status = await run('outbox', ['status', '--json']);
    const runs = await run('outbox', ['runs']);
    const replies = await run('replies', ['list', '--json']);

    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(status.stdout)).toMatchObject({ stoppedSince: null, left: 0, limit: 60 });
    expect(runs).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Прогонов ещё не было'),
    });
    expect(replies.code).toBe(0);
    expect(JSON.parse(replies.stdout)).toEqual([]);
  });

  test('undo composes the client’s side with the secret of the environment, and ends', async () => {
    const env = { APP_SECRET: 'a-secret-of-the-test-suite' };

    const unknown = await run('replies', ['undo', 'reply@activity:1@2:1'], env);
    const secretless = await run('replies', ['undo', 'reply@activity:1@2:1']);

    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('В списке нет') });
    expect(secretless).toMatchObject({ code: 1, stderr: expect.stringContaining('APP_SECRET') });
    expect(unknown.stdout + unknown.stderr).not.toContain('a-secret-of');
  });
});

describe('--json when something is wrong', () => {
  test.each(['setup', 'doctor'] as const)(
    '%s keeps standard output to one document or nothing; the log goes to standard error',
    async (command) => {
      const argv = command === 'setup' ? ['--pipeline', '2:5', '--yes', '--json'] : ['--json'];
      const wrong = sandbox.webhookUrl.replace(/[^/]+\/$/, 'wrongsecret/');

      const { code, stdout } = await run(command, argv, { B24_WEBHOOK_URL: wrong });

      expect(code).toBe(1);
      expect(() => stdout.trim() === '' || JSON.parse(stdout)).not.toThrow();
    },
  );
});
