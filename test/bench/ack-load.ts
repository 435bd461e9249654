/** Load generator of the acknowledgement benchmark: forked by acks.ts, answers each request over IPC. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './arithmetic.ts';
import type { LoadRequest, LoadResult } from './acks.ts';

async function run({ port, body, seconds, connections, rate }: LoadRequest): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': Buffer.byteLength(body),
  };
  const latencies: number[] = [];
  let failed = 0;

  /** From the moment it was meant to be sent: what waits behind a slow answer has waited too (no coordinated omission). */
  function post(meant: number): Promise<void> {
    return new Promise((resolve) => {
      const options = { port, host: '127.0.0.1', method: 'POST', path: '/events', agent, headers };
      const req = request(options);
      req.on('response', (res) => {
        if (res.statusCode !== 200) failed += 1;
        res.on('end', () => {
          latencies.push(performance.now() - meant);
          resolve();
        });
        res.resume();
      });
      req.on('error', () => {
        failed += 1;
        resolve();
      });
      req.end(body);
    });
  }

  async function connection(number: number, until: number): Promise<void> {
    const gap = rate === 0 ? 0 : (1000 * connections) / rate;
    // Spread evenly over the gap: at half load the server never meets two of them at once by arrangement.
    let next = performance.now() + (gap * number) / connections;
    for (;;) {
      const now = performance.now();
      if (now >= until || next >= until) return;
      if (gap > 0 && next > now) await sleep(next - now);
      // A timer fires late by up to a millisecond or two of the generator's own: that is no wait for the server.
      const sent = performance.now();
      await post(gap === 0 ? sent : sent - next > TIMER_MS ? next : sent);
      next += gap;
    }
  }

  const start = performance.now();
  const until = start + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, (_, n) => connection(n, until)));
  const elapsed = (performance.now() - start) / 1000;
  agent.destroy();
  return {
    perSecond: latencies.length / elapsed,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    worst: Math.max(...latencies),
    answered: latencies.length,
    failed,
  };
}

const TIMER_MS = 3;

process.on('message', (message) => {
  void run(message as LoadRequest).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
