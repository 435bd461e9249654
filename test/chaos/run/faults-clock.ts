/** Machine clocks that jump, of one process or of all, and jump back. */
import type { Fault } from './fault.ts';

const HOUR_MS = 3_600_000;
const JUMPS = [
  ['an hour ahead', HOUR_MS],
  ['an hour behind', -HOUR_MS],
  ['a day ahead', 24 * HOUR_MS],
  ['a day behind', -24 * HOUR_MS],
] as const;

export const CLOCK_FAULTS: readonly Fault[] = JUMPS.flatMap(([far, ms]): readonly Fault[] => [
  {
    name: `clock of one process ${far}`,
    async begin({ clock, web, workers }, random) {
      const them = [web, ...workers];
      const one = them[Math.floor(random() * them.length)];
      await clock.skew(ms, one);
      return () => clock.skew(0, one);
    },
  },
  {
    name: `clocks of all processes ${far}`,
    async begin({ clock }) {
      await clock.skew(ms);
      return () => clock.skew(0);
    },
  },
]);
