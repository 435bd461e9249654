/**
 * Hints at documentation that says nothing (step 3 and «Typical mistakes» of the regulation): pure, with the words that say
 * nothing as data, so that people edit them without a programmer. Hints are coarse on purpose: a short text that names what
 * was done is good, a long one of empty words is not.
 */
import type { GapCode } from './decision.ts';

/** Words of one or more languages; an entry is one or more words, the last letters of each may be left open with `*`. */
export interface TextWords {
  /** Too common to say anything: prepositions, pronouns, particles. */
  readonly stopWords: readonly string[];
  /** Say that something was done, not what. */
  readonly emptyDeeds: readonly string[];
  /** Say that there is a cause, not which. */
  readonly emptyCauses: readonly string[];
  /** Stand where a text will be written one day. */
  readonly placeholders: readonly string[];
  /** Send the reader elsewhere. */
  readonly references: readonly string[];
  /** Say that something does not apply here: at the start of a text, followed by nothing, a stop or a connector. */
  readonly notApplicable: readonly string[];
  /** Words that a reason may begin with. */
  readonly connectors: readonly string[];
  readonly vowels: string;
}

export const NO_WORDS: TextWords = {
  stopWords: [],
  emptyDeeds: [],
  emptyCauses: [],
  placeholders: [],
  references: [],
  notApplicable: [],
  connectors: [],
  vowels: '',
};

export interface Documentation {
  readonly title: string;
  readonly problem: string;
  readonly cause: string;
  readonly solution: string;
}

export type QualityField = 'problem' | 'cause' | 'solution';

export interface QualityHint {
  readonly code: Extract<
    GapCode,
    | 'solution-says-nothing'
    | 'solution-too-short'
    | 'solution-copies-question'
    | 'cause-is-empty-words'
    | 'cause-too-short'
    | 'cause-repeats-problem'
    | 'refers-to-correspondence'
    | 'placeholder-text'
  >;
  readonly field: QualityField;
}

/** Fewer telling words than this beside a reference to another place: the reference is the text. */
const REFERENCE_MIN = 4;
/** One word names a thing at best, not what was done to it or what was wrong with it. */
const MIN_WORDS = 2;
const MIN_LETTERS = 8;
const MIN_REASON_LETTERS = 5;
/** Of the telling words, this share stands in the question too: nothing was added. */
const COPY_SHARE = 0.8;
const COPY_MIN_WORDS = 2;
/** Of fewer words only the very same ones count: "changed the password" answers "change the password". */
const STEM_MIN_WORDS = 3;
const STEM_LETTERS = 4;

const TOKEN = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

function tokens(text: string): readonly string[] {
  return text.normalize('NFC').toLowerCase().replaceAll('\u0451', '\u0435').match(TOKEN) ?? [];
}

const isNumber = (token: string): boolean => /^\p{N}+$/u.test(token);

function fits(token: string | undefined, pattern: string): boolean {
  if (token === undefined) return false;
  return pattern.endsWith('*') ? token.startsWith(pattern.slice(0, -1)) : token === pattern;
}

/** How many tokens from `at` on an entry covers; 0 when it does not stand there. */
function covers(words: readonly string[], at: number, entry: string): number {
  const parts = entry.split(' ');
  return parts.every((part, index) => fits(words[at + index], part)) ? parts.length : 0;
}

/** The tokens that no entry covers; a longer entry goes before a shorter one. */
function without(words: readonly string[], entries: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let at = 0;
  while (at < words.length) {
    const length = Math.max(0, ...entries.map((entry) => covers(words, at, entry)));
    const word = words[at];
    if (length === 0 && word !== undefined) kept.push(word);
    at += Math.max(1, length);
  }
  return kept;
}

const holds = (words: readonly string[], entries: readonly string[]): boolean =>
  words.some((_word, at) => entries.some((entry) => covers(words, at, entry) > 0));

/** A key pressed for its own sake, `[Solution]`, or nothing but placeholder words. */
function isPlaceholder(text: string, words: TextWords): boolean {
  const all = tokens(text);
  if (all.length === 0) return true;
  if (/^\s*[[<{].*[\]>}]\s*$/su.test(text)) return true;
  return without(all, words.placeholders).every((token) => isMash(token, words));
}

/** One letter repeated, or a run of four and more without a vowel. */
function isMash(token: string, { vowels }: TextWords): boolean {
  if (token.length > 1 && new Set(token).size === 1) return true;
  if (!/^\p{L}{4,}$/u.test(token) || vowels === '') return false;
  return !Array.from(token).some((letter) => vowels.includes(letter));
}

