import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { AppError } from '../../src/errors.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPortalLock } from '../../src/redis/portal-lock.ts';
import { confirmBy, createWitness } from '../../src/redis/replicated.ts';
import { defineScripts } from '../../src/redis/scripts.ts';
import { eventually } from '../support/eventually.ts';
import { recordingLog } from '../support/recording-log.ts';
import { RedisProcesses, SAFE } from '../support/redis-processes.ts';
import type { RedisProcess } from '../support/redis-processes.ts';
import { describeIfRedis } from '../support/redis-server.ts';

describeIfRedis('a lock that must outlive its server', () => {
  let processes: RedisProcesses;
  let master: RedisProcess;
  let replica: RedisProcess;
  let witness: Redis;

  beforeEach(async () => {
    processes = await RedisProcesses.open();
    master = await processes.run(SAFE);
    replica = await processes.run([...SAFE, `replicaof 127.0.0.1 ${master.port}`]);
    await eventually(
      'the replica to follow',
      async () => {
        await master.client.set('test:mark', '1');
        return master.client.wait(1, 1000);
      },
      (replicas) => replicas === 1,
    );
    defineScripts(master.client);
    witness = master.client.duplicate();
    confirmBy(master.client, createWitness(witness));
  }, 30_000);
  afterEach(async () => {
    replica.thaw();
    witness.disconnect();
    await processes.remove();
  });

  const lock = () =>
    createPortalLock({ redis: master.client, keys: createKeys('test'), log: recordingLog() });
  const seenByReplica = () => replica.client.exists('test:{portal}:lock');

  test('stands on the replica before the work under it begins', async () => {
    expect(await lock().exclusively('portal', seenByReplica)).toBe(1);
  });

  test('is not given while a connected replica does not answer, and is free afterwards', async () => {
    replica.freeze();
    const held = lock().exclusively('portal', async () => 'worked');

    await expect(held).rejects.toThrow(AppError);
    await expect(held).rejects.toMatchObject({
      code: 'store-unavailable',
      detail: 'replica-behind',
    });
    expect(await master.client.exists('test:{portal}:lock')).toBe(0);
  });

  test('is given at once when there is no replica left', async () => {
    await replica.kill();
    await eventually(
      'the master to notice',
      () => master.client.info('replication'),
      (info) => info.includes('connected_slaves:0'),
    );

    expect(await lock().exclusively('portal', async () => 'worked')).toBe('worked');
  });
});
