/** What was measured last of every part: kept beside the page, so that a run of some parts leaves the others' rows standing. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { z } from 'zod';
import type { Section } from './report.ts';

const row = z.object({
  what: z.string(),
  figure: z.string(),
  ours: z.string(),
  beside: z.string(),
  ratio: z.string(),
  reached: z.boolean().nullable(),
});
const result = z.object({
  part: z.string(),
  /** YYYY-MM-DD. */
  date: z.string(),
  command: z.string(),
  /** Load average when the part began and when it ended. */
  load: z.tuple([z.number(), z.number()]),
  seconds: z.number(),
  section: z.object({
    name: z.string(),
    rows: z.array(row),
    notes: z.array(z.string()),
    missed: z.array(z.string()),
  }),
});

export interface Result {
  readonly part: string;
  readonly date: string;
  readonly command: string;
  readonly load: readonly [number, number];
  readonly seconds: number;
  readonly section: Section;
}

const FILE = fileURLToPath(new URL('../../docs/benchmarks.json', import.meta.url));

export async function readResults(): Promise<readonly Result[]> {
  const text = await readFile(FILE, 'utf8').catch(() => '[]');
  return z.array(result).parse(JSON.parse(text));
}

/** New results take the place of older ones of the same part; the order is that of `order`, parts that are gone are dropped. */
export function mergeResults(
  old: readonly Result[],
  news: readonly Result[],
  order: readonly string[],
): readonly Result[] {
  return order.flatMap((part) => {
    const found = [...old, ...news].findLast((one) => one.part === part);
    return found ? [found] : [];
  });
}

export async function saveResults(results: readonly Result[]): Promise<void> {
  await writeFile(FILE, await format(JSON.stringify(results), { parser: 'json', printWidth: 100 }));
}
