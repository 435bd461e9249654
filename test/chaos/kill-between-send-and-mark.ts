/**
 * `npm run chaos:kills -- --rounds 200 --seed 1`: kills the worker with -9 at every step of a client message and counts
 * what reaches the clients. `--only "during send"` takes the kill points of that name. Ends with a non-zero code when a message was lost or came twice.
 */
import { parseArgs } from 'node:util';
import { fromCommandLine, positiveWhole } from '../support/from-command-line.ts';
import { runRounds } from './run-rounds.ts';
import type { RoundResult } from './run-rounds.ts';

const LIMIT_MS = 40 * 60_000;

/** One row per kill point. */
function table(results: readonly RoundResult[]): string {
  const names = [...new Set(results.map(({ point }) => point))].sort();
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const count = (rows: readonly RoundResult[], verdict: RoundResult['verdict']): number =>
    rows.filter((result) => result.verdict === verdict).length;
  const line = (name: string, rows: readonly RoundResult[]): string =>
    row([
      name,
      rows.length,
      rows.filter(({ reached }) => reached).length,
      count(rows, 'once'),
      count(rows, 'duplicate'),
      count(rows, 'lost'),
      count(rows, 'stuck') + count(rows, 'not-prepared'),
    ]);
  return [
    row(['kill point', 'rounds', 'killed there', 'exactly once', 'duplicate', 'lost', 'stuck']),
    row(['---', '--:', '--:', '--:', '--:', '--:', '--:']),
    ...names.map((name) =>
      line(
        name,
        results.filter(({ point }) => point === name),
      ),
    ),
    line('all', results),
  ].join('\n');
}

const USAGE = `npm run chaos:kills -- [options]   kills the worker at every step of a client message
  --rounds 200          how many messages
  --seed 1              of the rounds
  --only "during send"  kill points of that name alone
  --verbose             the worker's words of each round
Ends with 1 when a message was lost or came twice.`;

const { values, rounds, seed } = fromCommandLine(USAGE, () => {
  const asked = parseArgs({
    options: {
      rounds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  }).values;
  return {
    values: asked,
    rounds: positiveWhole(asked.rounds, 'rounds'),
    seed: positiveWhole(asked.seed, 'seed'),
  };
});
// An interrupted run ends its round and cleans up: no process and no directory stays behind.
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort());
const results = await runRounds({
  rounds,
  signal: abort.signal,
  only: values.only,
  seed,
  limitMs: LIMIT_MS,
  onRound({ point, kind, channel, reached, verdict, received, tookMs, log }, index) {
    const where = reached ? '' : ' (did not come to the point)';
    const told = [`${index}/${rounds}`, kind, channel, `killed ${point}${where}:`, verdict];
    console.log(`${told.join(' ')} [${received.join(' ')}] ${(tookMs / 1000).toFixed(1)} s`);
    if (values.verbose && log.length > 0) console.log(log.map((line) => `    ${line}`).join('\n'));
  },
});
console.log(`\n${table(results)}`);
const wrong = results.filter(({ verdict }) => verdict !== 'once').length;
if (results.length < rounds) console.log(`\nEnded early, after ${results.length} rounds.`);
process.exitCode = wrong > 0 || results.length < rounds ? 1 : 0;
