/**
 * `npm run chaos -- --seeds 500 --from 1 [--minutes 60] [--faults name-part] [--without name-part]… [--verbose]`: plays
 * seeded days of a support desk over the real service while things break, and compares the end with the ideal.
 * `--seed 17` replays one with everything told.
 */
import { parseArgs } from 'node:util';
import { fromCommandLine, positiveWhole } from '../../support/from-command-line.ts';
import { ALL_FAULTS } from './all-faults.ts';
import type { Fault } from './fault.ts';
import { planLines } from './plan.ts';
import type { SeedResult } from './play-seed.ts';
import { runSeeds } from './run-seeds.ts';
import type { World } from './world.ts';

const USAGE = `npm run chaos -- [options]   seeded days of a support desk while things break
  --seeds 20             how many
  --from 1               the first of them
  --seed 17              this one alone, with everything told
  --minutes 60           begins no more seeds after them
  --faults name-part     only faults named so
  --without name-part    no faults named so; may be given several times
  --verbose              tells everything
Ends with 1 when a seed did not end as it has to. Faults: docs/CHAOS.md.`;

function faultsNamed(part: string, without: readonly string[]): readonly Fault[] {
  const found = ALL_FAULTS.filter(
    ({ name }) => name.includes(part) && !without.some((one) => name.includes(one)),
  );
  if (found.length > 0) return found;
  throw new Error(
    `no fault is named ${part}; there are: ${ALL_FAULTS.map((f) => f.name).join(', ')}`,
  );
}

/** One row per fault: seeds it was played in, and how many of those went wrong. */
function table(results: readonly SeedResult[], faults: readonly Fault[]): string {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const rowOf = (name: string, of: readonly SeedResult[]): string =>
    row([name, of.length, of.filter(({ wrong }) => wrong.length > 0).length]);
  return [
    row(['fault', 'seeds', 'wrong']),
    row(['---', '--:', '--:']),
    // One that is drawn from two places is one row.
    ...[...new Set(faults.map(({ name }) => name))].map((name) =>
      rowOf(
        name,
        results.filter((result) => result.faults.includes(name)),
      ),
    ),
    rowOf('all', results),
  ].join('\n');
}

function wishOf() {
  const { values: asked } = parseArgs({
    options: {
      seeds: { type: 'string', default: '20' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      minutes: { type: 'string', default: '60' },
      faults: { type: 'string', default: '' },
      without: { type: 'string', multiple: true, default: [] },
      verbose: { type: 'boolean', default: false },
    },
  });
  const first = positiveWhole(asked.from, 'from');
  const count = positiveWhole(asked.seeds, 'seeds');
  const alone = asked.seed === undefined ? null : positiveWhole(asked.seed, 'seed');
  return {
    values: asked,
    only: alone,
    seeds: alone === null ? Array.from({ length: count }, (_, index) => first + index) : [alone],
    faults: faultsNamed(asked.faults, asked.without),
    limitMs: positiveWhole(asked.minutes, 'minutes') * 60_000,
  };
}

const { values, only, seeds, faults, limitMs } = fromCommandLine(USAGE, wishOf);
const tellsAll = values.verbose || only !== null;
const LOG_LINES = 40;

function tell({ seed, wrong, tookMs }: SeedResult, { web, workers }: World): void {
  const verdict = wrong.length === 0 ? 'as it has to be' : 'WRONG';
  console.log(`seed ${seed}: ${verdict}, ${(tookMs / 1000).toFixed(1)} s`);
  for (const what of wrong) console.log(`  wrong: ${what}`);
  if (wrong.length === 0) return;
  if (tellsAll)
    for (const { name, log } of [web, ...workers])
      for (const line of log.slice(-LOG_LINES)) console.log(`  ${name}: ${line}`);
  const filter = [
    ...(values.faults === '' ? [] : [` --faults "${values.faults}"`]),
    ...values.without.map((one) => ` --without "${one}"`),
  ].join('');
  console.log(`  replay: npm run chaos -- --seed ${seed}${filter}`);
}

// An interrupted run ends its seed and cleans up: no process and no directory stays behind.
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort());
const results = await runSeeds({
  seeds,
  faults,
  signal: abort.signal,
  limitMs,
  onPlan(plan) {
    if (tellsAll) console.log(planLines(plan).join('\n'));
  },
  onNote(note) {
    if (tellsAll) console.log(`  ${note}`);
  },
  onSeed: tell,
});
console.log(`\n${table(results, faults)}`);
const wrong = results.filter((result) => result.wrong.length > 0);
const tookMs = results.reduce((sum, result) => sum + result.tookMs, 0);
const each = results.length === 0 ? 0 : tookMs / results.length / 1000;
console.log(`\n${results.length} seeds, ${wrong.length} wrong, ${each.toFixed(1)} s each.`);
if (results.length < seeds.length) console.log(`Ended early, after ${results.length} seeds.`);
process.exitCode = wrong.length > 0 || results.length < seeds.length ? 1 : 0;
// Whatever a killed world left open keeps nobody waiting.
process.exit();
