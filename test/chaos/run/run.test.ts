/** A short form of the chaos run: `npm run chaos` is the long one, `npm run chaos -- --seed 8` replays one. */
import { expect, it } from '@jest/globals';
import { describeWithRedis } from '../../support/redis-server.ts';
import { ALL_FAULTS } from './all-faults.ts';
import { planLines, planOf } from './plan.ts';
import { runSeeds } from './run-seeds.ts';

/** Of the first ones that draw no earlier version (a shallow clone has none), those that together draw all of `KINDS`. */
const SEEDS = [8, 9, 46, 49];
const PLANS = SEEDS.map((seed) => planOf(seed, ALL_FAULTS));

/** What a run has to break, so that a change of what is drawn does not make it thin unnoticed. */
const KINDS: Readonly<Record<string, RegExp>> = {
  'a process killed at any moment': /^(?:worker|web|both workers|every process) killed$/,
  'a process killed at a step of its work': /^killed: /,
  'events lost, doubled, out of order or late': /^events /,
  'Redis restarted or killed': /^redis (?:restarted|killed)$/,
  'Redis emptied': /^redis emptied/,
  'a clock that jumps': /^clocks? of /,
  'refusals of the portal': /^portal (?:answers|says) /,
};

const kindsWithout = (faults: readonly string[]): readonly string[] =>
  Object.entries(KINDS).flatMap(([kind, shape]) =>
    faults.some((name) => shape.test(name)) ? [] : [kind],
  );

it('the seeds of the short chaos run draw every kind of fault, in both worlds', () => {
  const faults = PLANS.flatMap((plan) => plan.faults.map(({ fault }) => fault.name));

  expect(kindsWithout(faults)).toEqual([]);
  expect([...new Set(PLANS.map(({ kind }) => kind))].sort()).toEqual(['installed', 'webhook']);
});

describeWithRedis('a day of a support desk while things break', () => {
  it('ends as if nothing had been broken', async () => {
    const results = await runSeeds({
      seeds: SEEDS,
      faults: ALL_FAULTS,
      signal: new AbortController().signal,
      limitMs: 200_000,
    });

    const wrong = results.filter((result) => result.wrong.length > 0);
    const told = PLANS.filter(({ seed }) => wrong.some((one) => one.seed === seed));
    expect([...told.flatMap(planLines), ...wrong.flatMap((one) => one.wrong)]).toEqual([]);
    expect(results).toHaveLength(SEEDS.length);
    // Not only planned.
    const begun = results.flatMap(({ notes }) =>
      notes.flatMap((note) => /begins: (.+)$/.exec(note)?.[1] ?? []),
    );
    expect(kindsWithout(begun)).toEqual([]);
  }, 300_000);
});
