/** How much slower than a machine of its own this one is now: locks that end in time there are lost here while their work runs. */
import { availableParallelism, loadavg } from 'node:os';

const MOST = 8;

/** 1 on a machine at rest. */
export function slowness(): number {
  const [load = 0] = loadavg();
  return Math.min(MOST, Math.max(1, load / availableParallelism()));
}
