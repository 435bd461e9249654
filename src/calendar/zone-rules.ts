/** Time zones by Luxon's offsets; which instant a wall-clock time means is decided here, the same way for every zone. */
import { Info } from 'luxon';
import type { Zone } from 'luxon';
import { dateOfDay, dayNumber } from '../core/local-date.ts';
import type { Instant } from '../core/ticket.ts';
import type { LocalTime, ZoneRules } from '../core/working-time.ts';
import { AppError } from '../errors.ts';

const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1_440;
const DAY_MS = MINUTE_MS * MINUTES_PER_DAY;
const KEPT_DAYS = 4_000;
/** Minutes; no clock on Earth is further from UTC, though Luxon takes any number. */
const FARTHEST_OFFSET = 14 * 60;

const rulesByName = new Map<string, ZoneRules>();

/**
 * Rules of an IANA zone (`Europe/Moscow`) or of a fixed offset (`UTC+3`); kept, since building a zone is slow.
 * Throws config-invalid for any other name, also for the machine's own zone, which is no setting.
 */
export function zoneRules(name: string): ZoneRules {
  const key = name.trim();
  const known = rulesByName.get(key);
  if (known !== undefined) return known;
  const zone = Info.normalizeZone(key);
  if (!zone.isValid || zone.type === 'system' || Math.abs(zone.offset(0)) > FARTHEST_OFFSET) {
    throw new AppError(
      'config-invalid',
      'The time zone is not known. Set an IANA name such as Europe/Moscow, or an offset such as UTC+3.',
    );
  }
  const rules = rulesOf(zone);
  rulesByName.set(key, rules);
  return rules;
}

type Offsets = (at: Instant) => number;

/** Asking Intl is slow and most days have one offset: a day (UTC) that begins and ends with the same one is asked only once. */
function cachedOffsets(offsetAt: Offsets): Offsets {
  const byDay = new Map<number, number | null>();
  return (at) => {
    const day = Math.floor(at / DAY_MS);
    const known = byDay.get(day);
    if (known !== undefined) return known ?? offsetAt(at);
    const first = offsetAt(day * DAY_MS);
    const whole = first === offsetAt((day + 1) * DAY_MS) ? first : null;
    if (byDay.size >= KEPT_DAYS) byDay.clear();
    byDay.set(day, whole);
    return whole ?? offsetAt(at);
  };
}

function rulesOf(zone: Zone): ZoneRules {
  const offsetAt = cachedOffsets((at) => zone.offset(at) * MINUTE_MS);
  return {
    localOf(at) {
      const minutes = Math.floor((at + offsetAt(at)) / MINUTE_MS);
      const day = Math.floor(minutes / MINUTES_PER_DAY);
      return { ...dateOfDay(day), minuteOfDay: minutes - day * MINUTES_PER_DAY };
    },
    instantOf: (local) => instantOf(local, offsetAt),
  };
}

/** The offsets a day before and a day after are the only two a wall-clock time can have: no zone changes twice in two days. */
function instantOf(local: LocalTime, offsetAt: Offsets): Instant {
  const asUtc = dayNumber(local) * DAY_MS + local.minuteOfDay * MINUTE_MS;
  const candidates = [asUtc - offsetAt(asUtc - DAY_MS), asUtc - offsetAt(asUtc + DAY_MS)];
  const real = candidates.filter((at) => at + offsetAt(at) === asUtc);
  if (real.length > 0) return Math.min(...real);
  return firstAfterChange(Math.min(...candidates), Math.max(...candidates), offsetAt);
}

/** The change of clocks between two instants, to the minute. */
function firstAfterChange(before: Instant, after: Instant, offsetAt: Offsets): Instant {
  const offsetBefore = offsetAt(before);
  let low = before;
  let high = after;
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / MINUTE_MS / 2) * MINUTE_MS;
    if (offsetAt(middle) === offsetBefore) low = middle;
    else high = middle;
  }
  return high;
}
