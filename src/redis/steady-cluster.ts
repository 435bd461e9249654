import type { Cluster } from 'ioredis';

const CONNECT_MS = 3000;

/**
 * A cluster whose `connect` always ends, and its duplicates. Two parts of BullMQ may connect a worker's blocking connection at
 * the same moment after a failover; the promise of one of them then stays open for good, and with it the worker, though the
 * connection stands.
 */
export function steady(cluster: Cluster): Cluster {
  const connect = cluster.connect.bind(cluster);
  const duplicate = cluster.duplicate.bind(cluster);
  Object.assign(cluster, {
    connect: () => ended(cluster, connect()),
    duplicate: (...wanted: Parameters<typeof duplicate>) => steady(duplicate(...wanted)),
  });
  return cluster;
}

async function ended(cluster: Cluster, connected: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => {
      if (cluster.status === 'ready') resolve();
      else reject(new Error('The cluster does not answer in time'));
    }, CONNECT_MS).unref();
  });
  try {
    await Promise.race([connected, limit]);
  } finally {
    clearTimeout(timer);
  }
}
