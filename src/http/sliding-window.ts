/** Counts calls per key; kept in memory, since each process guards itself. */
export interface RateLimit {
  /** False when the key has used its calls up. */
  take(key: string): boolean;
}

const MOST_KEYS = 10_000;

export function createSlidingWindow(
  limit: number,
  windowMs: number,
  now: () => number = () => performance.now(),
): RateLimit {
  const calls = new Map<string, number[]>();
  return {
    take(key) {
      const at = now();
      const recent = (calls.get(key) ?? []).filter((time) => time > at - windowMs);
      const free = recent.length < limit;
      if (free) recent.push(at);
      // Set anew, so that the map's order is by last use and the first key is the one to forget.
      calls.delete(key);
      calls.set(key, recent);
      if (calls.size > MOST_KEYS) calls.delete(calls.keys().next().value ?? '');
      return free;
    },
  };
}

/** One key for one household or office: an IPv6 line has a whole /64 of addresses. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}
