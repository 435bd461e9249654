import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { createRedisMock } from 'js-redis-server';
import { z } from 'zod';
import type { Log } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import { answersAt, startRedisChild } from './redis-child.ts';
import type { RedisChild } from './redis-child.ts';

export interface ProvidedRedis {
  readonly url: string;
  /** `given`: somebody else's, left running; `child`: ours, kept on disk; `memory`: in this process, lost with it. */
  readonly kind: 'given' | 'child' | 'memory';
  close(): Promise<void>;
}

export interface ProvideOptions {
  readonly redisUrl?: string | undefined;
  /** The child's append-only file and the note for command-line tools stand here. */
  readonly dataDir: string;
  readonly log: Log;
  /** Name or path of the server program; tests give one that does not exist. */
  readonly program?: string;
}

const noteSchema = z.object({
  port: z.int().positive(),
  pid: z.int().positive(),
  kind: z.enum(['child', 'memory']),
});
type Note = z.infer<typeof noteSchema>;

/**
 * The Redis to use, in this order: the given one, one that another process of ours has running, a `redis-server` from
 * PATH as a child, else one in memory. Throws store-unavailable when there is none of them.
 */
export async function provideRedis(options: ProvideOptions): Promise<ProvidedRedis> {
  if (options.redisUrl !== undefined && options.redisUrl !== '')
    return { url: options.redisUrl, kind: 'given', close: () => Promise.resolve() };
  const dataDir = resolve(options.dataDir);
  const note = join(dataDir, 'redis.json');
  const running = await readNote(note);
  if (running !== null && (await isRunning(running)))
    return { url: urlOf(running.port), kind: 'given', close: () => Promise.resolve() };
  await mkdir(join(dataDir, 'redis'), { recursive: true });
  const program = options.program ?? 'redis-server';
  const child = await startRedisChild({ program, dir: join(dataDir, 'redis'), log: options.log });
  const { server, kind } =
    child === null
      ? { server: await startInMemory(), kind: 'memory' as const }
      : { server: child, kind: 'child' as const };
  await writeFile(
    note,
    JSON.stringify({ port: server.port, pid: server.pid, kind } satisfies Note),
  );
  return {
    url: urlOf(server.port),
    kind,
    async close() {
      await server.close();
      const latest = await readNote(note);
      if (latest?.pid === server.pid && latest.port === server.port)
        await rm(note, { force: true });
    },
  };
}

/** The in-memory server makes its process id up, so there the process itself is asked for. */
async function isRunning(note: Note): Promise<boolean> {
  if (note.kind === 'child') return answersAt(note.port, note.pid);
  try {
    process.kill(note.pid, 0);
  } catch {
    return false;
  }
  return answersAt(note.port, null);
}

function urlOf(port: number): string {
  return `redis://127.0.0.1:${port}`;
}

async function readNote(path: string): Promise<Note | null> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** A development dependency, so it is only asked for here and may be absent. */
async function startInMemory(): Promise<RedisChild> {
  let start: typeof createRedisMock;
  try {
    start = (await import('js-redis-server')).createRedisMock;
  } catch (cause) {
    throw new AppError(
      'store-unavailable',
      'There is no Redis: set REDIS_URL, or install redis-server, or run npm ci without --omit=dev',
      { cause },
    );
  }
  const server = await start({ compatibility: 'redis-7.0' });
  return { port: server.port, pid: process.pid, close: () => server.close() };
}
