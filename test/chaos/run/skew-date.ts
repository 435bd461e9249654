/** A machine clock that is off: what this process takes for the time, its libraries included. Durations stay right. */

export interface SkewedDate {
  skew(ms: number): void;
  /** The machine's own time, epoch ms. */
  realNow(): number;
}

/** Replaces the global Date of this process; the time zone and everything else of it stay. */
export function skewDate(): SkewedDate {
  const RealDate = Date;
  let offset = 0;
  const now = (): number => RealDate.now() + offset;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parts, self) =>
      Reflect.construct(target, parts.length === 0 ? [now()] : parts, self),
    apply: () => new RealDate(now()).toString(),
    get: (target, name, self) => (name === 'now' ? now : Reflect.get(target, name, self)),
  });
  return {
    skew(ms) {
      offset = ms;
    },
    realNow: () => RealDate.now(),
  };
}
