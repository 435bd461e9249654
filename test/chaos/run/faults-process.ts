/** What happens to the processes of the service. */
import { ANY_TICKET, KILL_POINTS } from '../kill-points.ts';
import type { KillPoint } from '../kill-points.ts';
import type { Watch } from '../watch.ts';
import type { ChaosWorld, Fault, ServiceProcess } from './fault.ts';

type Which = (world: ChaosWorld, random: () => number) => readonly ServiceProcess[];

const oneWorker: Which = ({ workers }, random) => {
  const one = workers[Math.floor(random() * workers.length)];
  return one ? [one] : [];
};
const theWeb: Which = ({ web }) => [web];
const theWorkers: Which = ({ workers }) => workers;
const everyone: Which = ({ web, workers }) => [web, ...workers];

const startAll = (them: readonly ServiceProcess[]): Promise<unknown> =>
  Promise.all(them.map((one) => one.start()));

/** kill -9 at whatever moment it is, or TERM; started again at the healing. */
function ended(name: string, which: Which, how: 'kill' | 'stop'): Fault {
  return {
    name,
    async begin(world, random) {
      const them = which(world, random);
      const over = Promise.all(them.map((one) => one[how]()));
      over.catch(() => undefined);
      return async () => {
        await over;
        await startAll(them);
      };
    },
  };
}

/** As an update does it: one after the other, each waits for the one before. */
const ROLLING: Fault = {
  name: 'rolling restart',
  async begin(world) {
    const turn = [...world.workers, world.web].reduce(async (before, one) => {
      await before;
      await one.stop();
      await one.start();
    }, Promise.resolve());
    turn.catch(() => undefined);
    return () => turn;
  },
};

/** Longer than it holds what it has locked: another takes over, and then it goes on where it was. */
const FROZEN: Fault = {
  name: 'worker frozen',
  async begin(world, random) {
    const [one] = oneWorker(world, random);
    const least = 1000 + random() * 1500;
    one?.freeze();
    const began = performance.now();
    return async () => {
      const left = began + least - performance.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      one?.thaw();
    };
  },
};

const FROZEN_WEB: Fault = {
  name: 'web frozen',
  async begin({ web }) {
    web.freeze();
    return async () => web.thaw();
  },
};

/** One worker alone is at work, so that it is the one who comes to the point; the others come back with its successor. */
function killedAt({ name, kinds, watch: watchFor }: KillPoint): Fault | null {
  if (watchFor === null) return null;
  return {
    name: `killed: ${name}`,
    async begin(world, random) {
      const kind = kinds[Math.floor(random() * kinds.length)] ?? 'request';
      const [victim, ...others] = world.workers;
      const dying: Promise<void>[] = others.map((one) => one.kill());
      const watch = onlyOnce(watchFor({ kind, ticketId: ANY_TICKET }), () => {
        world.note(`killed: ${name} (${kind})`);
        if (victim) dying.push(victim.kill());
      });
      world.redis.watch(watch);
      world.portal.watch(watch);
      return () => heal(world, dying);
    },
  };
}

async function heal(world: ChaosWorld, dying: readonly Promise<void>[]): Promise<void> {
  world.redis.watch(null);
  world.portal.watch(null);
  await Promise.all(dying);
  await startAll(world.workers);
}

/** The dead is asked nothing more; what the web says passes. */
function onlyOnce(watch: Watch, sprung: () => void): Watch {
  let over = false;
  return (moment) => {
    const verdict = over ? 'pass' : watch(moment);
    if (verdict !== 'pass') {
      over = true;
      sprung();
    }
    return verdict;
  };
}

export const PROCESS_FAULTS: readonly Fault[] = [
  ended('worker killed', oneWorker, 'kill'),
  ended('web killed', theWeb, 'kill'),
  ended('both workers killed', theWorkers, 'kill'),
  ended('every process killed', everyone, 'kill'),
  ended('worker stopped', oneWorker, 'stop'),
  ended('web stopped', theWeb, 'stop'),
  ended('every process stopped', everyone, 'stop'),
  ROLLING,
  FROZEN,
  FROZEN_WEB,
  ...KILL_POINTS.flatMap((point) => killedAt(point) ?? []),
];
