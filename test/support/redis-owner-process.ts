/** Owns a Redis child, survives one SIGINT, shows that the child survived it too, and closes. */
import { Redis } from 'ioredis';
import { provideRedis } from '../../src/redis/embedded-redis.ts';
import { recordingLog } from './recording-log.ts';

const provided = await provideRedis({ dataDir: process.argv[2] ?? '', log: recordingLog() });
const alive = setInterval(() => undefined, 1000);
process.once('SIGINT', () => {
  void (async () => {
    const redis = new Redis(provided.url);
    process.stdout.write(`after SIGINT: ${await redis.ping()}\n`);
    redis.disconnect();
    await provided.close();
    clearInterval(alive);
    process.stdout.write('closed\n');
  })();
});
process.stdout.write('started\n');
