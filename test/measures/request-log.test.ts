/** The log of REST requests: a file a day, kept for as long as asked, with names and codes only. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPortalClient } from '../../src/bitrix24/portal-client.ts';
import type { PortalClient } from '../../src/bitrix24/portal-client.ts';
import { createTransport } from '../../src/bitrix24/transport.ts';
import { parseWebhookUrl } from '../../src/bitrix24/webhook-url.ts';
import { createRequestLog } from '../../src/measures/request-log.ts';
import type { RequestLog } from '../../src/measures/request-log.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { recordingLog } from '../support/recording-log.ts';

const DAY = 24 * 3600_000;
const FIRST = Date.UTC(2026, 10, 22, 12);

describe('the log of REST requests', () => {
  let dir: string;
  let now: number;
  let requests: RequestLog;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'closegate-requests-'));
    now = FIRST;
    requests = openLog();
  });
  afterEach(async () => {
    await requests.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const openLog = (): RequestLog =>
    createRequestLog({ dir, days: 4, role: 'all', now: () => now, log: recordingLog() });
  const seen = { portalId: 'p1', method: 'profile', methods: ['profile'], outcome: 'ok' } as const;
  const lines = (name: string): unknown[] =>
    readFileSync(join(dir, name), 'utf8')
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));

  it('begins a file each day and forgets those that are older than asked', async () => {
    writeFileSync(join(dir, 'requests-2026-11-17-all.ndjson'), '{}\n');
    writeFileSync(join(dir, 'requests-2026-11-18-all.ndjson'), '{}\n');
    writeFileSync(join(dir, 'of-somebody-else.txt'), 'kept');
    requests.write({ ...seen, status: 200, ms: 12, attempt: 1 });
    now += DAY;
    requests.write({ ...seen, outcome: 'ACCESS_DENIED', status: 403, ms: 9, attempt: 1 });
    await requests.close();

    expect(readdirSync(dir).toSorted()).toEqual([
      'of-somebody-else.txt',
      'requests-2026-11-22-all.ndjson',
      'requests-2026-11-23-all.ndjson',
    ]);
    expect(lines('requests-2026-11-23-all.ndjson')).toEqual([
      {
        at: '2026-11-23T12:00:00.000Z',
        portalId: 'p1',
        method: 'profile',
        outcome: 'ACCESS_DENIED',
        status: 403,
        ms: 9,
        attempt: 1,
      },
    ]);
  });

  it('goes on in the same file after a restart', async () => {
    requests.write({ ...seen, status: 200, ms: 1, attempt: 1 });
    await requests.close();
    requests = openLog();
    requests.write({ ...seen, status: 200, ms: 2, attempt: 1 });
    await requests.close();

    expect(lines('requests-2026-11-22-all.ndjson')).toHaveLength(2);
  });

  it('holds what was asked of a portal by name, and nothing of what was said', async () => {
    const sandbox = await startSandbox({ seed: 'support', limits: 'off' });
    const client: PortalClient = createPortalClient({
      transport: createTransport(parseWebhookUrl(sandbox.webhookUrl), 5000),
      portalId: 'p1',
      budget: {
        take: async () => undefined,
        refused: async () => undefined,
        spent: async () => undefined,
        operatingWait: async () => 0,
        exhausted: async () => undefined,
        seen: (request) => requests.write(request),
      },
      log: recordingLog(),
      retryDelayMs: 1,
    });
    const options = { priority: 'live', write: false } as const;
    const get = (key: string, id: number) => ({
      key,
      method: 'crm.item.get',
      params: { entityTypeId: 2, id },
    });
    await client.batch([get('a', 1), get('b', 2)], { ...options, halt: false });
    await client.call('crm.item.get', { entityTypeId: 2, id: 999_999 }, options);
    await sandbox.close();
    await requests.close();

    const [name = ''] = readdirSync(dir);
    expect(lines(name)).toEqual([
      expect.objectContaining({
        method: 'batch',
        inside: { 'crm.item.get': 2 },
        outcome: 'ok',
        status: 200,
      }),
      expect.objectContaining({ method: 'crm.item.get', outcome: 'NOT_FOUND', status: 400 }),
    ]);
    const text = readFileSync(join(dir, name), 'utf8');
    expect(text).not.toMatch(/\/rest\/|999999|entityTypeId|шлагбаум/);
  });
});
