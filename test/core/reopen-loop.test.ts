import { describe, expect, test } from '@jest/globals';
import { robotsSilentUntil } from '../../src/core/reopen-loop.ts';

const DAY = 24 * 60 * 60_000;
const days = (...at: number[]): number[] => at.map((day) => day * DAY);

describe('special-mistake: robots are silent', () => {
  test.each<[string, number[], number, number | null]>([
    ['not after two reopenings', days(0, 1), 1, null],
    ['after the third within a week, for a week from the first', days(0, 1, 2), 2, 7],
    ['to the last moment of that week', days(0, 1, 2), 6.999, 7],
    ['no longer when the week has passed', days(0, 1, 2), 7, null],
    ['not when the three took longer than a week', days(0, 1, 7), 7, null],
    ['anew with a fourth', days(0, 1, 2, 3), 3, 8],
    ['whatever order they are remembered in', days(2, 0, 1), 2, 7],
  ])('%s', (_name, times, now, until) => {
    expect(robotsSilentUntil(times, now * DAY)).toBe(until === null ? null : until * DAY);
  });
});
