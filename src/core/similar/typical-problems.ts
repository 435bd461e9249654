/** Typical problems: at least three alike solutions within a window and no article about them (importance of documenting). */
import type { SearchRules } from './search-words.ts';
import { searchWords } from './search-words.ts';
import type { Instant } from '../ticket.ts';

export interface SolvedProblem<Id> {
  readonly id: Id;
  readonly title: string;
  readonly problem: string;
  readonly solution: string;
  readonly closedAt: Instant;
  /** Its knowledge-base decision names an article. */
  readonly hasArticle: boolean;
}

export interface TypicalProblem<Id> {
  /** Title of the member nearest to all others. */
  readonly title: string;
  readonly ids: readonly Id[];
}

export interface GroupOptions {
  readonly now: Instant;
  readonly windowMs: number;
  readonly atLeast: number;
  /** Likeness (cosine of tf-idf, 0…1) from which two solutions count as alike. */
  readonly alike: number;
}

const DAY_MS = 24 * 60 * 60_000;
export const TYPICAL: Omit<GroupOptions, 'now'> = {
  windowMs: 30 * DAY_MS,
  atLeast: 3,
  alike: 0.3,
};

type Vector = ReadonlyMap<string, number>;

/** Groups, the largest first. A group one of whose members has an article is documented already and left out. */
export function typicalProblems<Id>(
  solved: readonly SolvedProblem<Id>[],
  rules: SearchRules,
  options: GroupOptions,
): readonly TypicalProblem<Id>[] {
  const since = options.now - options.windowMs;
  const recent = solved.filter(({ closedAt }) => closedAt >= since && closedAt <= options.now);
  const vectors = vectorsOf(recent, rules);
  const groups = grouped(vectors, options.alike);
  return groups
    .map((members) => members.flatMap((index) => recent[index] ?? []))
    .filter((members) => members.length >= options.atLeast)
    .filter((members) => !members.some(({ hasArticle }) => hasArticle))
    .map((members) => ({ title: members[0]?.title ?? '', ids: members.map(({ id }) => id) }))
    .toSorted((a, b) => b.ids.length - a.ids.length);
}

/** Leader clustering: each joins the group whose leader it is most like; leaders are those with the most neighbours. */
function grouped(vectors: readonly Vector[], alike: number): readonly (readonly number[])[] {
  const near = neighbours(vectors, alike);
  const order = vectors
    .map((_, index) => index)
    .toSorted((a, b) => (near[b]?.length ?? 0) - (near[a]?.length ?? 0) || a - b);
  const taken = new Set<number>();
  const groups: number[][] = [];
  for (const leader of order) {
    if (taken.has(leader)) continue;
    const members = [leader, ...(near[leader] ?? []).filter((index) => !taken.has(index))];
    for (const index of members) taken.add(index);
    groups.push(members);
  }
  return groups;
}

/** Only texts that share a word are compared, through lists of who holds which word. */
function neighbours(vectors: readonly Vector[], alike: number): readonly (readonly number[])[] {
  const holders = new Map<string, number[]>();
  vectors.forEach((vector, index) => {
    for (const word of vector.keys()) {
      const list = holders.get(word);
      if (list) list.push(index);
      else holders.set(word, [index]);
    }
  });
  return vectors.map((vector, index) => {
    const likeness = new Map<number, number>();
    for (const [word, weight] of vector) {
      for (const other of holders.get(word) ?? []) {
        if (other === index) continue;
        const both = weight * (vectors[other]?.get(word) ?? 0);
        likeness.set(other, (likeness.get(other) ?? 0) + both);
      }
    }
    return [...likeness].filter(([, value]) => value >= alike).map(([other]) => other);
  });
}

/** Unit vectors of tf-idf weights; what the title and the problem say counts more than how it was solved. */
function vectorsOf<Id>(
  solved: readonly SolvedProblem<Id>[],
  rules: SearchRules,
): readonly Vector[] {
  const counts = solved.map(({ title, problem, solution }) => {
    const found = new Map<string, number>();
    for (const [text, weight] of [
      [title, 2],
      [problem, 1.5],
      [solution, 1],
    ] as const) {
      for (const word of searchWords(text, rules)) found.set(word, (found.get(word) ?? 0) + weight);
    }
    return found;
  });
  const holders = new Map<string, number>();
  for (const words of counts) {
    for (const word of words.keys()) holders.set(word, (holders.get(word) ?? 0) + 1);
  }
  return counts.map((words) => {
    const weighed = [...words].map(([word, count]) => {
      const rarity = Math.log(1 + solved.length / (holders.get(word) ?? 1));
      return [word, (1 + Math.log(count)) * rarity] as const;
    });
    const length = Math.hypot(...weighed.map(([, weight]) => weight)) || 1;
    return new Map(weighed.map(([word, weight]) => [word, weight / length]));
  });
}
