/**
 * How many write commands fit into one batch. The portal cuts a request after 60 s, triggered automation included
 * (PORTAL 10.3), and after a cut nobody knows what was done. So the size follows the measured pace.
 */

/** Seconds that one batch is meant to stay under: a third of the cut. */
const TARGET_SECONDS = 20;
const MAX_COMMANDS = 50;
/** A first batch of writes that may trigger robots: even 5 s each stay below the cut. */
const PROBE_COMMANDS = 10;
/** How fast a good pace is believed; a bad one is believed at once. */
const TRUST = 0.5;

/** Seconds per command as last measured; null before the first measurement. */
export interface Pace {
  readonly secondsPerCommand: number | null;
}

export const UNKNOWN_PACE: Pace = { secondsPerCommand: null };

/** @param probe whether an unmeasured method may be slow (stage moves start robots; comments do not) */
export function batchSize(pace: Pace, probe: boolean): number {
  const { secondsPerCommand } = pace;
  if (secondsPerCommand === null) return probe ? PROBE_COMMANDS : MAX_COMMANDS;
  if (secondsPerCommand <= 0) return MAX_COMMANDS;
  return Math.max(1, Math.min(MAX_COMMANDS, Math.floor(TARGET_SECONDS / secondsPerCommand)));
}

/** The pace after a batch of `commands` took `seconds`. */
export function measuredPace(pace: Pace, commands: number, seconds: number): Pace {
  if (commands < 1) return pace;
  const now = seconds / commands;
  const before = pace.secondsPerCommand;
  const blended = before === null || now >= before ? now : before + TRUST * (now - before);
  return { secondsPerCommand: blended };
}

/** The pace after a batch that never answered: as slow as if each command had taken its share of the whole cut. */
export function brokenPace(pace: Pace, commands: number): Pace {
  const assumed = 60 / Math.max(1, commands);
  return { secondsPerCommand: Math.max(assumed, (pace.secondsPerCommand ?? 0) * 2) };
}
