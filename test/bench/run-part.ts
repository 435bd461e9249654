/** One part in a process of its own, started by run.ts: a name and a size (`-`: the usual); sends what it measured to its parent. */
import { startTestRedis } from '../support/start-test-redis.ts';
import type { PartMessage } from './part.ts';
import { PARTS } from './parts.ts';

async function main(): Promise<PartMessage> {
  const [, , name, size] = process.argv;
  const part = PARTS.find((one) => one.name === name);
  if (!part) return { kind: 'failed', why: `there is no part ${name}` };
  const redis = await startTestRedis();
  const end = (): void => void redis.remove().finally(() => process.exit(1));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('disconnect', end);
  try {
    const context = { redisUrl: redis.url, size: size === '-' ? null : Number(size) };
    return { kind: 'measured', section: await part.measure(context) };
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? (error.stack ?? '') : String(error) };
  } finally {
    process.off('disconnect', end);
    await redis.remove();
  }
}

const message = await main();
if (process.send) process.send(message, () => process.exit(0));
else console.log(JSON.stringify(message, null, 1));
