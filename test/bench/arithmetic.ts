/** What the figures are reckoned with: the limits of the platform, quantiles, growth. */

/** Of common plans (platform page "limits"): a bucket of 50 requests that drains 2 per second. */
export const BURST = 50;
export const PER_SECOND = 2;
export const PER_BATCH = 50;
export const PER_PAGE = 50;
/** Execution time of one method in ten minutes. */
export const OPERATING_SECONDS = 480;
export const OPERATING_WINDOW_SECONDS = 600;

/** Seconds that the request rate forces for this many requests, beginning with an empty bucket. */
export function forcedSeconds(requests: number): number {
  return Math.max(0, requests - BURST) / PER_SECOND;
}

/** Seconds that the operating limit forces for a method whose calls take so long together: each window holds 480 s of it. */
export function operatingForcedSeconds(operatingSeconds: number): number {
  const windows = Math.ceil(operatingSeconds / OPERATING_SECONDS);
  return Math.max(0, windows - 1) * OPERATING_WINDOW_SECONDS;
}

export interface StormBound {
  readonly listing: number;
  readonly moves: number;
  readonly explanations: number;
  readonly notices: number;
  readonly requests: number;
  readonly rateSeconds: number;
  readonly operatingSeconds: number;
  /** The longer of both. */
  readonly seconds: number;
}

/**
 * The fewest requests that return, explain and tell a storm: 50 pages of 50 to a listing, 50 commands to a batch. What must be read to
 * judge (stage history, tasks, chats) is not counted, so that no gate can be faster.
 */
export function stormBound(
  tickets: number,
  people: number,
  /** Seconds of each method altogether, as the portal told them. */
  operating: readonly number[] = [],
): StormBound {
  const listing = Math.ceil(tickets / (PER_PAGE * PER_BATCH));
  const moves = Math.ceil(tickets / PER_BATCH);
  const notices = Math.ceil(people / PER_BATCH);
  const requests = listing + 2 * moves + notices;
  const rateSeconds = forcedSeconds(requests);
  const operatingSeconds = Math.max(0, ...operating.map(operatingForcedSeconds));
  const seconds = Math.max(rateSeconds, operatingSeconds);
  return {
    listing,
    moves,
    explanations: moves,
    notices,
    requests,
    rateSeconds,
    operatingSeconds,
    seconds,
  };
}

export interface Point {
  readonly size: number;
  readonly cost: number;
}

/** Slope of the line through the logarithms (least squares): 1 is proportional, 2 is quadratic, 0 does not grow. */
export function exponent(points: readonly Point[]): number {
  const logs = points.map(({ size, cost }) => [Math.log(size), Math.log(cost)] as const);
  const mean = (at: 0 | 1): number => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const over = logs.reduce((sum, log) => sum + (log[0] - x) * (log[1] - y), 0);
  const under = logs.reduce((sum, log) => sum + (log[0] - x) ** 2, 0);
  return over / under;
}

/** The exponent of measured costs; null where one of them is no larger than what the same measurement differs by. */
export function exponentAbove(noise: number, points: readonly Point[]): number | null {
  return points.every(({ cost }) => cost > noise) ? exponent(points) : null;
}

/** The smallest value that at least this share of all does not exceed; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Whole numbers in the proportions of the weights that add up to the total. */
export function apportion(total: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let weighed = 0;
  let given = 0;
  return weights.map((weight) => {
    weighed += weight;
    const share = Math.round((total * weighed) / sum) - given;
    given += share;
    return share;
  });
}
