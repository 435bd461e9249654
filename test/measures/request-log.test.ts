/** The log of REST requests: a file a day, kept for as long as asked, with names and codes only. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPortalClient } from '../../src/bitrix24/portal-client.ts';
import type { PortalClient } from '../../src/bitrix24/portal-client.ts';
import { createTransport } from '../../src/bitrix24/transport.ts';
import { parseWebhookUrl } from '../../src/bitrix24/webhook-url.ts';
import { checkRequestLogDir, createRequestLog } from '../../src/measures/request-log.ts';
import type { RequestLog } from '../../src/measures/request-log.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { RecordingLog } from '../support/recording-log.ts';

const DAY = 24 * 3600_000;
const FIRST = Date.UTC(2026, 10, 22, 12);

describe('the log of REST requests', () => {
  let dir: string;
  let now: number;
  let requests: RequestLog;
  let log: RecordingLog;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'closegate-requests-'));
    now = FIRST;
    log = recordingLog();
    requests = openLog();
  });
  afterEach(async () => {
    await requests.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const openLog = (): RequestLog =>
    createRequestLog({ dir, days: 4, role: 'all', now: () => now, log });
  const seen = { portalId: 'p1', method: 'profile', methods: ['profile'], outcome: 'ok' } as const;
  const done = { ...seen, status: 200, ms: 12, attempt: 1 } as const;
  const TODAY = 'requests-2026-11-22-all.ndjson';
  /** Everything given so far has been tried. */
  const settled = (): Promise<void> => requests.close();
  const told = (): unknown[] => log.lines.map(({ level, fields }) => [level, fields['code']]);
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

  it('goes on where the folder was taken away, also at the turn of the day', async () => {
    requests.write(done);
    await settled();
    rmSync(dir, { recursive: true });
    requests.write(done);
    await settled();
    expect(lines(TODAY)).toHaveLength(1);

    rmSync(dir, { recursive: true });
    now += DAY;
    requests.write(done);
    await settled();
    expect(readdirSync(dir)).toEqual(['requests-2026-11-23-all.ndjson']);
    expect(log.lines).toEqual([]);
  });

  it('tells of a folder that cannot be had once, and tries it again after a minute', async () => {
    rmSync(dir, { recursive: true });
    writeFileSync(dir, 'a file where the folder was');
    for (let n = 0; n < 5; n += 1) {
      requests.write(done);
      await settled();
      now += 20_000;
    }
    expect(told()).toEqual([['warn', 'EEXIST']]);
    expect(log.lines[0]?.message).toContain('REST_LOG_DIR');
    expect(JSON.stringify(log.lines)).not.toContain(dir);

    rmSync(dir);
    requests.write(done);
    await settled();
    expect(told()).toHaveLength(1);

    now += 60_000;
    requests.write(done);
    await settled();
    expect(lines(TODAY)).toHaveLength(1);
    expect(log.lines.slice(1)).toEqual([
      { level: 'info', fields: {}, message: 'Requests are written down again' },
    ]);
  });

  it('reminds of trouble that lasts on the next day', async () => {
    mkdirSync(join(dir, TODAY));
    mkdirSync(join(dir, TODAY.replace('22', '23')));
    for (const later of [0, 60_000, DAY]) {
      now = FIRST + later;
      requests.write(done);
      await settled();
    }
    expect(told()).toEqual([
      ['warn', 'EISDIR'],
      ['warn', 'EISDIR'],
    ]);
  });

  it('begins on a new line after a disk that was full', async () => {
    symlinkSync('/dev/full', join(dir, TODAY));
    requests.write(done);
    await settled();
    expect(told()).toEqual([['warn', 'ENOSPC']]);

    rmSync(join(dir, TODAY));
    writeFileSync(join(dir, TODAY), '{"half":');
    now += 60_000;
    requests.write(done);
    requests.write(done);
    await settled();
    expect(readFileSync(join(dir, TODAY), 'utf8')).toMatch(/^\{"half":\n\{"at".*\}\n\{"at".*\}\n$/);
  });

  it('holds no more than some lines for a disk that does not answer', async () => {
    // Opening a pipe waits for whoever reads it.
    execFileSync('mkfifo', [join(dir, TODAY)]);
    requests.write(done);
    for (let n = 0; n < 30; n += 1) requests.write({ ...done, method: 'a'.repeat(100_000) });
    expect(told()).toEqual([['warn', 'ETIMEDOUT']]);

    const reader = openSync(join(dir, TODAY), 'r+');
    rmSync(join(dir, TODAY));
    await settled();
    closeSync(reader);
    expect(lines(TODAY)).toHaveLength(11);
    expect(told().slice(1)).toEqual([['info', undefined]]);
  });

  it('leaves what it cannot delete, and writes on', async () => {
    mkdirSync(join(dir, 'requests-2026-11-01-all.ndjson'));
    writeFileSync(join(dir, 'requests-2026-11-02-all.ndjson'), '');
    requests.write(done);
    requests.write(done);
    await settled();

    expect(readdirSync(dir)).toEqual(['requests-2026-11-01-all.ndjson', TODAY]);
    expect(lines(TODAY)).toHaveLength(2);
    expect(told()).toEqual([['warn', 'ERR_FS_EISDIR']]);
  });

  it('keeps whole lines where several processes write one file', async () => {
    const others = Array.from({ length: 4 }, openLog);
    for (let n = 0; n < 50; n += 1)
      for (const other of others) {
        other.write({ ...done, ms: n });
        if (n % 10 === 0) await other.close();
      }
    await Promise.all(others.map((other) => other.close()));

    expect(lines(TODAY)).toHaveLength(200);
  });

  it('asks for another folder at the start by the name of the setting, never by its value', () => {
    const taken = join(dir, 'taken');
    writeFileSync(taken, '');
    checkRequestLogDir(join(dir, 'new', 'folder'));

    for (const bad of [taken, join(taken, 'inside')]) {
      const fault = faultOf(() => checkRequestLogDir(bad));
      expect(fault).toMatchObject({
        code: 'config-invalid',
        detail: expect.stringMatching(/^(EEXIST|ENOTDIR)$/),
        message: expect.stringContaining('REST_LOG_DIR'),
      });
      expect(JSON.stringify([fault, String(fault)])).not.toContain(taken);
    }
  });
});

function faultOf(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
}
