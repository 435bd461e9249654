import { afterEach, expect, test } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { createClock } from '../../src/clock.ts';
import { hurryOverdue } from '../../src/queue/hurry-overdue.ts';
import { until } from '../support/a-queue.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const DAY = 24 * 3600_000;
const right = Date.now;

describeWithRedis('a worker whose machine clock is a day behind', (server) => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    Date.now = right;
    for (const close of closing.splice(0).reverse()) await close();
  });

  test('takes what a right machine put off when it is due, and nothing before', async () => {
    const clock = createClock();
    const connection = { url: server().url };
    const queue = new Queue('late', { connection });
    const taken: string[] = [];
    const worker = new Worker('late', async ({ name }) => void taken.push(name), { connection });
    closing.push(
      () => queue.close(),
      () => worker.close(),
    );
    await worker.waitUntilReady();
    await queue.add('soon', {}, { timestamp: right(), delay: 300 });
    await queue.add('in an hour', {}, { timestamp: right(), delay: DAY / 24 });

    Date.now = () => right() - DAY;
    closing.push(hurryOverdue([{ queue, longestMs: DAY / 2 }], clock));

    await until(() => taken.length > 0);
    expect(taken).toEqual(['soon']);
    expect(await queue.getDelayedCount()).toBe(1);
  });
});
