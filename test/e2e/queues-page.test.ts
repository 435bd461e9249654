/** The page of the queues as a person sees it: desktop and phone, both languages and colour schemes, without a fault of the browser. */
import { expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { createClock } from '../../src/clock.ts';
import { startService } from '../../src/compose.ts';
import type { Service } from '../../src/compose.ts';
import { aFailedJob } from '../support/a-queue.ts';
import { colourFaults, wcagFaults } from '../support/axe.ts';
import { DESKTOP, PHONE, describeWithBrowser, openPage } from '../support/browser.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startTestRedis } from '../support/start-test-redis.ts';

const ADMIN = 'a-token-of-the-administrator';
const PORTAL = 'a223c6b3710f85df22e9377d6c4f7553';
const signedIn = { httpCredentials: { username: 'anybody', password: ADMIN } };

describeWithBrowser('the page of the queues', (browser) => {
  test('is read on a desktop and on a phone, in light and in dark', async () => {
    const server = await startTestRedis();
    const redis = new Redis(server.url, { maxRetriesPerRequest: null });
    const queue = new Queue('sweeps', { connection: redis, prefix: '{cgq}' });
    let service: Service | null = null;
    try {
      for (const code of ['portal-unreachable', 'portal-denied'])
        await aFailedJob(queue, { portalId: PORTAL }, `again (${code})`);
      await queue.add('sweep', { portalId: PORTAL });
      await queue.add('sweep', { portalId: 'webhook' }, { delay: 90_000 });
      service = await startService({
        portal: null,
        redisUrl: server.url,
        role: 'web',
        port: 0,
        clock: createClock(),
        log: recordingLog(),
        secret: 'a-secret-of-this-suite',
        adminToken: ADMIN,
      });
      const url = `http://127.0.0.1:${service.port}/queues`;
      for (const device of [DESKTOP, PHONE]) {
        const opened = await openPage(browser(), url, { ...device, ...signedIn });
        const { page } = opened;
        expect(await page.textContent('h1')).toBe('Очереди Closegate');
        expect(await page.textContent('body')).toContain('portal-denied');
        expect(await wcagFaults(page)).toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await colourFaults(page)).toEqual([]);
        // Nothing is cut off: the page is as wide as the screen.
        const width = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.evaluate(width)).toBe(0);
        expect(opened.problems).toEqual([]);
        await opened.close();
      }
    } finally {
      await service?.close(2000);
      await queue.close();
      redis.disconnect();
      await server.remove();
    }
  });
});
