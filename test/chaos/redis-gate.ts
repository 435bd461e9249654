/** Stands between worker and Redis: what the watch stops, and all that its connection says after it, never arrives. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { WatchPost } from './watch.ts';

export interface RedisGate {
  readonly url: string;
  /** Breaks every connection, or those alone that a watch has stopped. */
  cut(which: 'all' | 'stopped'): void;
  close(): Promise<void>;
}

export async function openRedisGate(redisUrl: string, post: WatchPost): Promise<RedisGate> {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  const stoppedOnes = new Set<Socket>();
  const server = createServer((worker) => {
    const redis = connect(Number(port), hostname);
    let stopped = false;
    for (const socket of [worker, redis]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        stoppedOnes.delete(socket);
        worker.destroy();
        redis.destroy();
      });
    }
    worker.on('data', (chunk: Buffer) => {
      if (stopped) return;
      stopped = post.ask({ at: 'redis', text: chunk.toString('utf8') }) !== 'pass';
      if (stopped) stoppedOnes.add(worker);
      else redis.write(chunk);
    });
    redis.on('data', (chunk: Buffer) => {
      if (!stopped) worker.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `redis://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    cut(which) {
      for (const socket of which === 'all' ? sockets : stoppedOnes) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
