import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { createClock } from '../../src/clock.ts';
import { hurryOverdue } from '../../src/queue/hurry-overdue.ts';
import { putOff } from '../../src/queue/carry-out.ts';
import { recordingLog } from '../support/recording-log.ts';
import { until } from '../support/a-queue.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const DAY = 24 * 3600_000;
const right = Date.now;

describeWithRedis('machine clocks that are wrong', (server) => {
  const closing: (() => unknown)[] = [];
  /** Right, whatever becomes of the machine's. */
  const clock = createClock();
  beforeEach(() => server().flush());
  afterEach(async () => {
    Date.now = right;
    for (const close of closing.splice(0).reverse()) await close();
  });

  const open = async (processor: ConstructorParameters<typeof Worker>[1]): Promise<Queue> => {
    const connection = { url: server().url };
    const queue = new Queue('late', { connection });
    const worker = new Worker('late', processor, { connection });
    closing.push(
      () => queue.close(),
      () => worker.close(),
    );
    await worker.waitUntilReady();
    return queue;
  };

  test('a day behind: what a right machine put off is taken when it is due, and nothing before', async () => {
    const taken: string[] = [];
    const queue = await open(async ({ name }) => void taken.push(name));
    await queue.add('soon', {}, { timestamp: right(), delay: 300 });
    await queue.add('in an hour', {}, { timestamp: right(), delay: DAY / 24 });

    Date.now = () => right() - DAY;
    closing.push(hurryOverdue([{ queue, longestMs: DAY / 2 }], clock));

    await until(() => taken.length > 0);
    expect(taken).toEqual(['soon']);
    expect(await queue.getDelayedCount()).toBe(1);
  });

  test('a day ahead, for a moment that nobody saw: what was put off in it does not wait for tomorrow', async () => {
    const taken: string[] = [];
    const log = recordingLog();
    const queue = await open(async (job, token) => {
      taken.push(job.name);
      if (taken.length > 1) return;
      Date.now = () => right() + DAY;
      await putOff({ job, token, log, fields: {} }, 250).finally(() => {
        Date.now = right;
      });
    });
    await queue.add('sweep', {});
    await until(async () => (await queue.getDelayedCount()) === 1);
    await queue.add('in an hour', {}, { delay: DAY / 24 });

    closing.push(hurryOverdue([{ queue, longestMs: DAY / 2 }], clock, 100));

    await until(() => taken.length > 1);
    expect(taken).toEqual(['sweep', 'sweep']);
    expect(await queue.getDelayedCount()).toBe(1);
  });

  test('a day behind: what its own worker tries again is not tried sooner than that', async () => {
    const taken: string[] = [];
    const queue = await open(({ name }) => {
      taken.push(name);
      return name === 'fails' ? Promise.reject(new Error('not yet')) : Promise.resolve();
    });
    Date.now = () => right() - DAY;
    await queue.add('fails', {}, { attempts: 9, backoff: DAY / 24 });
    await until(async () => (await queue.getDelayedCount()) === 1);
    await queue.add('late', {}, { timestamp: right(), delay: 300 });

    closing.push(hurryOverdue([{ queue, longestMs: DAY / 2 }], clock));

    await until(() => taken.includes('late'));
    expect(taken).toEqual(['fails', 'late']);
  });
});
