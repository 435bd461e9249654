/** What the benchmark reckons with, by hand-made examples: the figures of the page stand on it. */
import { describe, expect, test } from '@jest/globals';
import {
  apportion,
  exponent,
  exponentAbove,
  forcedSeconds,
  median,
  operatingForcedSeconds,
  quantile,
  stormBound,
} from './arithmetic.ts';

describe('the bound of a storm', () => {
  test('counts full and begun batches of each kind', () => {
    expect(stormBound(1000, 20)).toMatchObject({
      listing: 1,
      moves: 20,
      explanations: 20,
      notices: 1,
      requests: 42,
      seconds: 0,
    });
    expect(stormBound(2501, 51)).toMatchObject({
      listing: 2,
      moves: 51,
      explanations: 51,
      notices: 2,
      requests: 106,
    });
  });

  test('is what two requests a second force after the burst', () => {
    expect(forcedSeconds(50)).toBe(0);
    expect(forcedSeconds(51)).toBe(0.5);
    expect(stormBound(10_000, 20).seconds).toBe(177.5);
  });

  test('is the operating limit where that is tighter', () => {
    expect(operatingForcedSeconds(480)).toBe(0);
    expect(operatingForcedSeconds(481)).toBe(600);
    expect(operatingForcedSeconds(1500)).toBe(1800);
    expect(stormBound(10_000, 20, [1500, 10])).toMatchObject({
      rateSeconds: 177.5,
      operatingSeconds: 1800,
      seconds: 1800,
    });
  });
});

describe('growth', () => {
  test('of a power law is its exponent, whatever its factor', () => {
    const grows = (power: number) =>
      exponent([10, 100, 1000].map((size) => ({ size, cost: 7 * size ** power })));
    expect(grows(1)).toBeCloseTo(1);
    expect(grows(2)).toBeCloseTo(2);
    expect(grows(0)).toBeCloseTo(0);
  });

  test('with a fixed cost at the start lies below proportional', () => {
    const points = [1, 10, 100].map((size) => ({ size, cost: 20 + size }));
    expect(exponent(points)).toBeGreaterThan(0.2);
    expect(exponent(points)).toBeLessThan(0.5);
  });

  test('is not told where one of the costs is lost in the noise', () => {
    const costing = (...costs: number[]) =>
      exponentAbove(
        10,
        costs.map((cost, n) => ({ size: 10 ** n, cost })),
      );

    expect(costing(-1, 35, 36)).toBeNull();
    expect(costing(10, 35, 360)).toBeNull();
    expect(costing(35, 350, 3500)).toBeCloseTo(1);
    expect(costing(35, 35, 35)).toBeCloseTo(0);
  });
});

describe('quantiles', () => {
  test('are values that were measured', () => {
    const values = [5, 1, 4, 2, 3];
    expect(median(values)).toBe(3);
    expect(quantile(values, 0.95)).toBe(5);
    expect(quantile(values, 0)).toBe(1);
    expect(quantile([], 0.5)).toBeNaN();
  });

  test('of a hundred values leave one above the 99th', () => {
    const values = Array.from({ length: 100 }, (_, n) => n + 1);
    expect(quantile(values, 0.99)).toBe(99);
  });
});

describe('apportioning', () => {
  test('gives away everything in proportion', () => {
    expect(apportion(100, [1, 2, 1])).toEqual([25, 50, 25]);
    const shares = apportion(3000, [1, 3, 7, 7, 5, 2, 0]);
    expect(shares.reduce((all, one) => all + one, 0)).toBe(3000);
    expect(shares.at(-1)).toBe(0);
  });
});
