/** Real redis-server processes in a temporary directory: what groups of servers (sentinels, clusters) are made of. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

export interface RedisProcess {
  readonly port: number;
  /** Talks to this very server, whatever its role. */
  readonly client: Redis;
  /** As a crash would end it; its files stay. */
  kill(): Promise<void>;
  /** Once more on the same port with the same files. */
  start(): Promise<void>;
  /** It accepts connections and never answers, until it is thawed. */
  freeze(): void;
  thaw(): void;
}

export class RedisProcesses {
  readonly #dir: string;
  readonly #ends: (() => Promise<void>)[] = [];

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async open(): Promise<RedisProcesses> {
    return new RedisProcesses(await mkdtemp(join(tmpdir(), 'closegate-redis-')));
  }

  /** @param config lines of its redis.conf; `flags` follow on its command line */
  async run(config: readonly string[], flags: readonly string[] = []): Promise<RedisProcess> {
    const port = await freePort();
    const dir = join(this.#dir, String(port));
    await mkdir(dir);
    const file = join(dir, 'redis.conf');
    const usual = [
      'bind 127.0.0.1',
      `port ${port}`,
      `dir ${dir}`,
      'protected-mode no',
      'logfile redis.log',
    ];
    await writeFile(file, `${[...usual, ...config].join('\n')}\n`);
    const client = new Redis({
      port,
      retryStrategy: () => 50,
      maxRetriesPerRequest: null,
      // Of a connection that is already gone the client only waits this long.
      disconnectTimeout: 50,
    });
    client.on('error', () => undefined);
    let child: ChildProcess | null = null;
    const server: RedisProcess = {
      port,
      client,
      async start() {
        child = spawn('redis-server', [file, ...flags], { stdio: 'ignore' });
        await client.ping();
      },
      kill: () => end(child),
      freeze: () => void child?.kill('SIGSTOP'),
      thaw: () => void child?.kill('SIGCONT'),
    };
    this.#ends.push(async () => {
      client.disconnect();
      await server.kill();
    });
    await server.start();
    return server;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#ends.map((one) => one()));
    await rm(this.#dir, { recursive: true, force: true });
  }
}

async function end(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** As the service wants it, and quick to sync: tests do not wait five seconds for a second replica. */
export const SAFE = [
  'appendonly yes',
  'save ""',
  'maxmemory-policy noeviction',
  'repl-diskless-sync-delay 0',
];

export interface RedisGroup {
  /** As REDIS_URL. */
  readonly url: string;
  readonly servers: readonly RedisProcess[];
  /** The server that takes writes of this key now. */
  masterOf(key: string): Promise<RedisProcess>;
  remove(): Promise<void>;
}

/** One master, two replicas, three sentinels that agree by two. */
export async function startSentinels(): Promise<RedisGroup> {
  const processes = await RedisProcesses.open();
  const first = await processes.run(SAFE);
  const replica = [...SAFE, `replicaof 127.0.0.1 ${first.port}`];
  const servers = [first, ...(await Promise.all([1, 2].map(() => processes.run(replica))))];
  await eventually(
    'both replicas to follow',
    () => first.client.info('replication'),
    (info) => /slave0:.*state=online[^]*slave1:.*state=online/.test(info),
  );
  const watching = [
    `sentinel monitor mymaster 127.0.0.1 ${first.port} 2`,
    'sentinel down-after-milliseconds mymaster 500',
    'sentinel failover-timeout mymaster 3000',
    'sentinel parallel-syncs mymaster 2',
  ];
  const sentinels = await Promise.all([1, 2, 3].map(() => processes.run(watching, ['--sentinel'])));
  const [one] = sentinels;
  await eventually(
    'the sentinels to know everybody',
    () => known(one?.client),
    (all) => all,
  );
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/mymaster`,
    servers,
    async masterOf() {
      const told: unknown = await one?.client.call(
        'sentinel',
        'get-master-addr-by-name',
        'mymaster',
      );
      const port = Array.isArray(told) ? Number(told[1]) : 0;
      return servers.find((server) => server.port === port) ?? first;
    },
    remove: () => processes.remove(),
  };
}

async function known(sentinel: Redis | undefined): Promise<boolean> {
  const told: unknown = await sentinel?.call('sentinel', 'masters');
  const flat = JSON.stringify(told);
  return flat.includes('"num-slaves","2"') && flat.includes('"num-other-sentinels","2"');
}

const SLOTS = 16_384;

/** Three masters, each with a replica. */
export async function startCluster(): Promise<RedisGroup> {
  const processes = await RedisProcesses.open();
  const buses = await Promise.all(Array.from({ length: 6 }, freePort));
  const servers = await Promise.all(
    buses.map((bus) => processes.run([...SAFE, ...clustered(bus)])),
  );
  const masters = servers.slice(0, 3);
  await Promise.all(
    masters.map(({ client }, at) => {
      const [from, to] = [at, at + 1].map((part) => Math.round((SLOTS * part) / 3));
      return client.call('cluster', 'addslotsrange', from ?? 0, (to ?? 0) - 1);
    }),
  );
  const [first, ...others] = servers;
  for (const [at, { port }] of others.entries())
    await first?.client.call('cluster', 'meet', '127.0.0.1', port, buses[at + 1] ?? 0);
  await eventually(
    'every node to know every other',
    () => infoOfAll(servers),
    (infos) => infos.every((info) => info.includes('cluster_known_nodes:6')),
  );
  await Promise.all(
    servers.slice(3).map(async ({ client }, at) => {
      const id: unknown = await masters[at]?.client.call('cluster', 'myid');
      await eventually(
        'a replica to take its place',
        () => client.call('cluster', 'replicate', String(id)).catch(String),
        (told) => told === 'OK',
      );
    }),
  );
  await eventually(
    'the cluster to stand',
    () => infoOfAll(servers),
    (infos) => infos.every((info) => info.includes('cluster_state:ok')),
  );
  await eventually(
    'each master to have its replica',
    () => roles(masters),
    (infos) => infos.every((info) => info.includes('state=online')),
  );
  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    servers,
    masterOf: (key) => ownerOf(key, servers),
    remove: () => processes.remove(),
  };
}

const clustered = (bus: number): readonly string[] => [
  'cluster-enabled yes',
  `cluster-port ${bus}`,
  'cluster-node-timeout 1000',
  'cluster-replica-validity-factor 0',
];

const infoOfAll = (servers: readonly RedisProcess[]): Promise<string[]> =>
  Promise.all(servers.map(async ({ client }) => String(await client.call('cluster', 'info'))));
const roles = (servers: readonly RedisProcess[]): Promise<string[]> =>
  Promise.all(servers.map(({ client }) => client.info('replication')));

/** Each server is asked itself: the one that is a master and answers for the key. */
async function ownerOf(key: string, servers: readonly RedisProcess[]): Promise<RedisProcess> {
  for (const server of servers) {
    if (server.client.status !== 'ready') continue;
    const [role] = (await server.client.role()) as unknown[];
    const found = role === 'master' ? await server.client.exists(key).catch(() => null) : null;
    if (found !== null) return server;
  }
  throw new Error(`no server answers for ${key}`);
}
