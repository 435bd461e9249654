/** The labelled sets of test/fixtures: what clients write, and what it is. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const contradictionSchema = z.object({
  id: z.number(),
  text: z.string(),
  contradicts: z.boolean(),
  'held-out': z.boolean().default(false),
  /** No rule was changed after this sample was first read. */
  untouched: z.boolean().default(false),
});

const replySchema = z.object({
  id: z.number(),
  kind: z.enum(['auto-reply', 'bounce', 'echo', 'thanks-confirms', 'problem', 'question', 'other']),
  channel: z.enum(['email', 'chat', 'page']),
  subject: z.string(),
  text: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  fromAddress: z.string().default(''),
  context: z
    .object({ ownAddresses: z.array(z.string()), sentTexts: z.array(z.string()) })
    .default({ ownAddresses: [], sentTexts: [] }),
  'held-out': z.boolean().default(false),
});

export type ReplySample = z.infer<typeof replySchema>;
export type ContradictionSample = z.infer<typeof contradictionSchema>;

function linesOf(name: string): readonly unknown[] {
  const file = new URL(`../fixtures/${name}.jsonl`, import.meta.url);
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

export function replySamples(language: 'ru' | 'en'): readonly ReplySample[] {
  return linesOf(`replies/${language}`).map((line) => replySchema.parse(line));
}

export function contradictionSamples(language: 'ru' | 'en' = 'ru'): readonly ContradictionSample[] {
  return linesOf(`contradictions/${language}`).map((line) => contradictionSchema.parse(line));
}
