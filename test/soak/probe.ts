/** Loaded before the soaked service (`node --expose-gc --import …/probe.ts src/main.ts`): tells its memory, loop and sockets when asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeHeapSnapshot } from 'node:v8';

export interface Sample {
  readonly rssMb: number;
  /** After a full collection. */
  readonly heapMb: number;
  /** Buffers outside the heap. */
  readonly outsideMb: number;
  /** Event-loop lag since the last sample, ms; 10 of them are the meter's own resolution. */
  readonly lagP99: number;
  readonly lagMax: number;
  /** Sockets, timers and the rest that keep a process alive. */
  readonly handles: number;
  readonly sockets: number;
}

/** `sample`, or a file name for a heap snapshot. */
export type ProbeOrder = { readonly kind: 'sample' } | { readonly snapshot: string };

const MB = 1024 * 1024;
const loop = monitorEventLoopDelay({ resolution: 10 });
loop.enable();

function sample(): Sample {
  // Read before the collection: its own pause is no lag of the service.
  const [lagP99, lagMax] = [loop.percentile(99) / 1e6, loop.max / 1e6];
  globalThis.gc?.();
  loop.reset();
  const { rss, heapUsed, external } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo();
  return {
    rssMb: rss / MB,
    heapMb: heapUsed / MB,
    outsideMb: external / MB,
    lagP99,
    lagMax,
    handles: handles.length,
    sockets: handles.filter((name) => name === 'TCPSocketWrap').length,
  };
}

process.on('message', (order: ProbeOrder) => {
  if ('snapshot' in order) writeHeapSnapshot(order.snapshot);
  process.send?.(sample());
});
// Nothing may outlive the run.
process.on('disconnect', () => process.exit(0));
process.channel?.unref();
