const BUCKET_MS = 60_000;
const WINDOW_MS = 600_000;
const LIMIT_SECONDS = 480;

interface Bucket {
  readonly at: number;
  seconds: number;
}

/** Execution time per method over ten one-minute buckets; past 480 s the next call of that method is refused. */
export class OperatingMeter {
  readonly #buckets = new Map<string, Bucket[]>();

  isOver(method: string, nowMs: number): boolean {
    return this.used(method, nowMs) >= LIMIT_SECONDS;
  }

  used(method: string, nowMs: number): number {
    return this.#live(method, nowMs).reduce((sum, bucket) => sum + bucket.seconds, 0);
  }

  add(method: string, seconds: number, nowMs: number): void {
    const live = this.#live(method, nowMs);
    const last = live.at(-1);
    if (last && nowMs - last.at < BUCKET_MS) last.seconds += seconds;
    else live.push({ at: nowMs, seconds });
  }

  /** Unix seconds at which the oldest bucket leaves the window. */
  resetAt(method: string, nowMs: number): number {
    const oldest = this.#live(method, nowMs)[0];
    return Math.floor(((oldest?.at ?? nowMs) + WINDOW_MS) / 1000);
  }

  #live(method: string, nowMs: number): Bucket[] {
    const known = this.#buckets.get(method) ?? [];
    while (known[0] && nowMs - known[0].at >= WINDOW_MS) known.shift();
    this.#buckets.set(method, known);
    return known;
  }
}
