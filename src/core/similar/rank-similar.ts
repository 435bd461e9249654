/** Ranks texts by likeness to a query: BM25 over weighted fields (Robertson and Zaragoza, "BM25 and beyond", 2009). */
import type { SearchRules } from './search-words.ts';
import { searchWords } from './search-words.ts';

export interface TextField {
  readonly text: string;
  /** How much a word here counts; 1 for the body. */
  readonly weight: number;
}

export interface Candidate<Id> {
  readonly id: Id;
  readonly fields: readonly TextField[];
}

export interface Match<Id> {
  readonly id: Id;
  readonly score: number;
  /** Share of the query's words, weighed by rarity, that the text holds: 0…1. Comparable between queries. */
  readonly share: number;
}

export interface RankOptions {
  readonly limit: number;
  /** Matches with a smaller share are not shown. */
  readonly minShare: number;
}

const SATURATION = 1.2;
const LENGTH = 0.75;
export const DEFAULT_RANKING: RankOptions = { limit: 5, minShare: 0.25 };

interface Indexed<Id> {
  readonly id: Id;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

export interface SimilarIndex<Id> {
  rank(query: readonly TextField[], options?: Partial<RankOptions>): readonly Match<Id>[];
}

function weighedCounts(fields: readonly TextField[], rules: SearchRules): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { text, weight } of fields) {
    for (const word of searchWords(text, rules)) {
      counts.set(word, (counts.get(word) ?? 0) + weight);
    }
  }
  return counts;
}

function indexed<Id>({ id, fields }: Candidate<Id>, rules: SearchRules): Indexed<Id> {
  const counts = weighedCounts(fields, rules);
  return { id, counts, length: [...counts.values()].reduce((sum, count) => sum + count, 0) };
}

/** Holds stems and counts, not the texts. */
export function similarIndex<Id>(
  candidates: readonly Candidate<Id>[],
  rules: SearchRules,
): SimilarIndex<Id> {
  const documents = candidates.map((candidate) => indexed(candidate, rules));
  const total = documents.reduce((sum, { length }) => sum + length, 0);
  const average = total / Math.max(1, documents.length) || 1;
  const holders = new Map<string, number>();
  for (const { counts } of documents) {
    for (const word of counts.keys()) holders.set(word, (holders.get(word) ?? 0) + 1);
  }
  const rarity = (word: string): number => {
    const held = holders.get(word) ?? 0;
    return Math.log(1 + (documents.length - held + 0.5) / (held + 0.5));
  };
  return {
    rank(query, options = {}) {
      const { limit, minShare } = { ...DEFAULT_RANKING, ...options };
      const wanted = [...weighedCounts(query, rules)].map(([word, weight]) => ({
        word,
        worth: rarity(word) * Math.min(weight, 3),
      }));
      const all = wanted.reduce((sum, { worth }) => sum + worth, 0);
      return documents
        .map((document) => scored(document, wanted, { all, average }))
        .filter(({ score, share }) => score > 0 && share >= minShare)
        .toSorted((a, b) => b.score - a.score)
        .slice(0, limit);
    },
  };
}

function scored<Id>(
  { id, counts, length }: Indexed<Id>,
  wanted: readonly { readonly word: string; readonly worth: number }[],
  { all, average }: { readonly all: number; readonly average: number },
): Match<Id> {
  const norm = SATURATION * (1 - LENGTH + (LENGTH * length) / average);
  let score = 0;
  let shared = 0;
  for (const { word, worth } of wanted) {
    const count = counts.get(word) ?? 0;
    if (count === 0) continue;
    score += (worth * count * (SATURATION + 1)) / (count + norm);
    shared += worth;
  }
  return { id, score, share: all === 0 ? 0 : shared / all };
}
