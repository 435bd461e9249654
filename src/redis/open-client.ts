import { Cluster, Redis as Single } from 'ioredis';
import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisAddress } from './redis-address.ts';
import type { Redis } from './redis-client.ts';
import { steady } from './steady.ts';

/** How a connection behaves while Redis is away. */
export interface Patience {
  /** For one command: null waits until Redis is back. */
  readonly maxRetriesPerRequest: number | null;
  readonly enableOfflineQueue: boolean;
  readonly commandTimeout?: number;
  /** How often a cluster's command looks for its node again, 100 ms apart. */
  readonly looks: number;
  /** False: a command whose answer was lost with the connection is never sent again. */
  readonly resends: boolean;
}

const CONNECT_MS = 2000;
const LONGEST_RETRY_MS = 1000;
/** How long a server that no longer answers may take to close its side. */
const GOODBYE_MS = 500;
/** How often the map of a cluster is read anew: a node that only stopped answering tells nothing. */
const MAP_MS = 5000;
const LOOK_MS = 100;

type Many = Exclude<RedisAddress, { readonly kind: 'single' }>;

export function openClient(address: RedisAddress, patience: Patience, name: string): Redis {
  return steady(unsteady(address, patience, name));
}

function unsteady(address: RedisAddress, patience: Patience, name: string): Redis {
  if (address.kind === 'single') return new Single(address.url, serverOptions(patience, name));
  return address.kind === 'sentinel'
    ? new Single({ ...serverOptions(patience, name), ...sentinelOptions(address) })
    : new Cluster([...address.hosts], clusterOptions(address, patience, name));
}

function serverOptions(patience: Patience, connectionName: string) {
  const { maxRetriesPerRequest, enableOfflineQueue, commandTimeout, resends } = patience;
  return {
    maxRetriesPerRequest,
    enableOfflineQueue,
    ...(commandTimeout !== undefined && { commandTimeout }),
    autoResendUnfulfilledCommands: resends,
    connectionName,
    retryStrategy,
    // A master that became a replica while it was connected: the address now leads to another one.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? (resends ? 2 : 1) : false),
  } satisfies RedisOptions;
}

/** Soon again, and spread, so that processes do not come back in step. */
function retryStrategy(times: number): number {
  return Math.min(50 * 2 ** Math.min(times - 1, 10), LONGEST_RETRY_MS) + Math.random() * 100;
}

function accessOptions({ username, password, tls }: Many) {
  return {
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(tls && { tls: {} }),
    connectTimeout: CONNECT_MS,
    disconnectTimeout: GOODBYE_MS,
  } satisfies RedisOptions;
}

function sentinelOptions(address: Many & { readonly kind: 'sentinel' }) {
  const { hosts, master, db, tls, sentinelUsername, sentinelPassword } = address;
  return {
    ...accessOptions(address),
    sentinels: [...hosts],
    name: master,
    db,
    ...(sentinelUsername !== '' && { sentinelUsername }),
    ...(sentinelPassword !== '' && { sentinelPassword }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    sentinelCommandTimeout: CONNECT_MS,
    sentinelRetryStrategy: retryStrategy,
    // A master that only stopped answering keeps its connections open: the sentinels tell that it was replaced.
    failoverDetector: true,
    sentinelReconnectStrategy: () => MAP_MS,
  } satisfies RedisOptions;
}

function clusterOptions(address: Many, patience: Patience, connectionName: string) {
  const { maxRetriesPerRequest, enableOfflineQueue, commandTimeout, looks, resends } = patience;
  return {
    enableOfflineQueue,
    maxRedirections: looks,
    retryDelayOnMoved: LOOK_MS / 2,
    retryDelayOnFailover: resends ? LOOK_MS : 0,
    retryDelayOnClusterDown: LOOK_MS,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshInterval: MAP_MS,
    slotsRefreshTimeout: CONNECT_MS,
    // Names are left to the connection, which compares them with the certificate.
    ...(address.tls && { dnsLookup: (host, done) => done(null, host) }),
    redisOptions: {
      ...accessOptions(address),
      maxRetriesPerRequest,
      ...(commandTimeout !== undefined && { commandTimeout }),
      connectionName,
    },
  } satisfies ClusterOptions;
}
