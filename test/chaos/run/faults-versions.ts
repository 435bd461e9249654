/** Two versions of the service on one Redis, as during an update that goes process by process, and back again. */
import type { Fault } from './fault.ts';
import { bundleCommit } from './old-version.ts';

/** What may still run somewhere when this version comes: none from before 99194ea (docs/UPGRADING.md). */
const BEFORE = { name: 'the one before', commit: 'eecbd09' } as const;

const bundles = new Map<string, Promise<string | null>>();

/** Bundled once per run. */
export function scriptOf(commit: string): Promise<string | null> {
  const known = bundles.get(commit) ?? bundled(commit);
  bundles.set(commit, known);
  return known;
}

async function bundled(commit: string): Promise<string | null> {
  const bundle = await bundleCommit(commit);
  if (bundle === null) {
    console.log(`left out: version ${commit.slice(0, 7)} (the history here does not reach back)`);
    return null;
  }
  // The run has no place of its own to close faults in.
  process.once('exit', () => bundle.removeNow());
  return bundle.script;
}

/** One worker, or everything but one, is of the old version until the healing; then it is updated. */
function beside(name: string, commit: string, most: boolean): Fault {
  return {
    name: most ? `updated from ${name}` : `beside ${name}`,
    async begin(world, random) {
      const { web, workers } = world;
      const drawn = Math.floor(random() * workers.length);
      const script = await scriptOf(commit);
      const old = most
        ? [web, ...workers.filter((_, index) => index !== drawn)]
        : workers.filter((_, index) => index === drawn);
      if (script === null) return () => Promise.resolve();
      const all = async (version: string | null): Promise<void> => {
        for (const one of old) {
          await one.stop();
          one.runVersion(version);
          await one.start();
        }
      };
      await all(script);
      world.note(`${old.map((one) => one.name).join(', ')}: ${name}`);
      let healed: Promise<void> | null = null;
      return () => (healed ??= all(null));
    },
  };
}

const BESIDE = [
  beside(BEFORE.name, BEFORE.commit, false),
  beside(BEFORE.name, BEFORE.commit, true),
];

/**
 * Twice: a version that stood beside it until it was promised no more left its two places to this one, so that every
 * seed draws what it drew before.
 */
export const VERSION_FAULTS: readonly Fault[] = [...BESIDE, ...BESIDE];
