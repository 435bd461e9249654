/**
 * How the fuzzing suites run: `FUZZ_SEED` plays another row of cases, `FUZZ_RUNS=20` twenty times as many. A failure prints its seed;
 * what it finds is mended and stays as a case of its own.
 */
export const FUZZ_SEED = Number(process.env['FUZZ_SEED'] ?? 20261122);
const TIMES = Math.max(1, Number(process.env['FUZZ_RUNS'] ?? 1));

/** How many cases a suite plays that plays `usual` of them in every run of the tests. */
export function fuzzCases(usual: number): number {
  return Math.round(usual * TIMES);
}

/** For `fc.assert`. */
export function fuzzRuns(usual: number): { readonly seed: number; readonly numRuns: number } {
  return { seed: FUZZ_SEED, numRuns: fuzzCases(usual) };
}

/** Time a suite gets, ms: in proportion, so that only what hangs is cut off. */
export function fuzzTimeout(usualMs: number): number {
  return usualMs * TIMES;
}
