/** Load generator of the acknowledgement benchmark: started with one JSON argument, prints one JSON line. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadRequest, LoadResult } from './acks.ts';

const { port, body, seconds, connections, rate } = JSON.parse(
  process.argv[2] ?? '{}',
) as LoadRequest;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const headers = {
  'Content-Type': 'application/x-www-form-urlencoded',
  'Content-Length': Buffer.byteLength(body),
};

const latencies: number[] = [];
let failed = 0;

function post(): Promise<void> {
  const from = performance.now();
  return new Promise((resolve) => {
    const req = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/events',
      agent,
      headers,
    });
    req.on('response', (res) => {
      if (res.statusCode !== 200) failed += 1;
      res.on('end', () => {
        latencies.push(performance.now() - from);
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

async function connection(until: number): Promise<void> {
  const gap = rate === 0 ? 0 : (1000 * connections) / rate;
  let next = performance.now() + Math.random() * gap;
  while (performance.now() < until) {
    const wait = next - performance.now();
    if (gap > 0 && wait > 0) await sleep(wait);
    next += gap;
    await post();
  }
}

const start = performance.now();
await Promise.all(Array.from({ length: connections }, () => connection(start + seconds * 1000)));
const elapsed = (performance.now() - start) / 1000;
latencies.sort((a, b) => a - b);
const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
const result: LoadResult = {
  perSecond: latencies.length / elapsed,
  p50: at(0.5),
  p99: at(0.99),
  answered: latencies.length,
  failed,
};
agent.destroy();
console.log(JSON.stringify(result));
