/** The rules by which a client's message is read: data written by people, checked and indexed once. */
import { templateLines } from './own-lines.ts';
import type { OwnLineIndex } from './own-lines.ts';
import type { Spelling, Word } from './reply-words.ts';
import { initialOf, matchAt, parseWordPattern } from './word-pattern.ts';
import type { WordPattern } from './word-pattern.ts';

/** What a phrase of the group means; templates/replies/README.md explains each for the people who edit them. */
export const REPLY_GROUPS = [
  'problem',
  'sarcasm',
  'question',
  'doubt',
  'fine',
  'harmless',
  'thanks',
  'confirms',
  'acknowledges',
  'went-well',
  'filler',
  'auto-reply',
  'auto-reply-hint',
  'bounce',
  'bounce-hint',
  'history-start',
  'history-author',
  'forward-start',
  'own-line',
  'device-line',
  'disclaimer',
  'sign-off',
] as const;
export type ReplyGroup = (typeof REPLY_GROUPS)[number];

/** Groups that tell the parts of a message apart; every line is held against these alone, before anything is read. */
const LAYOUT_GROUPS: ReadonlySet<ReplyGroup> = new Set([
  'history-start',
  'history-author',
  'forward-start',
  'own-line',
  'device-line',
  'disclaimer',
]);

export interface ReplyRuleSource {
  readonly id: string;
  readonly group: ReplyGroup;
  readonly comment: string;
  readonly patterns: readonly string[];
}

/** One language's file. */
export interface ReplyRulesSource {
  readonly letters: Readonly<Record<string, string>>;
  readonly lookalikes: Readonly<Record<string, string>>;
  readonly negations: readonly string[];
  /** Names of mail header lines inside a message: "from", "sent", "subject"… */
  readonly headerNames: readonly string[];
  readonly replyPrefixes: readonly string[];
  readonly forwardPrefixes: readonly string[];
  /** Local parts of addresses that only mail programs write from. */
  readonly daemons: readonly string[];
  /** Word lists that patterns name as `{list}`. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly ReplyRuleSource[];
}

interface IndexedPattern {
  readonly id: string;
  readonly group: ReplyGroup;
  readonly pattern: WordPattern;
}

type PatternIndex = ReadonlyMap<string, readonly IndexedPattern[]>;

/** Compiled rules of all languages together: scripts differ, so one text is read by all of them at once. */
export interface ReplyRules {
  readonly spelling: Spelling;
  readonly negations: ReadonlySet<string>;
  readonly headerNames: ReadonlySet<string>;
  readonly replyPrefixes: ReadonlySet<string>;
  readonly forwardPrefixes: ReadonlySet<string>;
  readonly daemons: ReadonlySet<string>;
  readonly byInitial: PatternIndex;
  /** The part of `byInitial` that belongs to LAYOUT_GROUPS. */
  readonly layoutByInitial: PatternIndex;
  readonly templateLines: OwnLineIndex;
}

/** A phrase found: words `start` to `end` (exclusive) of the text. */
export interface Phrase {
  readonly id: string;
  readonly group: ReplyGroup;
  readonly start: number;
  readonly end: number;
  /** The words that the rule names; those skipped in its gaps it knows nothing of. */
  readonly named: readonly number[];
}

export interface CompiledReplyRules {
  readonly rules: ReplyRules;
  /** "rule id: pattern: what is wrong" for each that cannot be used; empty when all is well. */
  readonly problems: readonly string[];
}

function duplicates(ids: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}

/** A pattern with its `{list}` names replaced by the words; an unknown name stays, and is then refused as a word. */
function withLists(pattern: string, lists: ReadonlyMap<string, readonly string[]>): string {
  return pattern.replaceAll(
    /\{([a-z-]{1,40})\}/gu,
    (name, key: string) => lists.get(key)?.join('|') ?? name,
  );
}

function layoutOf(patterns: PatternIndex): PatternIndex {
  const entries = [...patterns].map(
    ([initial, list]) => [initial, list.filter(({ group }) => LAYOUT_GROUPS.has(group))] as const,
  );
  return new Map(entries.filter(([, list]) => list.length > 0));
}

/**
 * Checks and indexes the rules of all languages.
 * @param ownLines the lines of our message templates, each in the pieces between its values (own-lines.ts)
 */
export function compileReplyRules(
  sources: readonly ReplyRulesSource[],
  ownLines: readonly (readonly string[])[] = [],
): CompiledReplyRules {
  const byInitial = new Map<string, IndexedPattern[]>();
  const all = sources.flatMap(({ rules }) => rules);
  const problems = duplicates(all.map(({ id }) => id)).map((id) => `${id}: the id is used twice`);
  const lists = new Map(sources.flatMap((source) => Object.entries(source.lists)));
  for (const { id, group, patterns } of all) {
    for (const source of patterns) {
      const pattern = parseWordPattern(withLists(source, lists));
      if ('problem' in pattern) {
        problems.push(`${id}: ${source}: ${pattern.problem}`);
        continue;
      }
      for (const initial of pattern.initials) {
        const list = byInitial.get(initial) ?? [];
        list.push({ id, group, pattern });
        byInitial.set(initial, list);
      }
    }
  }
  const union = (of: (source: ReplyRulesSource) => readonly string[]) =>
    new Set(sources.flatMap(of));
  const letters = new Map(sources.flatMap((source) => Object.entries(source.letters)));
  const lookalikes = new Map(sources.flatMap((source) => Object.entries(source.lookalikes)));
  const rules: ReplyRules = {
    spelling: { letters, lookalikes },
    negations: union(({ negations }) => negations),
    headerNames: union(({ headerNames }) => headerNames),
    replyPrefixes: union(({ replyPrefixes }) => replyPrefixes),
    forwardPrefixes: union(({ forwardPrefixes }) => forwardPrefixes),
    daemons: union(({ daemons }) => daemons),
    byInitial,
    layoutByInitial: layoutOf(byInitial),
    templateLines: templateLines(ownLines, { letters, lookalikes }),
  };
  return { rules, problems };
}

/** Every phrase of the rules in the words; time grows with the number of words, not with their order. */
export function phrasesIn(words: readonly Word[], rules: ReplyRules): readonly Phrase[] {
  return find(words, rules, rules.byInitial);
}

/** The phrases that tell the parts of a message apart, and no others: far fewer patterns, for every line of a message. */
export function layoutPhrasesIn(words: readonly Word[], rules: ReplyRules): readonly Phrase[] {
  return find(words, rules, rules.layoutByInitial);
}

function find(words: readonly Word[], rules: ReplyRules, index: PatternIndex): readonly Phrase[] {
  const ground = { words, negations: rules.negations };
  const phrases: Phrase[] = [];
  words.forEach((word, start) => {
    for (const { id, group, pattern } of index.get(initialOf(word.text)) ?? []) {
      const match = matchAt(pattern, start, ground);
      if (match !== undefined && match.end > start) phrases.push({ id, group, start, ...match });
    }
  });
  return phrases;
}
