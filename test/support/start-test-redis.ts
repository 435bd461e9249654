/** A real redis-server of one's own: free port, temporary directory, append-only file. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

export interface TestRedis {
  readonly url: string;
  /** Where its append-only file lies. */
  readonly dir: string;
  /** Ends the server as an operator would (TERM) or as a crash would (KILL); the file stays. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same port with the same file. */
  start(): Promise<void>;
  /** Frozen: it accepts connections and never answers. */
  freeze(): void;
  thaw(): void;
  flush(): Promise<void>;
  /** Ends it and removes its directory. */
  remove(): Promise<void>;
}

export interface TestRedisOptions {
  /** How often the append-only file is forced to the disk; absent: Redis' own `everysec`. */
  readonly appendfsync?: 'always' | 'everysec';
}

export async function startTestRedis({
  appendfsync = 'everysec',
}: TestRedisOptions = {}): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'closegate-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (child === null) return;
    const ended = once(child, 'exit');
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGCONT');
    child.kill(signal);
    await ended;
    child = null;
  }

  async function start(): Promise<void> {
    const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', dir];
    const safety = ['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'];
    const fsync = ['--appendfsync', appendfsync];
    child = spawn('redis-server', [...settings, ...safety, ...fsync], { stdio: 'ignore' });
    await answers(url);
  }

  await start();
  return {
    url,
    dir,
    stop,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async flush() {
      const redis = new Redis(url);
      await redis.flushall();
      await redis.quit();
    },
    async remove() {
      await stop('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  try {
    await redis.ping();
    // Loading the file after a restart answers LOADING first.
    while ((await redis.info('persistence')).includes('loading:1')) await sleep(20);
  } finally {
    redis.disconnect();
  }
}
