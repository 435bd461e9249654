/** A short form of the chaos run: `npm run chaos` is the long one, `npm run chaos -- --seed 17` replays one. */
import { expect, it } from '@jest/globals';
import { describeWithRedis } from '../../support/redis-server.ts';
import { EVENT_FAULTS } from './faults-events.ts';
import { GRANT_FAULTS } from './faults-grants.ts';
import { PORTAL_FAULTS } from './faults-portal.ts';
import { PROCESS_FAULTS } from './faults-process.ts';
import { planLines } from './plan.ts';
import { runSeeds } from './run-seeds.ts';

/** Of every kind that ends soon. */
const FAULTS = [
  ...EVENT_FAULTS,
  ...PORTAL_FAULTS,
  ...GRANT_FAULTS,
  ...PROCESS_FAULTS.filter(({ name }) => name === 'worker killed'),
];

describeWithRedis('a day of a support desk while things break', () => {
  it('ends as if nothing had been broken', async () => {
    const plans: string[] = [];
    const results = await runSeeds({
      seeds: [2, 8, 13, 15],
      faults: FAULTS,
      signal: new AbortController().signal,
      limitMs: 200_000,
      onPlan: (plan) => plans.push(...planLines(plan)),
    });

    const wrong = results.filter((result) => result.wrong.length > 0);
    expect(wrong.length === 0 ? [] : [...plans, ...wrong.flatMap((one) => one.wrong)]).toEqual([]);
    expect(results).toHaveLength(4);
  }, 300_000);
});
