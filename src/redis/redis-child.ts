import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Log } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';

export interface RedisChild {
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

const START_MS = 10_000;
const STOP_MS = 10_000;

/**
 * Starts a redis-server that keeps everything in an append-only file under `dir`; null when there is no such program.
 * It stands in a process group of its own, so that Ctrl-C stops the app first and the app then stops it.
 */
export async function startRedisChild(options: {
  readonly program: string;
  readonly dir: string;
  readonly log: Log;
}): Promise<RedisChild | null> {
  const port = await freePort();
  const child = spawn(options.program, serverArguments(port, options.dir), {
    detached: true,
    stdio: 'ignore',
  });
  if (!(await hasStarted(child)) || child.pid === undefined) return null;
  const { pid } = child;
  await waitForAnswer(child, port, pid);
  let closing = false;
  child.once('exit', () => {
    if (!closing)
      options.log.error({}, 'The redis-server this app started has ended: start the app again');
  });
  // The app ends when its own work does, not when the child does.
  child.unref();
  return {
    port,
    pid,
    async close() {
      closing = true;
      await stop(child);
    },
  };
}

/** True when a Redis answers on this loopback port and is the process expected (any, when null). */
export async function answersAt(port: number, pid: number | null): Promise<boolean> {
  const redis = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    connectTimeout: 1000,
    commandTimeout: 1000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
    if (pid === null) return true;
    const told = /^process_id:(\d+)/m.exec(await redis.info('server'))?.[1];
    return Number(told) === pid;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

function serverArguments(port: number, dir: string): string[] {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
    dir,
    save: '',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

function hasStarted(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

async function waitForAnswer(child: ChildProcess, port: number, pid: number): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    if (await answersAt(port, pid)) return;
    await sleep(50);
  }
  await stop(child);
  throw new AppError(
    'store-unavailable',
    'The redis-server found on PATH does not start: run it by hand to see why, or set REDIS_URL',
  );
}

/** SIGTERM lets the server write its file out; a server that does not end in time is killed. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(kill);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null)
    throw new AppError('store-unavailable', 'There is no free port on this machine: set REDIS_URL');
  return address.port;
}
