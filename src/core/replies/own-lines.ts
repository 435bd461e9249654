/** Which lines of a message are ours: the texts sent to this client, and the lines of our templates with any values. */
import { wordsOf } from './reply-words.ts';
import type { Spelling, Word } from './reply-words.ts';

/** A line of a template in words; `null` stands where a value was filled in. */
export type OwnLine = readonly (string | null)[];
/** Own lines by their first word. */
export type OwnLineIndex = ReadonlyMap<string, readonly OwnLine[]>;

/** `sent`: a text we sent has this line; `template`: one of our templates does. */
export type OwnMark = 'sent' | 'template';

/** A client says short things in the very words of a template ("the problem is solved"); long ones never. */
const MIN_TEMPLATE_WORDS = 5;
const MIN_SENT_WORDS = 3;
/** Longer lines of ours are known whole, not when a mail program has broken them. */
const MAX_LINE_WORDS = 400;
const MAX_VALUE_WORDS = 12;

function indexOwnLines(lines: readonly OwnLine[]): OwnLineIndex {
  const index = new Map<string, OwnLine[]>();
  const seen = new Set<string>();
  for (const line of lines) {
    const [first] = line;
    const key = JSON.stringify(line);
    if (typeof first !== 'string' || line.length > MAX_LINE_WORDS || seen.has(key)) continue;
    seen.add(key);
    index.set(first, [...(index.get(first) ?? []), line]);
  }
  return index;
}

const keyOf = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ');

/**
 * Indexes the lines of our templates. Each comes as its pieces of fixed words, with a value between every two;
 * an empty last piece says that the line ends in a value.
 */
export function templateLines(
  lines: readonly (readonly string[])[],
  spelling: Spelling,
): OwnLineIndex {
  const patterns = lines.map((pieces) =>
    pieces.flatMap((piece, at): OwnLine => {
      const words = wordsOf(piece, spelling).map(({ text }) => text);
      return at === 0 ? words : [null, ...words];
    }),
  );
  const isLong = (line: OwnLine) =>
    line.filter((word) => word !== null).length >= MIN_TEMPLATE_WORDS;
  return indexOwnLines(patterns.filter(isLong));
}

/** Where reading may stand after some words of the pattern: which line, and after how many of its words. */
interface Place {
  readonly line: number;
  readonly word: number;
}

type Lines = readonly (readonly Word[])[];

/** The next word, which may stand on a later line; undefined at the end of what may belong together. */
function nextWord(lines: Lines, { line, word }: Place, last: number): Place | undefined {
  if (word < (lines[line]?.length ?? 0)) return { line, word };
  let next = line + 1;
  while (next <= last && lines[next]?.length === 0) next += 1;
  return next <= last && next < lines.length ? { line: next, word: 0 } : undefined;
}

/** Places after the pattern's next part; a value takes up to MAX_VALUE_WORDS words of one line. */
function step(lines: Lines, places: readonly Place[], part: string | null, last: number): Place[] {
  const after = new Map<string, Place>();
  const add = (place: Place) => after.set(`${place.line}.${place.word}`, place);
  for (const place of places) {
    const next = nextWord(lines, place, last);
    if (part === null) {
      add(place);
      if (next === undefined) continue;
      const length = lines[next.line]?.length ?? 0;
      const most = Math.min(length, next.word + MAX_VALUE_WORDS);
      for (let word = next.word + 1; word <= most; word += 1) add({ line: next.line, word });
    } else if (next !== undefined && lines[next.line]?.[next.word]?.text === part) {
      add({ line: next.line, word: next.word + 1 });
    }
  }
  return [...after.values()];
}

/** How many lines from `at` on the pattern fills exactly; 0 when it does not. */
function linesFilled(lines: Lines, at: number, pattern: OwnLine): number {
  const last = at + pattern.length;
  let places: readonly Place[] = [{ line: at, word: 0 }];
  for (const part of pattern) {
    places = step(lines, places, part, last);
    if (places.length === 0) return 0;
  }
  const ends = places.filter(({ line, word }) => word === (lines[line]?.length ?? 0));
  return ends.length === 0 ? 0 : Math.max(...ends.map(({ line }) => line)) - at + 1;
}

/** How many lines from `at` on are one line of ours, however a mail program has broken it; 0 for none. */
function countFrom(lines: Lines, at: number, index: OwnLineIndex): number {
  const first = lines[at]?.[0]?.text;
  const patterns = first === undefined ? [] : (index.get(first) ?? []);
  return patterns.reduce((most, pattern) => Math.max(most, linesFilled(lines, at, pattern)), 0);
}

/** The texts sent to a client, ready to be recognised. */
export interface SentLines {
  readonly long: OwnLineIndex;
  /** Every line, however short. */
  readonly all: ReadonlySet<string>;
  /** Neighbours, "this line\nnext line": a short line of ours counts only where it stood. */
  readonly pairs: ReadonlySet<string>;
}

/** `plainTexts`: without markup. */
export function sentLines(plainTexts: readonly string[], spelling: Spelling): SentLines {
  const long: OwnLine[] = [];
  const all = new Set<string>(['']);
  const pairs = new Set<string>();
  for (const text of plainTexts) {
    let before = '';
    for (const raw of text.split('\n')) {
      const words = wordsOf(raw, spelling);
      const key = keyOf(words);
      if (key === '') continue;
      if (words.length >= MIN_SENT_WORDS) long.push(words.map((word) => word.text));
      all.add(key);
      pairs.add(`${before}\n${key}`);
      before = key;
    }
  }
  return { long: indexOwnLines(long), all, pairs };
}

/** Short lines of ours, carried on from a neighbour that is ours already; `order` gives the direction. */
function spread(
  keys: readonly string[],
  marks: (OwnMark | undefined)[],
  pairs: SentLines['pairs'],
) {
  const full = keys.flatMap((key, at) => (key === '' ? [] : [at]));
  const visit = (at: number, neighbour: number | undefined, isForward: boolean) => {
    if (neighbour === undefined || marks[at] !== undefined || marks[neighbour] !== 'sent') return;
    const [first, second] = isForward ? [neighbour, at] : [at, neighbour];
    if (pairs.has(`${keys[first] ?? ''}\n${keys[second] ?? ''}`)) marks[at] = 'sent';
  };
  full.forEach((at, place) => visit(at, full[place - 1], true));
  for (let place = full.length - 1; place >= 0; place -= 1) {
    const at = full[place];
    if (at !== undefined) visit(at, full[place + 1], false);
  }
}

function sentFrom(lines: Lines, at: number, { long, all }: SentLines): number {
  const words = lines[at] ?? [];
  const isWhole = words.length >= MIN_SENT_WORDS && all.has(keyOf(words));
  return isWhole ? 1 : countFrom(lines, at, long);
}

/** Marks the lines that are ours; linear in the number of words. */
export function ownMarks(
  lines: Lines,
  sent: SentLines,
  templates: OwnLineIndex,
): readonly (OwnMark | undefined)[] {
  const marks: (OwnMark | undefined)[] = lines.map(() => undefined);
  for (let at = 0; at < lines.length;) {
    const bySent = sentFrom(lines, at, sent);
    const count = bySent > 0 ? bySent : countFrom(lines, at, templates);
    if (count > 0) marks.fill(bySent > 0 ? 'sent' : 'template', at, at + count);
    at += Math.max(count, 1);
  }
  spread(lines.map(keyOf), marks, sent.pairs);
  return marks;
}
