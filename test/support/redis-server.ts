/** A real redis-server for as long as a suite runs. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { startTestRedis } from './start-test-redis.ts';
import type { TestRedis } from './start-test-redis.ts';

export type { TestRedis };

export const hasRedisServer: boolean =
  spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** `describe` for suites that start servers of their own; left out, and told, where there is no redis-server on PATH. */
export function describeIfRedis(name: string, body: () => void): void {
  if (hasRedisServer) {
    describe(name, body);
    return;
  }
  process.stdout.write(`left out: "${name}" (there is no redis-server on PATH; install it)\n`);
  describe.skip(name, body);
}

/**
 * `describe` with a server that lives as long as the suite. Without a redis-server on PATH the suite is left out, and
 * says so.
 */
export function describeWithRedis(name: string, body: (redis: () => TestRedis) => void): void {
  if (!hasRedisServer) {
    process.stdout.write(`left out: "${name}" (there is no redis-server on PATH; install it)\n`);
    describe.skip(name, () => body(noServer));
    return;
  }
  describe(name, () => {
    let server: TestRedis | undefined;
    beforeAll(async () => {
      server = await startTestRedis();
    });
    afterAll(async () => {
      await server?.remove();
    });
    body(() => server ?? noServer());
  });
}

function noServer(): never {
  throw new Error('the redis-server of this suite is not running');
}
