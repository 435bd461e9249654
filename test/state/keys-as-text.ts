/** Everything that stands in a Redis, as lines a person can read, and back: what an older version of the app left behind. */
import type { Redis } from 'ioredis';
import { z } from 'zod';

const pairs = z.array(z.tuple([z.string(), z.string()]));
const contentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('string'), value: z.string() }),
  z.object({ type: z.literal('hash'), value: pairs }),
  z.object({ type: z.literal('list'), value: z.array(z.string()) }),
  z.object({ type: z.literal('set'), value: z.array(z.string()) }),
  z.object({ type: z.literal('zset'), value: pairs }),
  z.object({
    type: z.literal('stream'),
    value: z.array(z.tuple([z.string(), z.array(z.string())])),
  }),
]);
type Content = z.infer<typeof contentSchema>;
const lineSchema = z.intersection(
  z.object({ key: z.string(), livesMs: z.number().nullable() }),
  contentSchema,
);
export type KeyLine = z.infer<typeof lineSchema>;

export function readLines(text: string): readonly KeyLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)));
}

/** What ends within the hour is left out, locks and buckets, and so are the queues' own logs. */
const SHORT_MS = 3600_000;
const LOGS = /^\{cgq\}:\w+:events$/;

export async function keysAsText(redis: Redis): Promise<string> {
  const lines: string[] = [];
  for (const key of (await redis.keys('*')).toSorted()) {
    if (LOGS.test(key)) continue;
    const lives = await redis.pttl(key);
    const content = await contentOf(redis, key);
    if (content === null || (lives >= 0 && lives <= SHORT_MS)) continue;
    lines.push(JSON.stringify({ key, livesMs: lives < 0 ? null : lives, ...content }));
  }
  return `${lines.join('\n')}\n`;
}

async function contentOf(redis: Redis, key: string): Promise<Content | null> {
  const type = await redis.type(key);
  if (type === 'string') return { type, value: (await redis.get(key)) ?? '' };
  if (type === 'hash') return { type, value: Object.entries(await redis.hgetall(key)) };
  if (type === 'list') return { type, value: await redis.lrange(key, 0, -1) };
  if (type === 'set') return { type, value: (await redis.smembers(key)).toSorted() };
  if (type === 'stream') return { type, value: await redis.xrange(key, '-', '+') };
  if (type !== 'zset') return null;
  const flat = await redis.zrange(key, '0', '-1', 'WITHSCORES');
  const value = flat.flatMap((member, at): [string, string][] =>
    at % 2 === 0 ? [[member, flat[at + 1] ?? '']] : [],
  );
  return { type, value };
}

export async function putLines(redis: Redis, lines: readonly KeyLine[]): Promise<void> {
  for (const line of lines) {
    await putLine(redis, line);
    if (line.livesMs !== null) await redis.pexpire(line.key, line.livesMs);
  }
}

async function putLine(redis: Redis, line: KeyLine): Promise<void> {
  const { key } = line;
  if (line.type === 'string') await redis.set(key, line.value);
  else if (line.type === 'list') await redis.rpush(key, ...line.value);
  else if (line.type === 'set') await redis.sadd(key, ...line.value);
  else if (line.type === 'hash') await redis.hset(key, ...line.value.flat());
  else if (line.type === 'stream')
    for (const [id, fields] of line.value) await redis.xadd(key, id, ...fields);
  else await redis.zadd(key, ...line.value.flatMap(([member, score]) => [score, member]));
}
