/** Compiled texts of portals: the ones used last stay, so that memory does not grow with the number of portals. */
import { AppError } from '../errors.ts';
import type { Template } from './template.ts';
import type { TemplateEntry } from './template-entries.ts';
import { compileEntry } from './template-entries.ts';

/** Two portals with the same words share one. */
const MOST_COMPILED = 400;

export interface TemplateCache {
  /** null: the text may not be used (any more). Checked and compiled at first use. */
  compiled(entry: TemplateEntry, language: 'ru' | 'en', text: string): Template | null;
  /** How many are held now. */
  size(): number;
}

export function createTemplateCache(most = MOST_COMPILED): TemplateCache {
  const known = new Map<string, Template | null>();
  return {
    compiled(entry, language, text) {
      const key = `${language}/${entry.name}\n${text}`;
      const found = known.get(key);
      const template = found === undefined ? compile(entry, language, text) : found;
      // Set anew, so that the map's order is by last use and the first one is the one to forget.
      known.delete(key);
      known.set(key, template);
      if (known.size > most) known.delete(known.keys().next().value ?? '');
      return template;
    },
    size: () => known.size,
  };
}

function compile(entry: TemplateEntry, language: 'ru' | 'en', text: string): Template | null {
  if (entry.problems(text, language).length > 0) return null;
  try {
    return compileEntry(entry, language, text);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
