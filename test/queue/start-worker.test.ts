import { afterEach, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import type { Worker } from 'bullmq';
import { RetryLater, startWorker } from '../../src/queue/start-worker.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { until } from '../support/a-queue.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

describeWithRedis('a worker', (server) => {
  let close = (): Promise<unknown> => Promise.resolve();
  afterEach(() => close());

  test('tells of a job that used up its attempts, once, and of no attempt before', async () => {
    const log = recordingLog();
    const connections = createConnections({ url: server().url, log });
    await connections.ready(10_000);
    const queue = new Queue('tried', { connection: connections.producer, prefix: '{cgq}' });
    const failed: string[] = [];
    const tries: string[] = [];
    const worker: Worker = startWorker(
      async ({ name, attemptsMade }) => {
        tries.push(name);
        if (name === 'hopeless' || attemptsMade === 0)
          throw new RetryLater(1, 'portal-unreachable');
      },
      {
        queue: 'tried',
        connection: connections.worker,
        prefix: '{cgq}',
        concurrency: 1,
        lockMs: 30_000,
        stalledMs: 30_000,
        log,
        failed: (name) => void failed.push(name),
      },
    );
    close = async () => {
      await worker.close();
      await queue.close();
      await connections.close();
    };
    const again = { attempts: 3, backoff: { type: 'custom' }, removeOnComplete: true };
    await queue.add('passing', {}, again);
    await queue.add('hopeless', {}, again);

    await until(async () => (await queue.getFailedCount()) === 1);
    await until(async () => (await queue.getJobCountByTypes('waiting', 'active', 'delayed')) === 0);
    await until(() => failed.length > 0);
    expect(tries.filter((name) => name === 'passing')).toHaveLength(2);
    expect(tries.filter((name) => name === 'hopeless')).toHaveLength(3);
    expect(failed).toEqual(['tried']);
  });
});
