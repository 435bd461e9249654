/** The page of the queues: whom it is shown to, what stands on it, and what never does. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { createClock } from '../../src/clock.ts';
import { startService } from '../../src/compose.ts';
import type { Service, ServiceOptions } from '../../src/compose.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';
import { aFailedJob } from '../support/a-queue.ts';

const ADMIN = 'a-token-of-the-administrator';
const basic = (password: string): string =>
  `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`;

describeWithRedis('the page of the queues', (server) => {
  let service: Service | null = null;
  let redis: Redis;

  beforeEach(async () => {
    await server().flush();
    redis = new Redis(server().url, { maxRetriesPerRequest: null });
  });
  afterEach(async () => {
    await service?.close(2000);
    service = null;
    redis.disconnect();
  });

  /** A web process: nobody takes the jobs that the tests put into the queues. */
  async function start(options: Partial<ServiceOptions> = {}): Promise<string> {
    service = await startService({
      portal: null,
      redisUrl: server().url,
      role: 'web',
      port: 0,
      clock: createClock(),
      log: recordingLog(),
      secret: 'a-secret-of-this-suite',
      adminToken: ADMIN,
      ...options,
    });
    return `http://127.0.0.1:${service.port}/queues`;
  }
  const status = async (url: string, authorization?: string): Promise<number> =>
    (await fetch(url, { headers: authorization === undefined ? {} : { authorization } })).status;

  it('is not there without a token to ask for', async () => {
    expect(await status(await start({ adminToken: null }), `Bearer ${ADMIN}`)).toBe(404);
  });

  it('asks a browser for the token, and takes it as a password or as a bearer', async () => {
    const url = await start();
    const asked = await fetch(url);

    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(await status(url, basic(ADMIN))).toBe(200);
    expect(await status(url, `Bearer ${ADMIN}`)).toBe(200);
    for (const wrong of [basic('another'), 'Basic !', `Bearer ${ADMIN}x`, `Basic ${btoa(ADMIN)}`])
      expect(await status(url, wrong)).toBe(401);
    expect(await status(`${url}?token=${ADMIN}`)).toBe(401);
    expect(
      (await fetch(url, { method: 'POST', headers: { authorization: basic(ADMIN) } })).status,
    ).toBe(405);
  });

  it('names what waits, comes next and failed by code, in the language asked for, and no data', async () => {
    const queue = new Queue('sweeps', { connection: redis, prefix: '{cgq}' });
    await aFailedJob(
      queue,
      { portalId: 'p-failed', words: 'сентинель' },
      'сентинель (portal-denied)',
    );
    await aFailedJob(queue, { portalId: 'p-plain' }, 'сентинель сентинель');
    await queue.add('sweep', { portalId: 'p-<waiting>' });
    await queue.add('sweep', { portalId: 'p-later', words: 'сентинель' }, { delay: 3_600_000 });
    const url = await start();
    const page = async (language: string): Promise<string> => {
      const headers = { authorization: basic(ADMIN), 'Accept-Language': language };
      return (await fetch(url, { headers })).text();
    };
    const [ru, en] = [await page('ru-RU,ru;q=0.9'), await page('en')];

    expect(ru).toContain('<html lang="ru">');
    expect(en).toContain('Queues'.toLowerCase());
    for (const text of [ru, en]) {
      expect(text).toContain('p-&lt;waiting&gt;');
      expect(text).toContain('p-later');
      expect(text).toMatch(/p-failed<\/code>,\s*<span class="bad">portal-denied<\/span>/);
      expect(text).toMatch(/p-plain<\/code>,\s*<span class="bad">unknown<\/span>/);
      expect(text).not.toMatch(/сентинель|<script|token/i);
    }
    await queue.close();
  });

  it('answers programs in JSON', async () => {
    const queue = new Queue('timers', { connection: redis, prefix: '{cgq}' });
    await queue.add('timer', { portalId: 'p1' }, { delay: 60_000 });
    const headers = { authorization: `Bearer ${ADMIN}`, Accept: 'application/json' };
    const answer: unknown = await (await fetch(await start(), { headers })).json();

    expect(answer).toMatchObject({
      at: expect.any(String),
      queues: [
        { name: 'sweeps', counts: { failed: 0 } },
        {
          name: 'timers',
          counts: { waiting: 0, delayed: 1 },
          oldest: null,
          soon: [{ name: 'timer', portalId: 'p1', attempts: 0, code: '' }],
        },
        { name: 'client' },
      ],
    });
    await queue.close();
  });
});
