/** What a text says, in phrases of the rules: where two of them overlap, the longer one is what was meant. */
import type { OwnWords } from './own-words.ts';
import { phrasesIn } from './reply-rules.ts';
import type { Phrase, ReplyGroup, ReplyRules } from './reply-rules.ts';
import { wordsOf } from './reply-words.ts';
import type { Word } from './reply-words.ts';

export interface ReplySense {
  /** The id of the first phrase of a group, or undefined. */
  readonly first: (group: ReplyGroup) => string | undefined;
  /** Every phrase found, those included that a longer one silences. */
  readonly found: readonly Phrase[];
  /** Words that no rule knows, names and the signature left out. */
  readonly unreadWords: number;
  /** The most such words in one clause that neither thanks nor confirms: it tells something of its own. */
  readonly unreadInClause: number;
  readonly isEmpty: boolean;
}

/** Groups that take the sting out of a shorter phrase inside them, and those that have one. */
const SOOTHING: ReadonlySet<ReplyGroup> = new Set([
  'fine',
  'harmless',
  'auto-reply',
  'auto-reply-hint',
  'bounce',
  'bounce-hint',
]);
const STINGING: ReadonlySet<ReplyGroup> = new Set(['problem', 'sarcasm', 'question', 'doubt']);
const TRIMMINGS: ReadonlySet<ReplyGroup> = new Set(['auto-reply', 'bounce', 'question']);
/** A clause that holds one of these says what the rest of the message says. */
const BACKING: ReadonlySet<ReplyGroup> = new Set([
  'fine',
  'harmless',
  'thanks',
  'confirms',
  'acknowledges',
  'went-well',
]);
const MAX_NAMES = 3;

/** The outer phrase covers the inner one and names at least one of its words: what it skipped, it cannot excuse. */
function holds(outer: Phrase, inner: Phrase): boolean {
  if (outer.start > inner.start || outer.end < inner.end) return false;
  return outer.named.some((at) => at >= inner.start && at < inner.end);
}

/** Phrases that stand: a soothing one silences the stings that it holds. */
function standing(phrases: readonly Phrase[]): readonly Phrase[] {
  const soothes = phrases.filter(({ group }) => SOOTHING.has(group));
  return phrases.filter((phrase) => !STINGING.has(phrase.group) || !isHeldBy(soothes, phrase));
}

/** No phrase is longer than this many words (16 parts, 3 gaps of 12), so only near ones can hold another. */
const MAX_PHRASE_WORDS = 52;

/** `sorted` by start, as phrasesIn returns them. */
function isHeldBy(sorted: readonly Phrase[], inner: Phrase): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((sorted[middle]?.start ?? 0) < inner.start - MAX_PHRASE_WORDS) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < sorted.length; at += 1) {
    const outer = sorted[at];
    if (outer === undefined || outer.start > inner.start) return false;
    if (holds(outer, inner)) return true;
  }
  return false;
}

/** Places of the words that no rule knows, up to `bodyEnd`. */
function unreadIn(words: readonly Word[], phrases: readonly Phrase[], bodyEnd: number): number[] {
  const isRead = words.map(() => false);
  for (const { start, end, group } of phrases) {
    if (!TRIMMINGS.has(group)) isRead.fill(true, start, end);
  }
  return words.flatMap((word, at) =>
    at < bodyEnd && !word.isSign && isRead[at] === false ? [at] : [],
  );
}

function isName(word: Word | undefined): boolean {
  return word !== undefined && word.isCapitalised && !word.startsLine;
}

/** Of the unread words those that are no names: some names may stand anywhere, unless everything is shouted. */
function withoutNames(words: readonly Word[], unread: readonly number[]): readonly number[] {
  if (words.every((word) => !word.isCapitalised)) return unread;
  let names = 0;
  return unread.filter((at) => {
    if (names >= MAX_NAMES || !isName(words[at])) return true;
    names += 1;
    return false;
  });
}

function mostUnreadInClause(
  words: readonly Word[],
  phrases: readonly Phrase[],
  unread: readonly number[],
): number {
  const clauseOf: number[] = [];
  words.forEach((word, at) =>
    clauseOf.push((clauseOf[at - 1] ?? -1) + (word.startsClause ? 1 : 0)),
  );
  const backed = new Set<number>();
  for (const { start, end, group } of phrases) {
    if (!BACKING.has(group)) continue;
    for (let at = start; at < end; at += 1) backed.add(clauseOf[at] ?? -1);
  }
  const counts = new Map<number, number>();
  for (const at of unread) {
    const clause = clauseOf[at] ?? -1;
    if (!backed.has(clause)) counts.set(clause, (counts.get(clause) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** Reads the client's own words (see own-words.ts) by the rules. */
export function senseOf(
  { body, tail }: Pick<OwnWords, 'body' | 'tail'>,
  rules: ReplyRules,
): ReplySense {
  const bodyWords = wordsOf(body, rules.spelling);
  const tailWords = wordsOf(tail, rules.spelling);
  const words = [...bodyWords, ...tailWords];
  const found = phrasesIn(words, rules);
  const phrases = standing(found);
  const signOff = found.find(({ group }) => group === 'sign-off');
  const bodyEnd = Math.min(signOff?.start ?? words.length, bodyWords.length);
  const of = (group: ReplyGroup) => phrases.filter((phrase) => phrase.group === group);
  const unread = withoutNames(words, unreadIn(words, found, bodyEnd));
  return {
    first: (group) => of(group)[0]?.id,
    found,
    unreadWords: unread.length,
    unreadInClause: mostUnreadInClause(words, phrases, unread),
    isEmpty: words.length === 0,
  };
}
