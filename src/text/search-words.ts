/** The word lists of the search, from the locale: both languages at once, for tickets mix them. */
import type { SearchRules } from '../core/similar/search-words.ts';
import lists from './locale/search-words.json' with { type: 'json' };

/** Shorter stems fall together with too much else. */
const MIN_STEM = 3;

export function bundledSearchRules(): SearchRules {
  const { ru, en } = lists;
  const sameAs = Object.entries(ru.sameAs).flatMap(([stem, others]) =>
    others.map((other) => [other, stem] as const),
  );
  return {
    stopWords: new Set([...ru.stopWords, ...en.stopWords]),
    endings: [...ru.endings, ...en.endings].toSorted((a, b) => b.length - a.length),
    minStem: MIN_STEM,
    sameAs: new Map(sameAs),
  };
}
