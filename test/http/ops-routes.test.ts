/** What whoever runs the service asks of it, over the real service and a real Redis. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createClock } from '../../src/clock.ts';
import { startService } from '../../src/compose.ts';
import type { Service, ServiceOptions } from '../../src/compose.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { TestRedis } from '../support/start-test-redis.ts';

const TOKEN = 'an-event-token-of-this-suite';

describeWithRedis('the routes of operation', () => {
  let redis: TestRedis;
  let sandbox: Sandbox;
  let service: Service | null = null;

  beforeEach(async () => {
    redis = await startTestRedis();
    sandbox = await startSandbox({ seed: 'empty', limits: 'off' });
  });
  afterEach(async () => {
    await service?.close(2000);
    service = null;
    await sandbox.close();
    await redis.remove();
  });

  async function start(options: Partial<ServiceOptions> = {}): Promise<string> {
    service = await startService({
      portal: { id: 'webhook', webhookUrl: sandbox.webhookUrl, eventTokens: [TOKEN] },
      redisUrl: redis.url,
      role: 'all',
      port: 0,
      clock: createClock(),
      log: recordingLog(),
      secret: 'a-secret-of-this-suite',
      ...options,
    });
    return `http://127.0.0.1:${service.port}`;
  }
  const ready = async (url: string): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${url}/readyz`);
    return { status: answer.status, body: await answer.json() };
  };
  const measure = async (url: string, name: string): Promise<readonly string[]> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(name));
  };

  it('is ready while Redis answers, and not while it is away', async () => {
    const url = await start();
    expect(await ready(url)).toEqual({
      status: 200,
      body: {
        ready: true,
        checks: { process: 'ok', redis: 'ok', persistence: expect.any(String), sweeps: 'ok' },
        // No pipeline is set up yet.
        sweepAgeSeconds: null,
      },
    });

    await redis.stop();

    expect(await ready(url)).toMatchObject({
      status: 503,
      body: { ready: false, checks: { redis: 'away' } },
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    // Measures are told all the same: it is now that somebody looks at them.
    expect(await measure(url, 'closegate_redis_up')).toEqual(['closegate_redis_up 0']);
    expect(await measure(url, 'closegate_jobs{')).toEqual([]);
    await redis.start();
    await eventually(
      'readiness after Redis is back',
      () => ready(url),
      ({ status }) => status === 200,
    );
  });

  it('says that Redis is full, which refuses events though it answers', async () => {
    const url = await start();
    const client = new Redis(redis.url);
    expect(await measure(url, 'closegate_redis_memory_used_ratio')).toEqual([]);
    await client.config('SET', 'maxmemory', '1000000');

    expect(await ready(url)).toMatchObject({ body: { checks: { persistence: 'full' } } });
    const [line = ''] = await measure(url, 'closegate_redis_memory_used_ratio');
    expect(Number(line.split(' ')[1])).toBeGreaterThanOrEqual(1);
    await client.config('SET', 'maxmemory', '0');
    client.disconnect();
    expect(await ready(url)).toMatchObject({ body: { checks: { persistence: 'ok' } } });
  });

  it('counts events taken and refused', async () => {
    const url = await start();
    const post = (token: string): Promise<Response> =>
      fetch(`${url}/events`, {
        method: 'POST',
        body: new URLSearchParams({
          event: 'ONCRMDEALUPDATE',
          'data[FIELDS][ID]': '759',
          'auth[application_token]': token,
        }),
      });
    await post(TOKEN);
    await post('a-token-of-nobody');

    expect(await measure(url, 'closegate_events_total')).toEqual([
      'closegate_events_total{result="taken"} 1',
      'closegate_events_total{result="refused"} 1',
    ]);
    const sweeps = await eventually(
      'the sweep that the event rang for',
      () => measure(url, 'closegate_sweep_seconds_count'),
      ([done = '']) => !done.endsWith(' 0'),
    );
    expect(sweeps).toEqual([
      expect.stringMatching(/\{result="done"\} [1-9]\d*$/),
      'closegate_sweep_seconds_count{result="failed"} 0',
    ]);
  });

  it('tells jobs by queue, and no portal, ticket or person anywhere', async () => {
    const url = await start();
    const text = await (await fetch(`${url}/metrics`)).text();

    expect(text).toMatch(/^closegate_jobs\{queue="sweeps",state="waiting"\} \d+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d/m);
    expect(text).not.toMatch(/portal(?:Id)?="|member|2:759/);
  });

  it('has every measure that the dashboard and the alerts ask for', async () => {
    const url = await start();
    const text = await (await fetch(`${url}/metrics`)).text();
    const files = ['ops/grafana-dashboard.json', 'ops/alerts.yaml'].map((f) =>
      readFileSync(f, 'utf8'),
    );
    const asked = new Set(
      [...files.join('\n').matchAll(/\b(?:closegate|process)_\w+/g)].map(([name]) =>
        name.replace(/_(?:bucket|count|sum)$/, ''),
      ),
    );

    expect(asked.size).toBeGreaterThan(10);
    expect([...asked].filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
  });

  it('tells what has not happened yet as none, so that an alert sees the first one', async () => {
    const url = await start();
    const text = await (await fetch(`${url}/metrics`)).text();

    expect(text).toContain('closegate_token_refreshes_total{result="dead"} 0');
    expect(text).toContain('closegate_events_total{result="taken"} 0');
    expect(text).toContain('closegate_journal_lines_total{kind="return-refused"} 0');
  });

  it('shows measures to nobody without the token, once there is one', async () => {
    const url = await start({ adminToken: 'a-token-of-the-administrator' });
    const status = async (authorization: string): Promise<number> =>
      (await fetch(`${url}/metrics`, { headers: { authorization } })).status;

    expect(await status('')).toBe(404);
    expect(await status('Bearer something-else')).toBe(404);
    expect(await status('Bearer a-token-of-the-administrator')).toBe(200);
  });

  it('shows measures to no visitor from the internet', async () => {
    const url = await start();
    const from = async (address: string): Promise<number> =>
      (await fetch(`${url}/metrics`, { headers: { 'X-Forwarded-For': address } })).status;

    expect(await from('203.0.113.7')).toBe(404);
    expect(await from('192.168.1.20')).toBe(200);
  });

  it('answers for a worker on the port given for it, and takes no events there', async () => {
    const opsPort = 20_000 + Math.floor(Math.random() * 20_000);
    await start({ role: 'worker', opsPort });
    const url = `http://127.0.0.1:${opsPort}`;

    expect((await ready(url)).status).toBe(200);
    expect((await fetch(`${url}/events`, { method: 'POST' })).status).toBe(404);
  });
});
