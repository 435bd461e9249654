/** The store whose state is copied: the environment's, or the demonstration's own. Part of the composition root. */
import type { StateCopy } from './app/ports/state-copy.ts';
import type { Config } from './config.ts';
import { createLog } from './log.ts';
import { createConnections } from './redis/connections.ts';
import { provideRedis } from './redis/embedded-redis.ts';
import { createStateCopy } from './redis/state-copy.ts';

const START_MS = 10_000;

/** @throws AppError store-unavailable */
export async function openStateCopy({
  redisUrl,
  dataDir,
}: Pick<Config, 'redisUrl' | 'dataDir'>): Promise<StateCopy> {
  const log = createLog('warn', 'stderr');
  const redis = await provideRedis({
    ...(redisUrl ? { redisUrl: redisUrl.reveal() } : {}),
    dataDir,
    log,
  });
  const connections = createConnections({ url: redis.url, log });
  const close = async (): Promise<void> => {
    await connections.close();
    await redis.close();
  };
  try {
    await connections.ready(START_MS);
  } catch (error) {
    await close();
    throw error;
  }
  return createStateCopy(connections.producer, close);
}
