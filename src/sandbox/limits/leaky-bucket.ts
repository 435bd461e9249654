/** Request rate of common plans: 2 per second drain out of a bucket of 50, per source address; real time. */
export class LeakyBucket {
  readonly #levels = new Map<string, { level: number; at: number }>();
  readonly #size: number;
  readonly #perSecond: number;

  constructor(size = 50, perSecond = 2) {
    this.#size = size;
    this.#perSecond = perSecond;
  }

  /** True when the request fits; a rejected request does not fill the bucket further. */
  take(source: string, nowMs: number): boolean {
    const known = this.#levels.get(source);
    const drained = known ? ((nowMs - known.at) / 1000) * this.#perSecond : 0;
    const level = Math.max(0, (known?.level ?? 0) - drained);
    const fits = level + 1 <= this.#size;
    this.#levels.set(source, { level: fits ? level + 1 : level, at: nowMs });
    return fits;
  }
}
