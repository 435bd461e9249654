/** Many seeds, one after another; a world lives for a block of them, a fresh one follows after anything wrong. */
import type { Fault } from './fault.ts';
import { blockOf, planOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { playSeed } from './play-seed.ts';
import type { SeedResult } from './play-seed.ts';
import { openWorld } from './world.ts';
import type { World } from './world.ts';

export interface RunOptions {
  readonly seeds: readonly number[];
  readonly faults: readonly Fault[];
  readonly signal: AbortSignal;
  /** No seed begins after this time. */
  readonly limitMs: number;
  readonly onPlan?: (plan: Plan) => void;
  /** What happens, as it happens. */
  readonly onNote?: (note: string) => void;
  readonly onSeed?: (result: SeedResult, world: World) => void;
}

export async function runSeeds(options: RunOptions): Promise<readonly SeedResult[]> {
  const { seeds, faults, signal, limitMs } = options;
  const until = performance.now() + limitMs;
  const results: SeedResult[] = [];
  let world: World | null = null;
  let block: number | null = null;
  try {
    for (const seed of seeds) {
      if (signal.aborted || performance.now() > until) break;
      const plan = planOf(seed, faults);
      options.onPlan?.(plan);
      if (world && block !== blockOf(seed)) {
        await world.close();
        world = null;
      }
      block = blockOf(seed);
      world ??= await openWorld(plan.kind);
      const result = await playSeed(world, plan, signal, options.onNote);
      if (signal.aborted) break;
      results.push(result);
      options.onSeed?.(result, world);
      if (result.wrong.length > 0) {
        await world.close();
        world = null;
      }
    }
  } finally {
    await world?.close();
  }
  return results;
}
