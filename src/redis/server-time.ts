import type { Redis } from './redis-client.ts';

/** What time it is by Redis, epoch ms. */
export async function serverTime(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}
