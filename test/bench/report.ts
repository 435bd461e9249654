/** One table of what was measured, for the terminal and for docs/BENCHMARKS.md. */
import { cpus, loadavg, totalmem } from 'node:os';
import { spawnSync } from 'node:child_process';
import type { Result } from './results.ts';

export interface Row {
  readonly what: string;
  /** What DESIGN asks for, in words; empty where nothing is asked. */
  readonly figure: string;
  readonly ours: string;
  /** What it is compared with, measured or reckoned in the same run: the naive gate, the bound, a bare server; empty where nothing is. */
  readonly beside: string;
  /** ours : beside. */
  readonly ratio: string;
  /** null where there is no figure. */
  readonly reached: boolean | null;
}

export interface Section {
  readonly name: string;
  readonly rows: readonly Row[];
  /** How it was measured and what the numbers consist of. */
  readonly notes: readonly string[];
  /** One sentence for each figure that was missed, with the measured reason. */
  readonly missed: readonly string[];
}

const HEAD = ['What', 'Figure', 'Ours', 'Beside it', 'Ours : beside', 'Reached'] as const;

const cellsOf = (row: Row): readonly string[] => [
  row.what,
  row.figure === '' ? '–' : row.figure,
  row.ours,
  row.beside === '' ? '–' : row.beside,
  row.ratio === '' ? '–' : row.ratio,
  row.reached === null ? '–' : row.reached ? 'yes' : 'no',
];

/** Both the terminal and Markdown read it well. */
export function table(sections: readonly Section[]): string {
  const rows = sections.flatMap(({ rows: own }) => own.map(cellsOf));
  const widths = HEAD.map((head, n) =>
    Math.max(head.length, ...rows.map((r) => (r[n] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(HEAD), rule, ...rows.map(line)].join('\n');
}

export function notesOf(results: readonly Result[]): string {
  return results
    .map(({ section, part, date, load, seconds }) => {
      const when = `Measured on ${date} in ${Math.round(seconds)} s, load average ${load[0]} before and ${load[1]} after (\`--only ${part}\`).`;
      return [`### ${section.name}`, '', ...[...section.notes, when].map((n) => `- ${n}`)].join(
        '\n',
      );
    })
    .join('\n\n');
}

export function missedOf(sections: readonly Section[]): string {
  const missed = sections.flatMap((section) => section.missed);
  return missed.length === 0
    ? 'Every figure was reached.'
    : missed.map((sentence) => `- ${sentence}`).join('\n');
}

export interface Machine {
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly redis: string;
}

export function machine(): Machine {
  const redis = spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout;
  return {
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    redis: /v=(\S+)/.exec(redis)?.[1] ?? 'unknown',
  };
}

/** Processes that wanted a core in the last minute: other work on the machine slows every time down. */
export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

export interface Run {
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly results: readonly Result[];
}

/** Rows that this run did not measure say so. */
function dated({ section, date, command }: Result, run: Run): Section {
  if (date === run.date && command === run.command) return section;
  const rows = section.rows.map((row) => ({ ...row, what: `${row.what} (${date})` }));
  return { ...section, rows };
}

export function document(run: Run): string {
  const { command, date, machine: on, results } = run;
  const others = results.filter((one) => one.command !== command || one.date !== date);
  const kept =
    others.length === 0
      ? ''
      : `\nRows that carry a date stand from an earlier run: ${others.map(({ part, command: by }) => `${part} from \`${by}\``).join(', ')}.\n`;
  return `# Benchmarks

Written by \`${command}\` on ${date}; run \`npm run bench\` to write this page anew (\`npm run bench -- --help\` names the parts).

Machine: ${on.cores} cores, ${on.memoryGb} GB of memory, Node ${on.node}, Redis ${on.redis}.
Requests are counted by the sandbox portal, whose request rate and operating limits are those of the platform (a bucket of 50
that drains 2 per second). App, portal and load share the machine, so that times are upper bounds; the load average stands with each part.
The naive gate (\`test/bench/naive\`) has one job and one read per event, and one request per write. A bound is what the platform's own
limits force, reckoned beside the measurement.
${kept}
${table(results.map((one) => dated(one, run)))}

## Figures not reached

${missedOf(results.map(({ section }) => section))}

## How it was measured

${notesOf(results)}
`;
}
