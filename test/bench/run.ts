/**
 * `npm run bench`: measures the figures the design asks for, prints one table and writes docs/BENCHMARKS.md.
 * `-- --only storm,idle,acks,rest,reading,page,panel,portals` runs some and writes nothing; `-- --size 10000` adds a storm of that size.
 * A missed figure is a result; only a malfunction ends with a non-zero code.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import { ackSection } from './sections/ack-section.ts';
import { idleSection } from './sections/idle-section.ts';
import { panelSection } from './sections/panel-section.ts';
import { pageSection } from './sections/page-section.ts';
import { portalsSection } from './sections/portals-section.ts';
import { readingSection } from './sections/reading-section.ts';
import { reportSection } from './sections/report-section.ts';
import { restSection } from './sections/rest-section.ts';
import { stormSection } from './sections/storm-section.ts';
import { document, machine, missedOf, notesOf, table } from './report.ts';
import type { Section } from './report.ts';

const PARTS = [
  'storm',
  'idle',
  'rest',
  'acks',
  'reading',
  'report',
  'page',
  'panel',
  'portals',
] as const;
const USUAL_STORM = 1000;
const LONGEST_MS = 45 * 60_000;
const PAGE = fileURLToPath(new URL('../../docs/BENCHMARKS.md', import.meta.url));

interface Wanted {
  readonly parts: readonly (typeof PARTS)[number][];
  readonly sizes: readonly number[];
  readonly whole: boolean;
  readonly command: string;
}

function readArgs(): Wanted {
  const args = process.argv.slice(2);
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string' }, size: { type: 'string' } },
  });
  const only = values.only?.split(',').map((name) => name.trim());
  const unknown = only?.filter((name) => !PARTS.some((part) => part === name)) ?? [];
  const size = Number(values.size ?? USUAL_STORM);
  if (unknown.length > 0 || !Number.isInteger(size) || size < 1) {
    throw new Error(`Usage: npm run bench -- [--only ${PARTS.join(',')}] [--size <tickets>]`);
  }
  return {
    parts: PARTS.filter((part) => only?.includes(part) ?? true),
    sizes: size > USUAL_STORM ? [USUAL_STORM, size] : [size],
    whole: only === undefined && size >= USUAL_STORM,
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
  };
}

let running: TestRedis | null = null;

/** Every measurement has a Redis of its own, so that none inherits another's budget. */
async function withRedis(measure: (redisUrl: string) => Promise<Section>): Promise<Section> {
  const redis = await startTestRedis();
  running = redis;
  try {
    return await measure(redis.url);
  } finally {
    running = null;
    await redis.remove();
  }
}

/** Leaves nothing behind when it is broken off, and breaks off by itself what does not end. */
function endCleanly(): void {
  const end = (code: number) => (): void => {
    const left = running?.remove() ?? Promise.resolve();
    void left.finally(() => process.exit(code));
  };
  process.once('SIGINT', end(130));
  process.once('SIGTERM', end(143));
  setTimeout(end(1), LONGEST_MS).unref();
}

/** What is measured without a Redis. */
const ALONE = { page: pageSection, panel: panelSection, reading: readingSection } as const;

async function aloneSection(part: string): Promise<Section> {
  if (part === 'page' || part === 'panel') return ALONE[part]();
  return ALONE.reading();
}

async function main(): Promise<void> {
  const wanted = readArgs();
  endCleanly();
  const on = machine();
  const sections: Section[] = [];
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  for (const part of wanted.parts) {
    say(`measuring: ${part} …`);
    if (part === 'storm') {
      for (const size of wanted.sizes) {
        say(`  ${size} tickets`);
        sections.push(await withRedis((url) => stormSection(url, size)));
      }
    }
    if (part === 'idle') sections.push(await withRedis(idleSection));
    if (part === 'rest') sections.push(await withRedis(restSection));
    if (part === 'acks') sections.push(await withRedis(ackSection));
    if (part === 'report') sections.push(await withRedis(reportSection));
    if (part === 'portals') sections.push(await withRedis(portalsSection));
    if (part in ALONE) sections.push(await aloneSection(part));
  }
  console.log(`${table(sections)}\n\n${missedOf(sections)}\n\n${notesOf(sections)}`);
  if (!wanted.whole) return;
  const date = new Date().toISOString().slice(0, 10);
  const text = document({ command: wanted.command, date, machine: on, sections });
  const style = { parser: 'markdown', printWidth: 100 };
  await writeFile(PAGE, await format(text, style));
  say(`written: docs/BENCHMARKS.md (${(await readFile(PAGE, 'utf8')).length} characters)`);
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
