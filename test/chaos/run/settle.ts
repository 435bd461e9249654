/** Waits until the service has nothing more to do: everything that it would do in time, it does now. */
import { setTimeout as sleep } from 'node:timers/promises';
import { slowness } from './patience.ts';
import type { Played } from './people.ts';
import type { World } from './world.ts';

const LOOK_MS = 25;
const PATIENCE_MS = 30_000;

/** Somebody is about to do something, or a client's answer is on its way. */
export function isActing({ done, waitsFor }: Played): boolean {
  return !done && (waitsFor === null || waitsFor.includes('answer'));
}

/** @returns what did not come to rest; empty when all is quiet */
export async function settle(
  world: World,
  played: readonly Played[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const giveUpAt = performance.now() + PATIENCE_MS * slowness();
  let busy: readonly string[] = [];
  let asked: string | null = null;
  while (!signal.aborted && performance.now() < giveUpAt) {
    busy = await whatIsBusy(world, played);
    if (busy.length > 0) {
      await sleep(LOOK_MS);
      continue;
    }
    if (await isReconnected(world)) {
      asked = null;
      continue;
    }
    const state = stateOf(world, played);
    // A whole sweep, reconcile and look at answers since then have changed nothing.
    if (asked === state) return [];
    asked = state;
    await world.queues.askForAll(world.portalId).catch(() => {
      asked = null;
    });
  }
  return busy.length > 0 ? busy : ['it changes the portal again and again'];
}

/** A grant whose death was noticed late: the administrator opens the app again. */
async function isReconnected(world: World): Promise<boolean> {
  if (world.grants === null || (await world.served())) return false;
  world.note('the portal is not served: an administrator opens the app');
  await world.grants.restore();
  await sleep(LOOK_MS);
  return true;
}

async function whatIsBusy(world: World, played: readonly Played[]): Promise<readonly string[]> {
  const now = world.clock.now();
  const people = played.filter(isActing).map(({ ref }) => `story of ticket ${ref.id}`);
  const underWay = [
    ...(world.portal.underWay() > 0 ? ['a request to the portal'] : []),
    ...(world.events.underWay() > 0 ? ['an event'] : []),
  ];
  try {
    // The runner's own connection comes back as late as anybody's.
    await world.tools.policies.list(world.portalId);
    await world.queues.hurry(now, world.portalId);
    return [...people, ...underWay, ...(await world.queues.busy(now))];
  } catch {
    return ['Redis is away'];
  }
}

function stateOf(world: World, played: readonly Played[]): string {
  const acts = played.reduce((sum, one) => sum + one.acts.length, 0);
  return `${world.revision()} writes, ${acts} acts`;
}
