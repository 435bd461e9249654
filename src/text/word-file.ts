import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { AppError } from '../errors.ts';

/**
 * The words of one language from their file, `<directory>/<language>.json`.
 * @param kind how the file is called in a complaint: `replies`, `quality`
 * @throws AppError template-failed naming the file and its first wrong places
 */
export function readWordFile<T extends z.ZodType>(
  directory: string,
  kind: string,
  language: string,
  schema: T,
): z.infer<T> {
  const name = `${kind}/${language}.json`;
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(`${directory}/${language}.json`, 'utf8'));
  } catch (cause) {
    throw new AppError('template-failed', `Make ${name} readable JSON.`, { cause });
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new AppError('template-failed', `Correct ${name}: ${places.slice(0, 5).join('; ')}.`);
}
