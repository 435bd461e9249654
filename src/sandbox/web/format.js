/**
 * Dates as the portal's people see them. The portal sends ISO times with its own offset; the wall-clock part is shown
 * as written, whatever zone the browser is in.
 */

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?/;

/** Wall-clock time of a portal date as a UTC-based Date (read it with UTC getters only), or null. */
export function wallTime(value) {
  if (typeof value === 'number') {
    const date = new Date(value);
    return new Date(value - date.getTimezoneOffset() * 60_000);
  }
  const parts = ISO.exec(String(value ?? ''));
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  return new Date(Date.UTC(+year, +month - 1, +day, +(hour ?? 0), +(minute ?? 0), +(second ?? 0)));
}

/** The offset the portal wrote (`+03:00`), or '' when it wrote none. */
export function offsetOf(value) {
  return ISO.exec(String(value ?? ''))?.[7] ?? '';
}

/** Milliseconds since the epoch of a portal date; NaN when it is not one. */
export function instantOf(value) {
  return typeof value === 'number' ? value : Date.parse(String(value ?? ''));
}

const utc = (options) => new Intl.DateTimeFormat('ru-RU', { timeZone: 'UTC', ...options });
const CLOCK = utc({
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  hour: '2-digit',
  minute: '2-digit',
});
const DAY = utc({ weekday: 'long', day: 'numeric', month: 'long' });
const SHORT = utc({ day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit' });
const FULL = utc({
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** «пн, 23 ноября в 10:15» for the header clock; takes the result of wallTime. */
export function clockText(wall) {
  return wall === null ? '' : CLOCK.format(wall);
}

/** «понедельник, 23 ноября». */
export function dayText(value) {
  const wall = wallTime(value);
  return wall === null ? '' : DAY.format(wall);
}

/** «23.11, 10:15»; '' for an empty date. */
export function shortMoment(value) {
  const wall = wallTime(value);
  return wall === null ? '' : SHORT.format(wall);
}

/** «23.11.2026, 10:15»; '' for an empty date. */
export function fullMoment(value) {
  const wall = wallTime(value);
  return wall === null ? '' : FULL.format(wall);
}

/** Value for `<input type="datetime-local">`. */
export function toLocalInput(value) {
  const wall = wallTime(value);
  return wall === null ? '' : wall.toISOString().slice(0, 16);
}

/** What such an input holds, as a portal date with the portal's offset. */
export function fromLocalInput(text, offset) {
  return text === '' ? '' : `${text.length === 16 ? `${text}:00` : text}${offset}`;
}

/** «АО» for «Анна Орлова». */
export function initials(name) {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0))
    .join('')
    .toUpperCase();
}
