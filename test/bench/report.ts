/** One table of what was measured, for the terminal and for docs/BENCHMARKS.md. */
import { cpus, loadavg, totalmem } from 'node:os';
import { spawnSync } from 'node:child_process';

export interface Row {
  readonly what: string;
  /** What DESIGN asks for, in words; empty where nothing is asked. */
  readonly figure: string;
  readonly ours: string;
  readonly naive: string;
  /** ours : naive. */
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

const HEAD = ['What', 'Figure', 'Ours', 'Naive', 'Ours : naive', 'Reached'] as const;

const cellsOf = (row: Row): readonly string[] => [
  row.what,
  row.figure === '' ? '–' : row.figure,
  row.ours,
  row.naive === '' ? '–' : row.naive,
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

export function notesOf(sections: readonly Section[]): string {
  return sections
    .map(({ name, notes }) => [`### ${name}`, '', ...notes.map((note) => `- ${note}`)].join('\n'))
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
  /** Processes that wanted a core when the run began: other work on the machine slows every time down. */
  readonly load: number;
}

export function machine(): Machine {
  const redis = spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout;
  return {
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    redis: /v=(\S+)/.exec(redis)?.[1] ?? 'unknown',
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

export interface Run {
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly sections: readonly Section[];
}

export function document({ command, date, machine: on, sections }: Run): string {
  return `# Benchmarks

Written by \`${command}\` on ${date}; run it to write this page anew.

Machine: ${on.cores} cores, ${on.memoryGb} GB of memory, Node ${on.node}, Redis ${on.redis}; load average ${on.load} when the run began.
Requests are counted by the sandbox portal, whose request rate and operating limits are those of the platform (a bucket of 50
that drains 2 per second). App, portal and load share the machine, so that times are upper bounds.
The naive gate (\`test/bench/naive\`) has one job and one read per event, and one request per write.

${table(sections)}

## Figures not reached

${missedOf(sections)}

## How it was measured

${notesOf(sections)}
`;
}
