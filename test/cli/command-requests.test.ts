/** What a command asks of the portal stands in the log of requests, and a folder of no use stops no command. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { composeTools } from '../../src/compose-tools.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { startTestRedis } from '../support/start-test-redis.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  redis = await startTestRedis();
  sandbox = await startSandbox({ seed: 'support', limits: 'off' });
  folder = mkdtempSync(join(tmpdir(), 'closegate-commands-'));
});
afterAll(async () => {
  await sandbox.close();
  await redis.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function readTypesWith(dir: string): Promise<number> {
  const tools = await composeTools({
    webhookUrl: sandbox.webhookUrl,
    redisUrl: redis.url,
    dataDir: folder,
    requestLog: { dir, days: 4 },
  });
  try {
    return (await tools.setup.listFields(2)).length;
  } finally {
    await tools.close();
  }
}

test('requests of commands are written down in a file of their own', async () => {
  const dir = join(folder, 'requests');
  await readTypesWith(dir);

  const [name = ''] = readdirSync(dir);
  expect(name).toMatch(/^requests-\d{4}-\d{2}-\d{2}-command\.ndjson$/);
  expect(readFileSync(join(dir, name), 'utf8')).toMatch(/"method":"[a-z.]+".*"outcome":"ok"/);
});

test('a command works on where its requests cannot be written down', async () => {
  const taken = join(folder, 'taken');
  writeFileSync(taken, '');

  await expect(readTypesWith(join(taken, 'inside'))).resolves.toBeGreaterThan(0);
});
