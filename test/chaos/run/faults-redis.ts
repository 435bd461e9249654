/** What happens to Redis. */
import type { ChaosWorld, Fault, Heal } from './fault.ts';
import { copyOf } from './state-copies.ts';

const DOWN_MS = 600;
const LONG_FREEZE_MS = 1800;
const SPARE_BYTES = 20_000;
const HOUR_MS = 3_600_000;

/** Begun and left to itself: healed when it has come to its end. */
const runs = (work: Promise<unknown>): Heal => {
  // It is waited for at the healing; until then nobody else may take it for unhandled.
  work.catch(() => undefined);
  return async () => void (await work);
};

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const REDIS_FAULTS: readonly Fault[] = [
  {
    name: 'redis restarted',
    begin: async ({ redis }, random) => runs(redis.restart('SIGTERM', random() * DOWN_MS)),
  },
  {
    name: 'redis killed',
    begin: async ({ redis }, random) => runs(redis.restart('SIGKILL', random() * DOWN_MS)),
  },
  {
    name: 'redis frozen',
    async begin({ redis }, random) {
      // Half of them longer than the event routes wait.
      const longer = random() < 0.5 ? random() * LONG_FREEZE_MS : 0;
      redis.freeze();
      const began = performance.now();
      return async () => {
        await after(Math.max(0, began + longer - performance.now()));
        redis.thaw();
      };
    },
  },
  {
    name: 'redis out of memory',
    async begin({ redis }, random) {
      // Full at once, or in the middle of what is being written.
      const spare = random() < 0.5 ? 0 : Math.floor(random() * SPARE_BYTES);
      await redis.limitMemory(spare);
      return () => redis.limitMemory(null);
    },
  },
  {
    name: 'redis connections cut',
    async begin({ redis }, random) {
      const times = 1 + Math.floor(random() * 4);
      const gaps = Array.from({ length: times }, () => random() * 200);
      return runs(
        gaps.reduce(async (before, gap) => {
          await before;
          redis.cutConnections();
          await after(gap);
        }, Promise.resolve()),
      );
    },
  },
  {
    name: 'redis emptied, set up again',
    allows: ['events-lost', 'state-lost'],
    async begin(world) {
      // Whoever sets it up again does not know the minute.
      const since = world.clock.now() - HOUR_MS;
      // What a client said a moment ago stands nowhere else yet: that it is lost with Redis is no fault of the service.
      await world.answersWorkedOff();
      await world.redis.flush();
      return onceOnly(() => world.setUpAgain(since));
    },
  },
  {
    name: 'redis emptied, copy restored',
    allows: ['events-lost', 'state-lost'],
    async begin(world) {
      // Emptied again before it was healed, there is nothing more to lose, and one restore for both.
      const healing = emptied.get(world) ?? restoring(world);
      emptied.set(world, healing);
      return async () => {
        await (
          await healing
        )();
        emptied.delete(world);
      };
    },
  },
];

const emptied = new WeakMap<ChaosWorld, Promise<Heal>>();

async function restoring(world: ChaosWorld): Promise<Heal> {
  const copy = await copyOf(world.redis.url);
  await world.redis.flush();
  return onceOnly(async () => {
    const them = [world.web, ...world.workers];
    await Promise.all(them.map((one) => one.stop()));
    await copy.restore();
    await Promise.all(them.map((one) => one.start()));
    await copy.remove();
  });
}

function onceOnly(heal: Heal): Heal {
  let healed: Promise<void> | null = null;
  return () => (healed ??= heal());
}
