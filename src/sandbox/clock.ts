/** The portal's own clock: runs with real time from its start instant and can be pushed forward, never back. */
export interface SandboxClock {
  /** Epoch milliseconds of the portal. */
  now(): number;
  /** Moves the clock forward by `ms`. */
  advance(ms: number): void;
  /** Jumps to the same time of the next working day (weekends skipped); returns the new instant. */
  nextWorkingDay(): number;
  /** Calls back after each jump; returns a function that stops it. */
  onMoved(callback: (now: number) => void): () => void;
}

/** The portal answers in Moscow time, whatever the machine's zone is. */
export const PORTAL_OFFSET_MS = 3 * 3_600_000;
const DAY_MS = 86_400_000;
/** Days off without a year, as calendar.settings.get gives them (D.MM). */
export const YEAR_HOLIDAYS = '1.01,2.01,3.01,6.01,7.01,8.01,23.02,8.03,1.05,9.05,12.06,4.11';

export function createClock(start?: number): SandboxClock {
  let offset = start === undefined ? 0 : start - Date.now();
  const callbacks = new Set<(now: number) => void>();
  const now = (): number => Date.now() + offset;
  const advance = (ms: number): void => {
    if (!(ms >= 0)) throw new RangeError('The sandbox clock only moves forward');
    offset += ms;
    for (const callback of callbacks) callback(now());
  };
  return {
    now,
    advance,
    nextWorkingDay() {
      const from = now();
      let to = from + DAY_MS;
      while (!isWorkingDay(to)) to += DAY_MS;
      advance(to - from);
      return now();
    },
    onMoved(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
}

/** True when the portal's calendar has no day off at this instant. */
export function isWorkingDay(at: number): boolean {
  const local = new Date(at + PORTAL_OFFSET_MS);
  const weekday = local.getUTCDay();
  if (weekday === 0 || weekday === 6) return false;
  const key = `${local.getUTCDate()}.${String(local.getUTCMonth() + 1).padStart(2, '0')}`;
  return !YEAR_HOLIDAYS.split(',').includes(key);
}

/** ISO 8601 in the portal's zone with second resolution, as CRM methods answer. */
export function portalTime(at: number): string {
  return `${new Date(at + PORTAL_OFFSET_MS).toISOString().slice(0, 19)}+03:00`;
}

/** Reads a date-time; without an offset it is in the portal's zone. Undefined when it is not one. */
export function parsePortalTime(text: string): number | undefined {
  const match = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    text,
  );
  if (!match) return undefined;
  const withT = text.replace(' ', 'T');
  const full = match[1] === undefined ? `${withT}T00:00:00` : withT;
  const at = Date.parse(match[4] === undefined ? `${full}+03:00` : full);
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000) * 1000;
}
