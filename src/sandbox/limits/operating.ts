/** What a method may use, and in which time: ten buckets of it are counted. */
export interface OperatingLimit {
  readonly seconds: number;
  readonly windowMs: number;
}

const BUCKETS = 10;
const PLATFORM: OperatingLimit = { seconds: 480, windowMs: 600_000 };

interface Bucket {
  readonly at: number;
  seconds: number;
}

/** Execution time per method over ten one-minute buckets; past 480 s the next call of that method is refused. Tests shorten both. */
export class OperatingMeter {
  readonly #buckets = new Map<string, Bucket[]>();
  readonly #limit: OperatingLimit;

  constructor(limit: OperatingLimit = PLATFORM) {
    this.#limit = limit;
  }

  isOver(method: string, nowMs: number): boolean {
    return this.used(method, nowMs) >= this.#limit.seconds;
  }

  used(method: string, nowMs: number): number {
    return this.#live(method, nowMs).reduce((sum, bucket) => sum + bucket.seconds, 0);
  }

  add(method: string, seconds: number, nowMs: number): void {
    const live = this.#live(method, nowMs);
    const last = live.at(-1);
    if (last && nowMs - last.at < this.#limit.windowMs / BUCKETS) last.seconds += seconds;
    else live.push({ at: nowMs, seconds });
  }

  /** Unix seconds at which the oldest bucket leaves the window. */
  resetAt(method: string, nowMs: number): number {
    const oldest = this.#live(method, nowMs)[0];
    return Math.floor(((oldest?.at ?? nowMs) + this.#limit.windowMs) / 1000);
  }

  #live(method: string, nowMs: number): Bucket[] {
    const known = this.#buckets.get(method) ?? [];
    while (known[0] && nowMs - known[0].at >= this.#limit.windowMs) known.shift();
    this.#buckets.set(method, known);
    return known;
  }
}
