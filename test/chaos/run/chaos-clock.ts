/** The clock of a chaos run: the portal's, which every service process is told, and how far a process is off from it. */
import type { ChaosClock } from './fault.ts';
import type { ManagedProcess } from './service-processes.ts';

export interface PortalClock {
  now(): number;
  advance(ms: number): void;
}

/** @param processes asked each time: a run may add some */
export function createChaosClock(
  portal: PortalClock,
  processes: () => readonly ManagedProcess[],
): Omit<ChaosClock, 'untilNextWorkingDay'> {
  const tellAll = (them: readonly ManagedProcess[]) =>
    Promise.all(them.map((one) => one.tellTime()));
  return {
    now: () => portal.now(),
    async advance(ms) {
      portal.advance(ms);
      await tellAll(processes());
    },
    async skew(ms, process) {
      const them = processes().filter((one) => process === undefined || one === process);
      for (const one of them) one.skewMs = ms;
      await tellAll(them);
    },
  };
}