/** The words that tell something: no numbers alone, no stop words, none of `entries`. */
function telling(
  text: string,
  { stopWords }: TextWords,
  entries: readonly string[],
): readonly string[] {
  // Entries first: they may hold stop words of their own.
  const rest = without(without(tokens(text), entries), stopWords);
  return [...new Set(rest)].filter((token) => !isNumber(token) && token.length > 1);
}

const letters = (words: readonly string[]): number => words.join('').length;

function repeats(part: readonly string[], whole: readonly string[]): boolean {
  if (part.length < COPY_MIN_WORDS) return false;
  const shape = (word: string): string =>
    part.length < STEM_MIN_WORDS ? word : word.slice(0, STEM_LETTERS);
  const asked = new Set(whole.map(shape));
  const known = part.filter((word) => asked.has(shape(word))).length;
  return known / part.length >= COPY_SHARE;
}

/** A text that only sends the reader elsewhere. */
function refersAway(text: string, words: TextWords): boolean {
  if (!holds(tokens(text), words.references)) return false;
  const rest = telling(text, words, [...words.references, ...words.emptyDeeds]);
  return rest.length < REFERENCE_MIN;
}

function anywhere(field: QualityField, text: string, words: TextWords): QualityHint | null {
  if (isPlaceholder(text, words)) return { code: 'placeholder-text', field };
  return refersAway(text, words) ? { code: 'refers-to-correspondence', field } : null;
}

function solutionHint(doc: Documentation, words: TextWords): QualityHint | null {
  const field = 'solution';
  const shared = anywhere(field, doc.solution, words);
  if (shared) return shared;
  const said = telling(doc.solution, words, words.emptyDeeds);
  if (said.length === 0) return { code: 'solution-says-nothing', field };
  const asked = telling(`${doc.title} ${doc.problem}`, words, []);
  if (repeats(said, asked)) return { code: 'solution-copies-question', field };
  return isShort(said, doc.solution) ? { code: 'solution-too-short', field } : null;
}

/** A number (a version, a port, an amount) tells enough beside one word. */
function isShort(said: readonly string[], text: string): boolean {
  return (said.length < MIN_WORDS || letters(said) < MIN_LETTERS) && !/\p{N}/u.test(text);
}

function causeHint(doc: Documentation, words: TextWords): QualityHint | null {
  const field = 'cause';
  const shared = anywhere(field, doc.cause, words);
  if (shared) return shared;
  const said = telling(doc.cause, words, [...words.emptyCauses, ...words.emptyDeeds]);
  if (said.length === 0) return { code: 'cause-is-empty-words', field };
  const asked = telling(`${doc.title} ${doc.problem}`, words, []);
  if (repeats(telling(doc.cause, words, []), asked))
    return { code: 'cause-repeats-problem', field };
  return isShort(telling(doc.cause, words, []), doc.cause)
    ? { code: 'cause-too-short', field }
    : null;
}

/** At most one hint a field, in the order of the documentation. An empty field is another criterion's to miss. */
export function textQuality(doc: Documentation, words: TextWords): readonly QualityHint[] {
  const filled = (text: string): boolean => text.trim() !== '';
  const hints = [
    filled(doc.problem) ? anywhere('problem', doc.problem, words) : null,
    filled(doc.cause) ? causeHint(doc, words) : null,
    filled(doc.solution) ? solutionHint(doc, words) : null,
  ];
  return hints.filter((hint) => hint !== null);
}

export type Applicability = 'applies' | 'not-applicable' | 'not-applicable-unexplained';

/**
 * Whether a text says that it does not apply here, and whether it says why (step 4, «if applicable»). "No connection to the
 * controller" begins with "no" and is a finding: the words count only before a stop, a connector or the end.
 */
export function applicabilityOf(text: string, words: TextWords): Applicability {
  const all = tokens(text);
  const length = Math.max(0, ...words.notApplicable.map((entry) => covers(all, 0, entry)));
  if (length === 0 || !isBroken(text, all, length, words)) return 'applies';
  const said = telling(text, words, [...words.notApplicable, ...words.connectors]);
  // After "because" a reason follows, in whatever words; without it, "done" is none.
  const because = words.connectors.some((entry) => covers(all, length, entry) > 0);
  const reason = without(said, because ? [] : [...words.emptyDeeds, ...words.placeholders]);
  return letters(reason) >= MIN_REASON_LETTERS ? 'not-applicable' : 'not-applicable-unexplained';
}

function isBroken(
  text: string,
  all: readonly string[],
  length: number,
  { connectors }: TextWords,
): boolean {
  if (all.length === length) return true;
  if (connectors.some((entry) => covers(all, length, entry) > 0)) return true;
  const ends = [...text.normalize('NFC').matchAll(TOKEN)][length - 1];
  const after = ends === undefined ? '' : text.normalize('NFC').slice(ends.index + ends[0].length);
  return /^\s*[.,;:!()\-\u2013\u2014\n]/u.test(after);
}
