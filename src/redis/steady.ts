import { Cluster } from 'ioredis';
import type { Redis as Single } from 'ioredis';
import type { Redis } from './redis-client.ts';

const CONNECT_MS = 3000;
const AGAIN_MS = 200;

/** The connection, and its duplicates, come back after whatever a failover does to them. */
export function steady(redis: Redis): Redis {
  return redis instanceof Cluster ? steadyCluster(redis) : steadySingle(redis);
}

/**
 * A connection that ends only when it is told to. The news of a failover, heard while the client is just asking the sentinels
 * for the master, makes it give up: it would refuse every command from then on, and its worker would stand still.
 */
function steadySingle(redis: Single): Single {
  let wanted = true;
  const connect = redis.connect.bind(redis);
  const disconnect = redis.disconnect.bind(redis);
  const quit = redis.quit.bind(redis);
  const duplicate = redis.duplicate.bind(redis);
  Object.assign(redis, {
    connect: (...rest: Parameters<typeof connect>) => {
      wanted = true;
      return connect(...rest);
    },
    disconnect: (reconnect = false) => {
      if (!reconnect) wanted = false;
      if (redis.status !== 'end') disconnect(reconnect);
    },
    quit: (...rest: Parameters<typeof quit>) => {
      wanted = false;
      return quit(...rest);
    },
    duplicate: (...rest: Parameters<typeof duplicate>) => steadySingle(duplicate(...rest)),
  });
  const again = (): void => {
    if (wanted && redis.status === 'end') connect().catch(() => undefined);
  };
  redis.on('end', () => {
    if (wanted) setTimeout(again, AGAIN_MS);
  });
  return redis;
}

/**
 * A cluster whose `connect` always ends. Two parts of BullMQ may connect a worker's blocking connection at the same moment
 * after a failover; the promise of one of them then stays open for good, and with it the worker, though the connection stands.
 */
function steadyCluster(cluster: Cluster): Cluster {
  const connect = cluster.connect.bind(cluster);
  const duplicate = cluster.duplicate.bind(cluster);
  Object.assign(cluster, {
    connect: () => ended(cluster, connect()),
    duplicate: (...wanted: Parameters<typeof duplicate>) => steadyCluster(duplicate(...wanted)),
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
