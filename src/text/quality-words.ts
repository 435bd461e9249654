/** The words of templates/quality, both languages together: a Russian ticket says "test" and "done" as well. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { TextWords } from '../core/text-quality.ts';
import { readWordFile } from './word-file.ts';

const LANGUAGES = ['ru', 'en'] as const;
const BUNDLED = fileURLToPath(new URL('../../templates/quality/', import.meta.url));

/** As the texts are read: small letters, one space between words, `*` only at a word's end. */
const entry = z
  .string()
  .max(60)
  .regex(/^[\p{Ll}\p{Lo}\p{N}]+\*?(?: [\p{Ll}\p{Lo}\p{N}]+\*?)*$/u, 'small letters, `*` at the end')
  .refine((word) => !word.includes('\u0451'), 'write the letter without its two dots');
const words = z.array(entry).min(1).max(400);
const fileSchema = z.strictObject({
  stopWords: words,
  emptyDeeds: words,
  emptyCauses: words,
  placeholders: words,
  references: words,
  notApplicable: words,
  connectors: words,
  vowels: z.string().min(1).max(40),
});

/** Throws template-failed naming the list and the entry that is wrong. */
export function readQualityWords(directory: string): TextWords {
  const [ru, en] = LANGUAGES.map((language) =>
    readWordFile(directory, 'quality', language, fileSchema),
  );
  if (!ru || !en) throw new TypeError('both languages are read');
  return {
    stopWords: [...ru.stopWords, ...en.stopWords],
    emptyDeeds: [...ru.emptyDeeds, ...en.emptyDeeds],
    emptyCauses: [...ru.emptyCauses, ...en.emptyCauses],
    placeholders: [...ru.placeholders, ...en.placeholders],
    references: [...ru.references, ...en.references],
    notApplicable: [...ru.notApplicable, ...en.notApplicable],
    connectors: [...ru.connectors, ...en.connectors],
    vowels: `${ru.vowels}${en.vowels}`,
  };
}

let bundled: TextWords | undefined;

/** The words that come with the app, read on first use. */
export function bundledQualityWords(): TextWords {
  bundled ??= readQualityWords(BUNDLED);
  return bundled;
}
