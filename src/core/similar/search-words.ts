/** Words as the search compares them: lower case, no stop words, endings off. The word lists are data of the locale. */

export interface SearchRules {
  /** Words that say nothing about what a text is about. */
  readonly stopWords: ReadonlySet<string>;
  /** Endings by length, the longest first; cut once, at least `minStem` letters stay. */
  readonly endings: readonly string[];
  readonly minStem: number;
  /** Stem → the stem it counts as: two words for one thing. */
  readonly sameAs: ReadonlyMap<string, string>;
}

const WORD = /[\p{L}\p{N}]+(?:[.-]\p{N}+)*/gu;

/** Light stemming: endings of inflection only, so that different words seldom fall together. */
export function stemOf(word: string, { endings, minStem, sameAs }: SearchRules): string {
  const known = sameAs.get(word);
  if (known !== undefined) return known;
  const ending = /\p{N}/u.test(word)
    ? undefined
    : endings.find((one) => word.length - one.length >= minStem && word.endsWith(one));
  const stem = ending === undefined ? word : word.slice(0, word.length - ending.length);
  return sameAs.get(stem) ?? stem;
}

/** One letter for the two spellings that people mix; written by code point, as sources hold no Cyrillic. */
const YO = /\u0451/gu;
const YE = '\u0435';

export function searchWords(text: string, rules: SearchRules): readonly string[] {
  const words = text.toLowerCase().replaceAll(YO, YE).match(WORD) ?? [];
  return words
    .filter((word) => word.length > 1 && !rules.stopWords.has(word))
    .map((word) => stemOf(word, rules));
}

/**
 * Beginnings of the text's different words, for a search that compares beginnings; the longest words first, because they
 * say most.
 */
export function wordBeginnings(text: string, rules: SearchRules): readonly string[] {
  const plain = { ...rules, sameAs: new Map<string, string>() };
  const stems = new Set(searchWords(text, plain).filter((word) => word.length >= 3));
  return [...stems].toSorted((a, b) => b.length - a.length);
}
