/**
 * `npm run bench`: measures the figures the design asks for, each part in a process of its own, prints one table and writes
 * docs/BENCHMARKS.md; rows of parts that were not run stay as they were, with their date. A missed figure is a result; a part that
 * malfunctions is named, the others are written, and the code is not zero.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import type { Part, PartMessage } from './part.ts';
import { PARTS } from './parts.ts';
import { document, loadNow, machine, missedOf, notesOf, table } from './report.ts';
import { mergeResults, readResults, saveResults } from './results.ts';
import type { Result } from './results.ts';

const LONGEST_MS = 40 * 60_000;
const PAGE = fileURLToPath(new URL('../../docs/BENCHMARKS.md', import.meta.url));
const PART_SCRIPT = fileURLToPath(new URL('./run-part.ts', import.meta.url));
const HELP = `npm run bench -- [--only <part>,<part>] [--size <tickets of the large storm>] [--dry] [--profile <folder>]

--dry writes nothing; --profile keeps a processor profile of each part's process.
Parts (those marked * only when they are named):
${PARTS.map(({ name, about, byDefault }) => `  ${byDefault ? ' ' : '*'} ${name.padEnd(12)} ${about}`).join('\n')}`;

interface Wanted {
  readonly parts: readonly Part[];
  readonly size: string;
  readonly profile: string | null;
  readonly dry: boolean;
  readonly command: string;
}

/** null: only help is wanted. */
function readArgs(): Wanted | null {
  const args = process.argv.slice(2);
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      size: { type: 'string' },
      profile: { type: 'string' },
      dry: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const only = values.only?.split(',').map((name) => name.trim());
  const unknown = only?.filter((name) => !PARTS.some((part) => part.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}.\n\n${HELP}`);
  if (values.size !== undefined && !/^[1-9]\d*$/.test(values.size)) throw new Error(HELP);
  if (values.help) return null;
  return {
    parts: PARTS.filter((part) => only?.includes(part.name) ?? part.byDefault),
    size: values.size ?? '-',
    profile: values.profile ?? null,
    dry: values.dry ?? false,
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
  };
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const children = new Set<ChildProcess>();

/** null when the part malfunctions. */
async function runPart(part: Part, wanted: Wanted): Promise<Result | null> {
  say(`measuring: ${part.name} …`);
  const startedAt = performance.now();
  const before = loadNow();
  const message = await measured(part, wanted);
  const seconds = (performance.now() - startedAt) / 1000;
  if (message.kind === 'failed') {
    say(`NOT MEASURED: ${part.name}: ${message.why}`);
    return null;
  }
  const { section } = message;
  say(`${table([section])}\n(${part.name}: ${seconds.toFixed(0)} s)`);
  const date = new Date().toISOString().slice(0, 10);
  return {
    part: part.name,
    date,
    command: wanted.command,
    load: [before, loadNow()],
    seconds,
    section,
  };
}

function measured(part: Part, { size, profile }: Wanted): Promise<PartMessage> {
  const profiling = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = fork(PART_SCRIPT, [part.name, size], {
    execArgv: ['--expose-gc', '--import', 'tsx', ...profiling],
  });
  children.add(child);
  return new Promise((resolve) => {
    let message: PartMessage = { kind: 'failed', why: 'its process ended without a result' };
    const tooLong = setTimeout(() => child.kill('SIGTERM'), LONGEST_MS);
    child.on('message', (sent) => (message = sent as PartMessage));
    child.on('exit', () => {
      clearTimeout(tooLong);
      children.delete(child);
      resolve(message);
    });
  });
}

/** Leaves nothing behind when it is broken off. */
function endCleanly(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const child of children) child.kill('SIGTERM');
      setTimeout(() => process.exit(1), 3000).unref();
      process.exitCode = 1;
    });
  }
}

/** What measures time runs alone; what waits for the portal's limits runs beside each other, at the end. */
async function runAll(wanted: Wanted): Promise<readonly (Result | null)[]> {
  const results: (Result | null)[] = [];
  for (const part of wanted.parts.filter(({ waits }) => !waits)) {
    if (process.exitCode !== 1) results.push(await runPart(part, wanted));
  }
  const waiting = wanted.parts.filter(({ waits }) => waits);
  return [...results, ...(await Promise.all(waiting.map((part) => runPart(part, wanted))))];
}

async function main(wanted: Wanted): Promise<void> {
  endCleanly();
  const startedAt = performance.now();
  const found = await runAll(wanted);
  const news = found.filter((one) => one !== null);
  const order = PARTS.map(({ name }) => name);
  const fresh = mergeResults([], news, order);
  const sections = fresh.map(({ section }) => section);
  console.log(`${table(sections)}\n\n${missedOf(sections)}\n\n${notesOf(fresh)}`);
  say(`${Math.round((performance.now() - startedAt) / 1000)} s altogether`);
  if (news.length < found.length) process.exitCode = 1;
  if (wanted.dry || news.length === 0) return;
  const results = mergeResults(await readResults(), news, order);
  await saveResults(results);
  const date = new Date().toISOString().slice(0, 10);
  const text = document({ command: wanted.command, date, machine: machine(), results });
  await writeFile(PAGE, await format(text, { parser: 'markdown', printWidth: 100 }));
  say('written: docs/BENCHMARKS.md, docs/benchmarks.json');
}

const wanted = readArgs();
if (wanted === null) console.log(HELP);
else await main(wanted);
